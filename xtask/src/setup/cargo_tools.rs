//! Tools from crates.io, each in a folder named after its version.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::command;
use crate::folders::Folders;
use crate::report;

/// One tool to have.
#[derive(Debug)]
pub(super) struct Tool<'a> {
    /// The crate.
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    /// The program that is wanted from it.
    pub(super) program: &'a str,
    /// For `cargo install`.
    pub(super) arguments: &'a [&'a str],
    pub(super) why: &'a str,
}

/// Finds the tool in exactly its version, or builds it.
pub(super) fn ensure(folders: &Folders, tool: &Tool) -> Result<PathBuf> {
    let folder = folders.tool(tool.name, tool.version);
    let program =
        folder
            .join("bin")
            .join(format!("{}{}", tool.program, std::env::consts::EXE_SUFFIX));
    if program.is_file() {
        return Ok(program);
    }
    let is_wanted = |found: &PathBuf| command::version_of(found).as_deref() == Some(tool.version);
    if let Some(found) = command::find(tool.program).filter(is_wanted) {
        return Ok(found);
    }
    let what = format!("{} {}", tool.name, tool.version);
    report::installing(&what, tool.why, "a few minutes of compiling, once");
    if install(folders, tool, &folder, &["--locked"]).is_err() {
        // A lock file may name a release that the registry at hand lacks.
        report::say("    the versions the author locked cannot be had; taking compatible ones");
        install(folders, tool, &folder, &[])?;
    }
    Ok(program)
}

fn install(folders: &Folders, tool: &Tool, folder: &Path, extra: &[&str]) -> Result<()> {
    let mut install = command::cargo(folders);
    // A debug build compiles in half the time, and none of these tools has
    // work to do that would show it.
    install.args(["install", "--debug", "--root"]).arg(folder);
    install
        .arg(format!("{}@{}", tool.name, tool.version))
        .args(tool.arguments)
        .args(extra);
    install.env("CARGO_PROFILE_DEV_DEBUG", "0");
    // One build folder for all tools: they share many crates.
    install.env("CARGO_TARGET_DIR", build_folder(folders));
    command::run(&mut install).with_context(|| format!("cannot install {}", tool.name))
}

/// Removes what the builds left; the programs are in their own folders.
pub(super) fn remove_leftovers(folders: &Folders) {
    let folder = build_folder(folders);
    if folder.exists() && fs::remove_dir_all(&folder).is_err() {
        report::say(format_args!(
            "    {} may be deleted",
            folders.short(&folder)
        ));
    }
}

fn build_folder(folders: &Folders) -> PathBuf {
    folders.target.join("tools")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installed_tool_is_taken_as_it_is() -> Result<()> {
        let place = tempfile::tempdir()?;
        let folders = Folders {
            root: place.path().into(),
            target: place.path().join("target"),
            tools: place.path().join("tools"),
        };
        let bin = folders.tool("sample", "1.2.3").join("bin");
        fs::create_dir_all(&bin)?;
        let program = bin.join(format!("sample{}", std::env::consts::EXE_SUFFIX));
        fs::write(&program, "")?;
        let tool = Tool {
            name: "sample",
            version: "1.2.3",
            program: "sample",
            arguments: &[],
            why: "a test",
        };
        assert_eq!(ensure(&folders, &tool)?, program);
        Ok(())
    }
}
