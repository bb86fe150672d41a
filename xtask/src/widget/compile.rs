//! Lets Trunk compile the widget, small or full.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::PROFILE;
use super::minify::Minifier;
use super::shorten::shorten;
use crate::command;
use crate::folders::Folders;
use crate::setup::{Tuning, WidgetTools};

/// Names the folder of the style sheets that the widget takes in.
/// Where it is not set, `.cargo/config.toml` names the sources.
const STYLE_FOLDER: &str = "SAYSO_STYLE";

/// Which of the two builds of the one crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Build {
    /// What most prompts need.
    Small,
    /// Everything that a survey can hold.
    Full,
}

impl Build {
    /// The features of `sayso-widget`.
    fn features(self) -> &'static str {
        match self {
            Build::Small => "csr",
            Build::Full => "csr,full",
        }
    }

    /// The folder that Trunk writes to.
    fn folder(self) -> &'static str {
        match self {
            Build::Small => "small",
            Build::Full => "full",
        }
    }
}

/// What Trunk left behind, made smaller.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The JavaScript that wasm-bindgen wrote, with short names.
    pub(super) glue: PathBuf,
    pub(super) wasm: PathBuf,
    pub(super) is_full: bool,
}

/// Compiles one build, by way of the gallery page, into a folder that
/// `trunk serve` does not write to.
/// Both builds share cargo's folder, so the second compiles our crates alone.
pub(super) fn build(
    folders: &Folders,
    tools: &WidgetTools,
    styles: &Path,
    build: Build,
) -> Result<Compiled> {
    let dist = made(folders).join(build.folder());
    let mut trunk = tools.trunk(folders, Tuning::Size)?;
    trunk
        .args(["build", "--release", "--cargo-profile", PROFILE])
        .args(["--features", build.features(), "--dist"])
        .arg(&dist)
        .env(STYLE_FOLDER, styles);
    command::run(&mut trunk)
        .with_context(|| format!("the {} widget was not built", build.folder()))?;
    let (glue, wasm) = ("sayso-widget.js", "sayso-widget_bg.wasm");
    let short = made(folders).join("short").join(build.folder());
    shorten(
        &tools.npm.wasm_opt(),
        &dist.join(glue),
        &dist.join(wasm),
        &short,
    )?;
    Ok(Compiled {
        glue: short.join(glue),
        wasm: short.join(wasm),
        is_full: build == Build::Full,
    })
}

/// Minifies the widget's style sheets, each under its own name, and returns
/// the folder they are in.
pub(super) fn styles(folders: &Folders, minifier: &Minifier) -> Result<PathBuf> {
    let to = made(folders).join("style");
    minified(&folders.root.join("widget/src/style"), &to, minifier)?;
    Ok(to)
}

fn minified(from: &Path, to: &Path, minifier: &Minifier) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    let entries = from
        .read_dir()
        .with_context(|| format!("cannot list {}", from.display()))?;
    for entry in entries {
        let path = entry?.path();
        let to = to.join(path.file_name().context("an entry without a name")?);
        if path.is_dir() {
            minified(&path, &to, minifier)?;
        } else {
            let small = minifier.style(&path)?;
            fs::write(&to, small).with_context(|| format!("cannot write {}", to.display()))?;
        }
    }
    Ok(())
}

fn made(folders: &Folders) -> PathBuf {
    folders.target.join("widget")
}
