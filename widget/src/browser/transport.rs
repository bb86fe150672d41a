//! Sends submissions by the function that the loader gave, and reads the replies.
//!
//! The function takes the body, a JSON text, and returns what `fetch` returns.
//! Why not fetch from here: its options are one line of JavaScript and twenty
//! imports of WebAssembly.

use super::node::{JsNode, field};
use js_sys::{Function, Promise};
use sayso_core::page::Node;
use sayso_core::session::{Event, Failure};
use sayso_core::validate::Problem;
use sayso_core::wire::is_retryable_status;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Sends a body and says what the reply means for the session.
pub(super) async fn send(send: Function, body: JsValue) -> Event {
    let reply = match send.call1(&JsValue::NULL, &body) {
        Ok(reply) => JsFuture::from(Promise::resolve(&reply)).await.ok(),
        Err(_) => None,
    };
    let Some(reply) = reply.and_then(|reply| reply.dyn_into::<Response>().ok()) else {
        return Event::NotStored(Failure::Unreachable);
    };
    match reply.status() {
        200 | 201 => Event::Stored,
        status if is_retryable_status(status) => Event::NotStored(Failure::Unreachable),
        _ => Event::NotStored(Failure::Refused(violations(&reply).await)),
    }
}

async fn violations(reply: &Response) -> Vec<(String, Problem)> {
    let body = match reply.json() {
        Ok(body) => JsFuture::from(body).await.ok(),
        Err(_) => None,
    };
    let list = body.and_then(|body| field(&body, "violations"));
    let mut violations = Vec::new();
    for violation in list
        .map(|list| JsNode::new(&list).items())
        .unwrap_or_default()
    {
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
