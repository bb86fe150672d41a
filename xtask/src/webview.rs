//! Builds the desktop app of `examples/webview/app`, which the end-to-end tests drive.
//!
//! It is a workspace of its own, so that nothing else here needs GTK. Its crates have
//! a folder of their own in the target folder, and are built once.

use std::path::PathBuf;

use anyhow::Result;

use crate::command;
use crate::folders::Folders;
use crate::report;
use crate::setup;

/// Where it is.
pub(crate) const MANIFEST: &str = "examples/webview/app/Cargo.toml";

/// Tests and builds the app, and says where it is. The widget has to be packed by then.
///
/// # Errors
///
/// The headers are missing, or the app does not build.
pub(crate) fn build(folders: &Folders) -> Result<PathBuf> {
    setup::for_webview()?;
    report::step("building the app with a webview (two minutes the first time)");
    let target = folders.target.join("webview-app");
    // Without clippy: it would go through all those crates a second time.
    for task in ["test", "build"] {
        let mut cargo = command::cargo(folders);
        cargo.args([task, "--locked", "--manifest-path", MANIFEST]);
        command::run(cargo.arg("--target-dir").arg(&target))?;
    }
    let name = format!("sayso-example-webview{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("debug").join(name))
}
