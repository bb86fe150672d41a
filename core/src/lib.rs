//! Sayso's rules, shared by the widget in the browser and the collector.
//!
//! The life of a response, from trigger to record:
//!
//! 1. An owner writes a survey file ([`mod@file`]). It is read, checked in full, and
//!    stamped with a version that is a hash of its content.
//! 2. The collector turns it into the [`page::Definition`] for one locale. The
//!    browser reads that back into the same [`survey::Survey`] the collector has.
//! 3. When the survey is due, [`session::Session`] runs it: events in, effects out.
//!    [`branch`] picks the next question, [`validate`] checks each answer.
//! 4. The answers travel as a [`wire`] submission. The collector checks them with
//!    the same [`validate`] against the version that was answered.
//! 5. An accepted submission becomes one line of the log: a [`record`].
//! 6. [`score`] turns many ratings into NPS and CSAT with their uncertainty.
//!
//! Nothing here does I/O, looks at a clock, throws dice or calls JavaScript: the
//! world comes in as arguments, so that a test is a table and the browser and
//! the collector cannot disagree.

pub mod answer;
pub mod branch;
pub mod condition;
#[cfg(feature = "json")]
pub mod file;
pub mod id;
#[cfg(feature = "json")]
pub mod object;
pub mod page;
pub mod piping;
pub mod question;
pub mod rating;
#[cfg(feature = "json")]
pub mod record;
#[cfg(feature = "json")]
pub mod rules;
pub mod sampling;
pub mod score;
pub mod session;
pub mod shuffle;
pub mod strings;
pub mod survey;
pub mod text;
pub mod validate;
pub mod wire;

/// False in the small build of the widget, which knows what most surveys need and no more.
///
/// Code for the rest stands behind this constant, so that the small build drops
/// it. The types are the same in both, and which build a survey needs is said in
/// its [`page::Definition`].
pub const IS_FULL: bool = cfg!(feature = "full");
