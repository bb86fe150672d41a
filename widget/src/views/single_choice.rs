//! A question with one of some choices as its answer.

use super::choices::{list, open, own_field};
use super::radio::{on_choice, on_second_thoughts};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::answer::{Answer, OTHER};
use sayso_core::question::{Choices, Question};
use sayso_core::session::{Event, Session};

/// The choices as radio buttons.
pub(super) fn single_choice(flow: Flow, question: &Question, choices: &Choices) -> Vec<AnyView> {
    let mut live = vec![on_choice(move |input, event| {
        let value = input.value();
        if value != OTHER {
            flow.choose(Answer::Text(value));
            return;
        }
        let Some(field) = own_field(event) else {
            return;
        };
        let answer = flow.peek(|session| write(session, &field.value()));
        flow.send(Event::Answered(answer));
        // Arrow keys pass over "other", and must not be caught in its field.
        if flow.is_by_pointer() {
            open(&field);
        }
    })];
    if !question.is_required {
        live.extend(on_second_thoughts(flow, is_value));
    }
    list(flow, choices, "radio", live, write)
}

fn write(_: &Session, words: &str) -> Option<Answer> {
    Some(Answer::Text([OTHER, words].concat()))
}

fn is_value(answer: &Answer, value: &str) -> bool {
    match answer {
        Answer::Text(id) if value == OTHER => id.starts_with(OTHER),
        Answer::Text(id) => id == value,
        _ => false,
    }
}
