//! A list of choices, of which one or several may be chosen, and one's own words at its end.

use super::markup::{Live, el, listen, live_flag, text};
use super::{complaint, is_plain, piped, radio, word};
use crate::flow::Flow;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use sayso_core::answer::{Answer, OTHER};
use sayso_core::question::Choices;
use sayso_core::session::{Event, Session};

/// From how many choices on the list scrolls by itself, so that the question and
/// the buttons stay in view.
const MANY: usize = 9;

/// The list and the field for one's own words. `kind` is the type of its inputs.
pub(super) fn list(
    flow: Flow,
    choices: &Choices,
    kind: &'static str,
    live: Vec<Live>,
    write: fn(&Session, &str) -> Option<Answer>,
) -> Vec<AnyView> {
    let draft = flow.peek(|session| session.draft().cloned());
    let chosen = chosen(draft.as_ref());
    let order = flow.peek(Session::choice_order);
    let in_order = order.iter().filter_map(|at| choices.choices.get(*at));
    let mut rows: Vec<AnyView> = in_order
        .map(|choice| {
            let id = choice.id.as_str();
            let is_chosen = chosen.iter().any(|chosen| chosen == id);
            radio::choice(kind, id, &piped(flow, &choice.label), is_chosen)
        })
        .collect();
    let mut field = None;
    if let Some(label) = &choices.other {
        let words = chosen.iter().find_map(|id| id.strip_prefix(OTHER));
        rows.push(radio::choice(
            kind,
            OTHER,
            &piped(flow, label),
            words.is_some(),
        ));
        field = Some(own_words(flow, words.unwrap_or_default(), write));
    }
    let class = if MANY <= rows.len() {
        "choices many"
    } else {
        "choices"
    };
    let list = el("div", &[("class", class), ("part", "scale")], live, rows);
    [list].into_iter().chain(field).collect()
}

/// The ids in an answer, whether it holds one or several.
pub(super) fn chosen(draft: Option<&Answer>) -> &[String] {
    match draft {
        Some(Answer::Text(id)) => std::slice::from_ref(id),
        Some(Answer::Choices(ids)) => ids,
        _ => &[],
    }
}

/// The field beside "other", there while "other" is chosen. Why not by `:has()` in the
/// style sheet: WebKit does not draw what such a rule brings back.
fn own_words(flow: Flow, words: &str, write: fn(&Session, &str) -> Option<Answer>) -> AnyView {
    let label = word(flow, |words| &words.own_words);
    let fixed = [
        ("type", "text"),
        ("class", "line own"),
        ("part", "other"),
        ("aria-label", &label),
        ("aria-describedby", "error"),
        ("value", words),
        ("name", "own_words"),
        ("placeholder", &label),
    ];
    let mut live = vec![
        live_flag(flow, "aria-invalid", "true", complaint::is_of_own_words),
        listen("input", move |event| {
            let words = event_target_value(&event);
            let answer = flow.peek(|session| write(session, &words));
            flow.send(Event::Answered(answer));
        }),
    ];
    // Without a script nothing could bring it back.
    if !is_plain() {
        live.push(live_flag(flow, "hidden", "", |session| {
            !complaint::is_other(session.draft())
        }));
    }
    let fixed = if is_plain() { &fixed[..] } else { &fixed[..6] };
    el("input", fixed, live, vec![])
}

/// The field for one's own words, which stands behind the list that heard the event.
pub(super) fn own_field(event: &web_sys::Event) -> Option<web_sys::HtmlInputElement> {
    let list: web_sys::Element = event.current_target()?.dyn_into().ok()?;
    list.next_element_sibling()?.dyn_into().ok()
}

/// Shows the field and puts the focus into it. The views would show it a moment later,
/// and what is hidden takes no focus.
pub(super) fn open(field: &web_sys::HtmlInputElement) {
    field.set_hidden(false);
    drop(field.focus());
}

/// A line below the prompt that says beforehand how much is to be chosen or written.
pub(super) fn hint(sentences: &[&str]) -> AnyView {
    el(
        "p",
        &[("class", "help"), ("id", "hint"), ("part", "help")],
        vec![],
        vec![text(&sentences.join(" "))],
    )
}
