//! The session of a respondent who sends one form after the other: walked anew each time.

use sayso_core::answer::{Answer, Answers};
use sayso_core::condition::Surroundings;
use sayso_core::id::QuestionId;
use sayso_core::session::{Effect, Event, Outgoing, Phase, Session};
use sayso_core::survey::Survey;

/// The button that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// On, or the end.
    Next,
    /// To the question before.
    Back,
    /// No more.
    Close,
}

/// What came of a form.
#[derive(Debug)]
pub struct Step {
    /// The session after it.
    pub session: Session,
    /// What is to be stored.
    pub outgoing: Option<Outgoing>,
    /// The question that was answered, for the page around a frame.
    pub answered: Option<(QuestionId, Answer)>,
}

/// A session at a question, or as far on the way to it as the answers lead.
pub fn arrive(
    survey: &Survey,
    around: &Surroundings,
    seed: &str,
    answers: &Answers,
    at: Option<&str>,
) -> Session {
    let mut session = Session::new(survey.clone(), around.clone(), String::from(seed));
    put_draft(&mut session, answers);
    let Some(at) = at else {
        return session;
    };
    for _ in &survey.questions {
        let is_there = |session: &Session| {
            let question = session.question();
            question.is_none_or(|question| question.id.as_str() == at)
        };
        if is_there(&session) || session.is_last() {
            break;
        }
        let before = session.position();
        drop(session.handle(Event::NextPressed));
        if session.position() == before {
            break;
        }
        put_draft(&mut session, answers);
    }
    session
}

/// Presses a button.
pub fn press(mut session: Session, pressed: Pressed, answers: &Answers) -> Step {
    put_draft(&mut session, answers);
    let mut effects = match pressed {
        Pressed::Next => session.handle(Event::NextPressed),
        Pressed::Back => session.handle(Event::BackPressed),
        Pressed::Close => session.handle(Event::Dismissed),
    };
    if pressed == Pressed::Next && session.phase() == Phase::Asking && session.complaint().is_none()
    {
        // Nobody knows whether there will be another form.
        effects.extend(session.handle(Event::PageHidden));
        put_draft(&mut session, answers);
    }
    let (mut outgoing, mut answered) = (None, None);
    for effect in effects {
        match effect {
            Effect::Send(sent) => outgoing = Some(sent),
            Effect::AnnounceAnswered(question, answer) => answered = Some((question, answer)),
            _ => {}
        }
    }
    Step {
        session,
        outgoing,
        answered,
    }
}

/// Brings an answer that was given before back into the card.
fn put_draft(session: &mut Session, answers: &Answers) {
    let draft = session
        .question()
        .and_then(|question| answers.answer(&question.id));
    let draft = draft.cloned();
    drop(session.handle(Event::Answered(draft)));
}
