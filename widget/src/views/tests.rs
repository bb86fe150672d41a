//! The views as HTML: what stands in the card before any script runs.

use crate::flow::Flow;
use crate::views::card;
use leptos::prelude::*;
use sayso_core::answer::Answer;
use sayso_core::file::SurveyFile;
use sayso_core::session::Event;

fn html(locale: &str, events: impl IntoIterator<Item = Event>) -> String {
    let owner = Owner::new();
    owner.set();
    let file = SurveyFile::parse(include_str!("../../../core/tests/golden/survey.json")).unwrap();
    let flow = Flow::new(file.survey(locale), |_, _| {});
    for event in events {
        flow.send(event);
    }
    // Without the marks that Leptos leaves for itself.
    card(flow).to_html().replace("<!>", "")
}

#[test]
fn an_nps_question_is_a_named_group_of_eleven_radio_buttons() {
    let html = html("en", []);
    assert_eq!(html.matches("type=\"radio\"").count(), 11);
    assert!(html.contains("<fieldset"), "{html}");
    assert!(
        html.contains("How likely are you to recommend us to a friend?</legend>"),
        "{html}"
    );
    assert!(
        html.contains("Not likely") && html.contains("Very likely"),
        "{html}"
    );
}

#[test]
fn a_text_question_is_a_labelled_text_area_with_a_way_back() {
    let html = html(
        "en",
        [Event::Answered(Some(Answer::Rating(9))), Event::NextPressed],
    );
    assert!(
        html.contains("aria-labelledby=\"prompt\"") && html.contains("</textarea>"),
        "{html}"
    );
    assert!(html.contains("aria-labelledby=\"prompt\""), "{html}");
    assert!(html.contains("A sentence is plenty."), "{html}");
    assert!(html.contains(">Back</button>"), "{html}");
    assert!(
        html.contains(">Send</button>") && !html.contains(">Next</button>"),
        "{html}"
    );
}

#[test]
fn an_error_stands_in_the_card() {
    let html = html("en", [Event::NextPressed]);
    assert!(html.contains("Please choose an answer."), "{html}");
}

#[test]
fn thanks_stands_alone() {
    let html = html(
        "en",
        [
            Event::Answered(Some(Answer::Rating(9))),
            Event::NextPressed,
            Event::NextPressed,
            Event::Stored,
        ],
    );
    assert!(html.contains("We read every answer."), "{html}");
    assert!(!html.contains("<form"), "{html}");
}

#[test]
fn a_translated_survey_has_its_own_words_and_direction() {
    let german = html("de", []);
    assert!(
        german.contains("lang=\"de\"") && german.contains("dir=\"ltr\""),
        "{german}"
    );
    assert!(german.contains("aria-label=\"Schließen\""), "{german}");
    assert!(german.contains("Weiter"), "{german}");
    assert!(html("ar", []).contains("dir=\"rtl\""));
}

#[test]
fn no_inline_style_and_no_script_is_in_the_markup() {
    let html = html("en", []);
    for forbidden in ["style=", "<style", "<script", "onclick", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden} in {html}");
    }
}

#[test]
fn texts_of_the_survey_are_escaped() {
    let owner = Owner::new();
    owner.set();
    let text = include_str!("../../../core/tests/golden/survey.json")
        .replace("What went wrong?", "?")
        .replace(
            "How likely are you",
            "<img src=x onerror=alert(1)> How likely are you",
        );
    let survey = SurveyFile::parse(&text).unwrap().survey("en");
    let html = card(Flow::new(survey, |_, _| {})).to_html();
    assert!(html.contains("&lt;img src=x"), "{html}");
}
