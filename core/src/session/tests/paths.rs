//! Ways through a survey, back and forth: what is sent always lies on one path.

use super::*;
use crate::condition::Surroundings;

/// q2 is only asked of low ratings of q1; q3 looks at q2.
const CROSSING: &str = r#"{
  "schema": 1, "id": "crossing",
  "questions": [
    { "id": "q1", "kind": "nps", "prompt": "?", "is_required": true,
      "next": [{ "if": { "at_most": 6 }, "go_to": "q2" }, { "go_to": "q3" }] },
    { "id": "q2", "kind": "csat", "prompt": "?" },
    { "id": "q3", "kind": "csat", "prompt": "?",
      "next": [{ "if": { "question": "q2", "at_most": 2 }, "go_to": "q4" }, { "go_to": "end" }] },
    { "id": "q4", "kind": "free_text", "prompt": "?" }
  ]
}"#;

#[test]
fn an_answer_of_a_way_not_taken_does_not_steer() {
    let mut session = Session::new(
        sample::file(CROSSING).survey("en"),
        Surroundings::default(),
        String::new(),
    );
    play(
        &mut session,
        [rating(2), Event::NextPressed, rating(1), Event::NextPressed],
    );
    play(
        &mut session,
        [
            Event::BackPressed,
            Event::BackPressed,
            rating(9),
            Event::NextPressed,
        ],
    );
    check_question(&session, "q3");
    let effects = play(&mut session, [rating(4), Event::NextPressed]);
    assert_eq!(json(sent(&effects).unwrap()), r#"{"q1":9,"q3":4}"#);
}

#[test]
fn whatever_way_a_respondent_goes_the_collector_accepts_what_is_sent() {
    let mut dice = 1_u64;
    let mut throw = |sides: u64| {
        // Knuth's linear congruential generator: any walk, the same each time.
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % sides
    };
    let mut sent_count = 0;
    for text in [CROSSING, sample::BRANCHING] {
        let survey = sample::file(text).survey("en");
        for _ in 0..2_000 {
            let mut session = Session::new(survey.clone(), Surroundings::default(), String::new());
            for _ in 0..14 {
                let event = match throw(8) {
                    0 => Event::BackPressed,
                    1 => Event::PageHidden,
                    2 => words("some"),
                    3 => Event::NotStored(Failure::Unreachable),
                    4 | 5 => rating(throw(6) as u8),
                    _ => Event::NextPressed,
                };
                for effect in session.handle(event) {
                    if let Effect::Send(outgoing) = effect {
                        sent_count += 1;
                        let valid = validate::validate(
                            &survey,
                            &outgoing.answers,
                            outgoing.status,
                            &Surroundings::default(),
                        );
                        assert!(valid.is_ok(), "{outgoing:?}: {valid:?}");
                    }
                }
            }
        }
    }
    assert!(1_000 < sent_count, "only {sent_count} submissions");
}
