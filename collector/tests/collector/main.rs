//! The collector at its boundaries: the router without a socket, `serve` on a
//! free port, the log on a disk that fails on purpose, and the real program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "what helpers of tests stumble over fails the test, and they say their seeds"
)]

mod admin;
mod assets;
mod attacks;
mod closed;
mod commands;
mod commit;
mod crash;
mod cross_origin;
mod definitions;
mod desk;
mod disk;
mod erase;
mod erase_running;
#[cfg(target_os = "linux")]
mod failing_disk;
mod fixtures;
mod folders;
mod forwarded;
#[cfg(target_os = "linux")]
mod full_disk;
mod heads;
mod hosted;
mod index;
mod limits;
mod loader;
mod logfile;
mod mails;
mod marks;
mod meddling;
mod operators;
mod program;
mod reload;
mod reports;
mod respondents;
mod rotation;
mod safety;
mod settings;
mod silence;
mod smuggling;
mod socket;
mod start;
mod statuses;
mod stop;
#[cfg(target_os = "linux")]
mod systemd;
mod tls;
mod torture;
mod verify;
