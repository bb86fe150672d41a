//! Runs `cargo test` and counts, because a runner that ran nothing says "ok".

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command;
use crate::folders::Folders;
use crate::report;

/// How many tests there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) ran: u32,
    pub(super) ignored: u32,
}

/// Runs the tests, passes every line on, and counts from the closing ones.
///
/// # Errors
///
/// A test failed or did not compile.
pub(super) fn run(tests: &mut Command) -> Result<Counts> {
    let mut child = tests
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command::line(tests)))?;
    let stdout = child
        .stdout
        .take()
        .context("the test runner has no output")?;
    let mut counts = Counts::default();
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        counts.add(&line);
        report::say(line);
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{} ended with {status}", command::line(tests));
    }
    Ok(counts)
}

impl Counts {
    /// Reads a closing line of a runner; leaves other lines alone.
    fn add(&mut self, line: &str) {
        let Some(rest) = line.strip_prefix("test result: ") else {
            return;
        };
        let number = |what: &str| {
            rest.split([';', '.'])
                .filter_map(|part| part.trim().strip_suffix(what))
                .find_map(|number| number.trim().parse::<u32>().ok())
                .unwrap_or_default()
        };
        self.ran += number(" passed") + number(" failed");
        self.ignored += number(" ignored");
    }
}

/// The names of a package's test targets.
pub(super) fn targets(folders: &Folders, package: &str) -> Result<Vec<String>> {
    let mut metadata = command::cargo(folders);
    metadata.args(["metadata", "--no-deps", "--format-version=1"]);
    let metadata: serde_json::Value = serde_json::from_slice(&command::output_of(&mut metadata)?)?;
    Ok(test_targets(&metadata, package))
}

fn test_targets(metadata: &serde_json::Value, package: &str) -> Vec<String> {
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    list(&metadata["packages"])
        .iter()
        .filter(|found| found["name"] == package)
        .flat_map(|found| list(&found["targets"]))
        .filter(|target| list(&target["kind"]).iter().any(|kind| kind == "test"))
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests",
            "test passed_on_the_first_try ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s",
            "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            counts.add(line);
        }
        assert_eq!(counts, Counts { ran: 9, ignored: 1 });
    }

    #[test]
    fn only_the_test_targets_of_the_package_are_listed() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "sayso-tests", "targets": [
                { "name": "sayso_tests", "kind": ["lib"] },
                { "name": "e2e", "kind": ["test"] },
                { "name": "tidy", "kind": ["test"] },
            ] },
            { "name": "sayso-core", "targets": [{ "name": "golden", "kind": ["test"] }] },
        ] });
        assert_eq!(test_targets(&metadata, "sayso-tests"), ["e2e", "tidy"]);
    }

    #[test]
    fn a_runner_that_fails_is_an_error_that_names_it() {
        let message = run(Command::new("false").arg("--sample"))
            .unwrap_err()
            .to_string();
        assert!(
            message.starts_with("false --sample ended with"),
            "{message}"
        );
    }
}
