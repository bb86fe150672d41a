//! The published JSON Schema of survey files.
//!
//! It says what an editor can check while the owner writes. What one field says
//! of another, such as the target of a branch, only [`super::check`] can know.

use super::SurveyFile;
use super::question::{FIELDS_OF_KINDS, FileKind};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

#[cfg(test)]
mod tests;

/// A language tag, as `en` or `pt-BR`.
pub(crate) const LOCALE: &str = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$";
/// The id of a question.
pub(super) const QUESTION_ID: &str = "^[a-z][a-z0-9_-]{0,63}$";
/// A text that is not blank.
pub(super) const SAYS_SOMETHING: &str = r"\S";
/// A colour, as `#0a7c66`.
pub(super) const COLOUR: &str = "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$";
/// Names of fonts; the reader is stricter.
pub(super) const FONT: &str = r"^[^;:{}()<>@/\\*!#]+$";
/// A day, as `2026-01-31`; the check knows the calendar.
pub(crate) const DAY: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
/// A time, as `2026-12-31T23:59:59Z`; the check knows the calendar.
pub(super) const TIME: &str = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

/// The fields that only some kinds of question have, and those that they need, as rules of the schema.
pub(super) fn fields_of_kinds() -> Value {
    let rule = |(word, kind): (&str, FileKind)| {
        let others = FIELDS_OF_KINDS.iter();
        let others = others.filter(|field| !field.kinds.contains(&kind));
        let mut properties: Map<String, Value> = others
            .map(|field| (String::from(field.name), json!(false)))
            .collect();
        match kind {
            FileKind::Ces => drop(properties.insert("points".into(), json!({ "enum": [5, 7] }))),
            FileKind::SingleChoice => {
                drop(properties.insert("choices".into(), json!({ "minItems": 2 })));
            }
            FileKind::Message => {
                drop(properties.insert("is_required".into(), json!({ "const": false })));
            }
            _ => {}
        }
        let mut then = json!({ "properties": properties });
        let needed: Vec<&str> = FIELDS_OF_KINDS
            .iter()
            .filter(|field| field.is_needed && field.kinds.contains(&kind))
            .map(|field| field.name)
            .collect();
        if !needed.is_empty() {
            then["required"] = json!(needed);
        }
        json!({
            "if": { "properties": { "kind": { "const": word } }, "required": ["kind"] },
            "then": then
        })
    };
    let mut rules: Vec<Value> = FileKind::WORDS.into_iter().map(rule).collect();
    rules.push(json!({
        "if": { "properties": { "shape": { "const": "thumbs" } }, "required": ["shape"] },
        "then": { "properties": { "points": { "const": 2 } } }
    }));
    Value::Array(rules)
}

/// A test looks at one thing and asks something of it; a language is asked nothing more.
pub(super) fn subjects_of_tests() -> Value {
    let subjects = ["question", "trait", "context", "locale"];
    let operators = ["at_least", "at_most", "is", "contains", "is_given"];
    let needs = |name: &str| json!({ "required": [name] });
    let mut rules = Vec::new();
    for (at, one) in subjects.iter().enumerate() {
        for other in subjects.iter().skip(at + 1) {
            rules.push(json!({ "not": { "required": [one, other] } }));
        }
    }
    let nothing: Map<String, Value> = operators
        .iter()
        .map(|name| (String::from(*name), json!(false)))
        .collect();
    rules.push(json!({
        "if": needs("locale"),
        "then": { "properties": nothing },
        "else": { "anyOf": operators.map(needs) }
    }));
    let rating = json!({ "type": "integer", "minimum": 0, "maximum": 10 });
    rules.push(json!({
        "if": { "anyOf": [needs("trait"), needs("context")] },
        "then": {},
        "else": { "properties": { "at_least": rating, "at_most": rating } }
    }));
    Value::Array(rules)
}

/// One language tag or a list of them.
pub(super) fn one_or_more_locales(_: &mut SchemaGenerator) -> Schema {
    let locale = || json!({ "type": "string", "pattern": LOCALE });
    schemars::json_schema!({
        "anyOf": [locale(), { "type": "array", "minItems": 1, "items": locale() }]
    })
}

/// Which places there are for which display, and what a tab needs.
pub(super) fn places_of_displays() -> Value {
    let is = |display: &str| json!({ "properties": { "display": { "const": display } }, "required": ["display"] });
    let mut rules: Vec<Value> = super::PLACES
        .iter()
        .map(|(word, _, places)| {
            let words: Vec<&str> = places.iter().map(|(word, _)| *word).collect();
            let then = if words.is_empty() {
                json!(false)
            } else {
                json!({ "enum": words })
            };
            let is = if *word == "popover" {
                json!({ "anyOf": [is(word), { "not": { "required": ["display"] } }] })
            } else {
                is(word)
            };
            json!({ "if": is, "then": { "properties": { "position": then } } })
        })
        .collect();
    rules.push(json!({
        "if": is("tab"),
        "then": { "required": ["tab"] },
        "else": { "properties": { "tab": false } }
    }));
    Value::Array(rules)
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
        let is_word = |value: &Value| value.is_string() || *value == json!(true);
        if object.get(name).is_some_and(is_word) {
            object.remove(name);
        }
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
    if let Some(Value::String(address)) = object.get_mut("$ref") {
        *address = address.to_lowercase();
    }
}
