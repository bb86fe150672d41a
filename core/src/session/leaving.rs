//! What goes out when the respondent leaves before the end.

use super::Session;
use super::messages::Effect;
use crate::IS_FULL;
use crate::answer::{Answer, Answers, OTHER};
use crate::question::{Question, QuestionKind};
use crate::validate;
use crate::wire::Status;

impl Session {
    /// What goes out when the card is closed: what was answered so far, unless the
    /// completed response is with the outbox.
    pub(super) fn send_last_word(&mut self) -> Option<Effect> {
        if self.last_sent.is_some() {
            return None;
        }
        let answers = self.given_so_far();
        Some(self.send(Status::Dismissed, answers))
    }

    pub(super) fn send_partial(&mut self) -> Vec<Effect> {
        let answers = self.given_so_far();
        if self.last_sent.is_some() || answers == self.last_partial {
            return Vec::new();
        }
        self.last_partial = answers.clone();
        vec![self.send(Status::Partial, answers)]
    }

    /// Takes in what a link answers. It stands in the card, and counts once the respondent
    /// goes on, or answers otherwise: whoever merely opens a link has said nothing. What
    /// could not be sent is left out.
    pub fn mark(&mut self, answers: &Answers) {
        for (id, answer) in answers.iter() {
            let question = self.survey.question(id);
            if question.is_some_and(|known| validate::check(known, Some(answer)).is_none()) {
                self.answers.put(id.clone(), answer.clone());
                #[cfg(feature = "full")]
                self.marked.put(id.clone(), answer.clone());
            }
        }
    }

    /// True when a link has marked the answer in the card, and nobody else has said it.
    #[cfg(feature = "full")]
    fn is_marked(&self, question: &Question) -> bool {
        self.marked.answer(&question.id).is_some()
    }

    /// The small build is opened by no link.
    #[cfg(not(feature = "full"))]
    const fn is_marked(&self, _: &Question) -> bool {
        false
    }

    /// What a respondent who leaves now has said: every answer that was confirmed
    /// with the button, and a rating or choice in the card. A text that is still being
    /// written stays with the respondent, and so does an answer that is wrong, and a
    /// consent that was not confirmed.
    fn given_so_far(&self) -> Answers {
        let mut answers = self.answers_at(&self.trail);
        if let Some(question) = self.question() {
            let is_said = is_said_by_choosing(question, self.draft()) && !self.is_marked(question);
            if !is_said || validate::check(question, self.draft()).is_some() {
                match self.confirmed.answer(&question.id) {
                    Some(answer) => answers.put(question.id.clone(), answer.clone()),
                    None => answers.remove(&question.id),
                }
            }
        }
        answers
    }
}

/// True for what counts as soon as it is chosen: ratings and choices, without words of one's own.
fn is_said_by_choosing(question: &Question, answer: Option<&Answer>) -> bool {
    if !IS_FULL {
        return question.kind.scale().is_some();
    }
    match (&question.kind, answer) {
        (QuestionKind::SingleChoice(_), Some(Answer::Text(id))) => !id.starts_with(OTHER),
        (QuestionKind::MultipleChoice(_), Some(Answer::Choices(ids))) => {
            !ids.iter().any(|id| id.starts_with(OTHER))
        }
        (kind, _) => kind.scale().is_some(),
    }
}
