//! The program `sayso`. Everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    sayso_collector::run(std::env::args_os())
}
