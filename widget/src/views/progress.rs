//! How far the respondent is: a slim bar at the edge of the card.

use super::card::in_language;
use super::markup::{Live, el, live_attr};
use super::numerals::push_number;
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::session::{Progress, Session};

/// The bar, where the survey has one. It stays while questions come and go, so
/// that it moves on instead of being another one.
pub(super) fn progress(flow: Flow) -> Option<AnyView> {
    flow.peek(Session::progress)?;
    let live = vec![
        in_language(flow, "aria-label", |session| {
            &session.survey().strings.progress
        }),
        count(flow, "max", |progress| progress.all),
        count(flow, "value", |progress| progress.done),
    ];
    Some(el("progress", &[("part", "progress")], live, vec![]))
}

fn count(flow: Flow, name: &'static str, pick: fn(Progress) -> usize) -> Live {
    live_attr(name, move || {
        let progress = flow.read(Session::progress)?;
        let mut text = String::new();
        push_number(&mut text, pick(progress));
        Some(text)
    })
}
