//! Set-up of a bare machine: everything that the other tasks need.
//!
//! Each part looks first and installs only what is missing, so a second run
//! does nothing. What is installed for the project alone goes to the tools
//! folder; only compilers and browsers come from the system's packages.

mod apt;
mod browser;
mod cargo_tools;
mod npm_tools;
mod proxies;
mod toolchain;
mod webview;

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::folders::Folders;
use crate::pins;
use crate::report;

pub(crate) use browser::Browsers;
pub(crate) use npm_tools::NpmTools;
pub(crate) use proxies::Proxies;
pub(crate) use toolchain::{Toolchain, Tuning};

/// What a build of the widget needs.
#[derive(Debug)]
pub(crate) struct WidgetTools {
    pub(crate) toolchain: Toolchain,
    pub(crate) trunk: PathBuf,
    pub(crate) wasm_bindgen: PathBuf,
    pub(crate) npm: NpmTools,
}

impl WidgetTools {
    /// A Trunk call that finds the right cargo, wasm-bindgen and wasm-opt.
    pub(crate) fn trunk(&self, folders: &Folders, tuning: Tuning) -> Result<Command> {
        let mut trunk = Command::new(&self.trunk);
        self.toolchain.configure(&mut trunk, folders, tuning);
        trunk
            .current_dir(&folders.root)
            .env("PATH", self.path()?)
            // Trunk reads NO_COLOR as a boolean and stops at the usual `1`.
            .env_remove("NO_COLOR");
        Ok(trunk)
    }

    /// The npm tools come first: a system folder may hold an old wasm-opt
    /// beside the right cargo.
    fn path(&self) -> Result<std::ffi::OsString> {
        let folder_of = |program: &PathBuf| program.parent().map(PathBuf::from);
        let first = [
            Some(self.npm.bin()),
            folder_of(&self.toolchain.cargo),
            folder_of(&self.wasm_bindgen),
        ];
        let rest = env::var_os("PATH").unwrap_or_default();
        let folders = first.into_iter().flatten().chain(env::split_paths(&rest));
        env::join_paths(folders).context("a folder on the PATH has a colon in its name")
    }
}

/// Makes sure that the widget can be built.
pub(crate) fn for_widget(folders: &Folders) -> Result<WidgetTools> {
    let toolchain = toolchain::ensure()?;
    let trunk = cargo_tools::ensure(
        folders,
        &cargo_tools::Tool {
            name: "trunk",
            version: pins::TRUNK,
            program: "trunk",
            arguments: &["--no-default-features"],
            why: "it builds the widget and serves the gallery page",
        },
    )?;
    let wasm_bindgen = cargo_tools::ensure(
        folders,
        &cargo_tools::Tool {
            name: "wasm-bindgen-cli",
            version: &pins::wasm_bindgen(folders)?,
            program: "wasm-bindgen",
            arguments: &[],
            why: "it writes the JavaScript that loads the widget; Trunk calls it",
        },
    )?;
    let npm = npm_tools::ensure(folders)?;
    Ok(WidgetTools {
        toolchain,
        trunk,
        wasm_bindgen,
        npm,
    })
}

/// Makes sure that npm is there, and says where.
pub(crate) fn npm() -> Result<PathBuf> {
    npm_tools::npm()
}

/// Makes sure that clippy can read the widget as WebAssembly.
pub(crate) fn for_clippy_wasm() -> Result<Toolchain> {
    let toolchain = toolchain::ensure()?;
    toolchain::ensure_clippy(&toolchain)?;
    Ok(toolchain)
}

/// Makes sure that cargo-deny is there, and says where.
pub(crate) fn for_deny(folders: &Folders) -> Result<PathBuf> {
    cargo_tools::ensure(
        folders,
        &cargo_tools::Tool {
            name: "cargo-deny",
            version: pins::CARGO_DENY,
            program: "cargo-deny",
            arguments: &[],
            why: "it checks licences and sources of the dependencies",
        },
    )
}

/// Makes sure that rustfmt and clippy of the host's toolchain are there.
pub(crate) fn for_host_checks(folders: &Folders) -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        let mut probe = command::cargo(folders);
        probe.args([subcommand, "--version"]);
        if command::output_of(&mut probe).is_err() {
            report::installing(component, "one stage of the tests runs it", "seconds");
            command::run(Command::new("rustup").args(["component", "add", component]))
                .with_context(|| format!("`cargo {subcommand}` is needed and cannot be added"))?;
        }
    }
    Ok(())
}

/// Makes sure that the browsers of three engines and their drivers are there.
pub(crate) fn for_browser_tests(folders: &Folders) -> Result<Browsers> {
    browser::ensure(folders)
}

/// Makes sure that an app with a webview can be built.
pub(crate) fn for_webview() -> Result<()> {
    webview::ensure()
}

/// Makes sure that the proxies are there that stand before collectors in the tests.
pub(crate) fn for_proxy_tests(folders: &Folders) -> Result<Proxies> {
    proxies::ensure(folders)
}

/// Installs everything that any task needs.
pub(crate) fn everything(folders: &Folders) -> Result<()> {
    for_host_checks(folders)?;
    let widget = for_widget(folders)?;
    for_clippy_wasm()?;
    let deny = for_deny(folders)?;
    let browsers = for_browser_tests(folders)?;
    let proxies = for_proxy_tests(folders)?;
    for_webview()?;
    cargo_tools::remove_leftovers(folders);
    report::step("everything is there");
    report::say(format_args!(
        "    {:<13}  {}",
        "toolchain", widget.toolchain
    ));
    for (name, path) in [
        ("trunk", &widget.trunk),
        ("bindgen", &widget.wasm_bindgen),
        ("npm", &widget.npm.folder),
        ("cargo-deny", &deny),
    ] {
        report::say(format_args!("    {name:<13}  {}", path.display()));
    }
    for (name, path) in browsers.variables().chain(proxies.variables()) {
        report::say(format_args!("    {name:<13}  {}", path.display()));
    }
    Ok(())
}

/// Prints lines for a shell, so that people can call Trunk themselves.
pub(crate) fn print_environment(folders: &Folders) -> Result<()> {
    let tools = for_widget(folders)?;
    let trunk = tools.trunk(folders, Tuning::Development)?;
    for (name, value) in trunk.get_envs() {
        match value {
            Some(value) => {
                let value = value.to_string_lossy().replace('\'', r"'\''");
                report::say(format_args!("export {}='{value}'", name.display()));
            }
            None => report::say(format_args!("unset {}", name.display())),
        }
    }
    let folder = tools.trunk.parent().context("trunk has no folder")?;
    report::say(format_args!("export PATH='{}':\"$PATH\"", folder.display()));
    Ok(())
}
