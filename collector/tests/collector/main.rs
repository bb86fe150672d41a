//! The collector at its boundaries: the router without a socket, `serve` on a
//! free port, the log on a disk that fails on purpose, and the real program.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what helpers of tests stumble over fails the test"
)]

mod admin;
mod assets;
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
mod fixtures;
mod folders;
mod forwarded;
mod heads;
mod index;
mod limits;
mod logfile;
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
mod verify;
