//! The browsers that the end-to-end tests drive: three engines with their drivers.

mod programs;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{apt, cargo_tools};
use crate::folders::Folders;
use crate::pins;
pub(super) use programs::named_by;
use programs::{PROGRAMS, Program};

/// The variable that names geckodriver; the rest are in [`PROGRAMS`].
const GECKODRIVER: &str = "GECKODRIVER";

/// All programs that the tests start, each by the variable that tells them.
#[derive(Debug)]
pub(crate) struct Browsers(Vec<(&'static str, PathBuf)>);

impl Browsers {
    /// Variables for the tests, and what they name.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.0.iter().map(|(name, path)| (*name, path.as_path()))
    }
}

/// Finds all programs, or installs what is missing where apt can.
pub(super) fn ensure(folders: &Folders) -> Result<Browsers> {
    let missing = missing()?;
    if !missing.is_empty() {
        if !apt::is_here() {
            bail!(hint(&missing));
        }
        let packages: Vec<&str> = missing.iter().map(|program| program.package).collect();
        apt::install(
            &packages,
            "the end-to-end tests drive real browsers of three engines",
            "a few minutes, up to 1 GB",
        )?;
    }
    let mut found = Vec::new();
    for program in &PROGRAMS {
        let path = program.find()?.with_context(|| {
            format!(
                "{} was installed, but there is no {}",
                program.package, program.what
            )
        })?;
        found.push((program.variable, path));
    }
    found.push((GECKODRIVER, geckodriver(folders)?));
    Ok(Browsers(found))
}

fn missing() -> Result<Vec<&'static Program>> {
    let mut missing = Vec::new();
    for program in &PROGRAMS {
        if program.find()?.is_none() {
            missing.push(program);
        }
    }
    // One package may bring several programs.
    missing.dedup_by_key(|program| program.package);
    Ok(missing)
}

/// What to do on a system without apt.
fn hint(missing: &[&Program]) -> String {
    let mut hint = String::from(
        "the end-to-end tests drive Chromium, Firefox and WebKitGTK; install these, or name \
         them by their variables:",
    );
    for program in missing {
        hint += &format!("\n    {:<13} {}", program.variable, program.what);
    }
    hint
}

/// Debian has no package of Firefox's driver, but it is a crate.
fn geckodriver(folders: &Folders) -> Result<PathBuf> {
    if let Some(path) = named_by(GECKODRIVER)? {
        return Ok(path);
    }
    cargo_tools::ensure(
        folders,
        &cargo_tools::Tool {
            name: "geckodriver",
            version: pins::GECKODRIVER,
            program: "geckodriver",
            arguments: &[],
            why: "the end-to-end tests drive Firefox through it",
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_names_the_variables_of_what_is_missing() {
        let missing: Vec<_> = PROGRAMS.iter().skip(5).collect();
        let hint = hint(&missing);
        assert!(hint.contains("\n    MINIBROWSER "), "{hint}");
        assert!(!hint.contains("CHROMEDRIVER"), "{hint}");
    }
}
