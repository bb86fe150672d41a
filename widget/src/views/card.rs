//! The card: its frame, its buttons, and one question or the thanks in it.

use super::markup::{el, listen, live_attr, live_text, live_view, text};
use super::{complaint, is_sending, is_wrong, question, thanks, word};
use crate::flow::Flow;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use sayso_core::question::Question;
use sayso_core::session::{Event, Phase};
use sayso_core::survey::Display;

/// The whole card of a session.
pub fn card(flow: Flow) -> AnyView {
    let (is_inline, locale) = flow.peek(|session| {
        let survey = session.survey();
        (survey.display == Display::Inline, survey.locale.clone())
    });
    let (class, role) = if is_inline {
        ("card inline", "region")
    } else {
        ("card popover", "dialog")
    };
    el(
        "section",
        &[
            ("class", class),
            ("part", "card"),
            ("role", role),
            ("aria-label", &word(flow, |words| &words.feedback)),
            ("lang", &locale),
            ("dir", direction(&locale)),
        ],
        vec![
            listen("pointerup", move |_| flow.note_pointer(true)),
            listen("keydown", move |event| {
                flow.note_pointer(false);
                if !is_inline && is_escape(&event) {
                    event.stop_propagation();
                    flow.send(Event::Dismissed);
                }
            }),
        ],
        vec![
            el(
                "button",
                &[
                    ("type", "button"),
                    ("class", "close"),
                    ("part", "close"),
                    ("aria-label", &word(flow, |words| &words.close)),
                ],
                vec![listen("click", move |_| flow.send(Event::Dismissed))],
                vec![],
            ),
            live_view(move || body(flow)),
            el(
                "p",
                &[("class", "unseen"), ("role", "status")],
                vec![live_text(move || announcement(flow))],
                vec![],
            ),
        ],
    )
}

fn is_escape(event: &web_sys::Event) -> bool {
    event
        .dyn_ref::<web_sys::KeyboardEvent>()
        .is_some_and(|event| event.key() == "Escape")
}

/// What a screen reader says when no focus moves: that it is sending, that it is done.
fn announcement(flow: Flow) -> String {
    flow.read(|session| {
        String::from(match session.phase() {
            Phase::Sending => &*session.survey().strings.sending,
            Phase::Thanked => &session.survey().thanks.title,
            Phase::Asking | Phase::Closed => "",
        })
    })
}

/// Built anew for another question, not for every keystroke.
fn body(flow: Flow) -> AnyView {
    let (is_thanked, asked) = flow.read_step(|session| {
        (
            session.phase() == Phase::Thanked,
            session.question().cloned(),
        )
    });
    match asked {
        Some(asked) if !is_thanked => asking(flow, &asked),
        _ => thanks::thanks(flow),
    }
}

fn asking(flow: Flow, asked: &Question) -> AnyView {
    let mut parts = vec![prompt(flow, asked)];
    if let Some(help) = &asked.help {
        let fixed = [("class", "help"), ("id", "help")];
        parts.push(el("p", &fixed, vec![], vec![text(help)]));
    }
    parts.extend(question(flow, asked));
    let is_scale = asked.kind.scale().is_some();
    let fixed = [
        ("part", "question"),
        ("aria-describedby", "help ends error"),
        ("role", if is_scale { "radiogroup" } else { "group" }),
        (
            "aria-required",
            if asked.is_required { "true" } else { "false" },
        ),
    ];
    let is_wrong_choice = move || (is_scale && is_wrong(flow)).then_some("true");
    el(
        "form",
        &[("novalidate", "")],
        vec![listen("submit", move |event| {
            event.prevent_default();
            flow.send(Event::NextPressed);
        })],
        vec![
            el(
                "fieldset",
                // A group of one text field has no state of its own.
                if is_scale { &fixed[..] } else { &fixed[..3] },
                vec![
                    live_attr("aria-invalid", is_wrong_choice),
                    live_attr("disabled", move || is_sending(flow).then_some("")),
                ],
                parts,
            ),
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
        ],
    )
}

fn prompt(flow: Flow, asked: &Question) -> AnyView {
    let mut parts = vec![text(&asked.prompt)];
    if !asked.is_required {
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
    el("legend", &fixed, vec![], parts)
}

fn actions(flow: Flow) -> AnyView {
    let mut buttons = Vec::new();
    if flow.peek(|session| session.has_back()) {
        buttons.push(el(
            "button",
            &[("type", "button"), ("class", "back"), ("part", "back")],
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
    el("div", &[("class", "actions")], vec![], buttons)
}

fn primary_label(flow: Flow) -> String {
    flow.read(|session| {
        let strings = &session.survey().strings;
        let word = match (session.phase(), session.is_last()) {
            (Phase::Sending, _) => &strings.sending,
            (_, true) => &strings.send,
            (_, false) => &strings.next,
        };
        String::from(&**word)
    })
}

/// The direction of a locale's script.
fn direction(locale: &str) -> &'static str {
    let end = locale
        .bytes()
        .position(|byte| byte == b'-')
        .unwrap_or(locale.len());
    match locale.get(..end) {
        Some("ar" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi") => "rtl",
        _ => "ltr",
    }
}
