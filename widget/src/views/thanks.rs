//! What is said when the response is stored.

use super::markup::{el, text};
use crate::flow::Flow;
use leptos::prelude::*;

/// The thanks, in place of the form.
pub(super) fn thanks(flow: Flow) -> AnyView {
    let (title, more) = flow.peek(|session| {
        let thanks = &session.survey().thanks;
        (thanks.title.clone(), thanks.text.clone())
    });
    let mut parts = vec![
        el(
            "span",
            &[("class", "tick"), ("aria-hidden", "true")],
            vec![],
            vec![],
        ),
        el(
            "h2",
            &[("id", "prompt"), ("tabindex", "-1")],
            vec![],
            vec![text(&title)],
        ),
    ];
    parts.extend(more.map(|more| el("p", &[], vec![], vec![text(&more)])));
    el(
        "div",
        &[("class", "thanks"), ("part", "thanks")],
        vec![],
        parts,
    )
}
