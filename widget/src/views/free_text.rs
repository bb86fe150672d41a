//! A question answered in the respondent's own words.

use super::asking::described;
use super::choices::hint;
use super::markup::{Live, el, listen, live_attr, live_flag, live_text};
use super::numerals::push_number;
use super::{is_plain, is_wrong, number, truth, word};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::IS_FULL;
use sayso_core::answer::Answer;
use sayso_core::question::{FreeText, Question, TextForm};
use sayso_core::session::Event;
use sayso_core::text::char_count;

/// From how many characters left on the count is shown.
const COUNT_FROM: usize = 100;

/// The field to write in, with the count of what is left once it matters.
pub(super) fn free_text(flow: Flow, question: &Question, field: &FreeText) -> Vec<AnyView> {
    let mut parts = Vec::new();
    if IS_FULL
        && 1 < field.min_chars
        && let Some(too_short) = &field.too_short
    {
        parts.push(hint(&[too_short]));
    }
    parts.push(if IS_FULL && field.form != TextForm::Area {
        line(flow, question, field)
    } else {
        area(flow, question, field)
    });
    let max_chars = field.max_chars as usize;
    parts.push(el(
        "p",
        &[("class", "count"), ("id", "count")],
        vec![live_text(move || chars_left(flow, max_chars))],
        vec![],
    ));
    parts
}

fn area(flow: Flow, question: &Question, field: &FreeText) -> AnyView {
    let fixed = [
        ("part", "text"),
        ("rows", "3"),
        ("aria-labelledby", "prompt"),
        ("aria-required", truth(question.is_required)),
        (
            "placeholder",
            field.placeholder.as_deref().unwrap_or_default(),
        ),
    ];
    let mut live = live(flow);
    named(&mut live);
    live.push(live_text(move || {
        flow.peek(|session| written(session.draft()))
    }));
    el("textarea", &fixed, live, vec![])
}

/// A field of one line, with the keyboard and the help that the browser has for
/// its sort of text. Whether the text is right is said by the card, not the browser.
fn line(flow: Flow, question: &Question, field: &FreeText) -> AnyView {
    let written = flow.peek(|session| written(session.draft()));
    // A number as text: number fields change with the wheel of a mouse, and are
    // empty while half of a number is written.
    let (kind, mode, fill) = match field.form {
        TextForm::Email => ("email", "email", "email"),
        TextForm::Url => ("url", "url", "url"),
        TextForm::Number => ("text", "decimal", "off"),
        TextForm::Area | TextForm::Line => ("text", "text", ""),
    };
    let fixed = [
        ("part", "text"),
        ("class", "line"),
        ("type", kind),
        ("inputmode", mode),
        ("value", &written),
        ("aria-labelledby", "prompt"),
        ("aria-required", truth(question.is_required)),
        (
            "placeholder",
            field.placeholder.as_deref().unwrap_or_default(),
        ),
        ("autocomplete", fill),
        // Addresses and numbers run from left to right in every language.
        ("dir", "ltr"),
    ];
    let fixed = if fill.is_empty() {
        &fixed[..8]
    } else {
        &fixed[..]
    };
    let mut live = live(flow);
    named(&mut live);
    el("input", fixed, live, vec![])
}

/// The name that a plain form sends the text by.
fn named(live: &mut Vec<Live>) {
    if is_plain() {
        live.push(live_attr("name", || Some(String::from("answer"))));
    }
}

fn live(flow: Flow) -> Vec<Live> {
    vec![
        described(flow, "help hint count", "help count error"),
        live_flag(flow, "aria-invalid", "true", is_wrong),
        listen("input", move |event| {
            let text = event_target_value(&event);
            flow.send(Event::Answered(Some(Answer::Text(text))));
        }),
    ]
}

fn written(draft: Option<&Answer>) -> String {
    match draft {
        Some(Answer::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn chars_left(flow: Flow, max_chars: usize) -> String {
    let used = flow.read(|session| char_count(&written(session.draft())));
    if used + COUNT_FROM <= max_chars {
        return String::new();
    }
    let words = word(flow, |words| &words.chars_left);
    let mut text = String::new();
    for character in words.chars() {
        match character {
            '#' => {
                let mut count = String::new();
                if max_chars < used {
                    count.push('−');
                }
                push_number(&mut count, max_chars.abs_diff(used));
                text.push_str(&number(flow, &count));
            }
            other => text.push(other),
        }
    }
    text
}
