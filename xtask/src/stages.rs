//! `cargo xtask test`: all checks, stage by stage.
//!
//! Warnings are errors only here, never in the sources: those must go on to
//! build with the next compiler.

mod cargo_test;
mod checks;

use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::args::TestArgs;
use crate::folders::Folders;
use crate::report;
use crate::setup;

/// One group of checks. The order here is the order they run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Stage {
    /// Every file is formatted.
    Format,
    /// The widget builds for size and keeps its budgets.
    Widget,
    /// clippy finds nothing on the host.
    Clippy,
    /// clippy finds nothing in the widget as WebAssembly.
    ClippyWasm,
    /// The tests of each crate.
    Unit,
    /// The documentation builds without warnings, and its examples run.
    Doc,
    /// Licences, sources and bans of the dependencies.
    Deny,
    /// The import rule, sizes and names of files.
    Tidy,
    /// The kit as a whole, with real browsers.
    E2e,
}

impl Stage {
    /// The name as it is typed.
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }
}

/// Sets up what the stages need, then runs them until one fails.
///
/// # Errors
///
/// Set-up or a stage failed; the message names the stage.
pub(crate) fn run(folders: &Folders, options: &TestArgs) -> Result<()> {
    let stages = in_order(&options.stages);
    if stages.len() == Stage::value_variants().len() {
        // All at once, before anything runs: nobody should wait for a stage
        // only to learn that the next one cannot start.
        setup::everything(folders)?;
    }
    let mut rows = Vec::new();
    let mut outcome = Ok(());
    for stage in stages {
        report::step(format_args!("stage {}", stage.name()));
        let started = Instant::now();
        outcome = checks::run(stage, folders, options);
        let verdict = if outcome.is_ok() { "passed" } else { "FAILED" };
        rows.push(
            [
                stage.name(),
                verdict.to_owned(),
                report::seconds(started.elapsed()),
            ]
            .to_vec(),
        );
        if outcome.is_err() {
            outcome = outcome.with_context(|| format!("stage {} failed", stage.name()));
            break;
        }
    }
    report::step("stages");
    report::table(&rows);
    outcome
}

/// The named stages without repeats in their usual order, or all of them.
fn in_order(named: &[Stage]) -> Vec<Stage> {
    let is_wanted = |stage: &Stage| named.is_empty() || named.contains(stage);
    Stage::value_variants()
        .iter()
        .copied()
        .filter(is_wanted)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_run_in_their_own_order_and_once() {
        let typed = [Stage::E2e, Stage::Format, Stage::E2e];
        assert_eq!(in_order(&typed), [Stage::Format, Stage::E2e]);
    }

    #[test]
    fn no_name_means_every_stage() {
        let names: Vec<_> = in_order(&[]).into_iter().map(Stage::name).collect();
        let expected = [
            "format",
            "widget",
            "clippy",
            "clippy-wasm",
            "unit",
            "doc",
            "deny",
            "tidy",
            "e2e",
        ];
        assert_eq!(names, expected);
    }
}
