//! The published JSON Schema of survey files.
//!
//! It says what an editor can check while the owner writes. What one field says
//! of another, such as the target of a branch, only [`super::check`] can know.

use super::SurveyFile;
use serde_json::{Map, Value, json};

#[cfg(test)]
mod tests;

/// A language tag, as `en` or `pt-BR`.
pub(super) const LOCALE: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$";
/// The id of a question.
pub(super) const QUESTION_ID: &str = "^[a-z][a-z0-9_-]{0,63}$";
/// A text that is not blank.
pub(super) const SAYS_SOMETHING: &str = r"\S";

/// The fields that only some kinds of question have, as a rule of the schema.
pub(super) fn fields_of_kinds() -> Value {
    json!([{
        "if": { "properties": { "kind": { "const": "free_text" } }, "required": ["kind"] },
        "then": { "properties": { "low_label": false, "high_label": false } },
        "else": { "properties": { "max_chars": false, "placeholder": false } }
    }])
}

/// The published JSON Schema of survey files, as indented JSON with a line feed at the end.
pub fn json_schema() -> String {
    // schemars writes its own type with the fields in a readable order.
    let mut schema = schemars::schema_for!(SurveyFile);
    let object = schema.ensure_object();
    lower_case_definitions(object);
    tidy_object(object);
    object.values_mut().for_each(tidy);
    #[expect(clippy::expect_used, reason = "a schema is plain JSON")]
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

/// Types that the widget shares have their Rust names; the rest is in lower case.
fn lower_case_definitions(schema: &mut Map<String, Value>) {
    if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
        *definitions = std::mem::take(definitions)
            .into_iter()
            .map(|(name, definition)| (name.to_lowercase(), definition))
            .collect();
    }
}

/// Makes the schema say what the reader does: a field is left out, never `null`.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(object) => {
            tidy_object(object);
            object.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn tidy_object(object: &mut Map<String, Value>) {
    // Names of Rust's types, and a word that is about writing files.
    for name in ["format", "writeOnly"] {
        if object.get(name).is_some_and(|value| !value.is_object()) {
            object.remove(name);
        }
    }
    if let Some(Value::String(address)) = object.get_mut("$ref") {
        *address = address.to_lowercase();
    }
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            object.insert(String::from("type"), only);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if let [Value::Object(only)] = choices.as_mut_slice() {
            let only = std::mem::take(only);
            object.remove("anyOf");
            object.extend(only);
        }
    }
}
