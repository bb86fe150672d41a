//! The submissions of a card, as JSON.

use super::node::put;
use js_sys::{JSON, Object};
use sayso_core::answer::Answer;
use sayso_core::session::Outgoing;
use wasm_bindgen::JsValue;

/// A submission: what the page said of the response, and what the session adds.
/// `None` if the page's own values cannot be written as JSON.
pub(super) fn submission(
    response: &Object,
    outgoing: &Outgoing,
    elapsed_ms: f64,
) -> Option<JsValue> {
    let answers = Object::new();
    for (question, answer) in outgoing.answers.iter() {
        put(&answers, question.as_str(), &answer_value(answer));
    }
    let body = Object::assign(&Object::new(), response);
    put(&body, "seq", &f64::from(outgoing.seq).into());
    put(&body, "status", &outgoing.status.as_str().into());
    put(&body, "answers", &answers);
    put(&body, "elapsed_ms", &elapsed_ms.into());
    JSON::stringify(&body).ok().map(JsValue::from)
}

/// An answer as the page and the collector read it.
pub(super) fn answer_value(answer: &Answer) -> JsValue {
    match answer {
        Answer::Rating(rating) => JsValue::from_f64(f64::from(*rating)),
        Answer::Text(text) => JsValue::from_str(text),
        Answer::OtherNumber(_) | Answer::Other => JsValue::NULL,
    }
}

/// Whole milliseconds of a clock that never goes back; 0 where there is none.
pub(super) fn now_ms() -> f64 {
    let clock = web_sys::window().and_then(|window| window.performance());
    clock.map_or(0.0, |clock| clock.now().floor())
}
