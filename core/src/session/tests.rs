//! The session, event by event.

use super::*;
use crate::file::sample;

fn session() -> Session {
    Session::new(sample::branching())
}

fn rating(value: u8) -> Event {
    Event::Answered(Some(Answer::Rating(value)))
}

fn words(text: &str) -> Event {
    Event::Answered(Some(Answer::Text(text.into())))
}

fn play(session: &mut Session, events: impl IntoIterator<Item = Event>) -> Vec<Effect> {
    events
        .into_iter()
        .map(|event| session.handle(event))
        .last()
        .unwrap_or_default()
}

fn sent(effects: &[Effect]) -> Option<&Outgoing> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(outgoing) => Some(outgoing),
        _ => None,
    })
}

fn json(outgoing: &Outgoing) -> String {
    serde_json::to_string(&outgoing.answers).unwrap()
}

#[track_caller]
fn check_question(session: &Session, expected: &str) {
    assert_eq!(
        session.question().map(|question| question.id.as_str()),
        Some(expected)
    );
}

#[test]
fn shown_is_sent_once_as_the_first_submission() {
    let mut session = session();
    let effects = session.handle(Event::Shown);
    let outgoing = sent(&effects).unwrap();
    assert_eq!((outgoing.seq, outgoing.status), (0, Status::Shown));
    assert_eq!(session.handle(Event::Shown), []);
}

#[test]
fn the_whole_way_from_shown_to_thanks() {
    let mut session = session();
    play(&mut session, [Event::Shown, rating(9)]);
    let effects = session.handle(Event::NextPressed);
    assert_eq!(
        effects,
        [
            Effect::AnnounceAnswered(sample::id("recommend"), Answer::Rating(9)),
            Effect::FollowFocus
        ]
    );
    check_question(&session, "liked");
    let effects = play(&mut session, [words("all of it"), Event::NextPressed]);
    let outgoing = sent(&effects).unwrap();
    assert_eq!((outgoing.seq, outgoing.status), (1, Status::Completed));
    assert_eq!(json(outgoing), r#"{"recommend":9,"liked":"all of it"}"#);
    assert_eq!(session.phase(), Phase::Sending);
    assert_eq!(
        session.handle(Event::Stored),
        [Effect::AnnounceCompleted, Effect::FollowFocus]
    );
    assert_eq!(session.phase(), Phase::Thanked);
}

#[test]
fn thanks_comes_only_after_stored() {
    let mut session = session();
    assert_eq!(session.handle(Event::Stored), []);
    play(
        &mut session,
        [rating(9), Event::NextPressed, Event::NextPressed],
    );
    assert_eq!(session.phase(), Phase::Sending);
}

#[test]
fn a_required_question_is_not_passed_without_an_answer() {
    let mut session = session();
    assert_eq!(session.handle(Event::NextPressed), [Effect::FocusAnswer]);
    assert_eq!(
        session.complaint(),
        Some(Complaint::Answer(Problem::Required))
    );
    session.handle(rating(3));
    assert_eq!(session.complaint(), None);
    session.handle(Event::NextPressed);
    check_question(&session, "wrong");
}

#[test]
fn an_optional_question_may_be_passed() {
    let mut session = session();
    let effects = play(
        &mut session,
        [rating(9), Event::NextPressed, Event::NextPressed],
    );
    assert_eq!(json(sent(&effects).unwrap()), r#"{"recommend":9}"#);
}

#[test]
fn a_text_that_is_too_long_is_not_sent_until_it_is_shorter() {
    let mut session = session();
    play(
        &mut session,
        [rating(9), Event::NextPressed, words(&"x".repeat(21))],
    );
    assert_eq!(session.complaint(), None, "no complaint while writing");
    assert_eq!(session.handle(Event::NextPressed), [Effect::FocusAnswer]);
    assert_eq!(
        session.complaint(),
        Some(Complaint::Answer(Problem::TooLong))
    );
    session.handle(words(&"x".repeat(22)));
    assert_eq!(
        session.complaint(),
        Some(Complaint::Answer(Problem::TooLong))
    );
    session.handle(words(&"x".repeat(20)));
    assert_eq!(session.complaint(), None);
}

#[test]
fn going_back_keeps_the_answers_and_a_new_path_leaves_the_old_one_out() {
    let mut session = session();
    play(
        &mut session,
        [
            rating(9),
            Event::NextPressed,
            words("nice"),
            Event::BackPressed,
        ],
    );
    check_question(&session, "recommend");
    assert_eq!(session.draft(), Some(&Answer::Rating(9)));
    play(&mut session, [rating(2), Event::NextPressed]);
    check_question(&session, "wrong");
    let effects = session.handle(Event::NextPressed);
    assert_eq!(json(sent(&effects).unwrap()), r#"{"recommend":2}"#);
}

#[test]
fn there_is_no_way_back_from_the_first_question() {
    let mut session = session();
    assert!(!session.has_back());
    assert_eq!(session.handle(Event::BackPressed), []);
    check_question(&session, "recommend");
}

#[test]
fn an_answer_taken_back_is_gone() {
    let mut session = session();
    play(
        &mut session,
        [rating(9), Event::Answered(None), Event::NextPressed],
    );
    assert_eq!(
        session.complaint(),
        Some(Complaint::Answer(Problem::Required))
    );
}

#[test]
fn a_failed_send_keeps_the_answers_and_repeats_them_under_the_same_seq() {
    let mut session = session();
    let first = play(
        &mut session,
        [
            Event::Shown,
            rating(9),
            Event::NextPressed,
            words("a"),
            Event::NextPressed,
        ],
    );
    let effects = session.handle(Event::NotStored(Failure::Unreachable));
    assert_eq!(effects, [Effect::FocusAnswer]);
    assert_eq!(session.phase(), Phase::Asking);
    assert_eq!(session.complaint(), Some(Complaint::NotSent));
    assert_eq!(session.draft(), Some(&Answer::Text("a".into())));
    let second = session.handle(Event::NextPressed);
    assert_eq!(sent(&first), sent(&second));
    assert_eq!(sent(&second).unwrap().seq, 1);
}

#[test]
fn answers_changed_after_a_failed_send_go_out_under_a_new_seq() {
    let mut session = session();
    play(
        &mut session,
        [
            rating(9),
            Event::NextPressed,
            words("a"),
            Event::NextPressed,
        ],
    );
    session.handle(Event::NotStored(Failure::Unreachable));
    let effects = play(&mut session, [words("b"), Event::NextPressed]);
    let outgoing = sent(&effects).unwrap();
    assert_eq!(
        (outgoing.seq, json(outgoing).as_str()),
        (1, r#"{"recommend":9,"liked":"b"}"#)
    );
}

#[test]
fn a_refusal_leads_back_to_the_answer_that_is_to_blame() {
    let mut session = session();
    play(
        &mut session,
        [
            rating(9),
            Event::NextPressed,
            words("a"),
            Event::NextPressed,
        ],
    );
    let refused = vec![("recommend".into(), Problem::OutOfRange)];
    let effects = session.handle(Event::NotStored(Failure::Refused(refused)));
    assert_eq!(effects, [Effect::FocusAnswer]);
    check_question(&session, "recommend");
    assert_eq!(
        session.complaint(),
        Some(Complaint::Answer(Problem::OutOfRange))
    );
}

#[test]
fn a_refusal_of_no_single_answer_stays_where_it_is() {
    let mut session = session();
    play(
        &mut session,
        [rating(9), Event::NextPressed, Event::NextPressed],
    );
    session.handle(Event::NotStored(Failure::Refused(Vec::new())));
    check_question(&session, "liked");
    assert_eq!(session.complaint(), Some(Complaint::Refused));
}

#[test]
fn closing_sends_what_was_confirmed_and_a_chosen_rating() {
    let mut session = session();
    play(&mut session, [Event::Shown, rating(9)]);
    let effects = session.handle(Event::Dismissed);
    let outgoing = sent(&effects).unwrap();
    assert_eq!((outgoing.seq, outgoing.status), (1, Status::Dismissed));
    assert_eq!(json(outgoing), r#"{"recommend":9}"#);
    assert_eq!(effects[1..], [Effect::AnnounceDismissed, Effect::Close]);
    assert_eq!(session.phase(), Phase::Closed);
}

#[test]
fn closing_does_not_send_a_text_that_is_still_being_written() {
    let mut session = session();
    play(
        &mut session,
        [rating(9), Event::NextPressed, words("I was going to")],
    );
    let effects = session.handle(Event::Dismissed);
    assert_eq!(json(sent(&effects).unwrap()), r#"{"recommend":9}"#);
}

#[test]
fn a_chosen_rating_counts_when_the_page_goes_out_of_sight() {
    let mut session = session();
    play(&mut session, [Event::Shown, rating(9)]);
    let effects = session.handle(Event::PageHidden);
    let outgoing = sent(&effects).unwrap();
    assert_eq!((outgoing.seq, outgoing.status), (1, Status::Partial));
    assert_eq!(json(outgoing), r#"{"recommend":9}"#);
    assert_eq!(
        session.phase(),
        Phase::Asking,
        "and the card stays as it is"
    );
}

#[test]
fn a_page_that_goes_and_comes_sends_only_what_is_new() {
    let mut session = session();
    session.handle(Event::Shown);
    assert_eq!(
        session.handle(Event::PageHidden),
        [],
        "nothing was answered"
    );
    session.handle(rating(9));
    session.handle(Event::PageHidden);
    assert_eq!(session.handle(Event::PageHidden), [], "nothing new");
    session.handle(rating(8));
    let effects = session.handle(Event::PageHidden);
    assert_eq!(sent(&effects).unwrap().seq, 2);
    let effects = play(&mut session, [Event::NextPressed, Event::NextPressed]);
    let outgoing = sent(&effects).unwrap();
    assert_eq!(
        (outgoing.seq, outgoing.status),
        (3, Status::Completed),
        "the last word wins"
    );
}

#[test]
fn a_page_out_of_sight_sends_nothing_more_once_the_form_is_sent() {
    let mut session = session();
    play(
        &mut session,
        [rating(9), Event::NextPressed, Event::NextPressed],
    );
    assert_eq!(session.handle(Event::PageHidden), []);
    session.handle(Event::Stored);
    assert_eq!(session.handle(Event::PageHidden), []);
}

#[test]
fn closing_at_once_sends_an_empty_dismissal() {
    let mut session = session();
    let effects = play(&mut session, [Event::Shown, Event::Dismissed]);
    assert_eq!(json(sent(&effects).unwrap()), "{}");
}

#[test]
fn closing_after_thanks_only_closes() {
    let mut session = session();
    play(
        &mut session,
        [
            rating(9),
            Event::NextPressed,
            Event::NextPressed,
            Event::Stored,
        ],
    );
    assert_eq!(session.handle(Event::Dismissed), [Effect::Close]);
}

fn sending() -> Session {
    let mut session = session();
    play(
        &mut session,
        [
            Event::Shown,
            rating(9),
            Event::NextPressed,
            words("a"),
            Event::NextPressed,
        ],
    );
    session
}

#[test]
fn closing_while_sending_waits_for_the_reply() {
    let mut session = sending();
    assert_eq!(session.handle(Event::Dismissed), []);
    assert_eq!(
        session.handle(Event::Stored),
        [Effect::AnnounceCompleted, Effect::Close]
    );

    let mut session = sending();
    session.handle(Event::Dismissed);
    session.handle(Event::NotStored(Failure::Unreachable));
    assert_eq!(
        session.phase(),
        Phase::Asking,
        "the respondent hears that it failed"
    );
    assert_eq!(session.complaint(), Some(Complaint::NotSent));
}

#[test]
fn closing_twice_while_sending_does_not_wait() {
    let mut session = sending();
    session.handle(Event::Dismissed);
    assert_eq!(
        session.handle(Event::Dismissed),
        [Effect::AnnounceDismissed, Effect::Close]
    );
    assert_eq!(session.handle(Event::Stored), []);
}

#[test]
fn after_a_lost_reply_nothing_less_than_the_completed_response_is_sent() {
    for event in [Event::Dismissed, Event::PageHidden] {
        let mut session = sending();
        session.handle(Event::NotStored(Failure::Unreachable));
        let effects = session.handle(event.clone());
        let outgoing = sent(&effects).unwrap();
        assert_eq!(
            (outgoing.seq, outgoing.status),
            (1, Status::Completed),
            "{event:?}"
        );
        assert_eq!(json(outgoing), r#"{"recommend":9,"liked":"a"}"#);
    }
}

#[test]
fn after_a_refusal_closing_sends_what_was_confirmed() {
    let mut session = sending();
    session.handle(Event::NotStored(Failure::Refused(Vec::new())));
    let effects = session.handle(Event::Dismissed);
    let outgoing = sent(&effects).unwrap();
    assert_eq!((outgoing.seq, outgoing.status), (2, Status::Dismissed));
}

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
    let mut session = Session::new(sample::file(CROSSING).survey("en"));
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
            let mut session = Session::new(survey.clone());
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
                        let valid = validate::validate(&survey, &outgoing.answers, outgoing.status);
                        assert!(valid.is_ok(), "{outgoing:?}: {valid:?}");
                    }
                }
            }
        }
    }
    assert!(1_000 < sent_count, "only {sent_count} submissions");
}

#[test]
fn nothing_happens_after_the_card_is_closed() {
    let mut session = session();
    session.handle(Event::Dismissed);
    for event in [
        Event::Shown,
        rating(1),
        Event::NextPressed,
        Event::BackPressed,
        Event::Dismissed,
        Event::PageHidden,
        Event::Stored,
        Event::NotStored(Failure::Unreachable),
    ] {
        assert_eq!(session.handle(event.clone()), [], "{event:?}");
    }
}

#[test]
fn answers_are_locked_while_they_are_sent() {
    let mut session = session();
    play(
        &mut session,
        [
            rating(9),
            Event::NextPressed,
            words("a"),
            Event::NextPressed,
        ],
    );
    session.handle(words("b"));
    assert_eq!(session.draft(), Some(&Answer::Text("a".into())));
}

#[test]
fn the_last_question_is_known_from_the_answers() {
    let mut session = session();
    assert!(!session.is_last());
    play(&mut session, [rating(9), Event::NextPressed]);
    assert!(session.is_last());
}
