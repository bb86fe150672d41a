//! The views: one card, one question at a time.
//!
//! A view takes a [`Flow`], shows what it says and sends events to it. It uses
//! the real form control, so that keyboard and screen reader work without extra
//! code. One question kind a file.

use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::question::{Question, QuestionKind};
use sayso_core::session::{Complaint, Phase};
use sayso_core::strings::Strings;
use sayso_core::validate::Problem;

mod card;
mod free_text;
mod markup;
mod scale;
mod thanks;

pub use card::card;

/// The controls of the question in the card.
fn question(flow: Flow, question: &Question) -> Vec<AnyView> {
    match &question.kind {
        QuestionKind::Nps(ends) | QuestionKind::Csat(ends) => scale::scale(flow, question, ends),
        QuestionKind::FreeText {
            max_chars,
            placeholder,
        } => free_text::free_text(flow, question, *max_chars, placeholder.as_deref()),
    }
}

/// The words for what is wrong; empty when nothing is.
fn complaint(flow: Flow) -> String {
    flow.read(|session| {
        let strings = &session.survey().strings;
        let is_text = session
            .question()
            .is_some_and(|question| matches!(question.kind, QuestionKind::FreeText { .. }));
        session
            .complaint()
            .map(|complaint| String::from(words(strings, complaint, is_text)))
    })
    .unwrap_or_default()
}

fn words(strings: &Strings, complaint: Complaint, is_text: bool) -> &str {
    match complaint {
        Complaint::Answer(Problem::TooLong) => &strings.too_long,
        Complaint::Answer(Problem::Required) if is_text => &strings.required_text,
        Complaint::Answer(Problem::Required | Problem::OutOfRange | Problem::WrongKind) => {
            &strings.required
        }
        Complaint::Answer(Problem::UnknownQuestion | Problem::NotOnPath) | Complaint::Refused => {
            &strings.refused
        }
        Complaint::NotSent => &strings.not_sent,
    }
}

/// True while the answer to the question in the card is wrong.
fn is_wrong(flow: Flow) -> bool {
    flow.read(|session| matches!(session.complaint(), Some(Complaint::Answer(_))))
}

/// True while the completed response is on its way.
fn is_sending(flow: Flow) -> bool {
    flow.read(|session| session.phase() == Phase::Sending)
}

/// One of the widget's own words.
fn word(flow: Flow, pick: impl FnOnce(&Strings) -> &str) -> String {
    flow.peek(|session| String::from(pick(&session.survey().strings)))
}

#[cfg(test)]
#[cfg(feature = "ssr")]
mod tests;
