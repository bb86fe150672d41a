//! What the end-to-end tests stand on: a real collector, real pages, real browsers.
//!
//! A [`stage::Stage`] is one test's own world: its folder, its collector process,
//! its site on another origin, its browser. Dropping it ends them all.
//! [`pages::Pages`] is a site whose pages each have headers of their own.
//!
//! `cargo xtask test e2e` builds what they need and says where it is:
//! `SAYSO_BIN` (the collector with the widget in it), `AXE` (axe-core's script),
//! and the programs of the three engines: `CHROME` and `CHROMEDRIVER`, `FIREFOX`
//! and `GECKODRIVER`, `MINIBROWSER`, `WEBKIT_DRIVER` and `XVFB`; `W3M`; of the
//! proxies: `NGINX` and `CADDY`; `NPM_SAMPLES`, the built sample projects; and
//! `WEBVIEW_APP`, the app of `examples/webview/app`.
//! A test without them fails and says so.

pub mod browser;
pub mod card;
pub mod collector;
pub mod pages;
pub mod stage;

/// A path from an environment variable that `cargo xtask test e2e` sets.
///
/// # Panics
///
/// When the variable is not set: a test that cannot run has failed.
#[must_use]
#[track_caller]
pub fn tool(variable: &str) -> String {
    match std::env::var(variable) {
        Ok(path) => path,
        Err(_) => panic!("{variable} is not set; run `cargo xtask test e2e`, which sets it"),
    }
}
