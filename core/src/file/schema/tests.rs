//! The schema and the reader agree on what a survey file may be.
//!
//! The few words of JSON Schema that ours uses are carried out here; a word that
//! is not known fails the test.

use super::*;
use crate::file::locale::is_locale;
use crate::id::{QuestionId, SurveyId};
use crate::text;

fn schema() -> Value {
    serde_json::from_str(&json_schema()).unwrap()
}

fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    match schema {
        Value::Bool(accepts) => *accepts,
        _ => schema.as_object().unwrap().iter().all(|(word, rule)| {
            let with = |schema: &Value| accepts(root, schema, value);
            match word.as_str() {
                "$ref" => with(
                    root.pointer(rule.as_str().unwrap().trim_start_matches('#'))
                        .unwrap(),
                ),
                "anyOf" => rule.as_array().unwrap().iter().any(with),
                "oneOf" => rule.as_array().unwrap().iter().filter(|s| with(s)).count() == 1,
                "allOf" => rule.as_array().unwrap().iter().all(with),
                "not" => !with(rule),
                "if" => with(&schema[if with(rule) { "then" } else { "else" }]),
                _ => holds(root, schema, (word, rule), value),
            }
        }),
    }
}

fn holds(root: &Value, schema: &Value, (word, rule): (&str, &Value), value: &Value) -> bool {
    let object = value.as_object();
    let of_object = |holds: &dyn Fn(&Map<String, Value>) -> bool| object.is_none_or(holds);
    let at_most = |one: Option<f64>, other: Option<f64>| one.zip(other).is_none_or(|(a, b)| a <= b);
    let count = value.as_array().map(|items| items.len() as f64);
    match word {
        "type" => match rule.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            other => panic!("the type {other}"),
        },
        "const" => value == rule,
        "minimum" => at_most(rule.as_f64(), value.as_f64()),
        "maximum" => at_most(value.as_f64(), rule.as_f64()),
        "minItems" => at_most(rule.as_f64(), count),
        "maxItems" => at_most(count, rule.as_f64()),
        "minProperties" => of_object(&|object| rule.as_u64().unwrap() <= object.len() as u64),
        "pattern" => value
            .as_str()
            .is_none_or(|text| fits(rule.as_str().unwrap(), text)),
        "required" => of_object(&|object| {
            let mut names = rule.as_array().unwrap().iter();
            names.all(|name| object.contains_key(name.as_str().unwrap()))
        }),
        "properties" => of_object(&|object| {
            let mut fields = object.iter();
            fields.all(|(name, value)| rule.get(name).is_none_or(|rule| accepts(root, rule, value)))
        }),
        "additionalProperties" => of_object(&|object| {
            let is_named = |name: &str| {
                schema
                    .get("properties")
                    .is_some_and(|names| names.get(name).is_some())
            };
            let mut fields = object.iter();
            fields.all(|(name, value)| is_named(name) || accepts(root, rule, value))
        }),
        "propertyNames" => {
            of_object(&|object| object.keys().all(|name| accepts(root, rule, &json!(name))))
        }
        "items" => {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            items.iter().all(|item| accepts(root, rule, item))
        }
        "$schema" | "$defs" | "title" | "description" | "default" | "then" | "else" => true,
        other => panic!("the word {other}"),
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    match pattern {
        LOCALE => is_locale(text),
        QUESTION_ID => QuestionId::try_from(text).is_ok(),
        SAYS_SOMETHING => !text::is_blank(text),
        "^[a-z][a-z0-9-]{0,63}$" => SurveyId::try_from(text).is_ok(),
        "^[a-z][a-z0-9_]{0,63}$" => QuestionId::try_from(text).is_ok() && !text.contains('-'),
        other => panic!("the pattern {other}"),
    }
}

#[track_caller]
fn check(text: &str, expected: bool) {
    let value: Value = serde_json::from_str(text).unwrap();
    let root = schema();
    assert_eq!(accepts(&root, &root, &value), expected, "schema: {text}");
    assert_eq!(SurveyFile::parse(text).is_ok(), expected, "reader: {text}");
}

/// A survey with these fields beside those it must have.
fn with(fields: &str) -> String {
    format!(
        r#"{{"schema":1,"id":"x"{fields},"questions":[{{"id":"a","kind":"nps","prompt":"?"}}]}}"#
    )
}

/// A survey whose first question of two has these fields beside its id and prompt.
fn with_question(fields: &str) -> String {
    format!(
        r#"{{"schema":1,"id":"x","questions":[{{"id":"a","prompt":"?",{fields}}},{{"id":"b","kind":"csat","prompt":"?"}}]}}"#
    )
}

#[test]
fn the_fields_of_the_survey_are_the_same_for_both() {
    check(include_str!("../../../tests/golden/survey.json"), true);
    for fields in [
        "",
        r#","cooldown_days":3650"#,
        r#","cooldown_days":0.0"#,
        r#","display":"inline""#,
        r#","locale":"pt-BR","thanks":{"title":{"pt-BR":"Obrigado"},"text":"!"}"#,
        r#","touchpoint":"support_closed""#,
        r#","trigger":{"on":"call"}"#,
        r#","trigger":{"on":"load","delay_ms":86400000}"#,
    ] {
        check(&with(fields), true);
    }
    for fields in [
        r#","$schema":null"#,
        r#","colour":"red""#,
        r#","cooldown_days":-1"#,
        r#","cooldown_days":3651"#,
        r#","cooldown_days":1.5"#,
        r#","display":"Inline""#,
        r#","locale":"english""#,
        r#","thanks":null"#,
        r#","thanks":{}"#,
        r#","thanks":{"title":" "}"#,
        r#","touchpoint":null"#,
        r#","touchpoint":"Support""#,
        r#","trigger":{"delay_ms":1}"#,
        r#","trigger":{"on":"scroll"}"#,
        r#","trigger":{"on":"call","delay_ms":1}"#,
        r#","trigger":{"on":"load","delay_ms":86400001}"#,
    ] {
        check(&with(fields), false);
    }
    for text in [
        "[]",
        "{}",
        r#"{"schema":1,"id":"x","questions":[]}"#,
        r#"{"schema":1,"id":"Bad Id","questions":[{"id":"a","kind":"nps","prompt":"?"}]}"#,
        r#"{"schema":2,"id":"x","questions":[{"id":"a","kind":"nps","prompt":"?"}]}"#,
        r#"{"schema":1,"id":"x","questions":[{"id":"end","kind":"nps","prompt":"?"}]}"#,
        r#"{"schema":1,"id":"x","questions":[{"id":"a","kind":"nps"}]}"#,
    ] {
        check(text, false);
    }
}

#[test]
fn the_fields_of_a_question_are_the_same_for_both() {
    for fields in [
        r#""kind":"csat","low_label":"x","high_label":{"en":"y"}"#,
        r#""kind":"free_text","max_chars":10000,"placeholder":"x","help":"y""#,
        r#""kind":"nps","is_required":true,"next":"b""#,
        r#""kind":"nps","next":[{"if":{"at_least":10},"go_to":"end"},{"go_to":"b"}]"#,
        r#""kind":"nps","next":[{"if":{"question":"a","at_most":0},"go_to":"end"}]"#,
    ] {
        check(&with_question(fields), true);
    }
    for fields in [
        r#""help":"y""#,
        r#""kind":"smell""#,
        r#""kind":"nps","help":null"#,
        r#""kind":"nps","help":"""#,
        r#""kind":"nps","help":{}"#,
        r#""kind":"nps","help":{"en":" "}"#,
        r#""kind":"nps","help":{"en":"y","en_GB":"y"}"#,
        r#""kind":"nps","is_required":"yes""#,
        r#""kind":"nps","max_chars":5"#,
        r#""kind":"csat","placeholder":"x""#,
        r#""kind":"free_text","high_label":"x""#,
        r#""kind":"free_text","max_chars":0"#,
        r#""kind":"free_text","max_chars":10001"#,
        r#""kind":"nps","next":null"#,
        r#""kind":"nps","next":[]"#,
        r#""kind":"nps","next":"Not An Id""#,
        r#""kind":"nps","next":[{"if":{"at_least":3}}]"#,
        r#""kind":"nps","next":[{"if":{},"go_to":"end"}]"#,
        r#""kind":"nps","next":[{"if":{"at_most":11},"go_to":"end"}]"#,
        r#""kind":"nps","next":[{"if":{"question":"a"},"go_to":"end"}]"#,
    ] {
        check(&with_question(fields), false);
    }
}

#[test]
fn definitions_have_names_in_lower_case() {
    for name in schema()["$defs"].as_object().unwrap().keys() {
        assert_eq!(*name, name.to_lowercase());
    }
}
