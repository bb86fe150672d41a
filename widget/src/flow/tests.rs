//! What a flow adds to its session.

use super::*;
use sayso_core::file::SurveyFile;
use std::cell::RefCell;

fn survey(locale: &str) -> Survey {
    let file = include_str!("../../../core/tests/golden/survey.json");
    SurveyFile::parse(file).unwrap().survey(locale)
}

/// A flow, and the effects that it had carried out.
fn flow() -> (Owner, Flow, Rc<RefCell<Vec<Effect>>>) {
    let owner = Owner::new();
    owner.set();
    let effects = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&effects);
    let carry_out = move |_, effect| seen.borrow_mut().push(effect);
    let around = Surroundings::default();
    let flow = Flow::new(survey("en"), around, String::new(), carry_out);
    (owner, flow, effects)
}

#[test]
fn another_language_keeps_the_answers_and_the_focus() {
    let (_owner, flow, effects) = flow();
    flow.send(Event::Answered(Some(Answer::Rating(9))));
    flow.send(Event::NextPressed);
    effects.borrow_mut().clear();
    assert!(flow.translate(survey("de")));
    assert_eq!(flow.peek(|session| session.survey().locale.clone()), "de");
    assert_eq!(*effects.borrow(), [Effect::FollowFocus]);
    flow.send(Event::BackPressed);
    let draft = flow.peek(|session| session.draft().cloned());
    assert_eq!(draft, Some(Answer::Rating(9)));
}

#[test]
fn another_version_is_no_translation() {
    let (_owner, flow, effects) = flow();
    let mut other = survey("de");
    other.version = sayso_core::id::SurveyVersion::try_from("00000000").unwrap();
    assert!(!flow.translate(other));
    assert_eq!(flow.peek(|session| session.survey().locale.clone()), "en");
    assert!(effects.borrow().is_empty());
}

#[test]
fn an_event_after_the_end_of_its_owner_does_nothing() {
    let (owner, flow, effects) = flow();
    owner.cleanup();
    flow.send(Event::Shown);
    assert!(effects.borrow().is_empty());
    assert!(!flow.translate(survey("de")));
}
