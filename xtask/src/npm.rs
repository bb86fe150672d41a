//! `cargo xtask npm`: packs the npm package, and builds the sample projects with it.
//!
//! The package is what stands in `npm/`, with the version of the workspace, and
//! the packed widget beside it for apps that bundle files.

mod samples;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use crate::command;
use crate::folders::Folders;
use crate::report;
use crate::setup;
use crate::widget::{self, Rebuild};

pub(crate) use samples::Samples;

/// Files of the packed widget that are no part of it.
const OUR_OWN: [&str; 3] = ["README.md", "hash", "inputs"];

/// Builds the widget if need be, packs the package and says where it is.
///
/// # Errors
///
/// The widget does not build, npm is missing, or the package cannot be packed.
pub(crate) fn run(folders: &Folders, with_samples: bool) -> Result<()> {
    widget::build(folders, Rebuild::IfChanged)?;
    let package = pack(folders)?;
    report::say(format_args!("    {}", folders.short(&package)));
    if with_samples {
        let samples = samples::build(folders, &package, &setup::npm()?)?;
        let folder = folders.short(samples.folder());
        report::say(format_args!("    built samples are in {folder}/*/dist/"));
    }
    Ok(())
}

/// Packs and checks the package, and builds the samples with it, all in
/// `target/npm`; what was made from the same inputs is left as it is.
pub(crate) fn samples(folders: &Folders) -> Result<Samples> {
    let package = pack(folders)?;
    let npm = setup::npm()?;
    samples::build(folders, &package, &npm)
}

/// Where everything is made. Not in another target folder: the samples name the
/// package by its path.
fn workshop(folders: &Folders) -> PathBuf {
    folders.root.join("target/npm")
}

/// Packs the package.
fn pack(folders: &Folders) -> Result<PathBuf> {
    let workshop = workshop(folders);
    let stage = workshop.join("package");
    if stage.exists() {
        fs::remove_dir_all(&stage)?;
    }
    copy(&folders.root.join("npm/src"), &stage.join("dist"))?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(folders.root.join(name), stage.join(name))?;
    }
    fs::copy(folders.root.join("npm/README.md"), stage.join("README.md"))?;
    let version = env!("CARGO_PKG_VERSION");
    let manifest = fs::read_to_string(folders.root.join("npm/package.json"))?;
    fs::write(
        stage.join("package.json"),
        with_version(&manifest, version)?,
    )?;
    add_assets(&folders.assets(), &stage.join("dist"))?;
    command::output_of(
        Command::new(setup::npm()?)
            .args(["pack", "--ignore-scripts", "--pack-destination"])
            .arg(&workshop)
            .current_dir(&stage),
    )?;
    let package = workshop.join(format!("sayso-{version}.tgz"));
    if !package.is_file() {
        bail!("npm did not write {}", folders.short(&package));
    }
    Ok(package)
}

/// The manifest in the sources has no version of its own.
fn with_version(manifest: &str, version: &str) -> Result<String> {
    const NONE: &str = r#""version": "0.0.0""#;
    if manifest.matches(NONE).count() != 1 {
        bail!("npm/package.json must say {NONE}; the version comes from Cargo.toml");
    }
    Ok(manifest.replace(NONE, &format!(r#""version": "{version}""#)))
}

/// The widget's files as the collector serves them, and a module that says their
/// folder and their hashes.
fn add_assets(assets: &Path, dist: &Path) -> Result<()> {
    let hash = fs::read_to_string(assets.join("hash"))
        .context("the widget is not packed; `cargo xtask widget` packs it")?;
    let folder = dist.join("assets").join(&hash);
    fs::create_dir_all(&folder)?;
    let mut lines = String::new();
    for path in files_of(assets)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if OUR_OWN.contains(&&*name) || name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let content = fs::read(&path)?;
        fs::write(folder.join(&*name), &content)?;
        writeln!(lines, "  \"{name}\": \"{}\",", integrity(&content))?;
    }
    let module = format!(
        "/* Written by `cargo xtask npm`. */\nexport const hash = \"{hash}\";\nexport const integrity = {{\n{lines}}};\n"
    );
    fs::write(dist.join("assets.js"), module)?;
    Ok(())
}

/// A hash for Subresource Integrity.
fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

/// The first digits of a SHA-256 over files: their paths and what is in them.
fn fingerprint(files: &[PathBuf]) -> Result<String> {
    let mut hasher = Sha256::new();
    for path in files {
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        hasher.update(path.to_string_lossy().as_bytes());
        hasher.update(content.len().to_le_bytes());
        hasher.update(content);
    }
    let digits = hasher.finalize();
    Ok(digits.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Copies the files of a folder, but for what npm and Vite make in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    for path in files_of(from)? {
        let place = to.join(path.strip_prefix(from)?);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&path, &place).with_context(|| format!("cannot write {}", place.display()))?;
    }
    Ok(())
}

/// The files below a folder in a fixed order, but for what npm and Vite make in it.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let is_made = ["node_modules", "dist"]
            .iter()
            .any(|name| path.ends_with(name));
        if path.is_dir() && !is_made {
            files.append(&mut files_of(&path)?);
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_the_workspace_goes_into_the_manifest() {
        let manifest = "{\n  \"version\": \"0.0.0\"\n}";
        let told = with_version(manifest, "1.2.3").unwrap();
        assert_eq!(told, "{\n  \"version\": \"1.2.3\"\n}");
        assert!(with_version(&told, "1.2.4").is_err(), "it has one");
    }

    #[test]
    fn base64_is_that_of_everybody() {
        assert_eq!(STANDARD.encode(b"Man"), "TWFu");
        assert_eq!(STANDARD.encode([0xfb, 0xff, 0xfe, 0, 0, 0]), "+//+AAAA");
        assert_eq!(integrity(b"").len(), "sha384-".len() + 64);
    }

    #[test]
    fn the_package_has_the_widget_under_its_hash_and_nothing_compressed() -> Result<()> {
        let (assets, dist) = (tempfile::tempdir()?, tempfile::tempdir()?);
        for name in [
            "hash",
            "inputs",
            "README.md",
            "sayso.js",
            "sayso.js.br",
            "widget.wasm",
        ] {
            fs::write(assets.path().join(name), "cafe")?;
        }
        add_assets(assets.path(), dist.path())?;
        let packed = files_of(&dist.path().join("assets"))?;
        let names: Vec<_> = packed
            .iter()
            .filter_map(|path| path.strip_prefix(dist.path()).ok()?.to_str())
            .collect();
        assert_eq!(names, ["assets/cafe/sayso.js", "assets/cafe/widget.wasm"]);
        let module = fs::read_to_string(dist.path().join("assets.js"))?;
        assert!(module.contains("hash = \"cafe\""), "{module}");
        assert!(module.contains("\"widget.wasm\": \"sha384-"), "{module}");
        Ok(())
    }

    #[test]
    fn what_npm_and_vite_make_is_not_copied() -> Result<()> {
        let (from, to) = (tempfile::tempdir()?, tempfile::tempdir()?);
        for folder in ["src", "node_modules/sayso", "dist"] {
            fs::create_dir_all(from.path().join(folder))?;
            fs::write(from.path().join(folder).join("file"), folder)?;
        }
        copy(from.path(), to.path())?;
        assert_eq!(files_of(to.path())?, [to.path().join("src/file")]);
        Ok(())
    }
}
