//! Makes the scripts small with esbuild.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::setup::NpmTools;

/// What all browsers have that run the widget: modules, dynamic import,
/// optional chaining.
const TARGET: &str = "--target=es2020";

/// The loader stays a classic script: people paste it without `type="module"`.
pub(super) fn loader(npm: &NpmTools, path: &Path) -> Result<String> {
    let bytes = command::output_of(esbuild(npm, path).arg("--log-level=warning"))?;
    Ok(String::from_utf8(bytes)?)
}

/// The glue stays a module with its exports. Bundling draws in the snippets
/// that crates may bring, so that there is one file to fetch.
pub(super) fn glue(npm: &NpmTools, path: &Path) -> Result<Vec<u8>> {
    command::output_of(esbuild(npm, path).args(["--bundle", "--format=esm", "--log-level=warning"]))
}

fn esbuild(npm: &NpmTools, path: &Path) -> Command {
    let mut esbuild = Command::new(npm.esbuild());
    esbuild.arg(path).args([
        "--minify",
        "--legal-comments=none",
        "--charset=utf8",
        TARGET,
    ]);
    esbuild
}
