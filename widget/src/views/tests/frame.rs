//! The card, its buttons, its place, and the question of most surveys.

use super::*;

#[test]
fn an_nps_question_is_a_named_group_of_eleven_radio_buttons() {
    let html = sample("en", []);
    assert_eq!(html.matches("type=\"radio\"").count(), 11);
    check_holds(tag(&html, "fieldset"), &["role=\"radiogroup\""]);
    check_holds(
        &html,
        &["How likely are you to recommend us to a friend?</legend>"],
    );
    check_holds(&html, &["Not likely", "Very likely"]);
}

#[test]
fn an_error_stands_in_the_card() {
    let html = sample("en", [Event::NextPressed]);
    check_holds(&html, &["Please choose an answer."]);
    check_holds(tag(&html, "fieldset"), &["aria-invalid=\"true\""]);
}

#[test]
fn what_speaks_is_there_before_it_speaks() {
    let html = sample("en", []);
    check_holds(&html, &["role=\"alert\"></p>", "role=\"status\"></p>"]);
}

#[test]
fn thanks_stands_alone() {
    let html = sample(
        "en",
        [
            rating(9),
            Event::NextPressed,
            Event::NextPressed,
            Event::Stored,
        ],
    );
    check_holds(&html, &["We read every answer.", "part=\"thanks\""]);
    assert!(!html.contains("<form"), "{html}");
}

#[test]
fn a_translated_survey_has_its_own_words_and_direction() {
    let german = sample("de", []);
    check_holds(tag(&german, "section"), &["lang=\"de\"", "dir=\"ltr\""]);
    check_holds(
        tag(&german, "class=\"close\""),
        &["aria-label=\"Schließen\""],
    );
    check_holds(&german, &["Weiter"]);
    check_holds(&sample("ar", []), &["dir=\"rtl\""]);
}

#[test]
fn texts_of_the_survey_are_escaped() {
    let text = include_str!("../../../../core/tests/golden/survey.json").replace(
        "How likely are you",
        "<img src=x onerror=alert(1)> How likely are you",
    );
    let survey = SurveyFile::parse(&text).unwrap().survey("en");
    let html = html(survey, []);
    check_holds(&html, &["&lt;img src=x"]);
}

const SCORE: &str = r#"{ "id": "score", "kind": "csat", "prompt": "How was it?" }"#;
const TWO: &str = r#"{ "id": "score", "kind": "csat", "prompt": "How was it?" },
                     { "id": "why", "kind": "free_text", "prompt": "Why?", "is_required": true }"#;

#[test]
fn a_question_without_an_answer_may_be_skipped() {
    check_holds(&asked(TWO, "", []), &[">Skip</button>", "optional"]);
    check_holds(&asked(TWO, "", [rating(3)]), &[">Next</button>"]);
    let last = asked(TWO, "", [Event::NextPressed]);
    check_holds(&last, &[">Send</button>", ">Back</button>"]);
    // Nothing follows, so there is nothing to skip to.
    check_holds(&asked(SCORE, "", []), &[">Send</button>"]);
}

#[test]
fn each_display_has_its_element_class_and_role() {
    for (display, place) in [
        (
            "\"inline\"",
            "section class=\"card inline\" part=\"card\" role=\"region\"",
        ),
        (
            "\"popover\"",
            "section class=\"card popover\" part=\"card\" role=\"dialog\"",
        ),
        (
            "\"modal\"",
            "dialog class=\"card modal\" part=\"card\" role=\"dialog\"",
        ),
        (
            "\"bar\"",
            "section class=\"card bar\" part=\"card\" role=\"dialog\"",
        ),
        (
            "\"tab\", \"tab\": { \"label\": \"Feedback\" }",
            "section class=\"card tab\" part=\"card\" role=\"dialog\"",
        ),
        (
            "\"popover\", \"position\": \"top_start\"",
            "section class=\"card popover top start\"",
        ),
        (
            "\"popover\", \"position\": \"center\"",
            "section class=\"card popover center\"",
        ),
        (
            "\"bar\", \"position\": \"top\"",
            "section class=\"card bar top\"",
        ),
    ] {
        let html = asked(SCORE, &format!(", \"display\": {display}"), []);
        check_holds(&html, &[place]);
    }
}

#[test]
fn progress_is_full_with_the_thanks_alone() {
    let more = ", \"has_progress\": true";
    let progress = |events: &[Event]| {
        let html = asked(TWO, more, events.iter().cloned());
        String::from(tag(&html, "progress"))
    };
    let (next, sent) = (
        Event::NextPressed,
        [rating(3), Event::NextPressed, words("so")],
    );
    check_holds(
        &progress(&[]),
        &["aria-label=\"Progress\"", "max=\"2\" value=\"0\""],
    );
    check_holds(
        &progress(std::slice::from_ref(&next)),
        &["max=\"2\" value=\"1\""],
    );
    let all = [&sent[..], &[next, Event::Stored]].concat();
    check_holds(&progress(&all), &["max=\"2\" value=\"2\""]);
    assert!(!asked(TWO, "", []).contains("<progress"));
}
