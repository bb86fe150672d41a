//! The card: its frame, and one question or the thanks in it.

use super::asking::asking;
use super::markup::{Live, el, listen, live_attr, live_text, live_view};
use super::place::{Place, place};
use super::{is_plain, progress, thanks};
use crate::flow::Flow;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use sayso_core::IS_FULL;
use sayso_core::session::{Event, Phase, Session};
use sayso_core::survey::Display;

/// The whole card of a session.
pub fn card(flow: Flow) -> AnyView {
    let Place {
        tag,
        class,
        role,
        display,
    } = flow.peek(|session| place(session.survey()));
    let mut parts = Vec::new();
    if IS_FULL {
        parts.extend(progress::progress(flow));
    }
    if has_close() {
        if is_plain() {
            parts.push(el("button", &DEFAULT, vec![], vec![]));
        }
        parts.push(close_button(flow));
    }
    parts.extend([
        live_view(move || body(flow)),
        el(
            "p",
            &[("class", "unseen"), ("role", "status")],
            vec![live_text(move || announcement(flow))],
            vec![],
        ),
    ]);
    el(
        tag,
        &[("class", class), ("part", "card"), ("role", role)],
        frame(flow, display),
        parts,
    )
}

/// An element with nothing in it.
pub fn empty() -> AnyView {
    el("p", &[], vec![], vec![])
}

/// An element with a text that could change.
pub fn trial() -> AnyView {
    el("p", &[], vec![live_text(String::new)], vec![])
}

/// What the key Enter presses is the first button of the form, and not the one that closes.
const DEFAULT: [(&str, &str); 5] = [
    ("form", "answer"),
    ("type", "submit"),
    ("class", "unseen"),
    ("tabindex", "-1"),
    ("aria-hidden", "true"),
];

/// In the form of the question by name: the button stands before it.
const PLAIN_CLOSE: [(&str, &str); 6] = [
    ("name", "go"),
    ("value", "close"),
    ("form", "answer"),
    ("type", "submit"),
    ("class", "close"),
    ("part", "close"),
];

/// What is live about the frame: its language, and what it hears of mouse and keyboard.
fn frame(flow: Flow, display: Display) -> Vec<Live> {
    let mut live = vec![
        in_language(flow, "aria-label", |session| {
            &session.survey().strings.feedback
        }),
        in_language(flow, "lang", |session| &session.survey().locale),
        in_language(flow, "dir", |session| direction(&session.survey().locale)),
        listen("pointerup", move |_| flow.note_pointer(true)),
        listen("keydown", move |event| {
            flow.note_pointer(false);
            if display != Display::Inline && is_escape(&event) {
                event.stop_propagation();
                // A dialog asks to be closed by itself, wherever the focus is.
                if !IS_FULL || display != Display::Modal {
                    // Nor does it close a dialog or popover of the page.
                    event.prevent_default();
                    flow.send(Event::Dismissed);
                }
            }
        }),
    ];
    if IS_FULL && display == Display::Modal {
        // The session decides when the card goes: a response on its way is waited for.
        live.push(listen("cancel", move |event| {
            event.prevent_default();
            flow.send(Event::Dismissed);
        }));
        // Some browsers close without asking at the second try; then it is closed at once.
        live.push(listen("close", move |_| {
            flow.send(Event::Dismissed);
            flow.send(Event::Dismissed);
        }));
    }
    live
}

/// An attribute that follows the language of the survey.
pub(super) fn in_language(flow: Flow, name: &'static str, pick: fn(&Session) -> &str) -> Live {
    live_attr(name, move || {
        Some(flow.read_step(|session| String::from(pick(session))))
    })
}

/// False where nobody can take the card away: on a page of its own.
fn has_close() -> bool {
    #[cfg(feature = "ssr")]
    if let Some(form) = super::plain::form() {
        return form.has_close;
    }
    true
}

fn close_button(flow: Flow) -> AnyView {
    el(
        "button",
        if is_plain() {
            &PLAIN_CLOSE
        } else {
            &[("type", "button"), ("class", "close"), ("part", "close")]
        },
        vec![
            in_language(flow, "aria-label", |session| {
                &session.survey().strings.close
            }),
            listen("click", move |_| flow.send(Event::Dismissed)),
        ],
        vec![],
    )
}

fn is_escape(event: &web_sys::Event) -> bool {
    event
        .dyn_ref::<web_sys::KeyboardEvent>()
        .is_some_and(|event| event.key() == "Escape")
}

/// What a screen reader says when no focus moves: that it is sending, that it is done.
fn announcement(flow: Flow) -> String {
    flow.read(|session| match session.phase() {
        Phase::Sending => String::from(&*session.survey().strings.sending),
        Phase::Thanked => session.piped(&session.closing().title),
        Phase::Asking | Phase::Closed => String::new(),
    })
}

/// Built anew for another question, not for every keystroke.
fn body(flow: Flow) -> AnyView {
    if flow.is_frame() {
        return empty();
    }
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

/// The direction of a locale's script.
pub fn direction(locale: &str) -> &'static str {
    let end = locale
        .bytes()
        .position(|byte| byte == b'-')
        .unwrap_or(locale.len());
    match locale.get(..end) {
        Some("ar" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi") => "rtl",
        _ => "ltr",
    }
}
