//! A question answered in the respondent's own words.

use super::markup::{el, listen, live_attr, live_text, text};
use super::{is_wrong, word};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::answer::Answer;
use sayso_core::question::Question;
use sayso_core::session::Event;
use sayso_core::text::char_count;

/// From how many characters left on the count is shown.
const COUNT_FROM: usize = 100;

/// The field to write in, with the count of what is left once it matters.
pub(super) fn free_text(
    flow: Flow,
    question: &Question,
    max_chars: u32,
    placeholder: Option<&str>,
) -> Vec<AnyView> {
    let is_required = if question.is_required {
        "true"
    } else {
        "false"
    };
    let written = flow.peek(|session| written(session.draft()));
    let mut content = Vec::new();
    // No child for no text: the HTML of an empty one is not empty.
    if !written.is_empty() {
        content.push(text(&written));
    }
    let field = el(
        "textarea",
        &[
            ("part", "text"),
            ("rows", "3"),
            ("aria-labelledby", "prompt"),
            ("aria-describedby", "help count error"),
            ("aria-required", is_required),
            ("placeholder", placeholder.unwrap_or_default()),
        ],
        vec![
            live_attr("aria-invalid", move || is_wrong(flow).then_some("true")),
            listen("input", move |event| {
                flow.send(Event::Answered(Some(Answer::Text(event_target_value(
                    &event,
                )))));
            }),
        ],
        content,
    );
    let count = live_text(move || chars_left(flow, max_chars as usize));
    vec![
        field,
        el(
            "p",
            &[("class", "count"), ("id", "count")],
            vec![count],
            vec![],
        ),
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
                if max_chars < used {
                    text.push('−');
                }
                push_number(&mut text, max_chars.abs_diff(used));
            }
            other => text.push(other),
        }
    }
    text
}

/// Writes a number without the formatting machinery, which would cost a kilobyte.
fn push_number(text: &mut String, number: usize) {
    if 10 <= number {
        push_number(text, number / 10);
    }
    text.extend(char::from_digit((number % 10) as u32, 10));
}
