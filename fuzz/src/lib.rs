//! What Sayso does with bytes that nobody meant: submissions, survey files, requests, logs.
//!
//! Each target takes any bytes, and panics when a promise is broken. The tests
//! feed them the corpus in `fuzz/corpus/`; the engine in `fuzz/engine/` makes up
//! new inputs, led by coverage. `fuzz/README.md` says how both are run.

#![expect(
    clippy::unwrap_used,
    reason = "a broken promise is a panic, which is what the engine looks for"
)]

mod desk;
mod log_recovery;
mod request;
mod submission;
mod survey_file;

/// Takes any bytes, and panics when a promise is broken.
pub type Target = fn(&[u8]);

/// Every target, by the name of its folder in the corpus.
pub const TARGETS: [(&str, Target); 4] = [
    ("log_recovery", log_recovery::run),
    ("request", request::run),
    ("submission", submission::run),
    ("survey_file", survey_file::run),
];

/// The target of a name.
pub fn target(name: &str) -> Option<Target> {
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    found.map(|(_, target)| *target)
}
