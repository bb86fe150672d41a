//! What a page gets of a survey that has everything, and that the widget reads it back.

#![cfg(feature = "json")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use sayso_core::file::SurveyFile;
use sayso_core::survey::{Position, Survey};
use serde_json::{Value, json};
use std::path::Path;

const EVERYTHING: &str = include_str!("golden/everything.json");

fn file(text: &str) -> SurveyFile {
    SurveyFile::parse(text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The golden survey with these fields at its top in place of its own.
fn changed(fields: &Value) -> SurveyFile {
    let mut value: Value = serde_json::from_str(EVERYTHING).unwrap();
    for (name, field) in fields.as_object().unwrap() {
        match field {
            Value::Null => drop(value.as_object_mut().unwrap().remove(name)),
            field => value[name] = field.clone(),
        }
    }
    file(&value.to_string())
}

fn definition(file: &SurveyFile, locale: &str) -> Value {
    serde_json::to_value(file.definition(locale)).unwrap()
}

#[test]
fn the_definition_of_everything_is_the_golden_one() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/everything.definition.json");
    let mut written = serde_json::to_string_pretty(&file(EVERYTHING).definition("de")).unwrap();
    written.push('\n');
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == written,
        "{} is stale; run `UPDATE_GOLDEN=1 cargo test -p sayso-core --features json`",
        path.display()
    );
}

#[test]
fn everything_that_the_collector_writes_is_what_the_widget_reads() {
    let file = file(EVERYTHING);
    for locale in ["en", "de", "fr"] {
        let definition = definition(&file, locale);
        assert_eq!(
            Survey::read(&&definition),
            Some(file.survey(locale)),
            "{locale}"
        );
    }
}

#[test]
fn everything_keeps_its_version_and_reads_back_from_what_is_kept() {
    let file = file(EVERYTHING);
    let kept = SurveyFile::parse(&file.canonical()).unwrap();
    assert_eq!(kept.version(), file.version());
    assert_eq!(SurveyFile::parse_kept(&file.canonical()), Ok(kept));
}

#[test]
fn fields_that_are_left_out_are_not_in_the_canonical_json() {
    let text = r#"{"schema":1,"id":"x","questions":[{"id":"a","kind":"nps","prompt":"?","next":[{"if":{"question":"a","at_least":9.0,"at_most":10},"go_to":"end"}]},{"id":"b","kind":"csat","prompt":"?"}]}"#;
    assert_eq!(
        file(text).canonical(),
        r#"{"schema":1,"id":"x","locale":"en","display":"popover","trigger":{"on":"load","delay_ms":0},"cooldown_days":90,"questions":[{"id":"a","kind":"nps","prompt":"?","is_required":false,"next":[{"if":{"question":"a","at_least":9,"at_most":10},"go_to":"end"}]},{"id":"b","kind":"csat","prompt":"?","is_required":false}]}"#
    );
}

#[test]
fn only_rules_beyond_the_usual_ones_are_sent() {
    let plain = json!({
        "display": null, "position": null, "has_progress": null, "theme": null, "pages": null,
        "audience": null, "ask_again": null, "waves": null, "max_shown": null,
        "trigger": { "on": "load", "delay_ms": 5 },
        "sample_rate": 1, "priority": 0, "cooldown_all_days": 0
    });
    let written = definition(&changed(&plain), "en");
    assert_eq!(written.get("rules"), None);
    assert_eq!(written["trigger"], json!({ "on": "load", "delay_ms": 5 }));
    let written = definition(&file(EVERYTHING), "en");
    assert_eq!(written["trigger"], json!({ "on": "call" }));
    assert_eq!(written["rules"]["trigger"]["on"], "any");
    assert_eq!(
        written["rules"]["audience"]["traits"]["plan"]["is"],
        json!(["pro", "team"])
    );
    let event = &written["rules"]["trigger"]["of"][3];
    assert_eq!(event["if"]["plan"]["is"], json!(["pro"]));
}

#[test]
fn nobody_is_asked_at_a_rate_of_nothing() {
    let written = definition(&changed(&json!({ "sample_rate": 0 })), "en");
    assert_eq!(written["rules"]["sample_rate"], 0);
}

#[test]
fn the_usual_place_is_not_sent() {
    for (display, position, expected) in [
        ("bar", "bottom", Position::Usual),
        ("bar", "top", Position::Top),
        ("popover", "bottom_end", Position::Usual),
        ("popover", "center", Position::Center),
    ] {
        let file = changed(&json!({ "display": display, "position": position }));
        assert_eq!(file.survey("en").position, expected, "{display} {position}");
    }
}

#[test]
fn a_plain_survey_needs_the_small_widget_alone() {
    let plain = r#"{"schema":1,"id":"x","position":"bottom_end","theme":{"radius_px":3},"trigger":{"on":"exit"},"questions":[{"id":"a","kind":"csat","points":5,"prompt":"?"}]}"#;
    assert_eq!(definition(&file(plain), "en").get("widget"), None);
    assert_eq!(definition(&file(EVERYTHING), "en")["widget"], "full");
}

#[test]
fn a_tab_has_its_label_in_one_language() {
    let tab = json!({
        "display": "tab", "position": "start",
        "tab": { "label": { "en": "Feedback", "de": "Rückmeldung" } }
    });
    let written = definition(&changed(&tab), "de");
    assert_eq!(written["tab"], json!({ "label": "Rückmeldung" }));
    assert_eq!(written["position"], "start");
}

#[test]
fn sentences_with_numbers_come_in_the_language() {
    let english = definition(&file(EVERYTHING), "en");
    let german = definition(&file(EVERYTHING), "de");
    for pointer in [
        "/questions/9/too_few",
        "/questions/9/too_many",
        "/questions/3/too_short",
    ] {
        let sentence = |value: &Value| value.pointer(pointer).unwrap().as_str().map(String::from);
        assert!(sentence(&english).is_some(), "{pointer}");
        assert_ne!(sentence(&english), sentence(&german), "{pointer}");
    }
}

#[test]
fn the_welcome_is_the_first_question() {
    let written = definition(&file(EVERYTHING), "de");
    assert_eq!(
        written["questions"][0],
        json!({
            "id": "welcome", "kind": "message", "prompt": "Hello {{traits.name|there}}",
            "help": "Das dauert eine Minute.", "button": "Los geht es"
        })
    );
}

#[test]
fn a_small_card_gets_the_words_that_it_has_and_a_persian_one_its_digits() {
    let text = r#"{"schema":1,"id":"x","questions":[{"id":"a","kind":"nps",
        "prompt":{"en":"How?","de":"Wie?","fa":"چطور؟"}}]}"#;
    let small = file(text);
    let words = definition(&small, "de");
    assert_eq!(words.get("widget"), None);
    assert_eq!(words["strings"]["next"], "Weiter");
    for rare in ["numerals", "start", "wrong_email"] {
        assert_eq!(words["strings"].get(rare), None, "{rare}");
    }
    let words = definition(&small, "fa");
    assert_eq!(words["widget"], "full");
    assert_eq!(words["strings"]["numerals"], "۰۱۲۳۴۵۶۷۸۹٫");
    let words = definition(&file(EVERYTHING), "de");
    assert_eq!(words["strings"]["numerals"], "0123456789,");
}
