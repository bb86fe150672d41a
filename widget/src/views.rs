//! The views: one card, one question at a time.
//!
//! A view takes a [`Flow`], shows what it says and sends events to it. It uses
//! the real form control, so that keyboard and screen reader work without extra
//! code. One question kind a file.
//!
//! What the small build does not know stands behind [`IS_FULL`], and is dropped from it.

use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::IS_FULL;
use sayso_core::question::{Question, QuestionKind, Shape};
use sayso_core::session::{Complaint, Session};
use sayso_core::strings::Strings;

mod asking;
mod card;
mod choices;
mod complaint;
mod consent;
mod free_text;
mod link;
mod markup;
mod message;
mod multiple_choice;
mod numerals;
mod place;
#[cfg(feature = "ssr")]
pub mod plain;
mod progress;
mod radio;
mod scale;
mod shapes;
mod single_choice;
mod thanks;

pub use card::{card, direction, empty, trial};

/// The controls of the question in the card.
fn question(flow: Flow, question: &Question) -> Vec<AnyView> {
    match &question.kind {
        QuestionKind::Nps(ends) => scale::scale(flow, question, ends, Shape::Numbers),
        QuestionKind::Csat(points) | QuestionKind::Ces(points) | QuestionKind::Rating(points) => {
            scale::scale(flow, question, &points.ends, points.shape)
        }
        QuestionKind::FreeText(field) => free_text::free_text(flow, question, field),
        QuestionKind::SingleChoice(choices) if IS_FULL => {
            single_choice::single_choice(flow, question, choices)
        }
        QuestionKind::MultipleChoice(choices) if IS_FULL => {
            multiple_choice::multiple_choice(flow, question, choices)
        }
        QuestionKind::Consent { label } if IS_FULL => consent::consent(flow, question, label),
        QuestionKind::Message(message) if IS_FULL => message::message(flow, message),
        QuestionKind::SingleChoice(_)
        | QuestionKind::MultipleChoice(_)
        | QuestionKind::Consent { .. }
        | QuestionKind::Message(_) => Vec::new(),
    }
}

/// True when the card is a form that works without a script.
fn is_plain() -> bool {
    #[cfg(feature = "ssr")]
    return plain::form().is_some();
    #[cfg(not(feature = "ssr"))]
    false
}

/// True while the answer to the question in the card is wrong.
fn is_wrong(session: &Session) -> bool {
    matches!(session.complaint(), Some(Complaint::Answer(_)))
}

/// One of the widget's own words.
fn word(flow: Flow, pick: impl FnOnce(&Strings) -> &str) -> String {
    flow.peek(|session| String::from(pick(&session.survey().strings)))
}

/// A text of the survey with its values in place.
fn piped(flow: Flow, text: &str) -> String {
    if !IS_FULL {
        return String::from(text);
    }
    flow.peek(|session| session.piped(text))
}

/// A number of digits as the language writes it.
fn number(flow: Flow, digits: &str) -> String {
    if !IS_FULL {
        return String::from(digits);
    }
    flow.peek(|session| session.survey().strings.written(digits))
}

/// An attribute's word for yes or no.
fn truth(is_true: bool) -> &'static str {
    if is_true { "true" } else { "false" }
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
