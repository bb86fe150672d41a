//! What is only read: messages, the welcome, the thanks and their links.

use super::*;

const LAST: &str = r#"{ "id": "why", "kind": "free_text", "prompt": "Why?" }"#;

fn message(more: &str) -> String {
    let questions = format!(
        r#"{{ "id": "news", "kind": "message", "prompt": "Good to know" {more} }}, {LAST}"#
    );
    asked(&questions, "", [])
}

#[test]
fn a_message_is_a_headline_and_no_group() {
    let html = message(r#", "help": "Returns are free now.", "button": "Got it""#);
    check_holds(
        &html,
        &[
            "Good to know</h2>",
            "Returns are free now.",
            ">Got it</button>",
        ],
    );
    assert!(
        !html.contains("<fieldset") && !html.contains("optional"),
        "{html}"
    );
    check_holds(&message(""), &[">Next</button>"]);
}

#[test]
fn a_page_opens_in_a_new_tab_and_says_so() {
    let link = |url: &str| {
        message(&format!(
            r#", "link": {{ "label": "Read on", "url": "{url}" }}"#
        ))
    };
    let page = link("https://shop.example/returns?a=1&b=2");
    check_holds(
        tag(&page, "part=\"link\""),
        &[
            "href=\"https://shop.example/returns?a=1&amp;b=2\"",
            "target=\"_blank\"",
        ],
    );
    check_holds(
        &page,
        &["rel=\"noopener noreferrer\"", "(opens in a new tab)"],
    );
    let mail = link("mailto:help@shop.example");
    assert!(
        !mail.contains("_blank") && !mail.contains("new tab"),
        "{mail}"
    );
}

#[test]
fn a_welcome_is_the_first_thing_read_and_starts() {
    let html = asked(
        LAST,
        r#", "welcome": { "title": "Two minutes?", "text": "No names." }"#,
        [],
    );
    check_holds(
        &html,
        &["Two minutes?</h2>", "No names.", ">Start</button>"],
    );
}

#[test]
fn thanks_lead_on_by_a_link() {
    let survey = r#"{ "schema": 1, "id": "asked", "locale": "en", "questions": [
            { "id": "score", "kind": "csat", "prompt": "How was it?" }],
        "thanks": { "title": "Sorry", "variants": [
            { "if": { "question": "score", "at_least": 4 }, "title": "Great!",
              "link": { "label": "Write a review",
                        "url": "https://review.example/?s={{answers.score|0}}" } }] } }"#;
    let file = SurveyFile::parse(survey).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let thanks = |value| {
        let events = [rating(value), Event::NextPressed, Event::Stored];
        html(file.survey("en"), events)
    };
    let happy = thanks(5);
    check_holds(
        &happy,
        &["Great!</h2>", "href=\"https://review.example/?s=5\""],
    );
    check_holds(
        &happy,
        &[
            "class=\"primary\" part=\"link\"",
            "role=\"status\">Great!</p>",
        ],
    );
    check_holds(&thanks(2), &["Sorry</h2>"]);
}

#[test]
fn values_stand_in_the_texts_of_what_comes_later() {
    let questions = r#"
        { "id": "score", "kind": "csat", "prompt": "How was it?", "is_required": true },
        { "id": "why", "kind": "free_text", "prompt": "Why {{answers.score}}?" }"#;
    let html = asked(questions, "", [rating(2), Event::NextPressed]);
    check_holds(&html, &["Why 2?"]);
}
