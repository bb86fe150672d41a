//! What fits a survey and what does not.

use super::*;
use crate::answer::Answers;
use crate::condition::Surroundings;
use crate::file::sample;
use crate::survey::Survey;
use crate::wire::Status;

fn answers(json: &str) -> Answers {
    serde_json::from_str(json).unwrap()
}

#[track_caller]
fn check_answers(status: Status, json: &str, expected: &[(&str, Problem)]) {
    let found = match validate(
        &sample::branching(),
        &answers(json),
        status,
        &Surroundings::default(),
    ) {
        Ok(_) => Vec::new(),
        Err(violations) => violations,
    };
    let found: Vec<_> = found
        .iter()
        .map(|violation| (violation.question_id.as_str(), violation.problem))
        .collect();
    assert_eq!(found, expected, "{status:?} {json}");
}

#[test]
fn a_completed_response_needs_its_required_answers() {
    check_answers(Status::Completed, "{}", &[("recommend", Problem::Required)]);
    check_answers(Status::Completed, r#"{"recommend":9}"#, &[]);
}

#[test]
fn an_unfinished_response_may_lack_anything() {
    for status in [Status::Shown, Status::Partial, Status::Dismissed] {
        check_answers(status, "{}", &[]);
        check_answers(status, r#"{"recommend":3}"#, &[]);
    }
}

#[test]
fn an_unfinished_response_is_checked_all_the_same() {
    check_answers(
        Status::Partial,
        r#"{"recommend":11}"#,
        &[("recommend", Problem::OutOfRange)],
    );
}

#[test]
fn ratings_end_where_their_scale_ends() {
    check_answers(Status::Completed, r#"{"recommend":0}"#, &[]);
    check_answers(Status::Completed, r#"{"recommend":10}"#, &[]);
    for wrong in ["11", "-1", "9.5", "256", "1e9"] {
        let json = format!(r#"{{"recommend":{wrong}}}"#);
        check_answers(
            Status::Completed,
            &json,
            &[("recommend", Problem::OutOfRange)],
        );
    }
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    for wrong in ["\"9\"", "null", "true", "[9]", "{}"] {
        let json = format!(r#"{{"recommend":{wrong}}}"#);
        check_answers(
            Status::Completed,
            &json,
            &[("recommend", Problem::WrongKind)],
        );
    }
    check_answers(
        Status::Completed,
        r#"{"recommend":9,"liked":5}"#,
        &[("liked", Problem::WrongKind)],
    );
}

#[test]
fn text_length_counts_characters_up_to_and_with_the_limit() {
    let text = |count: usize| format!(r#"{{"recommend":9,"liked":"{}"}}"#, "🙂".repeat(count));
    check_answers(Status::Completed, &text(20), &[]);
    check_answers(Status::Completed, &text(21), &[("liked", Problem::TooLong)]);
}

#[test]
fn answers_off_the_path_are_refused() {
    check_answers(
        Status::Completed,
        r#"{"recommend":9,"wrong":"slow"}"#,
        &[("wrong", Problem::NotOnPath)],
    );
}

#[test]
fn every_violation_is_reported_at_once() {
    check_answers(
        Status::Completed,
        r#"{"nobody":1,"recommend":"x","liked":"hi","other":2}"#,
        &[
            ("recommend", Problem::WrongKind),
            ("liked", Problem::NotOnPath),
            ("nobody", Problem::UnknownQuestion),
            ("other", Problem::UnknownQuestion),
        ],
    );
}

#[test]
fn blank_texts_are_no_answers() {
    check_answers(Status::Completed, r#"{"recommend":9,"liked":"  "}"#, &[]);
    check_answers(Status::Completed, r#"{"recommend":9,"wrong":" "}"#, &[]);
    let valid = validate(
        &sample::branching(),
        &answers(r#"{"liked":" ","recommend":9}"#),
        Status::Completed,
        &Surroundings::default(),
    )
    .unwrap();
    assert_eq!(valid.into_answers().len(), 1);
}

#[test]
fn a_blank_text_does_not_answer_a_required_question() {
    let mut survey = sample::branching();
    survey.questions[3].is_required = true;
    let given = answers(r#"{"recommend":9,"liked":"\n"}"#);
    let violations =
        validate(&survey, &given, Status::Completed, &Surroundings::default()).unwrap_err();
    assert_eq!(violations[0].problem, Problem::Required);
}

#[test]
fn valid_answers_stand_in_the_order_of_the_questions() {
    let given = answers(r#"{"liked":"all","recommend":10}"#);
    let valid = validate(
        &sample::branching(),
        &given,
        Status::Completed,
        &Surroundings::default(),
    )
    .unwrap();
    assert_eq!(
        serde_json::to_string(&valid.into_answers()).unwrap(),
        r#"{"recommend":10,"liked":"all"}"#
    );
}

#[test]
fn problems_have_their_words_on_the_wire() {
    for (problem, word) in [
        (Problem::Required, "required"),
        (Problem::UnknownQuestion, "unknown_question"),
        (Problem::NotOnPath, "not_on_path"),
        (Problem::WrongKind, "wrong_kind"),
        (Problem::OutOfRange, "out_of_range"),
        (Problem::TooLong, "too_long"),
        (Problem::TooShort, "too_short"),
        (Problem::WrongFormat, "wrong_format"),
        (Problem::UnknownChoice, "unknown_choice"),
        (Problem::ChosenTwice, "chosen_twice"),
        (Problem::TooFew, "too_few"),
        (Problem::TooMany, "too_many"),
    ] {
        assert_eq!(serde_json::to_value(problem).unwrap(), word);
        assert_eq!(Problem::from_word(word), Some(problem));
    }
}

/// One question of each of the rarer kinds, none of them required.
fn kinds() -> Survey {
    let choices = serde_json::json!([{ "id": "web", "label": "Web" }, { "id": "tv", "label": "TV" }, { "id": "ad", "label": "Ad" }]);
    let definition = serde_json::json!({
        "id": "s", "version": "00000000", "locale": "en", "display": "popover",
        "thanks": { "title": "Thanks" },
        "questions": [
            { "id": "ces", "kind": "ces", "points": 7, "prompt": "?" },
            { "id": "thumb", "kind": "rating", "points": 2, "shape": "thumbs", "prompt": "?" },
            { "id": "mail", "kind": "free_text", "form": "email", "max_chars": 40, "prompt": "?" },
            { "id": "site", "kind": "free_text", "form": "url", "max_chars": 40, "prompt": "?" },
            { "id": "count", "kind": "free_text", "form": "number", "max_chars": 9, "prompt": "?" },
            { "id": "long", "kind": "free_text", "min_chars": 5, "max_chars": 9, "prompt": "?" },
            { "id": "one", "kind": "single_choice", "choices": choices, "prompt": "?" },
            { "id": "own", "kind": "single_choice", "choices": choices, "other": "Other", "prompt": "?" },
            { "id": "few", "kind": "multiple_choice", "choices": choices, "other": "Other",
              "min_choices": 2, "max_choices": 3, "prompt": "?" },
            { "id": "agree", "kind": "consent", "label": "I agree", "prompt": "?" },
            { "id": "read", "kind": "message", "prompt": "?" }
        ]
    });
    Survey::read(&&definition).unwrap()
}

#[track_caller]
fn check_kind(json: &str, expected: Option<Problem>) {
    let around = Surroundings::default();
    let found = validate(&kinds(), &answers(json), Status::Completed, &around);
    let found = found.err().map(|violations| violations[0].problem);
    assert_eq!(found, expected, "{json}");
}

#[test]
fn every_scale_ends_where_it_ends() {
    check_kind(r#"{"ces":7}"#, None);
    check_kind(r#"{"ces":8}"#, Some(Problem::OutOfRange));
    check_kind(r#"{"ces":0}"#, Some(Problem::OutOfRange));
    check_kind(r#"{"thumb":2}"#, None);
    check_kind(r#"{"thumb":3}"#, Some(Problem::OutOfRange));
    check_kind(r#"{"thumb":"up"}"#, Some(Problem::WrongKind));
}

#[test]
fn texts_have_their_format_and_their_least_length() {
    check_kind(r#"{"mail":" me@example.com "}"#, None);
    check_kind(r#"{"mail":"me"}"#, Some(Problem::WrongFormat));
    check_kind(r#"{"site":"example.com"}"#, None);
    check_kind(r#"{"site":"example"}"#, Some(Problem::WrongFormat));
    check_kind(r#"{"count":"12,5"}"#, None);
    check_kind(r#"{"count":"a dozen"}"#, Some(Problem::WrongFormat));
    check_kind(r#"{"count":12}"#, Some(Problem::WrongKind));
    check_kind(r#"{"long":"12345"}"#, None);
    check_kind(r#"{"long":"1234"}"#, Some(Problem::TooShort));
    check_kind(r#"{"long":"1    "}"#, Some(Problem::TooShort));
    check_kind(r#"{"long":"1234567890"}"#, Some(Problem::TooLong));
}

#[test]
fn choices_are_those_of_the_question() {
    check_kind(r#"{"one":"web"}"#, None);
    check_kind(r#"{"one":"radio"}"#, Some(Problem::UnknownChoice));
    check_kind(r#"{"one":"other:a friend"}"#, Some(Problem::UnknownChoice));
    check_kind(r#"{"one":["web"]}"#, Some(Problem::WrongKind));
    check_kind(r#"{"own":"other:a friend"}"#, None);
    check_kind(r#"{"own":"other: "}"#, Some(Problem::Required));
    let words = |count: usize| format!(r#"{{"own":"other:{}"}}"#, "é".repeat(count));
    check_kind(&words(500), None);
    check_kind(&words(501), Some(Problem::TooLong));
}

#[test]
fn several_choices_have_a_least_and_a_greatest_number() {
    check_kind(r#"{"few":["web"]}"#, Some(Problem::TooFew));
    check_kind(r#"{"few":["web","tv"]}"#, None);
    check_kind(r#"{"few":["web","tv","other:x"]}"#, None);
    check_kind(
        r#"{"few":["web","tv","ad","other:x"]}"#,
        Some(Problem::TooMany),
    );
    check_kind(r#"{"few":["web","web"]}"#, Some(Problem::ChosenTwice));
    check_kind(
        r#"{"few":["other:a","other:b"]}"#,
        Some(Problem::ChosenTwice),
    );
    check_kind(r#"{"few":["web","radio"]}"#, Some(Problem::UnknownChoice));
    check_kind(r#"{"few":"web"}"#, Some(Problem::WrongKind));
    // No choice at all is no answer, and the question may be left out.
    check_kind(r#"{"few":[]}"#, None);
}

#[test]
fn a_consent_is_true_or_false_and_a_message_has_no_answer() {
    check_kind(r#"{"agree":true}"#, None);
    check_kind(r#"{"agree":false}"#, None);
    check_kind(r#"{"agree":1}"#, Some(Problem::WrongKind));
    check_kind(r#"{"read":"yes"}"#, Some(Problem::WrongKind));
    let mut survey = kinds();
    for question in &mut survey.questions {
        question.is_required = question.id.as_str() == "agree";
    }
    for (json, expected) in [
        (r#"{"agree":true}"#, None),
        (r#"{"agree":false}"#, Some(Problem::Required)),
        ("{}", Some(Problem::Required)),
    ] {
        let around = Surroundings::default();
        let found = validate(&survey, &answers(json), Status::Completed, &around);
        let found = found.err().map(|violations| violations[0].problem);
        assert_eq!(found, expected, "{json}");
    }
}

#[test]
fn a_submission_without_traits_may_lie_on_either_path() {
    let mut survey = kinds();
    let condition = serde_json::json!({ "id": "s", "version": "00000000", "locale": "en",
        "display": "popover", "thanks": { "title": "T" }, "questions": [{ "id": "q", "kind": "message",
        "prompt": "?", "show_if": { "trait": "plan", "is": ["pro"] } }] });
    let condition = Survey::read(&&condition).unwrap().questions[0]
        .show_if
        .clone();
    survey.questions[0].show_if = condition;
    let private = Surroundings {
        may_lack_some: true,
        ..Surroundings::default()
    };
    for json in [r#"{"ces":7}"#, "{}"] {
        assert!(
            validate(&survey, &answers(json), Status::Completed, &private).is_ok(),
            "{json}"
        );
    }
    let known = Surroundings::default();
    let violations =
        validate(&survey, &answers(r#"{"ces":7}"#), Status::Completed, &known).unwrap_err();
    assert_eq!(violations[0].problem, Problem::NotOnPath);
}
