//! Tools from npm, in one folder per set of versions.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::apt;
use crate::command;
use crate::folders::Folders;
use crate::pins;
use crate::report;

/// The folder that npm filled.
#[derive(Debug)]
pub(crate) struct NpmTools {
    pub(crate) folder: PathBuf,
}

impl NpmTools {
    /// Where the programs are.
    pub(crate) fn bin(&self) -> PathBuf {
        self.folder.join("node_modules/.bin")
    }

    /// Minifies scripts.
    pub(crate) fn esbuild(&self) -> PathBuf {
        self.bin().join("esbuild")
    }

    /// Shortens the names in the wasm. Trunk calls it for the rest.
    pub(crate) fn wasm_opt(&self) -> PathBuf {
        self.bin().join("wasm-opt")
    }

    /// The accessibility checks, to be injected into a page.
    pub(crate) fn axe(&self) -> PathBuf {
        self.folder.join("node_modules/axe-core/axe.min.js")
    }
}

/// Installs the pinned packages once.
pub(super) fn ensure(folders: &Folders) -> Result<NpmTools> {
    let manifest = manifest();
    let folder = folders.tool("npm", &format!("{:.8}", fingerprint(&manifest)));
    let tools = NpmTools { folder };
    // Written last: a folder that an interrupted run left behind has none.
    let mark = tools.folder.join("installed");
    if mark.exists() {
        return Ok(tools);
    }
    let npm = npm()?;
    let names = pins::NPM
        .map(|(name, version, _)| format!("{name} {version}"))
        .join(", ");
    let whys = pins::NPM.map(|(_, _, why)| why).join("; ");
    report::installing(&names, &whys, "seconds, 30 MB");
    fs::create_dir_all(&tools.folder)
        .with_context(|| format!("cannot create {}", tools.folder.display()))?;
    fs::write(tools.folder.join("package.json"), manifest)?;
    command::run(
        Command::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&tools.folder),
    )?;
    for program in [tools.esbuild(), tools.bin().join("wasm-opt"), tools.axe()] {
        if !program.exists() {
            bail!("npm did not bring {}", program.display());
        }
    }
    fs::write(mark, "")?;
    Ok(tools)
}

/// npm itself, from the system's packages if it is missing.
pub(super) fn npm() -> Result<PathBuf> {
    if command::find("npm").is_none() || command::find("node").is_none() {
        if !apt::is_here() {
            bail!("Node.js and npm are needed on the PATH (wasm-opt and esbuild come from npm)");
        }
        apt::install(
            &["nodejs", "npm"],
            "wasm-opt and esbuild come from npm",
            "about a minute",
        )?;
    }
    command::find("npm").context("npm is not on the PATH")
}

fn manifest() -> String {
    let dependencies = pins::NPM.map(|(name, version, _)| format!("    \"{name}\": \"{version}\""));
    format!(
        "{{\n  \"private\": true,\n  \"dependencies\": {{\n{}\n  }}\n}}\n",
        dependencies.join(",\n")
    )
}

fn fingerprint(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_json_with_exact_versions() {
        let manifest: serde_json::Value = serde_json::from_str(&manifest()).unwrap();
        for (name, version, _) in pins::NPM {
            assert_eq!(manifest["dependencies"][name], version);
        }
    }

    #[test]
    fn another_version_gets_another_folder() {
        assert_ne!(
            fingerprint(&manifest()),
            fingerprint(&manifest().replace("132", "133"))
        );
    }
}
