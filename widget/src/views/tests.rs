//! The views as HTML: what stands in the card before any script runs.

use crate::flow::Flow;
use crate::views::card;
use leptos::prelude::*;
use sayso_core::answer::Answer;
use sayso_core::condition::Surroundings;
use sayso_core::file::SurveyFile;
use sayso_core::session::Event;
use sayso_core::survey::Survey;

mod choices;
mod frame;
mod messages;
mod ratings;
mod texts;

/// The survey that all parts of the kit have as their sample.
fn sample(locale: &str, events: impl IntoIterator<Item = Event>) -> String {
    let file = SurveyFile::parse(include_str!("../../../core/tests/golden/survey.json")).unwrap();
    html(file.survey(locale), events)
}

/// A survey of some questions, and perhaps more fields, both as in a file.
fn asked(questions: &str, more: &str, events: impl IntoIterator<Item = Event>) -> String {
    let text = format!(
        r#"{{ "schema": 1, "id": "asked", "locale": "en", "questions": [{questions}],
              "thanks": {{ "title": "Thank you" }} {more} }}"#
    );
    let file = SurveyFile::parse(&text).unwrap_or_else(|errors| panic!("{errors:#?}\n{text}"));
    html(file.survey("en"), events)
}

fn html(survey: Survey, events: impl IntoIterator<Item = Event>) -> String {
    let owner = Owner::new();
    owner.set();
    let flow = Flow::new(
        survey,
        Surroundings::default(),
        String::from("seed"),
        |_, _| {},
    );
    for event in events {
        flow.send(event);
    }
    let html = card(flow).to_html();
    for forbidden in ["style=", "<style", "<script", "onclick", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden} in {html}");
    }
    // Without the marks that Leptos leaves for itself.
    html.replace("<!>", "")
}

fn rating(value: u8) -> Event {
    Event::Answered(Some(Answer::Rating(value)))
}

fn words(text: &str) -> Event {
    Event::Answered(Some(Answer::Text(text.into())))
}

/// The opening tag of the first element that holds `part` in it.
fn tag<'a>(html: &'a str, part: &str) -> &'a str {
    html.split_inclusive('>')
        .filter_map(|piece| piece.split_once('<').map(|(_, tag)| tag))
        .find(|tag| tag.contains(part))
        .unwrap_or_else(|| panic!("no tag with {part} in {html}"))
}

#[track_caller]
fn check_holds(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "no {part} in {html}");
    }
}
