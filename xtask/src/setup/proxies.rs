//! nginx and Caddy, which the tests put before a collector.
//!
//! Where they are missing, their packages are unpacked into the tools folder and
//! not installed: an installed one would start a server on port 80.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::apt;
use super::browser::named_by;
use crate::command;
use crate::folders::Folders;
use crate::report;

/// One proxy to have.
#[derive(Debug)]
struct Program {
    /// The variable that names it, here and in the tests.
    variable: &'static str,
    name: &'static str,
    /// The packages that may bring it; which one does differs between releases.
    packages: &'static [&'static str],
}

const PROGRAMS: [Program; 2] = [
    Program {
        variable: "NGINX",
        name: "nginx",
        packages: &["nginx", "nginx-core", "nginx-light"],
    },
    Program {
        variable: "CADDY",
        name: "caddy",
        packages: &["caddy"],
    },
];

/// Where programs for root are, which are not on everybody's PATH.
const FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/usr/bin"];

/// Both programs, each by the variable that tells it.
#[derive(Debug)]
pub(crate) struct Proxies(Vec<(&'static str, PathBuf)>);

impl Proxies {
    /// Variables for the tests, and what they name.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.0.iter().map(|(name, path)| (*name, path.as_path()))
    }
}

/// Finds both, or unpacks what is missing where there is apt.
pub(super) fn ensure(folders: &Folders) -> Result<Proxies> {
    let found = PROGRAMS
        .iter()
        .map(|program| Ok((program.variable, program.ensure(folders)?)));
    Ok(Proxies(found.collect::<Result<_>>()?))
}

impl Program {
    fn ensure(&self, folders: &Folders) -> Result<PathBuf> {
        if let Some(path) = named_by(self.variable)? {
            return Ok(path);
        }
        let known = FOLDERS.map(|folder| Path::new(folder).join(self.name));
        let known = known.into_iter().find(|path| path.is_file());
        if let Some(path) = command::find(self.name).or(known) {
            return Ok(path);
        }
        if !apt::is_here() || command::find("dpkg").is_none() {
            let Self { variable, name, .. } = self;
            bail!("the tests put {name} before a collector; install it, or name it by {variable}");
        }
        self.unpack(folders)
    }

    /// Unpacks the first package that has the program. Any version will do.
    fn unpack(&self, folders: &Folders) -> Result<PathBuf> {
        let folder = folders.tool(self.name, "unpacked");
        if let Some(path) = self.below(&folder) {
            return Ok(path);
        }
        report::installing(self.name, "the tests put it before a collector", "seconds");
        apt::refresh_lists(|| self.candidates().next().is_some())?;
        fs::create_dir_all(&folder)?;
        for package in self.candidates() {
            download(package, &folder)?;
            if let Some(path) = self.below(&folder) {
                return Ok(path);
            }
        }
        let (name, variable) = (self.name, self.variable);
        bail!("no package has {name}; install it, or name it by {variable}");
    }

    /// The packages that the archive has.
    fn candidates(&self) -> impl Iterator<Item = &'static str> {
        let packages = self.packages.iter().copied();
        packages.filter(|package| apt::candidate(package).is_some())
    }

    /// The program within an unpacked package.
    fn below(&self, folder: &Path) -> Option<PathBuf> {
        let places = ["usr/sbin", "usr/bin"].map(|place| folder.join(place).join(self.name));
        places.into_iter().find(|path| path.is_file())
    }
}

/// Downloads a package and unpacks it, both into the folder.
fn download(package: &str, folder: &Path) -> Result<()> {
    let mut download = Command::new("apt-get");
    command::run(
        download
            .args(["download", "-q", package])
            .current_dir(folder),
    )?;
    for entry in fs::read_dir(folder)? {
        let archive = entry?.path();
        if archive
            .extension()
            .is_some_and(|extension| extension == "deb")
        {
            let mut unpack = Command::new("dpkg");
            command::run(unpack.arg("-x").arg(&archive).arg(folder))?;
            fs::remove_file(archive)?;
        }
    }
    Ok(())
}
