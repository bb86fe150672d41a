//! Values in texts.

use super::*;
use crate::answer::Answers;
use crate::condition::Surroundings;
use serde_json::json;

fn survey() -> Survey {
    let definition = json!({
        "id": "s", "version": "00000000", "locale": "en", "display": "popover",
        "thanks": { "title": "Thanks" },
        "questions": [
            { "id": "recommend", "kind": "nps", "prompt": "?" },
            { "id": "source", "kind": "single_choice", "prompt": "?", "other": "Other",
              "choices": [{ "id": "web", "label": "The web" }, { "id": "tv", "label": "TV" }] },
            { "id": "also", "kind": "multiple_choice", "prompt": "?", "other": "Other",
              "choices": [{ "id": "web", "label": "The web" }, { "id": "tv", "label": "TV" }] },
            { "id": "why", "kind": "free_text", "prompt": "?" }
        ]
    });
    Survey::read(&&definition).unwrap()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_in(&survey(), text, expected);
}

#[track_caller]
fn check_in(survey: &Survey, text: &str, expected: &str) {
    let filled = filled(&|world| pipe(text, survey, world));
    assert_eq!(filled, expected);
}

/// What is made of a text by one who has answered.
fn filled(fill: &dyn Fn(World<'_>) -> String) -> String {
    let answers: Answers = serde_json::from_value(json!({
        "recommend": 9, "source": "web", "also": ["tv", "other:a friend"], "why": "<b>fast</b>"
    }))
    .unwrap();
    let around = Surroundings {
        traits: vec![("name".into(), Scalar::Text("Zoë".into()))],
        context: vec![
            ("total".into(), Scalar::Number(12.5)),
            ("items".into(), Scalar::Number(3.0)),
        ],
        ..Surroundings::default()
    };
    fill(World {
        answers: &answers,
        around: &around,
    })
}

#[test]
fn values_stand_where_their_names_stood() {
    check("Thanks, {{traits.name|there}}!", "Thanks, Zoë!");
    check("{{ traits.name | there }}", "Zoë");
    check(
        "{{context.items|some}} for {{context.total|much}}",
        "3 for 12.5",
    );
    check("You said {{answers.recommend}}.", "You said 9.");
    check("No braces at all", "No braces at all");
}

#[test]
fn numbers_are_written_as_in_the_language_of_the_card() {
    let text = "{{context.items}}, {{context.total}}, {{answers.recommend}}, {{traits.name}}";
    for (locale, expected) in [
        ("en", "3, 12.5, 9, Zoë"),
        ("de", "3, 12,5, 9, Zoë"),
        ("fa", "۳, ۱۲٫۵, ۹, Zoë"),
    ] {
        let mut survey = survey();
        survey.strings = crate::strings::strings_for(locale);
        check_in(&survey, text, expected);
    }
    // In addresses numbers are for programs.
    let mut survey = survey();
    survey.strings = crate::strings::strings_for("fa");
    let url = "https://a.example/?total={{context.total}}";
    let address = filled(&|world| pipe_url(url, &survey, world));
    assert_eq!(address, "https://a.example/?total=12.5");
    // A default is the owner's own words.
    check("{{context.none|1.5}}", "1.5");
}

#[test]
fn choices_are_named_by_what_the_respondent_read() {
    check("{{answers.source|?}}", "The web");
    check("{{answers.also|?}}", "TV, a friend");
}

#[test]
fn what_is_missing_has_its_default() {
    check("Hello {{traits.nick|there}}", "Hello there");
    check("Hello {{answers.nobody}}", "Hello ");
    check("{{nonsense|fallback}}", "fallback");
}

#[test]
fn an_opening_without_an_end_is_words() {
    check("a {{traits.name", "a {{traits.name");
    check("a }} b", "a }} b");
    check("{{{traits.name|x}}}", "x}");
}

#[test]
fn nothing_is_read_as_markup_or_piped_again() {
    check("{{answers.why|?}}", "<b>fast</b>");
}

#[test]
fn addresses_are_percent_encoded() {
    let survey = survey();
    let answers: Answers =
        serde_json::from_value(json!({ "why": "a b&c=d/é?{{traits.name}}" })).unwrap();
    let around = Surroundings::default();
    let world = World {
        answers: &answers,
        around: &around,
    };
    assert_eq!(
        pipe_url("https://a.example/?q={{answers.why|x}}#z", &survey, world),
        "https://a.example/?q=a%20b%26c%3Dd%2F%C3%A9%3F%7B%7Btraits.name%7D%7D#z"
    );
}

#[test]
fn the_parts_of_a_text_are_found() {
    let pipe = |source, name, default| {
        Part::Pipe(Pipe {
            source,
            name,
            default,
        })
    };
    assert_eq!(
        parts("a {{traits.x|y}}{{answers.q}} b"),
        [
            Part::Words("a "),
            pipe("traits", "x", Some("y")),
            pipe("answers", "q", None),
            Part::Words(" b")
        ]
    );
}
