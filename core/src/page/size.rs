//! Which build of the widget understands a survey.

use crate::condition::{Condition, Subject, Test};
use crate::question::{Question, QuestionKind, Shape, TextForm};
use crate::survey::{Display, Position, Survey};
use serde::Serialize;

/// A build of the widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Build {
    /// NPS, CSAT by numbers and texts in a popover or inline, where numbers have the digits
    /// from 0 to 9: within the byte budget.
    Small,
    /// Everything.
    Full,
}

impl Build {
    /// The smallest build that understands a survey.
    pub fn for_survey(survey: &Survey) -> Self {
        let is_display_small = match survey.display {
            Display::Popover | Display::Inline => survey.position == Position::Usual,
            Display::Modal | Display::Bar | Display::Tab => false,
        };
        let thanks = &survey.thanks;
        let is_small = is_display_small
            && survey.strings.has_usual_digits()
            && !survey.has_progress
            && thanks.variants.is_empty()
            && thanks.usual.link.is_none()
            && !is_piped(&thanks.usual.title)
            && !thanks.usual.text.as_deref().is_some_and(is_piped)
            && survey.questions.iter().all(is_question_small);
        if is_small { Build::Small } else { Build::Full }
    }

    /// True for the small build.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    pub(super) fn is_small(&self) -> bool {
        *self == Build::Small
    }
}

fn is_question_small(question: &Question) -> bool {
    let is_kind_small = match &question.kind {
        QuestionKind::Nps(_) => true,
        QuestionKind::Csat(points) => points.shape == Shape::Numbers && points.points == 5,
        QuestionKind::FreeText(text) => text.form == TextForm::Area && text.min_chars == 0,
        QuestionKind::Ces(_)
        | QuestionKind::Rating(_)
        | QuestionKind::SingleChoice(_)
        | QuestionKind::MultipleChoice(_)
        | QuestionKind::Consent { .. }
        | QuestionKind::Message(_) => false,
    };
    is_kind_small
        && question.show_if.is_none()
        && !is_piped(&question.prompt)
        && !question.help.as_deref().is_some_and(is_piped)
        && question
            .next
            .iter()
            .filter_map(|branch| branch.condition.as_ref())
            .all(is_condition_small)
}

/// True for bounds of a rating alone.
fn is_condition_small(condition: &Condition) -> bool {
    match condition {
        Condition::Test(Test {
            subject: Subject::Question(_),
            is,
            contains: None,
            is_given: None,
            ..
        }) => is.is_empty(),
        Condition::Test(_)
        | Condition::All { .. }
        | Condition::Any { .. }
        | Condition::Not { .. } => false,
    }
}

fn is_piped(text: &str) -> bool {
    text.contains("{{")
}
