//! The Rust toolchain for WebAssembly: one recipe, two sources.
//!
//! The standard library is rebuilt for size, so no prebuilt one is needed,
//! only its sources. rustup has them as the component `rust-src`; Debian has
//! them beside the toolchain it builds browsers with.
//! Rebuilding is an unstable feature of cargo; `RUSTC_BOOTSTRAP` opens it on a
//! stable compiler, which costs less than a second, nightly toolchain.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::apt;
use crate::command;
use crate::folders::Folders;
use crate::pins;
use crate::report;

/// Panics trap at once, without a message. Their places in the sources are
/// left out too: they would cost bytes and carry the builder's folders.
const SMALLEST: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none";

/// What to build the widget for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tuning {
    /// The fewest bytes: a standard library made for size, and panics that
    /// trap at once without a message.
    Size,
    /// The developer's loop: quick to build, with readable panics.
    Development,
}

/// A compiler with the sources of its standard library.
#[derive(Debug)]
pub(crate) struct Toolchain {
    source: Source,
    pub(crate) cargo: PathBuf,
    rustc: PathBuf,
    /// `None` where the toolchain has its own and finds it.
    linker: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Rustup,
    Debian,
}

impl fmt::Display for Toolchain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match self.source {
            Source::Rustup => "rustup with rust-src",
            Source::Debian => "Debian's toolchain for browsers",
        };
        write!(out, "{} ({source})", self.rustc.display())
    }
}

impl Toolchain {
    /// Sets the environment in which cargo builds for WebAssembly.
    pub(crate) fn configure(&self, command: &mut Command, folders: &Folders, tuning: Tuning) {
        // What the outer cargo set for its own toolchain must not leak in.
        for name in [
            "CARGO",
            "RUSTUP_TOOLCHAIN",
            "LD_LIBRARY_PATH",
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
        ] {
            command.env_remove(name);
        }
        command
            .env("RUSTC", &self.rustc)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", folders.wasm_target())
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                self.flags(tuning),
            );
        if tuning == Tuning::Size {
            command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
        }
    }

    /// A clippy call, by its full path: the PATH may lead to another clippy,
    /// which would not understand this compiler's libraries.
    pub(crate) fn clippy(&self, folders: &Folders, tuning: Tuning) -> Command {
        let mut clippy = Command::new(beside(&self.cargo, "cargo-clippy"));
        clippy.current_dir(&folders.root);
        self.configure(&mut clippy, folders, tuning);
        // cargo-clippy starts the cargo that this variable names.
        clippy.env("CARGO", &self.cargo).arg("clippy");
        clippy
    }

    fn flags(&self, tuning: Tuning) -> String {
        let mut flags = Vec::new();
        if let Some(linker) = &self.linker {
            flags.push(format!(
                "-Clinker={} -Clinker-flavor=wasm-ld",
                linker.display()
            ));
        }
        if tuning == Tuning::Size {
            flags.push(SMALLEST.to_owned());
        }
        flags.join(" ")
    }
}

/// Finds a toolchain, or installs what it lacks.
///
/// # Errors
///
/// Neither source can be had; the message says what is needed.
pub(super) fn ensure() -> Result<Toolchain> {
    if let Some(found) = of_rustup().or_else(of_debian) {
        return Ok(found);
    }
    if command::find("rustup").is_some() {
        report::installing(
            "rust-src",
            "the widget rebuilds the standard library for size",
            "seconds",
        );
        if command::run(Command::new("rustup").args(["component", "add", "rust-src"])).is_ok() {
            return of_rustup().context("rustup added rust-src, but its files are not there");
        }
        report::say("    rustup cannot add rust-src here; looking for a system toolchain");
    }
    let (major, minor) = pins::OLDEST_WASM_RUSTC;
    let needed = format!("{major}.{minor}");
    if !apt::is_here() {
        bail!(
            "the widget needs rustc {needed} or newer with the sources of the standard library \
             (`rustup component add rust-src`)"
        );
    }
    // The release itself has an older one; the security archive has one that will do.
    let is_offered = || apt::candidate("rustc-web").is_some_and(|version| is_new_enough(&version));
    apt::refresh_lists(is_offered)?;
    if !is_offered() {
        bail!(
            "the widget needs rustc {needed} or newer with the sources of the standard library: \
             add the security archive to apt's sources (it has rustc-web), or use rustup"
        );
    }
    let linker = linker_package()?;
    apt::install(
        &["rustc-web", "cargo-web", "rust-web-src", &linker],
        "they compile the widget; the Debian toolchain can rebuild the standard library for size",
        "about half a minute, 600 MB",
    )?;
    of_debian().context("Debian's toolchain was installed but is too old or incomplete")
}

/// Makes sure that the toolchain has clippy.
pub(super) fn ensure_clippy(toolchain: &Toolchain) -> Result<()> {
    if beside(&toolchain.cargo, "cargo-clippy").is_file() {
        return Ok(());
    }
    let why = "it checks the widget as WebAssembly";
    match toolchain.source {
        Source::Debian => apt::install(&["rust-web-clippy"], why, "seconds"),
        Source::Rustup => {
            report::installing("clippy", why, "seconds");
            command::run(Command::new("rustup").args(["component", "add", "clippy"]))
        }
    }
}

/// The toolchain that rustup would use here, if it has the sources.
fn of_rustup() -> Option<Toolchain> {
    command::find("rustup")?;
    let rustc = command::text_of(Command::new("rustup").args(["which", "rustc"])).ok()?;
    let rustc = PathBuf::from(rustc);
    let cargo = beside(&rustc, "cargo");
    is_complete(&rustc).then_some(Toolchain {
        source: Source::Rustup,
        cargo,
        rustc,
        linker: None,
    })
}

/// The toolchain of the system's packages, if it has the sources and a linker.
fn of_debian() -> Option<Toolchain> {
    let rustc = PathBuf::from("/usr/bin/rustc");
    let cargo = beside(&rustc, "cargo");
    let linker = Some(newest_linker()?);
    (cargo.is_file() && is_complete(&rustc)).then_some(Toolchain {
        source: Source::Debian,
        cargo,
        rustc,
        linker,
    })
}

/// Whether a compiler is new enough and has its standard library's sources.
fn is_complete(rustc: &Path) -> bool {
    let Some(version) = command::version_of(rustc) else {
        return false;
    };
    let Ok(sysroot) = command::text_of(Command::new(rustc).args(["--print", "sysroot"])) else {
        return false;
    };
    let sources = Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    is_new_enough(&version) && sources.is_file()
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .split('.')
        .map_while(|number| number.parse::<u32>().ok());
    numbers
        .next()
        .zip(numbers.next())
        .is_some_and(|found| found >= pins::OLDEST_WASM_RUSTC)
}

/// The newest `wasm-ld-N` of the system that is new enough.
fn newest_linker() -> Option<PathBuf> {
    let folder = Path::new("/usr/bin");
    let names = folder
        .read_dir()
        .ok()?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok());
    newest(names, "wasm-ld-").map(|name| folder.join(name))
}

/// The package that holds such a linker, in the newest version of the archive.
fn linker_package() -> Result<String> {
    let names = apt::known("^lld-[0-9]+$")?;
    newest(names.into_iter(), "lld-").with_context(|| {
        format!(
            "the package archive has no lld-{} or newer, which links the widget",
            pins::OLDEST_WASM_LD
        )
    })
}

/// Of names that end in a version number, the one with the highest.
fn newest(names: impl Iterator<Item = String>, prefix: &str) -> Option<String> {
    names
        .filter_map(|name| {
            let version: u32 = name.strip_prefix(prefix)?.parse().ok()?;
            (version >= pins::OLDEST_WASM_LD).then_some((version, name))
        })
        .max()
        .map(|(_, name)| name)
}

fn beside(program: &Path, name: &str) -> PathBuf {
    program.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compilers_before_immediate_abort_are_refused() {
        assert!(!is_new_enough("1.90.0"));
        assert!(is_new_enough("1.91.0"));
        assert!(is_new_enough("1.100.1"));
        assert!(!is_new_enough("nightly"));
    }

    #[track_caller]
    fn check_newest(names: &[&str], expected: Option<&str>) {
        let names = names.iter().map(|&name| name.to_owned());
        assert_eq!(newest(names, "wasm-ld-").as_deref(), expected);
    }

    #[test]
    fn the_newest_linker_is_chosen_by_number() {
        check_newest(
            &["wasm-ld-19", "wasm-ld-100", "wasm-ld-21"],
            Some("wasm-ld-100"),
        );
        check_newest(&["wasm-ld", "ld.lld-22", "wasm-ld-19"], Some("wasm-ld-19"));
        check_newest(&["wasm-ld-18"], None);
    }

    fn sample(source: Source, linker: Option<&str>) -> Toolchain {
        Toolchain {
            source,
            cargo: "/opt/bin/cargo".into(),
            rustc: "/opt/bin/rustc".into(),
            linker: linker.map(PathBuf::from),
        }
    }

    #[test]
    fn only_a_toolchain_without_its_own_linker_names_one() {
        assert_eq!(
            sample(Source::Debian, Some("/usr/bin/wasm-ld-19")).flags(Tuning::Size),
            format!("-Clinker=/usr/bin/wasm-ld-19 -Clinker-flavor=wasm-ld {SMALLEST}")
        );
        assert_eq!(sample(Source::Rustup, None).flags(Tuning::Size), SMALLEST);
        assert_eq!(sample(Source::Rustup, None).flags(Tuning::Development), "");
    }

    #[test]
    fn clippy_is_the_one_beside_cargo() {
        let folders = Folders {
            root: "/r".into(),
            target: "/r/target".into(),
            tools: "/t".into(),
        };
        let clippy = sample(Source::Debian, None).clippy(&folders, Tuning::Size);
        assert!(Path::new(clippy.get_program()).starts_with("/opt/bin"));
        let cargo = clippy.get_envs().find(|(name, _)| *name == "CARGO");
        assert_eq!(
            cargo,
            Some(("CARGO".as_ref(), Some("/opt/bin/cargo".as_ref())))
        );
    }
}
