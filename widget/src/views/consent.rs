//! A box to tick.

use super::markup::{el, live_flag, text};
use super::radio::on_choice;
use super::{is_wrong, piped, truth};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::answer::Answer;
use sayso_core::question::Question;
use sayso_core::session::Event;

/// The box, with what is agreed to beside it. An empty box is no answer.
pub(super) fn consent(flow: Flow, question: &Question, label: &str) -> Vec<AnyView> {
    let is_agreed = flow.peek(|session| session.draft() == Some(&Answer::Truth(true)));
    let fixed = [
        ("type", "checkbox"),
        ("name", "answer"),
        ("value", "true"),
        ("aria-describedby", "error"),
        ("aria-required", truth(question.is_required)),
        ("checked", ""),
    ];
    let input = el(
        "input",
        if is_agreed { &fixed[..] } else { &fixed[..5] },
        vec![live_flag(flow, "aria-invalid", "true", is_wrong)],
        vec![],
    );
    let label = el("span", &[], vec![], vec![text(&piped(flow, label))]);
    let choice = el(
        "label",
        &[("class", "choice"), ("part", "choice")],
        vec![],
        vec![input, label],
    );
    let agree = on_choice(move |input, _| {
        let answer = input.checked().then_some(Answer::Truth(true));
        flow.send(Event::Answered(answer));
    });
    vec![el(
        "div",
        &[("class", "choices"), ("part", "scale")],
        vec![agree],
        vec![choice],
    )]
}
