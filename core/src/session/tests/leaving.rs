//! Leaving before the end: what is sent, and what is never overwritten.

use super::*;
use crate::condition::Surroundings;

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
fn after_a_completed_response_nothing_less_is_sent() {
    for event in [Event::Dismissed, Event::PageHidden] {
        let mut session = sending();
        session.handle(Event::NotStored(Failure::Unreachable));
        let effects = session.handle(event.clone());
        assert!(sent(&effects).is_none(), "{event:?}");
        let is_closed = session.phase() == Phase::Closed;
        let effects = session.handle(Event::Stored);
        assert_eq!(effects.is_empty(), is_closed, "{event:?}");
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

#[test]
fn a_later_refusal_does_not_cost_a_response_that_may_be_stored() {
    let mut session = sending();
    session.handle(Event::NotStored(Failure::Unreachable));
    play(&mut session, [words("b"), Event::NextPressed]);
    session.handle(Event::NotStored(Failure::Refused(Vec::new())));
    // The outbox has the first one; a dismissal would come after it, and win.
    let effects = session.handle(Event::Dismissed);
    assert_eq!(effects, [Effect::AnnounceDismissed, Effect::Close]);
}

#[test]
fn a_text_that_was_confirmed_is_not_taken_back_by_going_back() {
    let file = sample::file(
        r#"{ "schema": 1, "id": "texts", "questions": [
            { "id": "first", "kind": "free_text", "prompt": "?" },
            { "id": "second", "kind": "free_text", "prompt": "?" } ] }"#,
    );
    let mut session = Session::new(file.survey("en"), Surroundings::default(), String::new());
    play(
        &mut session,
        [
            words("great"),
            Event::NextPressed,
            Event::BackPressed,
            words("great, but"),
        ],
    );
    let effects = session.handle(Event::Dismissed);
    assert_eq!(json(sent(&effects).unwrap()), r#"{"first":"great"}"#);
}

fn marked(rating: u8) -> Session {
    let mut session = session();
    let first = session.question().unwrap().id.clone();
    session.mark(&[(first, Answer::Rating(rating))].into_iter().collect());
    session
}

#[test]
fn what_a_link_marks_is_not_sent_by_who_merely_opens_it() {
    let mut session = marked(9);
    assert_eq!(session.draft(), Some(&Answer::Rating(9)));
    session.handle(Event::Shown);
    assert_eq!(session.handle(Event::PageHidden), []);
}

#[test]
fn what_a_link_marks_is_sent_by_who_goes_on() {
    let mut session = marked(9);
    play(&mut session, [Event::Shown, Event::NextPressed]);
    let effects = session.handle(Event::PageHidden);
    assert!(json(sent(&effects).unwrap()).contains(":9"));
}

#[test]
fn a_mark_further_on_is_not_sent_with_what_was_confirmed() {
    let mut session = session();
    let ids: Vec<_> = session
        .survey()
        .questions
        .iter()
        .map(|known| known.id.clone())
        .collect();
    let [first, .., last] = ids.as_slice() else {
        panic!("one question");
    };
    session.mark(
        &[
            (first.clone(), Answer::Rating(9)),
            (last.clone(), Answer::Rating(4)),
        ]
        .into_iter()
        .collect(),
    );
    play(&mut session, [Event::Shown, Event::NextPressed]);
    let effects = session.handle(Event::PageHidden);
    assert!(json(sent(&effects).unwrap()).ends_with(":9}"));
}

#[test]
fn who_answers_otherwise_than_a_link_has_said_so() {
    let mut session = marked(9);
    play(&mut session, [Event::Shown, rating(3)]);
    let effects = session.handle(Event::PageHidden);
    assert!(json(sent(&effects).unwrap()).contains(":3"));
}

#[test]
fn a_mark_that_could_not_be_sent_is_left_out() {
    assert_eq!(marked(99).draft(), None);
}
