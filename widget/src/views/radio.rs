//! What radio buttons and boxes have in common.

use super::markup::{Live, el, listen, text};
use crate::flow::Flow;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{self, HtmlInputElement};
use sayso_core::answer::Answer;
use sayso_core::session::Event;

/// Listens for a choice and hands on the value of what was chosen, with the event.
pub(super) fn on_choice(
    choose: impl Fn(&HtmlInputElement, &web_sys::Event) + Send + Sync + 'static,
) -> Live {
    listen("change", move |event| {
        choose(&event_target(&event), &event);
    })
}

/// Takes the answer to an optional question back when its chosen radio button is
/// clicked again, or cleared with Backspace or Delete; browsers do nothing on
/// either. `is_value` knows the answer's value among the buttons'.
pub(super) fn on_second_thoughts(flow: Flow, is_value: fn(&Answer, &str) -> bool) -> [Live; 2] {
    [
        // The second click of a double click is no thought of its own: hands that
        // are used to it would take back what they gave.
        listen("click", move |event| {
            if event.unchecked_ref::<web_sys::UiEvent>().detail() < 2 {
                take_back(flow, &event, is_value);
            }
        }),
        listen("keydown", move |event| {
            let key = event.unchecked_ref::<web_sys::KeyboardEvent>().key();
            if key == "Backspace" || key == "Delete" {
                take_back(flow, &event, is_value);
            }
        }),
    ]
}

/// Takes the answer back if it is the one of the button that the event is about. A
/// click comes before the change that it makes, so an answer that is there already
/// was chosen earlier.
fn take_back(flow: Flow, event: &web_sys::Event, is_value: fn(&Answer, &str) -> bool) {
    let target = event.target();
    let input = target.and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else {
        return;
    };
    let value = input.value();
    let is_given =
        flow.peek(|session| session.draft().is_some_and(|draft| is_value(draft, &value)));
    if is_given {
        input.set_checked(false);
        flow.send(Event::Answered(None));
    }
}

/// A choice in words, with its button or box.
pub(super) fn choice(kind: &str, value: &str, label: &str, is_chosen: bool) -> AnyView {
    let fixed = [
        ("type", kind),
        ("name", "answer"),
        ("value", value),
        ("checked", ""),
    ];
    el(
        "label",
        &[("class", "choice"), ("part", "choice")],
        vec![],
        vec![
            el(
                "input",
                if is_chosen { &fixed[..] } else { &fixed[..3] },
                vec![],
                vec![],
            ),
            el("span", &[], vec![], vec![text(label)]),
        ],
    )
}
