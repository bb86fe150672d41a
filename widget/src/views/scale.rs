//! A rating question: one radio button a rating, the ends named below.

use super::markup::{el, listen, text};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::answer::Answer;
use sayso_core::question::{EndLabels, Question};

/// The ratings in words, without the weight of number formatting.
const NUMERALS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

/// The ratings of a question's scale, and what its ends mean.
pub(super) fn scale(flow: Flow, question: &Question, ends: &EndLabels) -> Vec<AnyView> {
    let chosen = flow.peek(|session| session.draft().cloned());
    let mut ratings = Vec::new();
    for rating in question
        .kind
        .scale()
        .into_iter()
        .flat_map(|scale| scale.ratings())
    {
        if let Some(numeral) = NUMERALS.get(usize::from(rating)) {
            ratings.push(option(numeral, chosen == Some(Answer::Rating(rating))));
        }
    }
    // Eleven ratings share a row where there is room; fewer may be wider.
    let class = if 7 < ratings.len() {
        "scale long"
    } else {
        "scale"
    };
    let choose = listen("change", move |event| {
        let value = event_target_value(&event);
        if let Some(rating) = NUMERALS.iter().position(|numeral| *numeral == value) {
            flow.choose(rating as u8);
        }
    });
    let scale = el(
        "div",
        &[("class", class), ("part", "scale")],
        vec![choose],
        ratings,
    );
    if ends.low_label.is_none() && ends.high_label.is_none() {
        return vec![scale];
    }
    let labels = vec![end_label(&ends.low_label), end_label(&ends.high_label)];
    let labels = el("p", &[("class", "ends"), ("id", "ends")], vec![], labels);
    vec![el(
        "div",
        &[("class", "named")],
        vec![],
        vec![scale, labels],
    )]
}

fn option(numeral: &str, is_chosen: bool) -> AnyView {
    let fixed = [
        ("type", "radio"),
        ("name", "answer"),
        ("value", numeral),
        ("checked", ""),
    ];
    let fixed = if is_chosen { &fixed[..] } else { &fixed[..3] };
    el(
        "label",
        &[("class", "rating"), ("part", "rating")],
        vec![],
        vec![
            el("input", fixed, vec![], vec![]),
            el("span", &[], vec![], vec![text(numeral)]),
        ],
    )
}

fn end_label(label: &Option<String>) -> AnyView {
    el(
        "span",
        &[],
        vec![],
        vec![text(label.as_deref().unwrap_or_default())],
    )
}
