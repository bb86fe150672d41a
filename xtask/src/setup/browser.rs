//! The browser that the end-to-end tests drive.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::command;

/// Chromium and the driver of the same version.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Names under which systems install Chromium and Chrome.
const CHROMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Finds both programs, or installs them where apt can.
pub(super) fn ensure() -> Result<Browser> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    if !apt::is_here() {
        bail!(
            "the end-to-end tests need Chromium or Chrome and the chromedriver of the same \
             version; put both on the PATH or set CHROME and CHROMEDRIVER"
        );
    }
    apt::install(
        &["chromium", "chromium-driver"],
        "the end-to-end tests drive a real browser",
        "about a minute, 400 MB",
    )?;
    find()?.context("chromium and chromedriver were installed but are not on the PATH")
}

fn find() -> Result<Option<Browser>> {
    let chrome =
        named_by("CHROME")?.or_else(|| CHROMES.iter().find_map(|name| command::find(name)));
    let driver = named_by("CHROMEDRIVER")?.or_else(|| command::find("chromedriver"));
    Ok(chrome
        .zip(driver)
        .map(|(chrome, driver)| Browser { chrome, driver }))
}

/// A program that a variable names. A wrong path is an error, not a reason to
/// take another browser than the one that was asked for.
fn named_by(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).map(PathBuf::from) else {
        return Ok(None);
    };
    if !path.is_file() {
        bail!("{variable} names {}, which is not a file", path.display());
    }
    Ok(Some(path))
}
