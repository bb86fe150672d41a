//! What stands in the card: values in texts, progress, thanks by answer, another language.

use super::*;
use crate::condition::Scalar;
use crate::survey::Survey;
use serde_json::{Value, json};

fn survey() -> Survey {
    let definition = definition("en", "Thanks, {{traits.name|friend}}!");
    Survey::read(&&definition).unwrap()
}

fn definition(locale: &str, title: &str) -> Value {
    json!({
        "id": "s", "version": "00000000", "locale": locale, "display": "modal",
        "has_progress": true,
        "thanks": { "title": title, "variants": [
            { "if": { "question": "recommend", "at_least": 9 }, "title": "Tell others",
              "link": { "label": "Review", "url": "https://a.example/?r={{answers.recommend}}" } }
        ] },
        "questions": [
            { "id": "welcome", "kind": "message", "prompt": "Hello" },
            { "id": "recommend", "kind": "nps", "prompt": "Recommend?", "is_required": true,
              "next": [{ "if": { "question": "recommend", "at_least": 9 }, "go_to": "last" }] },
            { "id": "why", "kind": "free_text", "prompt": "Why {{answers.recommend}}?" },
            { "id": "more", "kind": "free_text", "prompt": "More?",
              "show_if": { "question": "why", "is_given": true } },
            { "id": "last", "kind": "single_choice", "prompt": "Which?", "is_shuffled": true,
              "choices": [{ "id": "a", "label": "A" }, { "id": "b", "label": "B" }, { "id": "c", "label": "C" }] }
        ]
    })
}

fn named() -> Session {
    let around = Surroundings {
        traits: vec![("name".into(), Scalar::Text("Zoë".into()))],
        ..Surroundings::default()
    };
    Session::new(survey(), around, String::from("visitor"))
}

fn progress(session: &Session) -> (usize, usize) {
    let progress = session.progress().unwrap();
    (progress.done, progress.all)
}

#[test]
fn progress_never_goes_back_and_is_full_with_the_thanks() {
    for rating_given in [3, 9] {
        let mut session = named();
        let mut shares = vec![progress(&session)];
        session.handle(Event::NextPressed);
        shares.push(progress(&session));
        session.handle(Event::Answered(Some(Answer::Rating(rating_given))));
        // What is chosen in the card may be chosen anew: it moves nothing yet.
        assert_eq!(shares.last(), Some(&progress(&session)));
        while session.phase() == Phase::Asking {
            session.handle(Event::NextPressed);
            shares.push(progress(&session));
        }
        session.handle(Event::Stored);
        shares.push(progress(&session));
        let (last, before) = shares.split_last().unwrap();
        assert_eq!(last.0, last.1, "{shares:?}");
        assert!(before.iter().all(|(done, all)| done < all), "{shares:?}");
        for pair in shares.windows(2) {
            assert!(pair[0].0 * pair[1].1 <= pair[1].0 * pair[0].1, "{shares:?}");
        }
    }
}

#[test]
fn a_message_is_no_step_of_the_progress_and_cannot_be_skipped() {
    let mut session = named();
    assert_eq!(progress(&session), (0, 4));
    assert!(!session.is_skippable());
    session.handle(Event::NextPressed);
    assert_eq!(progress(&session), (0, 4));
}

#[test]
fn an_optional_question_can_be_skipped_until_it_is_answered() {
    let mut session = named();
    session.handle(Event::NextPressed);
    assert!(!session.is_skippable(), "a required question");
    play(&mut session, [rating(3), Event::NextPressed]);
    assert!(session.is_skippable());
    session.handle(Event::Answered(Some(Answer::Text("slow".into()))));
    assert!(!session.is_skippable());
    session.handle(Event::Answered(None));
    assert!(session.is_skippable());
}

#[test]
fn texts_have_their_values() {
    let mut session = named();
    assert_eq!(session.piped("Hi {{traits.name|you}}"), "Hi Zoë");
    play(
        &mut session,
        [Event::NextPressed, rating(3), Event::NextPressed],
    );
    let prompt = session.question().unwrap().prompt.clone();
    assert_eq!(session.piped(&prompt), "Why 3?");
}

#[test]
fn the_thanks_follow_the_answers() {
    for (given, title, url) in [
        (3, "Thanks, Zoë!", None),
        (9, "Tell others", Some("https://a.example/?r=9")),
    ] {
        let mut session = named();
        play(&mut session, [Event::NextPressed, rating(given)]);
        while session.phase() == Phase::Asking {
            session.handle(Event::NextPressed);
        }
        session.handle(Event::Stored);
        let closing = session.closing();
        assert_eq!(session.piped(&closing.title), title);
        let link = closing
            .link
            .as_ref()
            .map(|link| session.piped_url(&link.url));
        assert_eq!(link.as_deref(), url);
    }
}

#[test]
fn choices_keep_their_order_on_the_way_back() {
    let mut session = named();
    play(
        &mut session,
        [Event::NextPressed, rating(9), Event::NextPressed],
    );
    let order = session.choice_order();
    assert_eq!(order.len(), 3);
    play(&mut session, [Event::BackPressed, Event::NextPressed]);
    assert_eq!(session.choice_order(), order);
}

#[test]
fn another_language_keeps_the_answers() {
    let mut session = named();
    play(&mut session, [Event::NextPressed, rating(9)]);
    let german = Survey::read(&&definition("de", "Danke")).unwrap();
    assert!(session.translate(german));
    assert_eq!(session.draft(), Some(&Answer::Rating(9)));
    assert_eq!(session.survey().locale, "de");
    let mut other = survey();
    other.version = crate::id::SurveyVersion::try_from("11111111").unwrap();
    assert!(!session.translate(other));
    assert_eq!(session.survey().locale, "de");
}

#[test]
fn what_is_chosen_counts_when_the_page_is_left_but_not_words_being_written() {
    let mut session = named();
    play(
        &mut session,
        [
            Event::Shown,
            Event::NextPressed,
            rating(9),
            Event::NextPressed,
        ],
    );
    session.handle(Event::Answered(Some(Answer::Text("b".into()))));
    let effects = session.handle(Event::PageHidden);
    assert_eq!(
        json(sent(&effects).unwrap()),
        r#"{"recommend":9,"last":"b"}"#
    );
}

#[test]
fn a_survey_may_have_nothing_for_a_respondent() {
    let mut definition = definition("en", "Thanks");
    let condition = json!({ "trait": "plan", "is": ["pro"] });
    for question in definition["questions"].as_array_mut().unwrap() {
        question["show_if"] = condition.clone();
    }
    let survey = Survey::read(&&definition).unwrap();
    let session = Session::new(survey, Surroundings::default(), String::new());
    assert!(session.is_empty());
    assert!(!named().is_empty());
}

#[test]
fn a_text_that_was_emptied_is_no_answer() {
    for blank in ["", "  "] {
        let mut session = named();
        play(
            &mut session,
            [Event::NextPressed, rating(3), Event::NextPressed],
        );
        session.handle(words("slow"));
        session.handle(words(blank));
        assert!(session.is_skippable());
        session.handle(Event::NextPressed);
        // "More?" shows only where "why" was given.
        check_question(&session, "last");
    }
}

#[test]
fn a_response_in_two_languages_is_accepted() {
    let mut definition = definition("de", "Danke");
    definition["questions"][2]["show_if"] = json!({ "locale": ["de"] });
    let german = Survey::read(&&definition).unwrap();
    let around = Surroundings {
        locale: String::from("de"),
        ..Surroundings::default()
    };
    let mut session = Session::new(german.clone(), around, String::new());
    play(
        &mut session,
        [Event::NextPressed, rating(3), Event::NextPressed],
    );
    session.handle(words("langsam"));
    session.handle(Event::NextPressed);
    definition["locale"] = json!("en");
    assert!(session.translate(Survey::read(&&definition).unwrap()));
    let mut effects = Vec::new();
    while session.phase() == Phase::Asking {
        effects = session.handle(Event::NextPressed);
    }
    let outgoing = sent(&effects).unwrap();
    let around = Surroundings {
        locale: String::from("en"),
        may_lack_some: true,
        ..Surroundings::default()
    };
    let valid = validate::validate(&german, &outgoing.answers, outgoing.status, &around);
    assert!(valid.is_ok(), "{valid:?}");
}
