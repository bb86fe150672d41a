//! What the session adds to a submission, for the page to send.

use super::node::put;
use js_sys::{Array, Object};
use sayso_core::IS_FULL;
use sayso_core::answer::Answer;
use sayso_core::session::Outgoing;
use wasm_bindgen::JsValue;

/// The part of a submission that the session knows. The loader knows the rest.
pub(super) fn submission(outgoing: &Outgoing) -> Object {
    let answers = Object::new();
    for (question, answer) in outgoing.answers.iter() {
        put(&answers, question.as_str(), &answer_value(answer));
    }
    let part = Object::new();
    put(&part, "seq", &f64::from(outgoing.seq).into());
    put(&part, "status", &outgoing.status.as_str().into());
    put(&part, "answers", &answers);
    part
}

/// An answer as the page and the collector read it.
pub(super) fn answer_value(answer: &Answer) -> JsValue {
    match answer {
        Answer::Rating(rating) => JsValue::from_f64(f64::from(*rating)),
        Answer::Text(text) => JsValue::from_str(text),
        Answer::Choices(ids) if IS_FULL => ids
            .iter()
            .map(|id| JsValue::from_str(id))
            .collect::<Array>()
            .into(),
        Answer::Truth(truth) if IS_FULL => JsValue::from_bool(*truth),
        Answer::Choices(_) | Answer::Truth(_) | Answer::OtherNumber(_) | Answer::Other => {
            JsValue::NULL
        }
    }
}
