//! Paths of a survey that branches.

use super::*;
use crate::answer::Answer;
use crate::file::sample;

#[track_caller]
fn check_path(rating: Option<u8>, expected: &[&str]) {
    let survey = sample::branching();
    let answers = rating
        .map(|rating| (sample::id("recommend"), Answer::Rating(rating)))
        .into_iter()
        .collect();
    let ids: Vec<_> = path(&survey, &answers, &Surroundings::default())
        .into_iter()
        .map(|at| survey.questions[at].id.as_str())
        .collect();
    assert_eq!(ids, expected, "rating {rating:?}");
}

#[test]
fn detractors_passives_and_promoters_are_asked_different_things() {
    for rating in 0..=6 {
        check_path(Some(rating), &["recommend", "wrong"]);
    }
    for rating in 7..=8 {
        check_path(Some(rating), &["recommend", "better"]);
    }
    for rating in 9..=10 {
        check_path(Some(rating), &["recommend", "liked"]);
    }
}

#[test]
fn without_an_answer_the_next_in_order_follows() {
    check_path(None, &["recommend", "wrong"]);
}

#[test]
fn a_text_fits_no_rating_condition() {
    let survey = sample::branching();
    let answers = [(sample::id("recommend"), Answer::Text("9".into()))]
        .into_iter()
        .collect();
    assert_eq!(path(&survey, &answers, &Surroundings::default()), [0, 1]);
}

#[test]
fn a_branch_that_leads_back_is_not_followed() {
    let mut survey = sample::branching();
    survey.questions[1].next = vec![Branch {
        condition: None,
        go_to: Target::Question(sample::id("recommend")),
    }];
    assert_eq!(
        path(&survey, &Answers::new(), &Surroundings::default()),
        [0, 1, 2]
    );
}

/// Questions that are only shown to some, with a way round them.
fn conditional() -> Survey {
    let definition = serde_json::json!({
        "id": "s", "version": "00000000", "locale": "en", "display": "popover",
        "thanks": { "title": "Thanks" },
        "questions": [
            { "id": "eu", "kind": "consent", "label": "ok", "prompt": "?", "is_required": true,
              "show_if": { "trait": "region", "is": ["eu"] } },
            { "id": "rate", "kind": "csat", "prompt": "?" },
            { "id": "low", "kind": "free_text", "prompt": "?",
              "show_if": { "question": "rate", "at_most": 2 } },
            { "id": "pro", "kind": "free_text", "prompt": "?", "is_required": true,
              "show_if": { "trait": "plan", "is": ["pro"] } },
            { "id": "last", "kind": "free_text", "prompt": "?" }
        ]
    });
    Survey::read(&&definition).unwrap()
}

fn surroundings(traits: &[(&str, &str)], may_lack_some: bool) -> Surroundings {
    let scalar = |text: &str| crate::condition::Scalar::Text(text.into());
    Surroundings {
        traits: traits
            .iter()
            .map(|(name, value)| ((*name).into(), scalar(value)))
            .collect(),
        may_lack_some,
        ..Surroundings::default()
    }
}

fn parsed(answers: &serde_json::Value) -> Answers {
    serde_json::from_value(answers.clone()).unwrap()
}

#[track_caller]
fn check_conditional(traits: &[(&str, &str)], answers: &serde_json::Value, expected: &[&str]) {
    let survey = conditional();
    let path = path(&survey, &parsed(answers), &surroundings(traits, false));
    let ids: Vec<_> = path
        .iter()
        .map(|at| survey.questions[*at].id.as_str())
        .collect();
    assert_eq!(ids, expected, "{traits:?} {answers}");
}

#[test]
fn questions_that_do_not_show_are_passed_over() {
    use serde_json::json;
    check_conditional(&[], &json!({}), &["rate", "last"]);
    check_conditional(&[], &json!({"rate": 2}), &["rate", "low", "last"]);
    check_conditional(
        &[("region", "eu")],
        &json!({"rate": 5}),
        &["eu", "rate", "last"],
    );
    check_conditional(
        &[("plan", "pro")],
        &json!({"rate": 1}),
        &["rate", "low", "pro", "last"],
    );
}

#[track_caller]
fn check_possible(
    traits: &[(&str, &str)],
    answers: &serde_json::Value,
    is_completed: bool,
    expected: bool,
) {
    let around = surroundings(traits, true);
    let found = is_possible(&conditional(), &parsed(answers), &around, is_completed);
    assert_eq!(found, expected, "{traits:?} {answers} {is_completed}");
}

#[test]
fn answers_may_lie_on_any_path_that_the_page_may_have_taken() {
    use serde_json::json;
    // Nothing is known of the region: the consent may have been asked, or not.
    check_possible(&[], &json!({"rate": 5}), true, true);
    check_possible(&[], &json!({"eu": true, "rate": 5}), true, true);
    check_possible(&[], &json!({"eu": true, "pro": "yes"}), true, true);
    // What is decided stays decided.
    check_possible(&[], &json!({"rate": 5, "low": "bad"}), true, false);
    check_possible(&[("plan", "free")], &json!({"pro": "yes"}), true, false);
    check_possible(&[("plan", "pro")], &json!({"rate": 5}), true, false);
    check_possible(&[("plan", "pro")], &json!({"rate": 5}), false, true);
    check_possible(&[("region", "eu")], &json!({"rate": 5}), true, false);
    check_possible(&[("region", "eu")], &json!({}), false, true);
}

#[test]
fn the_most_that_may_follow_never_grows() {
    let survey = sample::branching();
    let around = Surroundings::default();
    for rating in 0..=10 {
        let answers: Answers = [(sample::id("recommend"), Answer::Rating(rating))]
            .into_iter()
            .collect();
        let none = Answers::new();
        let before = World {
            answers: &none,
            around: &around,
        };
        let world = World {
            answers: &answers,
            around: &around,
        };
        let next = next(&survey, 0, world).unwrap();
        assert!(longest_after(&survey, next, world) < longest_after(&survey, 0, before));
    }
}
