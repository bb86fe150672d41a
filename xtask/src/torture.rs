//! `cargo xtask torture` and `cargo xtask flood`: tests of the collector that run for as long as asked.
//!
//! Both are tests of `cargo xtask test`, too, where they are short.

use std::process::Command;

use anyhow::Result;

use crate::args::TortureArgs;
use crate::command;
use crate::folders::Folders;
use crate::report;

/// Kills the collector under load for some minutes.
///
/// # Errors
///
/// Something that was acknowledged is not in the log exactly once.
pub(crate) fn run(folders: &Folders, options: &TortureArgs) -> Result<()> {
    report::step(format_args!(
        "torturing the collector for {} minutes",
        options.minutes
    ));
    let mut test = test(folders, "torture::kills_under_load", options.release);
    test.env("SAYSO_TORTURE_MINUTES", options.minutes.to_string());
    if let Some(seed) = options.seed {
        test.env("SAYSO_TORTURE_SEED", seed.to_string());
    }
    command::run(&mut test)
}

/// Sends many submissions to the program as it is released.
///
/// # Errors
///
/// Memory grows by more than a few bytes a submission, or one is lost.
pub(crate) fn flood(folders: &Folders, submissions: u64) -> Result<()> {
    report::step(format_args!("sending {submissions} submissions"));
    let mut test = test(folders, "torture::flood", true);
    command::run(test.env("SAYSO_FLOOD", submissions.to_string()))
}

/// One test of the collector, with its output.
fn test(folders: &Folders, name: &str, is_release: bool) -> Command {
    let mut test = command::cargo(folders);
    test.args([
        "test",
        "--package",
        "sayso-collector",
        "--test",
        "collector",
    ]);
    if is_release {
        test.arg("--release");
    }
    test.args([name, "--", "--nocapture"]);
    test
}
