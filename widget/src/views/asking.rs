//! One question with its controls, what is wrong with the answer, and the buttons.

use super::complaint::complaint;
use super::markup::{Live, el, listen, live_attr, live_flag, live_text, text};
use super::{is_plain, is_wrong, piped, question, truth, word};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::IS_FULL;
use sayso_core::question::{Question, QuestionKind};
use sayso_core::session::{Event, Phase, Session};
use sayso_core::survey::WELCOME;

/// The form of one question.
pub(super) fn asking(flow: Flow, asked: &Question) -> AnyView {
    let mut parts = Vec::with_capacity(3);
    #[cfg(feature = "ssr")]
    if let Some(form) = super::plain::form() {
        parts.extend(super::plain::hidden(&form));
    }
    let fixed = [("novalidate", ""), ("method", "post"), ("id", "answer")];
    parts.extend([
        group(flow, asked),
        el(
            "p",
            &[
                ("class", "error"),
                ("id", "error"),
                ("part", "error"),
                ("role", "alert"),
            ],
            vec![live_text(move || complaint(flow))],
            vec![],
        ),
        actions(flow),
    ]);
    #[cfg(feature = "ssr")]
    if is_plain() {
        parts.push(super::plain::trap());
    }
    el(
        "form",
        if is_plain() { &fixed } else { &fixed[..1] },
        vec![listen("submit", move |event| {
            event.prevent_default();
            flow.send(Event::NextPressed);
        })],
        parts,
    )
}

/// The question and its controls: a group with a name, but for what is only read.
fn group(flow: Flow, asked: &Question) -> AnyView {
    let is_message = IS_FULL && !asked.kind.is_answered();
    let mut parts = vec![prompt(flow, asked, is_message)];
    if let Some(help) = &asked.help {
        let fixed = [("class", "help"), ("id", "help"), ("part", "help")];
        parts.push(el("p", &fixed, vec![], vec![text(&piped(flow, help))]));
    }
    if !flow.is_bare() {
        parts.extend(question(flow, asked));
    }
    if is_message {
        return el("div", &[("part", "question")], vec![], parts);
    }
    let is_one_of = asked.kind.scale().is_some()
        || IS_FULL && matches!(asked.kind, QuestionKind::SingleChoice(_));
    let mut live = vec![live_flag(flow, "disabled", "", |session| {
        session.phase() == Phase::Sending
    })];
    let is_text = asked.kind.is_text();
    let role = if is_one_of {
        "radiogroup"
    } else if is_text {
        // The field says it all.
        "none"
    } else {
        "group"
    };
    let fixed = [
        ("part", "question"),
        ("role", role),
        ("aria-required", truth(asked.is_required)),
    ];
    if is_one_of {
        live.push(live_flag(flow, "aria-invalid", "true", is_wrong));
    }
    if IS_FULL && matches!(asked.kind, QuestionKind::Consent { .. }) {
        live.push(described(flow, "help", "help"));
    } else if !is_text {
        live.push(described(flow, "help hint low high", "help low high error"));
    }
    el(
        "fieldset",
        // A group of boxes has no state of its own.
        if is_one_of { &fixed[..] } else { &fixed[..2] },
        live,
        parts,
    )
}

/// What describes a control, by the ids of it: while the answer is wrong the error,
/// which says what the hint said before.
pub(super) fn described(flow: Flow, usually: &'static str, wrong: &'static str) -> Live {
    live_attr("aria-describedby", move || {
        let ids = if flow.read(is_wrong) { wrong } else { usually };
        Some(String::from(ids))
    })
}

fn prompt(flow: Flow, asked: &Question, is_message: bool) -> AnyView {
    let mut parts = vec![text(&piped(flow, &asked.prompt))];
    if !asked.is_required && !is_message {
        let optional = word(flow, |words| &words.optional);
        let optional = el(
            "span",
            &[("class", "optional")],
            vec![],
            vec![text(&optional)],
        );
        parts.extend([text(" "), optional]);
    }
    let fixed = [("id", "prompt"), ("tabindex", "-1"), ("part", "prompt")];
    el(
        if is_message { "h2" } else { "legend" },
        &fixed,
        vec![],
        parts,
    )
}

fn actions(flow: Flow) -> AnyView {
    let mut buttons = Vec::new();
    if flow.peek(Session::has_back) {
        let plain = [
            ("name", "go"),
            ("value", "back"),
            ("type", if is_plain() { "submit" } else { "button" }),
            ("class", "back"),
            ("part", "back"),
        ];
        buttons.push(el(
            "button",
            if is_plain() { &plain } else { &plain[2..] },
            vec![listen("click", move |_| flow.send(Event::BackPressed))],
            vec![text(&word(flow, |words| &words.back))],
        ));
    }
    buttons.push(el(
        "button",
        &[("type", "submit"), ("class", "primary"), ("part", "button")],
        vec![live_text(move || primary_label(flow))],
        vec![],
    ));
    if is_plain() {
        // The first button is the one that the key Enter presses.
        buttons.reverse();
    }
    el("div", &[("class", "actions")], vec![], buttons)
}

fn primary_label(flow: Flow) -> String {
    flow.read(|session| {
        let strings = &session.survey().strings;
        if session.phase() == Phase::Sending {
            return String::from(&*strings.sending);
        }
        if IS_FULL && let Some(label) = message_label(session) {
            return label;
        }
        let word = match (session.is_last(), session.is_skippable()) {
            (true, _) => &strings.send,
            (false, true) => &strings.skip,
            (false, false) => &strings.next,
        };
        String::from(&**word)
    })
}

/// What the button below a message says, if the message has a word for it.
fn message_label(session: &Session) -> Option<String> {
    let question = session.question()?;
    let QuestionKind::Message(message) = &question.kind else {
        return None;
    };
    match &message.button {
        Some(button) => Some(session.piped(button)),
        None if question.id.as_str() == WELCOME => {
            Some(String::from(&*session.survey().strings.start))
        }
        None => None,
    }
}
