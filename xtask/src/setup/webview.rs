//! The headers of the system's webview. Linux alone has none without them.

use std::process::Command;

use anyhow::{Result, bail};

use super::apt;
use crate::command;

/// Debian's package.
const PACKAGE: &str = "libwebkit2gtk-4.1-dev";

/// Looks for `WebKitGTK`'s headers, and installs them where apt can.
pub(super) fn ensure() -> Result<()> {
    if !cfg!(target_os = "linux") || is_there() {
        return Ok(());
    }
    if !apt::is_here() {
        bail!("the example app needs the headers of WebKitGTK 4.1: {PACKAGE}, as Debian calls it");
    }
    apt::install(
        &[PACKAGE],
        "the example app with a webview is built and driven by the end-to-end tests",
        "a minute, about 300 MB",
    )
}

fn is_there() -> bool {
    let mut probe = Command::new("pkg-config");
    command::output_of(probe.args(["--exists", "webkit2gtk-4.1"])).is_ok()
}
