//! Packages of Debian and its relatives.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::report;

/// Lists older than this may name files that the archive has dropped.
const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether this machine installs its packages with apt.
pub(super) fn is_here() -> bool {
    command::find("apt-get").is_some() && command::find("apt-cache").is_some()
}

/// Installs the packages, or brings them up to the archive's version.
///
/// # Errors
///
/// There is no right to use apt, or the archive lacks a package. The message
/// carries the command to run by hand.
pub(super) fn install(packages: &[&str], why: &str, cost: &str) -> Result<()> {
    let by_hand = format!(
        "apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    report::installing(&packages.join(", "), why, cost);
    refresh_lists(|| packages.iter().all(|name| candidate(name).is_some()))?;
    let mut install = as_root("apt-get").with_context(|| format!("run as root: {by_hand}"))?;
    install.args([
        "install",
        "-y",
        "--no-install-recommends",
        "-o",
        "Dpkg::Use-Pty=0",
        "-q",
    ]);
    install.args(packages);
    command::run(&mut install).with_context(|| format!("apt failed; by hand: {by_hand}"))
}

/// The packages of the archive whose names match a pattern.
pub(super) fn known(pattern: &str) -> Result<Vec<String>> {
    let mut search = Command::new("apt-cache");
    search.args(["search", "--names-only", pattern]);
    let found = command::text_of(&mut search)?;
    Ok(found
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect())
}

/// Reads the archive's lists again if they are old or do not suffice.
pub(super) fn refresh_lists(suffice: impl Fn() -> bool) -> Result<()> {
    let are_fresh = lists_age().is_some_and(|age| age < STALE_AFTER);
    if are_fresh && suffice() {
        return Ok(());
    }
    report::say("    reading the package lists first: apt-get update");
    command::run(as_root("apt-get")?.args(["update", "-q"]))
}

/// The version of a package that the archive offers, as far as the lists know.
pub(super) fn candidate(package: &str) -> Option<String> {
    let policy = command::text_of(Command::new("apt-cache").args(["policy", package])).ok()?;
    candidate_in(&policy).map(str::to_owned)
}

fn candidate_in(policy: &str) -> Option<&str> {
    let version = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("Candidate:"))?
        .trim();
    (version != "(none)").then_some(version)
}

fn lists_age() -> Option<Duration> {
    fs::metadata("/var/lib/apt/lists/partial")
        .ok()?
        .modified()
        .ok()?
        .elapsed()
        .ok()
}

/// A command that runs as root, through sudo if need be.
fn as_root(program: &str) -> Result<Command> {
    let mut command = if command::text_of(Command::new("id").arg("-u"))? == "0" {
        Command::new(program)
    } else if command::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.args(["--preserve-env=DEBIAN_FRONTEND", program]);
        sudo
    } else {
        bail!("installing packages needs root, and there is no sudo");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_candidate_is_read_from_the_policy() {
        let policy = "rustc-web:\n  Installed: (none)\n  Candidate: 1.96.0+dfsg1-1~deb12u2\n";
        assert_eq!(candidate_in(policy), Some("1.96.0+dfsg1-1~deb12u2"));
        assert_eq!(
            candidate_in("old:\n  Installed: 1.0\n  Candidate: (none)\n"),
            None
        );
        assert_eq!(candidate_in(""), None);
    }
}
