//! `cargo xtask fuzz`: runs the targets of `fuzz/` under libFuzzer, with the stable compiler.
//!
//! Coverage comes from a pass of LLVM that the stable compiler has, too; only
//! sanitizers would need another one, and without unsafe code of ours they have
//! little to find. `cargo xtask test` replays the corpus without all of this.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::args::FuzzArgs;
use crate::command;
use crate::folders::Folders;
use crate::report;

/// Where the engine is; it is no member of the workspace.
const ENGINE: &str = "fuzz/engine";

/// What makes a build tell the engine which code ran, and what it compared.
const INSTRUMENTED: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Runs the targets one after the other, and adds what they find to the corpus.
///
/// # Errors
///
/// A target is not known, the engine cannot be built, or an input breaks a promise.
pub(crate) fn run(folders: &Folders, options: &FuzzArgs) -> Result<()> {
    let corpus = folders.root.join("fuzz/corpus");
    let known = names_in(&corpus)?;
    if let Some(unknown) = options.targets.iter().find(|name| !known.contains(name)) {
        bail!(
            "there is no target `{unknown}`; there are {}",
            known.join(", ")
        );
    }
    let targets = match options.targets.is_empty() {
        true => &known,
        false => &options.targets,
    };
    let engine = build(folders)?;
    for target in targets {
        fuzz(folders, &engine, target, options.minutes)?;
    }
    Ok(())
}

/// Builds the engine, and says where it is.
fn build(folders: &Folders) -> Result<PathBuf> {
    report::step("building the engine (minutes the first time)");
    let host = host(folders)?;
    let target = folders.target.join("fuzz");
    let mut build = command::cargo(folders);
    build
        .current_dir(folders.root.join(ENGINE))
        // With a target of its own, programs that run while compiling are left as they are.
        .args(["build", "--release", "--target", &host, "--target-dir"])
        .arg(&target)
        .env("RUSTFLAGS", INSTRUMENTED);
    command::run(&mut build)?;
    Ok(target.join(host).join("release/sayso-fuzz-engine"))
}

/// The machine that this is, as the compiler names it.
fn host(folders: &Folders) -> Result<String> {
    let text = command::text_of(command::cargo(folders).arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host
        .context("cargo does not say which machine this is")?
        .to_owned())
}

/// Runs one target, from the corpus and what was found in earlier runs.
fn fuzz(folders: &Folders, engine: &Path, target: &str, minutes: f64) -> Result<()> {
    report::step(format_args!("fuzzing {target} for {minutes} minutes"));
    let found = folders.target.join("fuzz/found").join(target);
    let broken = folders.target.join("fuzz/broken").join(target);
    for folder in [&found, &broken] {
        fs::create_dir_all(folder)?;
    }
    let seconds = (minutes * 60.0).ceil();
    let words = folders.root.join("fuzz/words").join(target);
    let result = command::run(
        Command::new(engine)
            .current_dir(&folders.root)
            .env("SAYSO_FUZZ_TARGET", target)
            .arg(&found)
            .arg(folders.root.join("fuzz/corpus").join(target))
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-dict={}", words.display()))
            .arg(format!("-artifact_prefix={}/", broken.display()))
            .args(["-max_len=8192", "-timeout=20", "-rss_limit_mb=3000"]),
    );
    result.with_context(|| {
        format!(
            "an input breaks a promise; mend that, and move it from {} to fuzz/corpus/{target}",
            folders.short(&broken)
        )
    })
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
