//! The collector at its boundaries: the router without a socket, `serve` on a
//! free port, the log on a disk that fails on purpose, and the real program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what helpers of tests stumble over fails the test, and they say their seeds"
)]

mod assets;
mod attacks;
mod commands;
mod crash;
mod cross_origin;
mod definitions;
mod desk;
mod disk;
#[cfg(target_os = "linux")]
mod failing_disk;
mod fixtures;
#[cfg(target_os = "linux")]
mod full_disk;
mod limits;
mod logfile;
mod meddling;
mod operators;
mod program;
mod settings;
mod socket;
mod start;
mod statuses;
mod stop;
mod torture;
