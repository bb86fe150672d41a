//! Installs, checks and builds the sample projects, and checks the types.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{copy, files_of, fingerprint, workshop};
use crate::command;
use crate::folders::Folders;
use crate::report;

/// The sample projects, and what of the package's own is checked like one.
const PROJECTS: [(&str, &str); 4] = [
    ("react", "examples/frameworks/react"),
    ("vue", "examples/frameworks/vue"),
    ("svelte", "examples/frameworks/svelte"),
    ("types", "npm/tests/types"),
];

/// The file that says what a project was built from.
const MARK: &str = "built-from";

/// What the end-to-end tests need of the package.
#[derive(Debug)]
pub(crate) struct Samples {
    folder: PathBuf,
}

impl Samples {
    /// Where the built samples are, each in a folder with its name, and in
    /// `package` what is in the package.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Builds those whose sources, or whose package, have changed.
pub(super) fn build(folders: &Folders, package: &Path, npm: &Path) -> Result<Samples> {
    let workshop = workshop(folders);
    let packed = files_of_package(&workshop)?;
    for (name, sources) in PROJECTS {
        let sources = folders.root.join(sources);
        let project = workshop.join(name);
        let mut inputs = files_of(&sources)?;
        inputs.extend(packed.iter().cloned());
        let inputs = fingerprint(&inputs)?;
        if fs::read_to_string(project.join(MARK)).is_ok_and(|made_from| made_from == inputs) {
            continue;
        }
        report::step(format_args!(
            "building {} with {}",
            folders.short(&sources),
            folders.short(package)
        ));
        renew(&sources, &project)?;
        install(npm, &project)?;
        for script in ["check", "build"] {
            let mut run = Command::new(npm);
            run.args(["run", "--silent", "--if-present", script]);
            command::run(run.current_dir(&project))
                .with_context(|| format!("{} does not {script}", folders.short(&sources)))?;
        }
        fs::write(project.join(MARK), inputs)?;
    }
    Ok(Samples { folder: workshop })
}

/// What is in the package, file by file: the archive itself has times in it.
fn files_of_package(workshop: &Path) -> Result<Vec<PathBuf>> {
    let stage = workshop.join("package");
    let mut files = vec![stage.join("package.json")];
    for entry in fs::read_dir(stage.join("dist"))? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Puts the sources into the project's folder, and leaves what npm installed there.
fn renew(sources: &Path, project: &Path) -> Result<()> {
    for left in ["src", "dist", MARK] {
        let left = project.join(left);
        if left.is_dir() {
            fs::remove_dir_all(&left)?;
        } else if left.is_file() {
            fs::remove_file(&left)?;
        }
    }
    copy(sources, project)
}

/// Installs what the lock file says; the package itself has another hash each time
/// that it changes, so the lock file has none for it.
fn install(npm: &Path, project: &Path) -> Result<()> {
    command::run(
        Command::new(npm)
            .args([
                "ci",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--prefer-offline",
            ])
            .current_dir(project),
    )
}
