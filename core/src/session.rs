//! One survey being answered: a state machine, events in, effects out.
//!
//! Views send events, and whoever owns the session carries out the effects.
//! An event that does not fit the moment changes nothing. No time, ids, network here.
//!
//! What is sent when: `shown` as the card becomes visible, `completed` with the
//! last question, `dismissed` (with the answers so far) when the card is closed
//! before that, `partial` (with the answers so far, if there are new ones) when the
//! page goes out of sight. Each has the next `seq`; the same answers keep theirs.

use crate::answer::{Answer, Answers};
use crate::branch;
use crate::condition::{Surroundings, World};
use crate::question::Question;
use crate::survey::Survey;
use crate::validate::{self, Problem};
use crate::wire::Status;

mod leaving;
mod messages;
mod wording;

pub use messages::{Effect, Event, Failure, Outgoing};
pub use wording::Progress;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A question is in the card.
    Asking,
    /// The completed response is on its way.
    Sending,
    /// The response is stored.
    Thanked,
    /// The card is gone.
    Closed,
}

/// What is wrong, in the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// With the answer to the question in the card.
    Answer(Problem),
    /// The response could not be sent; the same again may work.
    NotSent,
    /// The collector refused the response, and no single answer is to blame.
    Refused,
}

/// One survey being answered.
#[derive(Debug, Clone)]
pub struct Session {
    survey: Survey,
    around: Surroundings,
    /// Of the respondent or the response: decides the order of shuffled choices.
    seed: String,
    phase: Phase,
    answers: Answers,
    /// The positions of the questions on the way here; the last is in the card.
    trail: Vec<usize>,
    complaint: Option<Complaint>,
    next_seq: u32,
    /// True when the respondent closed the card while the response was on its way.
    closes_when_stored: bool,
    /// The answers as they were confirmed with the button.
    confirmed: Answers,
    /// Those of the last partial submission.
    last_partial: Answers,
    /// What a link has marked, and the respondent has neither confirmed nor changed.
    #[cfg(feature = "full")]
    marked: Answers,
    /// The last completed submission, to be repeated as it was when the button is pressed
    /// again.
    last_sent: Option<Outgoing>,
    /// The one before it, if nobody heard of it since: it may be stored.
    unheard: Option<Outgoing>,
}

impl Session {
    /// A session at the first question.
    ///
    /// `around` is what conditions and texts may look at besides the answers;
    /// `seed` is of the respondent or the response, and decides the order of shuffled choices.
    pub fn new(survey: Survey, around: Surroundings, seed: String) -> Self {
        let answers = Answers::new();
        let world = World {
            answers: &answers,
            around: &around,
        };
        let first = branch::first(&survey, world).unwrap_or_default();
        Self {
            survey,
            around,
            seed,
            phase: Phase::Asking,
            answers,
            trail: vec![first],
            complaint: None,
            next_seq: 0,
            closes_when_stored: false,
            confirmed: Answers::new(),
            last_partial: Answers::new(),
            #[cfg(feature = "full")]
            marked: Answers::new(),
            last_sent: None,
            unheard: None,
        }
    }

    /// The survey that is answered.
    pub const fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Where the session stands.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// What is wrong, if anything is.
    pub const fn complaint(&self) -> Option<Complaint> {
        self.complaint
    }

    /// What stands in the card: the thanks, or which question. Being sent is no step.
    pub fn step(&self) -> (Phase, usize) {
        let phase = if self.phase == Phase::Thanked {
            Phase::Thanked
        } else {
            Phase::Asking
        };
        (phase, self.position())
    }

    /// The position of the question in the card.
    pub fn position(&self) -> usize {
        self.trail.last().copied().unwrap_or_default()
    }

    /// The question in the card; `None` only for a survey without questions.
    pub fn question(&self) -> Option<&Question> {
        self.survey.questions.get(self.position())
    }

    /// The answer to the question in the card, as it stands.
    pub fn draft(&self) -> Option<&Answer> {
        self.answers.answer(&self.question()?.id)
    }

    /// True when there is a question to go back to.
    pub fn has_back(&self) -> bool {
        1 < self.trail.len()
    }

    /// True when no question follows the one in the card, as answered now.
    pub fn is_last(&self) -> bool {
        self.next_position().is_none()
    }

    /// Takes an event in and says what is to be done.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        match (self.phase, event) {
            (Phase::Asking, Event::Shown) if self.next_seq == 0 => {
                vec![self.send(Status::Shown, Answers::new())]
            }
            (Phase::Asking, Event::Answered(answer)) => {
                self.put(answer);
                Vec::new()
            }
            (Phase::Asking, Event::NextPressed) => self.go_on(),
            (Phase::Asking, Event::BackPressed) if self.has_back() => {
                self.trail.pop();
                self.complaint = None;
                vec![Effect::FollowFocus]
            }
            (Phase::Asking, Event::Dismissed) => {
                self.phase = Phase::Closed;
                let mut effects = vec![Effect::AnnounceDismissed, Effect::Close];
                if let Some(last_word) = self.send_last_word() {
                    effects.insert(0, last_word);
                }
                effects
            }
            (Phase::Asking, Event::PageHidden) => self.send_partial(),
            // The reply decides: the card goes with a stored response and stays
            // with one that is not. Who closes twice does not want to wait.
            (Phase::Sending, Event::Dismissed) if !self.closes_when_stored => {
                self.closes_when_stored = true;
                Vec::new()
            }
            (Phase::Sending, Event::Dismissed) => {
                self.phase = Phase::Closed;
                vec![Effect::AnnounceDismissed, Effect::Close]
            }
            (Phase::Thanked, Event::Dismissed) => {
                self.phase = Phase::Closed;
                vec![Effect::Close]
            }
            (Phase::Sending, Event::Stored) if self.closes_when_stored => {
                self.phase = Phase::Closed;
                vec![Effect::AnnounceCompleted, Effect::Close]
            }
            (_, Event::Stored) if self.waits() => {
                self.complaint = None;
                self.phase = Phase::Thanked;
                vec![Effect::AnnounceCompleted, Effect::FollowFocus]
            }
            (_, Event::NotStored(failure)) if self.waits() => self.take_back(&failure),
            _ => Vec::new(),
        }
    }

    /// True while the completed response is on its way: with the card, or with the outbox
    /// alone, which tries again while the card says that it could not be sent.
    fn waits(&self) -> bool {
        let is_with_the_outbox = self.complaint == Some(Complaint::NotSent);
        self.phase == Phase::Sending || self.phase == Phase::Asking && is_with_the_outbox
    }

    /// Whether the end of this submission is that of the response.
    pub fn awaits(&self, seq: u32) -> bool {
        self.last_sent.as_ref().is_some_and(|sent| sent.seq == seq)
    }

    fn put(&mut self, answer: Option<Answer>) {
        let Some(question) = self.question() else {
            return;
        };
        let id = question.id.clone();
        let problem = validate::check(question, answer.as_ref());
        #[cfg(feature = "full")]
        self.marked.remove(&id);
        match answer {
            Some(answer) => self.answers.put(id, answer),
            None => self.answers.remove(&id),
        }
        // A complaint goes as soon as it is met, or something else is wrong: that
        // waits for the button, and is then said as what it is.
        let is_same = self.complaint == problem.map(Complaint::Answer);
        if !is_same || problem == Some(Problem::Required) {
            self.complaint = None;
        }
    }

    fn go_on(&mut self) -> Vec<Effect> {
        let position = self.position();
        let Some(question) = self.survey.questions.get(position) else {
            return Vec::new();
        };
        if let Some(problem) = validate::check(question, self.draft()) {
            self.complaint = Some(Complaint::Answer(problem));
            return vec![Effect::FocusAnswer];
        }
        self.complaint = None;
        let (id, draft) = (question.id.clone(), self.draft());
        let given = draft.filter(|answer| answer.says_something()).cloned();
        match given.clone() {
            Some(answer) => self.confirmed.put(id.clone(), answer),
            None => self.confirmed.remove(&id),
        }
        let mut effects = Vec::with_capacity(2);
        if let Some(answer) = given {
            effects.push(Effect::AnnounceAnswered(id, answer));
        }
        effects.push(match self.next_position() {
            Some(next) => {
                self.trail.push(next);
                Effect::FollowFocus
            }
            None => {
                self.phase = Phase::Sending;
                self.send_completed()
            }
        });
        effects
    }

    /// The position of the question after the one in the card. Only answers on
    /// the way here count: one that was given on another way, before going back,
    /// is not sent, and the collector would not find this path.
    fn next_position(&self) -> Option<usize> {
        let answers = self.answers_at(&self.trail);
        branch::next(&self.survey, self.position(), self.world(&answers))
    }

    /// Puts the respondent back to the question that was refused, or the last one.
    fn take_back(&mut self, failure: &Failure) -> Vec<Effect> {
        self.phase = Phase::Asking;
        self.closes_when_stored = false;
        let refused = match failure {
            Failure::Unreachable => {
                self.complaint = Some(Complaint::NotSent);
                return vec![Effect::FocusAnswer];
            }
            Failure::Refused(refused) => refused,
        };
        // What was refused is not worth repeating as it was; what may be stored is.
        self.last_sent = self.unheard.take();
        let on_trail = self.trail.iter().enumerate().find_map(|(step, position)| {
            let id = self.survey.questions.get(*position)?.id.as_str();
            let problem = refused.iter().find(|(question, _)| question == id)?.1;
            Some((step, problem))
        });
        match on_trail {
            Some((step, problem)) => {
                self.trail.truncate(step + 1);
                self.complaint = Some(Complaint::Answer(problem));
                vec![Effect::FocusAnswer]
            }
            None => {
                self.complaint = Some(Complaint::Refused);
                vec![Effect::FocusAnswer]
            }
        }
    }

    fn send_completed(&mut self) -> Effect {
        let answers = self.answers_at(&self.trail);
        match &self.last_sent {
            Some(sent) if sent.answers == answers => Effect::Send(sent.clone()),
            _ => self.send(Status::Completed, answers),
        }
    }

    fn send(&mut self, status: Status, answers: Answers) -> Effect {
        let outgoing = Outgoing {
            seq: self.next_seq,
            status,
            answers,
        };
        self.next_seq += 1;
        if status == Status::Completed {
            self.unheard = self
                .last_sent
                .replace(outgoing.clone())
                .or(self.unheard.take());
        }
        Effect::Send(outgoing)
    }

    fn world<'a>(&'a self, answers: &'a Answers) -> World<'a> {
        World {
            answers,
            around: &self.around,
        }
    }

    fn answers_at(&self, positions: &[usize]) -> Answers {
        positions
            .iter()
            .filter_map(|position| self.survey.questions.get(*position))
            .filter_map(|question| {
                let answer = self.answers.answer(&question.id)?;
                // Else the page would go where the collector does not follow.
                let is_given = answer.says_something();
                is_given.then(|| (question.id.clone(), answer.clone()))
            })
            .collect()
    }
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests;
