//! Something to read, and nothing to answer.

use super::link::link;
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::question::Message;

/// The way to read on, if there is one; the rest of a message is its prompt and help.
pub(super) fn message(flow: Flow, message: &Message) -> Vec<AnyView> {
    let to = message.link.as_ref();
    to.map(|to| link(flow, to, "link")).into_iter().collect()
}
