//! A rating question: one radio button a rating, the ends named below.

use super::markup::{el, text};
use super::numerals::NUMERALS;
use super::radio::{on_choice, on_second_thoughts};
use super::{number, shapes};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::IS_FULL;
use sayso_core::answer::Answer;
use sayso_core::question::{EndLabels, Question, Shape};

/// For what is seen alone: a screen reader has it from the name of a button.
pub(super) const HIDDEN: (&str, &str) = ("aria-hidden", "true");

/// The ratings of a question's scale, and what its ends mean.
pub(super) fn scale(
    flow: Flow,
    question: &Question,
    ends: &EndLabels,
    shape: Shape,
) -> Vec<AnyView> {
    let ratings = ratings(flow, question, ends, shape);
    // Eleven ratings share a row where there is room; fewer may be wider.
    let class = if IS_FULL {
        shapes::class(shape, ratings.len())
    } else if 7 < ratings.len() {
        "scale long"
    } else {
        "scale"
    };
    let mut live = vec![on_choice(move |input, _| {
        let value = input.value();
        if let Some(rating) = NUMERALS.iter().position(|numeral| *numeral == value) {
            flow.choose(Answer::Rating(rating as u8));
        }
    })];
    // The small build does without: it would be half a kilobyte.
    if IS_FULL && !question.is_required {
        live.extend(on_second_thoughts(flow, is_value));
    }
    let scale = el("div", &[("class", class), ("part", "scale")], live, ratings);
    if ends.low_label.is_none() && ends.high_label.is_none() {
        return vec![scale];
    }
    let labels = vec![
        end_label(flow, &ends.low_label),
        end_label(flow, &ends.high_label),
    ];
    let labels = el("p", &[("class", "ends"), HIDDEN], vec![], labels);
    vec![el(
        "div",
        &[("class", "named")],
        vec![],
        vec![scale, labels],
    )]
}

/// A radio button for each rating of the scale.
fn ratings(flow: Flow, question: &Question, ends: &EndLabels, shape: Shape) -> Vec<AnyView> {
    let chosen = flow.peek(|session| session.draft().cloned());
    let mut ratings = Vec::new();
    let Some(scale) = question.kind.scale() else {
        return ratings;
    };
    for rating in scale.ratings() {
        let Some(numeral) = NUMERALS.get(usize::from(rating)) else {
            continue;
        };
        let (end, id) = if rating == scale.min {
            (&ends.low_label, "low")
        } else if rating == scale.max {
            (&ends.high_label, "high")
        } else {
            (&None, "")
        };
        let written = number(flow, numeral);
        let name = name(flow, shape, [numeral, &written], end.as_deref());
        // The group is described by its ends, where they mean something.
        let id = if end.is_some() { id } else { "" };
        let shown = if IS_FULL && shape != Shape::Numbers {
            shapes::shape(shape, rating, scale.max, &written)
        } else {
            el("span", &[HIDDEN], vec![], vec![text(&written)])
        };
        let is_chosen = chosen == Some(Answer::Rating(rating));
        ratings.push(option([numeral, &name, id], shown, is_chosen));
    }
    ratings
}

/// What a screen reader calls a rating: its number, and at the ends what that means.
fn name(flow: Flow, shape: Shape, [numeral, written]: [&str; 2], end: Option<&str>) -> String {
    let mut name = if IS_FULL && shape == Shape::Thumbs {
        shapes::thumb_name(flow, numeral)
    } else {
        String::from(written)
    };
    if let Some(end) = end {
        name.push(' ');
        name.push_str(&super::piped(flow, end));
    }
    name
}

fn is_value(answer: &Answer, value: &str) -> bool {
    matches!(answer, Answer::Rating(rating) if NUMERALS.get(usize::from(*rating)) == Some(&value))
}

fn option([numeral, name, id]: [&str; 3], shown: AnyView, is_chosen: bool) -> AnyView {
    let mut fixed = vec![
        ("type", "radio"),
        ("name", "answer"),
        ("value", numeral),
        ("aria-label", name),
    ];
    if !id.is_empty() {
        fixed.push(("id", id));
    }
    if is_chosen {
        fixed.push(("checked", ""));
    }
    el(
        "label",
        &[("class", "rating"), ("part", "rating")],
        vec![],
        vec![el("input", &fixed, vec![], vec![]), shown],
    )
}

fn end_label(flow: Flow, label: &Option<String>) -> AnyView {
    let label = super::piped(flow, label.as_deref().unwrap_or_default());
    el("span", &[], vec![], vec![text(&label)])
}
