//! What is said when the response is stored.

use super::link::link;
use super::markup::{el, text};
use super::piped;
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::IS_FULL;

/// The thanks, in place of the form.
pub(super) fn thanks(flow: Flow) -> AnyView {
    let closing = flow.peek(|session| session.closing().clone());
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
            vec![text(&piped(flow, &closing.title))],
        ),
    ];
    parts.extend(
        closing
            .text
            .map(|more| el("p", &[], vec![], vec![text(&piped(flow, &more))])),
    );
    if IS_FULL && let Some(to) = &closing.link {
        parts.push(link(flow, to, "primary"));
    }
    el(
        "div",
        &[("class", "thanks"), ("part", "thanks")],
        vec![],
        parts,
    )
}
