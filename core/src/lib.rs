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
#[cfg(feature = "json")]
pub mod file;
pub mod id;
pub mod page;
pub mod question;
pub mod rating;
#[cfg(feature = "json")]
pub mod record;
pub mod score;
pub mod session;
pub mod strings;
pub mod survey;
pub mod text;
pub mod validate;
pub mod wire;
