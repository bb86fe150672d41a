//! What stands in the card besides controls: texts with values in them, progress, the thanks.

use super::{Phase, Session};
use crate::IS_FULL;
use crate::answer::{Answer, Answers};
use crate::branch;
use crate::piping;
use crate::question::QuestionKind;
use crate::shuffle;
use crate::survey::{Closing, Survey};

/// How far the respondent is: `done` of `all` questions, where `all` are the most that may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Questions behind the respondent.
    pub done: usize,
    /// Those, the one in the card, and the most that may still follow.
    pub all: usize,
}

impl Session {
    /// A text of the survey with its values in place.
    pub fn piped(&self, text: &str) -> String {
        if !IS_FULL {
            return String::from(text);
        }
        let answers = self.answers_on_the_way();
        piping::pipe(text, &self.survey, self.world(&answers))
    }

    /// An address of the survey with its values in place, percent-encoded.
    pub fn piped_url(&self, url: &str) -> String {
        let answers = self.answers_on_the_way();
        piping::pipe_url(url, &self.survey, self.world(&answers))
    }

    /// The thanks for these answers: the first variant that fits, else the usual ones.
    pub fn closing(&self) -> &Closing {
        let thanks = &self.survey.thanks;
        if !IS_FULL {
            return &thanks.usual;
        }
        let answers = self.answers_on_the_way();
        let world = self.world(&answers);
        let mut variants = thanks.variants.iter();
        variants
            .find(|variant| variant.condition.holds(world) == Some(true))
            .map_or(&thanks.usual, |variant| &variant.closing)
    }

    /// The positions of the choices of the question in the card, as this respondent sees them.
    pub fn choice_order(&self) -> Vec<usize> {
        match self.question().map(|question| (question, &question.kind)) {
            Some((
                question,
                QuestionKind::SingleChoice(choices) | QuestionKind::MultipleChoice(choices),
            )) => shuffle::order(choices, question, &self.seed),
            _ => Vec::new(),
        }
    }

    /// True when no question is for this respondent: then there is nothing to show.
    pub fn is_empty(&self) -> bool {
        let answers = Answers::new();
        IS_FULL && branch::first(&self.survey, self.world(&answers)).is_none()
    }

    /// How far the respondent is; `None` where the survey does not show it.
    ///
    /// The most that may still come is counted, so that the end is never further
    /// away than it looked, and is reached only with the thanks.
    pub fn progress(&self) -> Option<Progress> {
        if !IS_FULL || !self.survey.has_progress {
            return None;
        }
        let counted = |positions: &[usize]| {
            let questions = positions
                .iter()
                .filter_map(|at| self.survey.questions.get(*at));
            questions
                .filter(|question| question.kind.is_answered())
                .count()
        };
        let so_far = counted(&self.trail);
        let before = self
            .trail
            .split_last()
            .map_or(&[][..], |(_, before)| before);
        if self.phase == Phase::Thanked {
            let (done, all) = (so_far, so_far);
            return Some(Progress { done, all });
        }
        // The answer in the card may still change, and then another way is open.
        let answers = self.answers_at(before);
        let after = branch::longest_after(&self.survey, self.position(), self.world(&answers));
        Some(Progress {
            done: counted(before),
            all: so_far + after,
        })
    }

    /// True when the question in the card may be left out, and has no answer yet.
    pub fn is_skippable(&self) -> bool {
        let is_optional = self
            .question()
            .is_some_and(|question| !question.is_required && question.kind.is_answered());
        is_optional && !self.draft().is_some_and(Answer::says_something)
    }

    /// Goes on in another language. False, and nothing changes, when it is not the same survey.
    pub fn translate(&mut self, survey: Survey) -> bool {
        let is_same = survey.id == self.survey.id
            && survey.version == self.survey.version
            && survey.questions.len() == self.survey.questions.len();
        if is_same {
            self.around.locale.clone_from(&survey.locale);
            self.survey = survey;
        }
        is_same
    }

    fn answers_on_the_way(&self) -> Answers {
        self.answers_at(&self.trail)
    }
}
