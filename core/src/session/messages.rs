//! What goes into a session, and what comes out of it.

use crate::answer::{Answer, Answers};
use crate::id::QuestionId;
use crate::validate::Problem;
use crate::wire::Status;

/// What happens to a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The card became visible.
    Shown,
    /// The respondent chose or wrote something; `None` takes it back.
    Answered(Option<Answer>),
    /// The respondent wants the next question, or to send.
    NextPressed,
    /// The respondent wants the question before.
    BackPressed,
    /// The respondent, or the page, closes the card.
    Dismissed,
    /// The page went out of sight, perhaps for good.
    PageHidden,
    /// The collector has stored the completed response.
    Stored,
    /// The completed response is not stored, or not yet.
    NotStored(Failure),
}

/// Why a completed response was not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The network or the collector is not there; the outbox tries again, and
    /// [`Event::Stored`] may follow.
    Unreachable,
    /// The collector refused it, perhaps for the answers to these questions.
    Refused(Vec<(String, Problem)>),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Put a submission into the outbox, which has it from here on. Only of a completed one
    /// the session wants to hear the end.
    Send(Outgoing),
    /// Tell the page that a question was answered.
    AnnounceAnswered(QuestionId, Answer),
    /// Tell the page that the response is stored.
    AnnounceCompleted,
    /// Tell the page that the card was closed before the end.
    AnnounceDismissed,
    /// Another question stands in the card: bring the focus along.
    FollowFocus,
    /// The answer is wrong: put the focus on it.
    FocusAnswer,
    /// Remove the card.
    Close,
}

/// The parts of a submission that the session knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Which submission of the response it is.
    pub seq: u32,
    /// How far the response came.
    pub status: Status,
    /// The answers on the path.
    pub answers: Answers,
}
