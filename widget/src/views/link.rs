//! A way to another page, below a message or the thanks.

use super::markup::{el, text};
use super::{piped, word};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::question::Link;

/// The link. A page opens in a new tab, because the card belongs to this one; mail
/// and telephone open no page.
pub(super) fn link(flow: Flow, link: &Link, class: &str) -> AnyView {
    let url = flow.peek(|session| session.piped_url(&link.url));
    let fixed = [
        ("class", class),
        ("part", "link"),
        ("href", &*url),
        ("target", "_blank"),
        ("rel", "noopener noreferrer"),
    ];
    let mut parts = vec![text(&piped(flow, &link.label))];
    let is_page = url.starts_with("http");
    if is_page {
        let words = word(flow, |words| &words.new_tab);
        let note = [" (", &words, ")"].concat();
        parts.push(el(
            "span",
            &[("class", "unseen")],
            vec![],
            vec![text(&note)],
        ));
    }
    let fixed = if is_page { &fixed[..] } else { &fixed[..3] };
    el("a", fixed, vec![], parts)
}
