//! The session, event by event.

use super::*;
use crate::condition::Surroundings;
use crate::file::sample;

mod leaving;
mod paths;
mod wording;

fn session() -> Session {
    Session::new(sample::branching(), Surroundings::default(), String::new())
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
fn what_the_outbox_stores_later_is_thanked_for_unless_it_was_changed() {
    let mut session = session();
    let answers = [
        rating(9),
        Event::NextPressed,
        words("a"),
        Event::NextPressed,
    ];
    let effects = play(&mut session, answers);
    assert!(session.awaits(sent(&effects).unwrap().seq));
    session.handle(Event::NotStored(Failure::Unreachable));
    let mut changed = session.clone();
    let effects = session.handle(Event::Stored);
    assert_eq!(effects, [Effect::AnnounceCompleted, Effect::FollowFocus]);
    assert_eq!(
        (session.phase(), session.complaint()),
        (Phase::Thanked, None)
    );
    changed.handle(words("b"));
    assert_eq!(changed.handle(Event::Stored), []);
    assert_eq!(changed.phase(), Phase::Asking);
    let effects = changed.handle(Event::NextPressed);
    assert!(changed.awaits(sent(&effects).unwrap().seq));
    assert!(!changed.awaits(0));
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
