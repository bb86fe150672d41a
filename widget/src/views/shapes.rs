//! Stars, faces and thumbs: what stands for a rating besides its number.
//!
//! The style sheet draws them out of an empty element. Pictures, addresses with
//! data in them and inline styles are what strict pages refuse.

use super::markup::{el, text};
use super::scale::HIDDEN;
use super::{is_plain, word};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::question::Shape;

/// The faces that the style sheet knows, from unhappy to happy. Thirteen, so that
/// each scale has its ends, odd ones have their middle, and no two ratings of ten
/// have one face.
const FACES: [&str; 13] = [
    "l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "l10", "l11", "l12",
];

/// The classes of a scale: its shape, and how many share its rows.
pub(super) const fn class(shape: Shape, ratings: usize) -> &'static str {
    match (shape, ratings) {
        (Shape::Numbers, 11) => "scale long",
        (Shape::Numbers, 10) => "scale ten",
        (Shape::Numbers, 7) => "scale seven",
        (Shape::Numbers, _) => "scale",
        (Shape::Stars, 10) => "scale bare stars ten",
        (Shape::Stars, 7) => "scale bare stars seven",
        (Shape::Stars, _) => "scale bare stars",
        (Shape::Smileys, 10) => "scale bare ten",
        (Shape::Smileys, 7) => "scale bare seven",
        (Shape::Smileys, _) => "scale bare",
        (Shape::Thumbs, _) => "scale",
    }
}

/// What stands for one rating of a scale from 1 to `max`.
pub(super) fn shape(shape: Shape, rating: u8, max: u8, numeral: &str) -> AnyView {
    let part = match shape {
        Shape::Numbers | Shape::Stars => el("i", &[("class", "star")], vec![], vec![]),
        Shape::Smileys => {
            let face = face(rating, max);
            let mouth = el("i", &[("class", face)], vec![], vec![]);
            el("i", &[("class", "face")], vec![], vec![mouth])
        }
        Shape::Thumbs => {
            let class = if rating == 1 { "thumb down" } else { "thumb" };
            el("i", &[("class", class)], vec![], vec![])
        }
    };
    let mut parts = vec![part];
    // Where no style sheet draws the shape, the number stands for it.
    if is_plain() {
        parts.push(el("b", &[("class", "unseen")], vec![], vec![text(numeral)]));
    }
    el("span", &[HIDDEN], vec![], parts)
}

fn face(rating: u8, max: u8) -> &'static str {
    let (step, steps) = (
        usize::from(rating.saturating_sub(1)),
        usize::from(max.saturating_sub(1)).max(1),
    );
    let last = FACES.len() - 1;
    // To the nearest face.
    let nearest = (2 * step * last + steps) / (2 * steps);
    FACES.get(nearest).copied().unwrap_or_default()
}

/// What a screen reader calls a thumb.
pub(super) fn thumb_name(flow: Flow, numeral: &str) -> String {
    word(flow, |words| {
        if numeral == "1" {
            &words.thumbs_down
        } else {
            &words.thumbs_up
        }
    })
}
