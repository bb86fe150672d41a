//! Reads the replies to what was sent by the function that the loader gave.
//!
//! The function takes a part of a submission and promises a pair: the HTTP status,
//! and what the reply's body is as JSON. Why not fetch from here: its options
//! are one line of JavaScript and twenty imports of WebAssembly.

use super::node::JsNode;
use js_sys::Promise;
use sayso_core::page::Node;
use sayso_core::session::{Event, Failure};
use sayso_core::validate::Problem;
use sayso_core::wire::is_retryable_status;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Waits for a reply and says what it means for the session.
///
/// Stored is only what the collector calls so: a login page of a network that
/// answers everything with 200 is no receipt.
pub(super) async fn outcome(reply: Result<JsValue, JsValue>) -> Event {
    let reply = match reply {
        Ok(reply) => JsFuture::from(Promise::resolve(&reply)).await.ok(),
        Err(_) => None,
    };
    let mut pair = reply
        .map(|pair| JsNode::new(&pair).items())
        .unwrap_or_default()
        .into_iter();
    let status = pair
        .next()
        .and_then(|status| status.number())
        .unwrap_or_default() as u16;
    let Some(body) = pair.next() else {
        return Event::NotStored(Failure::Unreachable);
    };
    let code = body
        .field("code")
        .and_then(|code| code.text())
        .unwrap_or_default();
    match status {
        200 | 201 if code == "stored" || code == "duplicate" => Event::Stored,
        0..400 => Event::NotStored(Failure::Unreachable),
        status if is_retryable_status(status) => Event::NotStored(Failure::Unreachable),
        // Only the collector can refuse, and it says why.
        _ if code.is_empty() => Event::NotStored(Failure::Unreachable),
        _ => Event::NotStored(Failure::Refused(violations(&body))),
    }
}

fn violations(body: &JsNode) -> Vec<(String, Problem)> {
    let mut violations = Vec::new();
    let list = body.field("violations").map(|list| list.items());
    for violation in list.unwrap_or_default() {
        let question = violation.field("question_id").and_then(|id| id.text());
        let problem = violation
            .field("problem")
            .and_then(|problem| problem.text());
        let problem = problem.and_then(|problem| Problem::from_word(&problem));
        if let (Some(question), Some(problem)) = (question, problem) {
            violations.push((question, problem));
        }
    }
    violations
}
