//! Where things are: the checkout, its build folder, and the tools folder of the user.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders that the tasks read and write.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// Where cargo builds for this machine.
    pub(crate) target: PathBuf,
    /// Where tools are installed, each in a folder named after its version.
    pub(crate) tools: PathBuf,
}

impl Folders {
    /// Finds the folders of the checkout that this program was built from.
    pub(crate) fn of_this_checkout() -> Result<Folders> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no parent folder")?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        let tools = tools_folder(|name| env::var_os(name).map(PathBuf::from))?;
        Ok(Folders {
            root,
            target,
            tools,
        })
    }

    /// Where the widget is built, apart from the host's folder, so that the
    /// two compilers never throw away each other's work.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The packed widget, as the collector embeds it.
    pub(crate) fn assets(&self) -> PathBuf {
        self.root.join("collector/assets")
    }

    /// The folder of one tool in one version.
    pub(crate) fn tool(&self, name: &str, version: &str) -> PathBuf {
        self.tools.join(format!("{name}-{version}"))
    }

    /// A path as people type it: relative to the checkout where possible.
    pub(crate) fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// `SAYSO_TOOLS_DIR`, else the user's cache folder: tools outlive one checkout.
fn tools_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf> {
    if let Some(folder) = variable("SAYSO_TOOLS_DIR") {
        return Ok(folder);
    }
    variable("XDG_CACHE_HOME")
        .filter(|folder| folder.is_absolute())
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|cache| cache.join("sayso/tools"))
        .context("no folder for tools; set SAYSO_TOOLS_DIR or HOME")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_tools_folder(variables: &[(&str, &str)], expected: Option<&str>) {
        let folder = tools_folder(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.into())
        });
        assert_eq!(folder.ok(), expected.map(PathBuf::from), "{variables:?}");
    }

    #[test]
    fn the_tools_folder_is_chosen_by_the_most_specific_variable() {
        check_tools_folder(
            &[("HOME", "/home/ann")],
            Some("/home/ann/.cache/sayso/tools"),
        );
        check_tools_folder(
            &[("HOME", "/home/ann"), ("XDG_CACHE_HOME", "/cache")],
            Some("/cache/sayso/tools"),
        );
        check_tools_folder(
            &[("HOME", "/home/ann"), ("SAYSO_TOOLS_DIR", "/opt")],
            Some("/opt"),
        );
        check_tools_folder(&[], None);
    }

    #[test]
    fn a_relative_cache_folder_is_ignored() {
        check_tools_folder(
            &[("HOME", "/home/ann"), ("XDG_CACHE_HOME", "cache")],
            Some("/home/ann/.cache/sayso/tools"),
        );
    }
}
