//! What each stage runs.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Stage;
use super::cargo_test::{self, Counts};
use crate::args::TestArgs;
use crate::command;
use crate::demo::build_program;
use crate::folders::Folders;
use crate::npm;
use crate::report;
use crate::setup::{self, Tuning};
use crate::webview;
use crate::widget::{self, Rebuild};

/// The widget's views build natively under this feature alone; the browser's
/// feature is checked as WebAssembly. Core is checked with all it has.
const HOST_FEATURES: [&str; 2] = ["--features", "sayso-widget/ssr,sayso-core/json"];

/// The folders that have a `Cargo.lock`: the workspace, and what is none of its members.
const WORKSPACES: [&str; 3] = [".", "examples/webview/app", "fuzz/engine"];

/// Runs one stage.
pub(super) fn run(stage: Stage, folders: &Folders, options: &TestArgs) -> Result<()> {
    match stage {
        Stage::Format => format(folders),
        Stage::Widget => widget::build(folders, Rebuild::IfChanged).map(drop),
        Stage::Clippy => clippy(folders),
        Stage::ClippyWasm => clippy_wasm(folders),
        Stage::Unit => unit(folders),
        Stage::Doc => doc(folders),
        Stage::Deny => deny(folders, options),
        Stage::Tidy => tidy(folders),
        Stage::E2e => e2e(folders),
    }
}

fn format(folders: &Folders) -> Result<()> {
    setup::for_host_checks(folders)?;
    command::run(command::cargo(folders).args(["fmt", "--all", "--check"]))
        .context("`cargo fmt --all` mends it")?;
    // A workspace of its own, and so a call of its own.
    let mut app = command::cargo(folders);
    app.args(["fmt", "--check", "--manifest-path", webview::MANIFEST]);
    command::run(&mut app)
        .with_context(|| format!("`cargo fmt --manifest-path {}` mends it", webview::MANIFEST))
}

fn clippy(folders: &Folders) -> Result<()> {
    setup::for_host_checks(folders)?;
    let mut clippy = command::cargo(folders);
    clippy
        .args(["clippy", "--workspace", "--all-targets"])
        .args(HOST_FEATURES);
    command::run(clippy.args(["--", "-D", "warnings"]))
}

/// Both builds of the widget: what one leaves out, the other may use.
fn clippy_wasm(folders: &Folders) -> Result<()> {
    let toolchain = setup::for_clippy_wasm()?;
    for features in ["csr", "csr,full"] {
        let mut clippy = toolchain.clippy(folders, Tuning::Size);
        clippy.args(["--package", "sayso-widget", "--features", features]);
        // The flags of the real build, so that both share the crates that run
        // while compiling.
        clippy.args([
            "--profile",
            widget::PROFILE,
            "--target",
            "wasm32-unknown-unknown",
        ]);
        command::run(clippy.args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}

fn unit(folders: &Folders) -> Result<()> {
    let mut tests = command::cargo(folders);
    tests
        .args(["test", "--workspace", "--exclude", "sayso-tests"])
        .args(HOST_FEATURES);
    // Examples in the documentation belong to the stage `doc`.
    expect_tests(cargo_test::run(tests.args([
        "--lib",
        "--bins",
        "--tests",
        "--no-fail-fast",
    ]))?)
}

fn doc(folders: &Folders) -> Result<()> {
    let mut docs = command::cargo(folders);
    docs.args(["doc", "--workspace", "--no-deps"])
        .args(HOST_FEATURES);
    command::run(docs.env("RUSTDOCFLAGS", "-D warnings"))?;
    let mut examples = command::cargo(folders);
    examples
        .args(["test", "--workspace", "--doc"])
        .args(HOST_FEATURES);
    cargo_test::run(&mut examples).map(drop)
}

/// Each workspace with its own lock file, by its own deny.toml.
fn deny(folders: &Folders, options: &TestArgs) -> Result<()> {
    let program = setup::for_deny(folders)?;
    for workspace in WORKSPACES {
        let mut deny = Command::new(&program);
        deny.current_dir(folders.root.join(workspace)).args([
            // A lock file that is behind would be checked as what it is not.
            "--locked",
            "check",
            "--hide-inclusion-graph",
            "bans",
            "licenses",
            "sources",
        ]);
        if options.advisories {
            deny.arg("advisories");
        }
        command::run(&mut deny).with_context(|| {
            format!(
                "{workspace}/deny.toml says what may enter; if {workspace}/Cargo.lock is behind, \
                 `cargo metadata --manifest-path {workspace}/Cargo.toml` mends it"
            )
        })?;
    }
    Ok(())
}

fn tidy(folders: &Folders) -> Result<()> {
    let mut tests = command::cargo(folders);
    expect_tests(cargo_test::run(tests.args([
        "test",
        "--package",
        "sayso-tests",
        "--test",
        "tidy",
    ]))?)
}

/// Runs every test of `sayso-tests` but `tidy`, against a collector with the
/// packed widget inside.
fn e2e(folders: &Folders) -> Result<()> {
    let browsers = setup::for_browser_tests(folders)?;
    let proxies = setup::for_proxy_tests(folders)?;
    let tools = setup::for_widget(folders)?.npm;
    widget::build(folders, Rebuild::IfChanged)?;
    let samples = npm::samples(folders)?;
    let program = build_program(folders, "sayso-collector", "sayso")?;
    let app = webview::build(folders)?;
    let targets = cargo_test::targets(folders, "sayso-tests")?;
    let mut tests = command::cargo(folders);
    tests.args(["test", "--package", "sayso-tests", "--no-fail-fast"]);
    for target in targets.iter().filter(|target| *target != "tidy") {
        tests.args(["--test", target]);
    }
    tests
        .env("SAYSO_BIN", program)
        .env("WEBVIEW_APP", app)
        .envs(browsers.variables())
        .envs(proxies.variables())
        .env("AXE", tools.axe())
        .env("NPM_SAMPLES", samples.folder());
    if targets.iter().all(|target| target == "tidy") {
        bail!("sayso-tests has no end-to-end tests");
    }
    expect_tests(cargo_test::run(&mut tests)?)
}

/// A test that did not run has failed.
fn expect_tests(counts: Counts) -> Result<()> {
    report::say(format_args!(
        "\n    {} tests ran, {} ignored",
        counts.ran, counts.ignored
    ));
    match counts {
        Counts { ran: 0, .. } => bail!("no test ran"),
        Counts { ignored: 1.., .. } => bail!("{} tests were ignored", counts.ignored),
        Counts { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_did_not_run_fail_the_stage() {
        assert!(expect_tests(Counts { ran: 3, ignored: 0 }).is_ok());
        assert!(expect_tests(Counts { ran: 0, ignored: 0 }).is_err());
        assert!(expect_tests(Counts { ran: 3, ignored: 1 }).is_err());
    }
}
