//! A question with several of some choices as its answer.

use super::choices::{chosen, hint, list, open, own_field};
use super::radio::on_choice;
use super::word;
use crate::flow::Flow;
use leptos::prelude::*;
use leptos::web_sys;
use sayso_core::answer::{Answer, OTHER};
use sayso_core::question::{Choices, Question, QuestionKind};
use sayso_core::session::{Event, Session};

/// The choices as boxes.
pub(super) fn multiple_choice(flow: Flow, _: &Question, choices: &Choices) -> Vec<AnyView> {
    let several = word(flow, |words| &words.several);
    let too_few = choices
        .too_few
        .as_deref()
        .filter(|_| 1 < choices.min_choices);
    let too_many = choices
        .too_many
        .as_deref()
        .filter(|_| choices.max_choices.is_some());
    // What would be an error is better said before.
    let mut sentences: Vec<&str> = too_few.into_iter().chain(too_many).collect();
    if sentences.is_empty() {
        sentences.push(&several);
    }
    let live = vec![on_choice(move |input, event| {
        let (value, is_chosen) = (input.value(), input.checked());
        let field = own_field(event).filter(|_| value == OTHER);
        let words = field.as_ref().map(web_sys::HtmlInputElement::value);
        let answer = flow.peek(|session| {
            let id = [value.as_str(), words.as_deref().unwrap_or_default()].concat();
            with(session, &value, is_chosen.then_some(id))
        });
        flow.send(Event::Answered(answer));
        if let Some(field) = field.filter(|_| is_chosen) {
            open(&field);
        }
    })];
    let mut parts = vec![hint(&sentences)];
    parts.extend(list(flow, choices, "checkbox", live, write));
    parts
}

fn write(session: &Session, words: &str) -> Option<Answer> {
    with(session, OTHER, Some([OTHER, words].concat()))
}

/// The answer as it stands, with another id in place of the one that begins like
/// `value`, in the order of the file. Nothing chosen is no answer.
fn with(session: &Session, value: &str, id: Option<String>) -> Option<Answer> {
    let QuestionKind::MultipleChoice(choices) = &session.question()?.kind else {
        return None;
    };
    let mut ids: Vec<String> = chosen(session.draft()).to_vec();
    ids.retain(|chosen| !is_value(chosen, value));
    ids.extend(id);
    let place = |id: &String| {
        let mut known = choices.choices.iter();
        known.position(|choice| choice.id.as_str() == id)
    };
    // One's own words have no place among the choices, and come last.
    ids.sort_by_key(|id| place(id).unwrap_or(choices.choices.len()));
    (!ids.is_empty()).then_some(Answer::Choices(ids))
}

fn is_value(id: &str, value: &str) -> bool {
    id == value || value == OTHER && id.starts_with(OTHER)
}
