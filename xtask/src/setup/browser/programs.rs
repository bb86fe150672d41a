//! Where systems keep the browsers and drivers, and what the packages are called.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::command;

/// One program to have.
#[derive(Debug)]
pub(super) struct Program {
    /// The variable that names it, here and in the tests.
    pub(super) variable: &'static str,
    /// For people.
    pub(super) what: &'static str,
    /// The package of Debian that brings it.
    pub(super) package: &'static str,
    /// Its names on the PATH, or below the folders of libraries.
    names: &'static [&'static str],
}

/// The programs of all engines, but for geckodriver. Those of one package
/// stand together.
pub(super) const PROGRAMS: [Program; 7] = [
    Program {
        variable: "CHROME",
        what: "Chromium or Chrome",
        package: "chromium",
        names: &[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
        ],
    },
    Program {
        variable: "CHROMEDRIVER",
        what: "chromedriver, of the same version",
        package: "chromium-driver",
        names: &["chromedriver"],
    },
    Program {
        variable: "FIREFOX",
        what: "Firefox",
        package: "firefox-esr",
        names: &["firefox-esr", "firefox"],
    },
    Program {
        variable: "W3M",
        what: "w3m, a browser that shows text alone",
        package: "w3m",
        names: &["w3m"],
    },
    Program {
        variable: "XVFB",
        what: "Xvfb, an X server without a screen, for WebKitGTK",
        package: "xvfb",
        names: &["Xvfb"],
    },
    Program {
        variable: "WEBKIT_DRIVER",
        what: "WebKitWebDriver of WebKitGTK",
        package: "webkit2gtk-driver",
        names: &["WebKitWebDriver"],
    },
    Program {
        variable: "MINIBROWSER",
        what: "MiniBrowser of WebKitGTK, of the same version",
        package: "webkit2gtk-driver",
        // No system has it on the PATH. The driver is built with one of the
        // two, and may drive no mouse in the other; Debian 12 builds it with the first.
        names: &["webkit2gtk-4.1/MiniBrowser", "webkitgtk-6.0/MiniBrowser"],
    },
];

/// Folders of libraries, and of folders of them (`/usr/lib/x86_64-linux-gnu`).
const LIBRARIES: [&str; 3] = ["/usr/lib", "/usr/libexec", "/usr/lib64"];

impl Program {
    /// Where it is: what its variable names, or what the system has.
    pub(super) fn find(&self) -> Result<Option<PathBuf>> {
        if let Some(path) = named_by(self.variable)? {
            return Ok(Some(path));
        }
        Ok(self.names.iter().find_map(|name| {
            if name.contains('/') {
                let folders = LIBRARIES.map(Path::new);
                folders.into_iter().find_map(|folder| below(folder, name))
            } else {
                command::find(name)
            }
        }))
    }
}

/// A file in the folder, or in one of its folders.
fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let folders = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut candidates: Vec<PathBuf> = folders.map(|entry| entry.path().join(name)).collect();
    candidates.push(folder.join(name));
    candidates.into_iter().find(|path| path.is_file())
}

/// A program that a variable names. A wrong path is an error, not a reason to
/// take another browser than the one that was asked for.
pub(in crate::setup) fn named_by(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).map(PathBuf::from) else {
        return Ok(None);
    };
    if !path.is_file() {
        bail!("{variable} names {}, which is not a file", path.display());
    }
    Ok(Some(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_a_folder_of_libraries_and_one_below() -> Result<()> {
        let name = "webkit/MiniBrowser";
        for place in ["webkit", "x86_64-linux-gnu/webkit"] {
            let libraries = tempfile::tempdir()?;
            assert_eq!(below(libraries.path(), name), None);
            let folder = libraries.path().join(place);
            fs::create_dir_all(&folder)?;
            fs::write(folder.join("MiniBrowser"), "")?;
            let found = below(libraries.path(), name);
            assert_eq!(found, Some(folder.join("MiniBrowser")));
        }
        Ok(())
    }

    #[test]
    fn programs_of_one_package_stand_together() {
        let mut packages: Vec<&str> = PROGRAMS.iter().map(|program| program.package).collect();
        packages.dedup();
        let together = packages.len();
        packages.sort_unstable();
        packages.dedup();
        assert_eq!(packages.len(), together);
    }
}
