//! Sayso's collector: serves the widget, checks each response and keeps it on disk.
//!
//! The way of one submission, with the promise at each step:
//!
//! 1. It arrives on one of a bounded number of connections, by [`tls`] or without,
//!    each held to the letter of HTTP, and [`app`] routes it. An [`metrics::OpenSubmission`] begins: whatever happens from here on, it
//!    ends in exactly one counted outcome.
//! 2. Rate (by the address that [`proxy`] tells), [`origin`], content type, size and time are checked, the cheap
//!    checks first. What is refused is refused with a code that never changes
//!    ([`error::ApiError`]).
//! 3. The body is parsed, and its answers are checked by core's rules against
//!    the version of the survey that was answered ([`surveys`]). What is wrong
//!    is reported at once and in full.
//!    The respondent's signature is looked at, and what is doubtful is marked ([`trust`]).
//! 4. What is valid becomes one line, and waits for the disk in one of a bounded
//!    number of places ([`sink`]).
//! 5. The writer's thread appends it together with the others that wait, syncs
//!    them all, and makes the [`sink::Receipt`]. There is no other way to a 201
//!    or 200.
//!
//! The program around it: [`args`] is what was typed, [`config`] what is used,
//! [`Collector::open`] checks everything before a port is bound, and [`serve`]
//! runs until it is told to stop. Beside it, [`surveys::watch`] serves survey
//! files anew when they change, [`disk`] tries the disk, and [`systemd`] hears
//! how it goes. [`admin`] opens reports to whoever has the token. `sayso check`,
//! `report`, `verify`, `erase` and `init` are [`check`], [`report`], [`verify`],
//! [`erase`] and [`init`], and `sayso sign` is [`trust::site_key`].
//!
//! [`hosted`] is the page `/s/{id}`, where a survey is answered without a script.
//!
//! The dashboard and exports are not here yet.

pub mod accept;
pub mod admin;
pub mod args;
pub mod assets;
pub mod body;
pub mod check;
mod company;
pub mod config;
mod connections;
pub mod data;
pub mod disk;
pub mod durable;
pub mod erase;
pub mod error;
pub mod fields;
pub mod headers;
pub mod health;
pub mod history;
pub mod hosted;
pub mod init;
pub mod limits;
pub mod lines;
mod loaders;
pub mod logging;
mod mails;
pub mod metrics;
pub mod origin;
pub mod packed;
pub mod proxy;
pub mod rate;
pub mod report;
mod routes;
mod run;
pub mod secret;
mod serve;
pub mod settings;
pub mod sink;
mod state;
mod strict;
pub mod surveys;
pub mod systemd;
pub mod time;
pub mod tls;
pub mod tombstone;
pub mod trust;
mod turns;
mod unread;
pub mod verify;

pub use routes::app;
pub use run::run;
pub use serve::{Collector, serve, stop_signal};
pub use state::AppState;
