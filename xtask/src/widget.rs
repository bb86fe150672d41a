//! Builds the widget with Trunk, twice, and packs it for the collector.
//!
//! The small build knows what most prompts need, the full one everything; a
//! survey's definition says which of them it needs.
//! A build is skipped while its inputs are what they were; `inputs` decides.

mod compile;
mod inputs;
mod lean;
mod minify;
mod pack;
mod shorten;
mod sizes;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command;
use crate::folders::Folders;
use crate::report;
use crate::setup::{self, Tuning};
use compile::{Build, Compiled};
use minify::Minifier;

pub(crate) use sizes::Sizes;

/// The profile in Cargo.toml that puts size before speed.
pub(crate) const PROFILE: &str = "wasm-release";

/// Where the scripts of the widget are.
const LOADER: &str = "widget/loader";

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
    let scripts = Scripts::find(folders)?;
    let tools = setup::for_widget(folders)?;
    report::step("building the widget for size, twice (a few minutes the first time)");
    let minifier = Minifier::new(&tools.npm);
    let styles = compile::styles(folders, &minifier)?;
    let small = compile::build(folders, &tools, &styles, Build::Small)?;
    let full = compile::build(folders, &tools, &styles, Build::Full)?;

    report::step("packing the widget");
    let parts = pack::Parts {
        loader: minifier.classic(&scripts.loader)?,
        small: scripts.bundle(&minifier, &small)?,
        full: scripts.bundle(&minifier, &full)?,
        modules: scripts.modules(&minifier)?,
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
    Scripts::find(folders)?;
    let tools = setup::for_widget(folders)?;
    report::step("serving the gallery page; stop with Ctrl-C");
    report::say("    answers are passed on to a collector at 127.0.0.1:8080, for instance");
    report::say("    that of `cargo xtask demo` in another terminal");
    let mut trunk = tools.trunk(folders, Tuning::Development)?;
    trunk.arg("serve").args(arguments);
    command::run(&mut trunk)
}

fn show(assets: &Path) -> Result<Sizes> {
    let sizes = Sizes::of(assets)?;
    report::table(&sizes.rows());
    Ok(sizes)
}

/// The scripts that people write; Trunk writes the glue.
#[derive(Debug)]
struct Scripts {
    /// What people paste.
    loader: PathBuf,
    /// What is needed once a card opens.
    card: PathBuf,
    /// In the order of [`pack::MODULES`].
    modules: [PathBuf; pack::MODULES.len()],
}

impl Scripts {
    /// Looks before anything is compiled.
    fn find(folders: &Folders) -> Result<Scripts> {
        let script = |name: &str| {
            let path = folders.root.join(LOADER).join(name);
            if !path.is_file() {
                bail!("{} is missing", folders.short(&path));
            }
            Ok(path)
        };
        let mut modules = <[PathBuf; pack::MODULES.len()]>::default();
        for (module, name) in modules.iter_mut().zip(pack::MODULES) {
            *module = script(name)?;
        }
        Ok(Scripts {
            loader: script("sayso.js")?,
            card: script("card.js")?,
            modules,
        })
    }

    fn modules(&self, minifier: &Minifier) -> Result<[Vec<u8>; pack::MODULES.len()]> {
        let mut modules = <[Vec<u8>; pack::MODULES.len()]>::default();
        for (module, path) in modules.iter_mut().zip(&self.modules) {
            *module = minifier.module(path)?;
        }
        Ok(modules)
    }

    /// One build's files: its script in one piece, and its wasm.
    fn bundle(&self, minifier: &Minifier, compiled: &Compiled) -> Result<pack::Bundle> {
        let wasm = &compiled.wasm;
        Ok(pack::Bundle {
            script: minifier.card(&self.card, &compiled.glue, compiled.is_full)?,
            wasm: fs::read(wasm)
                .with_context(|| format!("Trunk did not write {}", wasm.display()))?,
        })
    }
}
