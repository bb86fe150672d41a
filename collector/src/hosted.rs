//! The hosted page `/s/{id}`: a survey as a plain HTML form, for whoever has no script.
//!
//! The card is rendered by the widget's own views. Nothing is kept between two steps:
//! what is known of the response travels in hidden fields ([`visit`]), and the session is
//! walked anew to where the respondent was ([`walk`]). Each step is stored as a partial
//! submission, and the last one as the completed one, by the rules of `POST /v1/responses`.
//!
//! A `GET` stores nothing: programs open every link of a mail before a person does.

mod answers;
pub mod look;
pub mod page;
pub mod recent;
pub mod snippet;
pub mod visit;
pub mod walk;
pub mod words;
