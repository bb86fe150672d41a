//! What the loader says of a card besides its survey, for the full build alone.

use super::node::{JsNode, field};
use js_sys::{JSON, Object};
use sayso_core::IS_FULL;
use sayso_core::answer::{Answer, Answers};
use sayso_core::condition::{Scalar, Surroundings, Values};
use sayso_core::id::QuestionId;
use sayso_core::page::Node;
use sayso_core::survey::Survey;
use wasm_bindgen::{JsCast, JsValue};

/// What conditions and texts may look at besides the answers.
pub(super) fn surroundings(options: &JsValue, survey: &Survey) -> Surroundings {
    if !IS_FULL {
        return Surroundings::default();
    }
    let given = field(options, "values").unwrap_or_default();
    Surroundings {
        traits: values(&given, "traits"),
        context: values(&given, "context"),
        locale: survey.locale.clone(),
        may_lack_some: false,
    }
}

/// What a link answers: by the ids of the questions, as in a submission.
pub(super) fn marked(options: &JsValue) -> Answers {
    let pairs = entries(options, "answers");
    pairs.iter().filter_map(answer).collect()
}

/// What decides the order of shuffled choices: whatever it is, as text.
pub(super) fn seed(options: &JsValue) -> String {
    if !IS_FULL {
        return String::new();
    }
    let seed = field(options, "seed").and_then(|seed| JSON::stringify(&seed).ok());
    seed.map(String::from).unwrap_or_default()
}

fn values(given: &JsValue, name: &str) -> Values {
    entries(given, name).iter().filter_map(value).collect()
}

fn entries(given: &JsValue, name: &str) -> Vec<JsNode> {
    let object = field(given, name).and_then(|object| object.dyn_into::<Object>().ok());
    let pairs = object.map(|object| JsNode::new(&Object::entries(&object)).items());
    pairs.unwrap_or_default()
}

/// A question and its answer. Whether the one fits the other is the session's to say.
fn answer(pair: &JsNode) -> Option<(QuestionId, Answer)> {
    let mut pair = pair.items().into_iter();
    let id = QuestionId::try_from(pair.next()?.text()?).ok()?;
    let value = pair.next()?;
    let ids = value.items();
    let answer = match (value.text(), value.number()) {
        (Some(text), _) => Answer::Text(text),
        (None, Some(number)) => Answer::Rating(format!("{number}").parse().ok()?),
        (None, None) if ids.is_empty() => Answer::Truth(value.is_true()),
        (None, None) => Answer::Choices(ids.iter().filter_map(JsNode::text).collect()),
    };
    Some((id, answer))
}

/// A name and its value, which the loader made sure is a text, a number, true or false.
fn value(pair: &JsNode) -> Option<(String, Scalar)> {
    let mut pair = pair.items().into_iter();
    let name = pair.next()?.text()?;
    let value = pair.next()?;
    let scalar = match (value.text(), value.number()) {
        (Some(text), _) => Scalar::Text(text),
        (None, Some(number)) => Scalar::Number(number),
        (None, None) => Scalar::Truth(value.is_true()),
    };
    Some((name, scalar))
}
