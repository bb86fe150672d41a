//! What people run in this repository: `cargo xtask demo`, `cargo xtask test` and their parts.
//!
//! It installs what is missing, builds the widget, and runs the checks.
//! Nothing here is shipped; the rules of surveys live in `sayso-core`.

mod args;
mod folders;
mod report;

mod command;
mod pins;
mod setup;
mod webview;
mod widget;

mod demo;
mod fuzz;
mod npm;
mod stages;
mod torture;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use args::{Args, Task};
use folders::Folders;

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<()> {
    let folders = Folders::of_this_checkout()?;
    match args.task {
        Task::Setup => setup::everything(&folders),
        Task::Widget { force } => widget::build(&folders, force.into()).map(drop),
        Task::Npm { samples } => npm::run(&folders, samples),
        Task::Serve { arguments } => widget::serve(&folders, &arguments),
        Task::Env => setup::print_environment(&folders),
        Task::Demo(options) => demo::run(&folders, &options),
        Task::Torture(options) => torture::run(&folders, &options),
        Task::Flood { submissions } => torture::flood(&folders, submissions),
        Task::Fuzz(options) => fuzz::run(&folders, &options),
        Task::Test(options) => stages::run(&folders, &options),
    }
}
