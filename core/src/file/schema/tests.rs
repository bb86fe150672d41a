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
                "if" => {
                    let outcome = schema.get(if with(rule) { "then" } else { "else" });
                    outcome.is_none_or(with)
                }
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
        "type" => match rule {
            Value::Array(names) => names.iter().any(|name| is_of(name, value)),
            name => is_of(name, value),
        },
        "const" => value == rule || value.is_number() && value.as_f64() == rule.as_f64(),
        "enum" => rule.as_array().unwrap().contains(value),
        "maxLength" => at_most(
            value.as_str().map(|text| text::char_count(text) as f64),
            rule.as_f64(),
        ),
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

fn is_of(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the type {other}"),
    }
}

fn fits(pattern: &str, text: &str) -> bool {
    match pattern {
        LOCALE => is_locale(text),
        QUESTION_ID => QuestionId::try_from(text).is_ok(),
        SAYS_SOMETHING => !text::is_blank(text),
        COLOUR => crate::file::Colour::read(text).is_some(),
        FONT => crate::file::Font::read(text).is_some(),
        TIME => regress::Regex::new(TIME).unwrap().find(text).is_some(),
        DAY => regress::Regex::new(DAY).unwrap().find(text).is_some(),
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
        r#","trigger":{"on":"smell"}"#,
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

#[test]
fn the_rules_of_a_survey_are_the_same_for_both() {
    check(include_str!("../../../tests/golden/everything.json"), true);
    for fields in [
        r#","display":"bar","position":"top""#,
        r#","display":"tab","position":"start","tab":{"label":"x"}"#,
        r#","position":"center","has_progress":true"#,
        r##","theme":{"accent":"#123456","radius_px":0,"font":"Inter","dark":{"text":"#fff"}}"##,
        r#","trigger":{"on":"any","of":[{"on":"exit"},{"on":"scroll","percent":50}]}"#,
        r#","trigger":{"on":"event","name":"x","if":{"a":{"is":1}}}"#,
        r#","pages":[{"glob":"/a*"},{"not":{"is":"/b"}}]"#,
        r#","audience":{"devices":["phone"],"locales":["de"],"traits":{"a":{"is_given":true}},"visit":"first"}"#,
        r#","sample_rate":0.5,"priority":-100,"cooldown_all_days":0,"max_shown":1000"#,
        r#","ask_again":{"after_days":1,"times":1},"waves":{"start":"2026-01-31","every_days":90}"#,
        r#","welcome":{"title":"x","text":"y","button":"z"}"#,
        r#","thanks":{"title":"x","link":{"label":"y","url":"https://z.example"},"variants":[{"if":{"locale":"de"},"title":"x"}]}"#,
    ] {
        check(&with(fields), true);
    }
    for fields in [
        r#","position":"top""#,
        r#","display":"modal","position":"center""#,
        r#","display":"bar","position":"end""#,
        r#","display":"tab""#,
        r#","display":"tab","tab":{}"#,
        r##","display":"tab","tab":{"label":"x","button":"#y"}"##,
        r#","tab":{"label":"x"}"#,
        r#","has_progress":null"#,
        r#","theme":{"accent":"red"}"#,
        r#","theme":{"radius_px":33}"#,
        r#","theme":{"spacing_px":7}"#,
        r#","theme":{"font":"a;b"}"#,
        r#","theme":{"dark":{"radius_px":3}}"#,
        r#","trigger":{"on":"scroll"}"#,
        r#","trigger":{"on":"scroll","percent":101}"#,
        r#","trigger":{"on":"exit","delay_ms":1}"#,
        r#","trigger":{"on":"any","of":[]}"#,
        r#","trigger":{"on":"event","name":"x","if":{"a":{}}}"#,
        r#","pages":[]"#,
        r#","pages":[{}]"#,
        r#","pages":[{"is":"/","glob":"/"}]"#,
        r#","pages":[{"is":""}]"#,
        r#","audience":{}"#,
        r#","audience":{"devices":[]}"#,
        r#","audience":{"locales":["english"]}"#,
        r#","audience":{"traits":{}}"#,
        r#","sample_rate":1.5"#,
        r#","priority":101"#,
        r#","priority":0.5"#,
        r#","max_shown":0"#,
        r#","ask_again":{"after_days":1}"#,
        r#","ask_again":{"after_days":0,"times":1}"#,
        r#","waves":{"start":"2026-13-01","every_days":1}"#,
        r#","waves":{"start":"2026-01-01"}"#,
        r#","welcome":{"text":"x"}"#,
        r#","thanks":{"title":"x","link":{"label":"y"}}"#,
        r#","thanks":{"title":"x","variants":[]}"#,
        r#","thanks":{"title":"x","variants":[{"title":"y"}]}"#,
    ] {
        check(&with(fields), false);
    }
}

#[test]
fn the_fields_of_each_kind_are_the_same_for_both() {
    let two = r#""choices":[{"id":"a","label":"A"},{"id":"b","label":"B","is_fixed":true}]"#;
    let one = r#""choices":[{"id":"a","label":"A"}]"#;
    for fields in [
        r#""kind":"ces","points":5,"low_label":"x""#,
        r#""kind":"rating","points":10,"shape":"stars""#,
        r#""kind":"csat","shape":"thumbs""#,
        r#""kind":"csat","shape":"thumbs","points":2"#,
        r#""kind":"free_text","format":"email","min_chars":1,"is_single_line":true"#,
        &format!(r#""kind":"single_choice",{two},"other":"x","is_shuffled":true"#),
        &format!(r#""kind":"multiple_choice",{one},"min_choices":1,"max_choices":1"#),
        r#""kind":"consent","label":"x","is_required":true"#,
        r#""kind":"message","button":"x","link":{"label":"y","url":"tel:+1"}"#,
    ] {
        check(&with_question(fields), true);
    }
    for fields in [
        r#""kind":"ces","points":3"#,
        r#""kind":"ces","shape":"stars""#,
        r#""kind":"nps","points":10"#,
        r#""kind":"rating","points":4"#,
        r#""kind":"csat","shape":"thumbs","points":5"#,
        r#""kind":"csat","format":"email""#,
        r#""kind":"free_text","format":"phone""#,
        r#""kind":"free_text","min_chars":0"#,
        r#""kind":"single_choice""#,
        &format!(r#""kind":"single_choice",{one}"#),
        &format!(r#""kind":"single_choice",{two},"max_choices":1"#),
        r#""kind":"multiple_choice","choices":[]"#,
        r#""kind":"multiple_choice","choices":[{"id":"a"}]"#,
        &format!(r#""kind":"multiple_choice",{one},"min_choices":0"#),
        r#""kind":"consent""#,
        r#""kind":"message","is_required":true"#,
        r#""kind":"nps","label":"x""#,
        r#""kind":"nps","is_shuffled":false"#,
    ] {
        check(&with_question(fields), false);
    }
}

#[test]
fn conditions_are_the_same_for_both() {
    let next = |condition: &str| {
        with_question(&format!(
            r#""kind":"nps","next":[{{"if":{condition},"go_to":"end"}}]"#
        ))
    };
    for condition in [
        r#"{"is":9}"#,
        r#"{"is":[9,10],"is_given":true}"#,
        r#"{"trait":"a","at_least":1.5}"#,
        r#"{"context":"a","is":[true,"x",1]}"#,
        r#"{"locale":"de"}"#,
        r#"{"locale":["de","pt-BR"]}"#,
        r#"{"all":[{"at_least":3},{"not":{"any":[{"locale":"de"}]}}]}"#,
    ] {
        check(&next(condition), true);
    }
    for condition in [
        r#"{"at_least":11}"#,
        r#"{"at_least":1.5}"#,
        r#"{"is":[]}"#,
        r#"{"is":null}"#,
        r#"{"is":[[1]]}"#,
        r#"{"trait":"a"}"#,
        r#"{"trait":" ","is":1}"#,
        r#"{"trait":"a","context":"b","is":1}"#,
        r#"{"question":"a","locale":"de"}"#,
        r#"{"locale":[]}"#,
        r#"{"locale":"english"}"#,
        r#"{"locale":"de","is":"de"}"#,
        r#"{"all":[]}"#,
        r#"{"all":[{}]}"#,
        r#"{"any":[{"at_least":3}],"at_most":3}"#,
        r#"{"not":[]}"#,
        r#"{"none":[]}"#,
    ] {
        check(&next(condition), false);
    }
}
