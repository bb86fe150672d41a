//! What became of a submission, as the outbox in the page tells it.
//!
//! The outbox (`loader/outbox.js`) keeps, sends and repeats; here is only read what it says:
//! `true` for what the collector has stored, a list of violations for what it refused for
//! good, and an object for what is not sent yet, whose `later` promises the next word.

use super::node::{JsNode, field};
use js_sys::{Array, Promise};
use sayso_core::page::Node;
use sayso_core::session::{Event, Failure};
use sayso_core::validate::Problem;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Waits for a word of the outbox and says what it means for the session, with the next
/// word to wait for.
pub(super) async fn outcome(word: JsValue) -> (Event, Option<JsValue>) {
    let promise = JsFuture::from(Promise::resolve(&word));
    let word = promise.await.unwrap_or_default();
    if word == JsValue::TRUE {
        return (Event::Stored, None);
    }
    let failure = match Array::is_array(&word) {
        true => Failure::Refused(violations(&JsNode::new(&word))),
        false => Failure::Unreachable,
    };
    (Event::NotStored(failure), field(&word, "later"))
}

fn violations(list: &JsNode) -> Vec<(String, Problem)> {
    let violation = |violation: JsNode| {
        let question = violation.field("question_id")?.text()?;
        let problem = violation.field("problem")?.text()?;
        Some((question, Problem::from_word(&problem)?))
    };
    list.items().into_iter().filter_map(violation).collect()
}
