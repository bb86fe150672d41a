//! Running other programs, and saying which one failed.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::folders::Folders;

/// The cargo that started this program, or the one on the PATH.
pub(crate) fn cargo(folders: &Folders) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&folders.root);
    command
}

/// Runs a program to its end; its output goes straight to the terminal.
///
/// # Errors
///
/// The program is missing or ended with another status than 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", line(command));
    }
    Ok(())
}

/// Runs a program to its end and returns what it wrote to stdout.
///
/// # Errors
///
/// As for [`run`]; the message carries what it wrote to stderr.
pub(crate) fn output_of(command: &mut Command) -> Result<Vec<u8>> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{} ended with {}\n{}",
            line(command),
            output.status,
            said.trim_end()
        );
    }
    Ok(output.stdout)
}

/// Like [`output_of`], as text without surrounding space.
pub(crate) fn text_of(command: &mut Command) -> Result<String> {
    let bytes = output_of(command)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// A command as it would be typed, without its folder and environment.
pub(crate) fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first program of this name on the PATH.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    find_in(&env::var_os("PATH")?, name)
}

fn find_in(path: &OsStr, name: &str) -> Option<PathBuf> {
    env::split_paths(path)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|candidate| candidate.is_file())
}

/// The version that a program prints for `--version`, if it runs at all.
pub(crate) fn version_of(program: &Path) -> Option<String> {
    let text = text_of(Command::new(program).arg("--version")).ok()?;
    first_version(&text).map(str::to_owned)
}

/// The first word that looks like a version: `trunk 0.21.14 (…)`.
fn first_version(text: &str) -> Option<&str> {
    text.split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        assert_eq!(first_version("trunk 0.21.14"), Some("0.21.14"));
        assert_eq!(
            first_version("cargo 1.96.0 (30a34c682 2026-05-25)"),
            Some("1.96.0")
        );
        assert_eq!(
            first_version("Debian LLD 19.1.7 (compatible with GNU)"),
            Some("19.1.7")
        );
        assert_eq!(first_version("no number here"), None);
    }

    #[test]
    fn a_command_is_shown_without_its_folder() {
        let mut command = Command::new("/opt/tools/trunk");
        command.args(["build", "--release"]);
        assert_eq!(line(&command), "trunk build --release");
    }

    #[test]
    fn the_first_folder_of_the_path_wins() -> Result<()> {
        let (first, second) = (tempfile::tempdir()?, tempfile::tempdir()?);
        std::fs::write(second.path().join("tool"), "")?;
        let path = env::join_paths([first.path(), second.path()])?;
        assert_eq!(find_in(&path, "tool"), Some(second.path().join("tool")));
        std::fs::write(first.path().join("tool"), "")?;
        assert_eq!(find_in(&path, "tool"), Some(first.path().join("tool")));
        assert_eq!(find_in(&path, "other"), None);
        Ok(())
    }
}
