//! What conditions hold for.

use super::*;
use crate::page::Node;
use crate::survey::Survey;
use serde_json::{Value as Json, json};

/// A condition as it stands in a definition.
fn condition(json: &Json) -> Condition {
    let definition = json!({
        "id": "s", "version": "00000000", "locale": "en", "display": "popover",
        "thanks": { "title": "Thanks" },
        "questions": [{ "id": "q", "kind": "message", "prompt": "?", "show_if": json }]
    });
    let survey = Survey::read(&&definition).unwrap();
    survey.questions[0].show_if.clone().unwrap()
}

fn around(may_lack_some: bool) -> Surroundings {
    Surroundings {
        traits: vec![
            ("plan".into(), Scalar::Text("pro".into())),
            ("seats".into(), Scalar::Number(12.0)),
        ],
        context: vec![("first_order".into(), Scalar::Truth(true))],
        locale: "pt-BR".into(),
        may_lack_some,
    }
}

fn answers() -> Answers {
    serde_json::from_value(json!({
        "recommend": 9, "why": "Quick Delivery", "source": "web", "also": ["mail", "other:a friend"],
        "other": "other:a podcast", "agree": true
    }))
    .unwrap()
}

#[track_caller]
fn check(json: &Json, expected: Option<bool>) {
    check_in(&around(false), json, expected);
}

#[track_caller]
fn check_in(around: &Surroundings, json: &Json, expected: Option<bool>) {
    let answers = answers();
    let world = World {
        answers: &answers,
        around,
    };
    assert_eq!(condition(json).holds(world), expected, "{json}");
}

#[test]
fn answers_are_compared_by_kind() {
    for (test, expected) in [
        (json!({"question": "recommend", "at_least": 9}), true),
        (json!({"question": "recommend", "at_least": 9.5}), false),
        (json!({"question": "recommend", "at_most": 8}), false),
        (json!({"question": "recommend", "is": [8, 9]}), true),
        (json!({"question": "why", "contains": "delivery"}), true),
        (json!({"question": "why", "contains": "slow"}), false),
        (json!({"question": "why", "is_given": true}), true),
        (json!({"question": "why", "at_least": 1}), false),
        (json!({"question": "source", "is": ["web"]}), true),
        (
            json!({"question": "source", "is": ["mail", "phone"]}),
            false,
        ),
        (json!({"question": "also", "contains": "mail"}), true),
        (json!({"question": "also", "contains": "other"}), true),
        (json!({"question": "also", "contains": "phone"}), false),
        (json!({"question": "other", "is": ["other"]}), true),
        (json!({"question": "agree", "is": [true]}), true),
        (json!({"question": "agree", "is": [false]}), false),
    ] {
        check(&test, Some(expected));
    }
}

#[test]
fn what_is_not_answered_fits_nothing_but_not_given() {
    check(&json!({"question": "nobody", "at_least": 0}), Some(false));
    check(&json!({"question": "nobody", "is": ["x"]}), Some(false));
    check(
        &json!({"question": "nobody", "is_given": false}),
        Some(true),
    );
    check(
        &json!({"question": "nobody", "is_given": true}),
        Some(false),
    );
    check(&json!({"question": "recommend"}), Some(false));
}

#[test]
fn traits_context_and_language_are_looked_at() {
    check(&json!({"trait": "plan", "is": ["pro", "team"]}), Some(true));
    check(
        &json!({"trait": "seats", "at_least": 10, "at_most": 20}),
        Some(true),
    );
    check(&json!({"context": "first_order", "is": [true]}), Some(true));
    check(&json!({"trait": "nobody", "is": ["x"]}), Some(false));
    check(&json!({"locale": ["pt"]}), Some(true));
    check(&json!({"locale": ["pt-BR"]}), Some(true));
    check(&json!({"locale": ["pt-PT", "p"]}), Some(false));
}

#[test]
fn groups_are_all_any_and_not() {
    let yes = json!({"question": "recommend", "at_least": 9});
    let no = json!({"question": "recommend", "at_most": 6});
    check(&json!({"all": [yes, yes]}), Some(true));
    check(&json!({"all": [yes, no]}), Some(false));
    check(&json!({"any": [no, yes]}), Some(true));
    check(&json!({"any": [no, no]}), Some(false));
    check(&json!({"not": no}), Some(true));
    check(&json!({"not": {"any": [no, {"not": yes}]}}), Some(true));
}

#[test]
fn what_was_not_sent_leaves_a_condition_open() {
    let unknown = json!({"trait": "region", "is": ["eu"]});
    let yes = json!({"question": "recommend", "at_least": 9});
    let no = json!({"question": "recommend", "at_most": 6});
    let around = around(true);
    check_in(&around, &unknown, None);
    check_in(&around, &json!({"not": unknown}), None);
    check_in(&around, &json!({"all": [unknown, yes]}), None);
    check_in(&around, &json!({"all": [unknown, no]}), Some(false));
    check_in(&around, &json!({"any": [unknown, yes]}), Some(true));
    check_in(&around, &json!({"any": [unknown, no]}), None);
    check_in(
        &around,
        &json!({"trait": "plan", "is": ["free"]}),
        Some(false),
    );
}

#[test]
fn conditions_are_written_as_they_are_read() {
    for json in [
        json!({"question": "recommend", "at_least": 9}),
        json!({"trait": "plan", "is": ["pro", 3, true, 0.5]}),
        json!({"not": {"all": [{"locale": ["de"]}, {"any": [{"context": "x", "is_given": false}]}]}}),
    ] {
        assert_eq!(serde_json::to_value(condition(&json)).unwrap(), json);
        assert!((&json).field("nothing").is_none());
    }
    let written =
        serde_json::to_string(&condition(&json!({"trait": "n", "at_most": 9.0}))).unwrap();
    assert_eq!(written, r#"{"trait":"n","at_most":9}"#);
}
