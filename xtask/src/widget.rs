//! Builds the widget with Trunk and packs it for the collector.
//!
//! A build is skipped while its inputs are what they were; `inputs` decides.

mod inputs;
mod minify;
mod pack;
mod sizes;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command;
use crate::folders::Folders;
use crate::report;
use crate::setup::{self, Tuning, WidgetTools};

pub(crate) use sizes::Sizes;

/// The profile in Cargo.toml that puts size before speed.
pub(crate) const PROFILE: &str = "wasm-release";

/// When to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rebuild {
    /// Only if an input has changed since the packed files were written.
    IfChanged,
    /// In any case.
    Always,
}

impl From<bool> for Rebuild {
    fn from(is_forced: bool) -> Rebuild {
        if is_forced {
            Rebuild::Always
        } else {
            Rebuild::IfChanged
        }
    }
}

/// Builds and packs the widget, and prints the sizes.
///
/// # Errors
///
/// A tool is missing and cannot be installed, the widget does not compile, or
/// its loader does not fit what the packer expects.
pub(crate) fn build(folders: &Folders, rebuild: Rebuild) -> Result<Sizes> {
    let assets = folders.assets();
    let inputs = inputs::fingerprint(&folders.root)?;
    if rebuild == Rebuild::IfChanged && pack::was_made_from(&assets, &inputs) {
        report::step("the widget is up to date");
        return show(&assets);
    }
    let loader = folders.root.join("widget/loader/sayso.js");
    if !loader.is_file() {
        bail!(
            "{} is missing; it is the script that people paste",
            folders.short(&loader)
        );
    }
    let tools = setup::for_widget(folders)?;
    report::step("building the widget for size (a few minutes the first time)");
    let dist = folders.target.join("widget");
    compile(folders, &tools, &dist)?;

    report::step("packing the widget");
    let parts = pack::Parts {
        loader: minify::loader(&tools.npm, &loader)?,
        glue: minify::glue(&tools.npm, &dist.join("widget.js"))?,
        wasm: read(&dist.join("widget.wasm"))?,
    };
    let hash = pack::write(&parts, &assets, &inputs)?;
    report::say(format_args!(
        "    {} holds assets/{hash}/",
        folders.short(&assets)
    ));
    show(&assets)
}

/// Serves the gallery page with live reload until it is stopped.
pub(crate) fn serve(folders: &Folders, arguments: &[String]) -> Result<()> {
    let tools = setup::for_widget(folders)?;
    report::step("serving the gallery page; stop with Ctrl-C");
    report::say("    answers are passed on to a collector at 127.0.0.1:8080, for instance");
    report::say("    that of `cargo xtask demo` in another terminal");
    let mut trunk = tools.trunk(folders, Tuning::Development)?;
    trunk.arg("serve").args(arguments);
    command::run(&mut trunk)
}

/// Lets Trunk build the gallery page, and with it the widget, into a folder
/// that `trunk serve` does not write to.
fn compile(folders: &Folders, tools: &WidgetTools, dist: &Path) -> Result<()> {
    let mut trunk = tools.trunk(folders, Tuning::Size)?;
    trunk
        .args(["build", "--release", "--cargo-profile", PROFILE, "--dist"])
        .arg(dist);
    command::run(&mut trunk).context("the widget was not built")
}

fn show(assets: &Path) -> Result<Sizes> {
    let sizes = Sizes::of(assets)?;
    report::table(&sizes.rows());
    Ok(sizes)
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("Trunk did not write {}", path.display()))
}
