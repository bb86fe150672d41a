//! Whether answers fit their survey. The same check runs in the page and in the collector.
//!
//! Everything that is wrong is reported at once: the respondent sees each field
//! marked, the integrator fixes one thing once.

use crate::IS_FULL;
use crate::answer::{Answer, OTHER};
use crate::question::{Choices, FreeText, MAX_OTHER_CHARS, Question, QuestionKind, TextForm};
use crate::text;

#[cfg(feature = "json")]
mod whole;
#[cfg(feature = "json")]
pub use whole::{ValidAnswers, validate};

/// One thing that is wrong with one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Deserialize, serde::Serialize))]
pub struct Violation {
    /// The question, as the submission names it.
    pub question_id: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with an answer. The words on the wire never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "json",
    derive(serde::Deserialize, serde::Serialize),
    serde(rename_all = "snake_case")
)]
pub enum Problem {
    /// A required question has no answer.
    Required,
    /// The survey has no such question.
    UnknownQuestion,
    /// The question exists, but the other answers do not lead to it.
    NotOnPath,
    /// A text where a rating belongs, or the other way round.
    WrongKind,
    /// A number that is not on the scale.
    OutOfRange,
    /// A text with more characters than the question allows.
    TooLong,
    /// A text with fewer characters than the question wants.
    TooShort,
    /// A text that is no e-mail address, web address or number, where one is asked for.
    WrongFormat,
    /// A choice that the question does not have.
    UnknownChoice,
    /// One choice given twice.
    ChosenTwice,
    /// Fewer choices than the question wants.
    TooFew,
    /// More choices than the question allows.
    TooMany,
}

impl Problem {
    /// The problem that a word on the wire means; `None` for one that a newer
    /// collector may have.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "required" => Problem::Required,
            "unknown_question" => Problem::UnknownQuestion,
            "not_on_path" => Problem::NotOnPath,
            "wrong_kind" => Problem::WrongKind,
            "out_of_range" => Problem::OutOfRange,
            "too_long" => Problem::TooLong,
            "too_short" if IS_FULL => Problem::TooShort,
            "wrong_format" if IS_FULL => Problem::WrongFormat,
            "unknown_choice" if IS_FULL => Problem::UnknownChoice,
            "chosen_twice" if IS_FULL => Problem::ChosenTwice,
            "too_few" if IS_FULL => Problem::TooFew,
            "too_many" if IS_FULL => Problem::TooMany,
            _ => return None,
        })
    }
}

/// Checks the answer to one question; `None` is no answer.
pub fn check(question: &Question, answer: Option<&Answer>) -> Option<Problem> {
    let Some(answer) = answer else {
        return question.is_required.then_some(Problem::Required);
    };
    match (&question.kind, answer) {
        (QuestionKind::FreeText(field), Answer::Text(text)) => {
            if text::is_blank(text) {
                return question.is_required.then_some(Problem::Required);
            }
            check_text(field, text)
        }
        (QuestionKind::SingleChoice(choices), Answer::Text(id)) if IS_FULL => {
            check_choice(choices, id)
        }
        (QuestionKind::MultipleChoice(choices), Answer::Choices(ids)) if IS_FULL => {
            if ids.is_empty() {
                return question.is_required.then_some(Problem::Required);
            }
            check_choices(choices, ids)
        }
        (QuestionKind::Consent { .. }, Answer::Truth(is_agreed)) if IS_FULL => {
            (question.is_required && !is_agreed).then_some(Problem::Required)
        }
        (kind, Answer::Rating(rating)) => match kind.scale() {
            Some(scale) => (!scale.contains(*rating)).then_some(Problem::OutOfRange),
            None => Some(Problem::WrongKind),
        },
        (kind, Answer::OtherNumber(_)) if kind.scale().is_some() => Some(Problem::OutOfRange),
        _ => Some(Problem::WrongKind),
    }
}

fn check_text(field: &FreeText, text: &str) -> Option<Problem> {
    let chars = text::char_count(text);
    if (field.max_chars as usize) < chars {
        return Some(Problem::TooLong);
    }
    if !IS_FULL {
        return None;
    }
    // Spaces at the ends say nothing.
    if text::char_count(text.trim()) < field.min_chars as usize {
        return Some(Problem::TooShort);
    }
    let is_right = match field.form {
        TextForm::Area | TextForm::Line => true,
        TextForm::Email => text::is_email(text.trim()),
        TextForm::Url => text::is_web_address(text.trim()),
        TextForm::Number => text::is_number(text.trim()),
    };
    (!is_right).then_some(Problem::WrongFormat)
}

fn check_choice(choices: &Choices, id: &str) -> Option<Problem> {
    if let Some(words) = id.strip_prefix(OTHER) {
        return match &choices.other {
            None => Some(Problem::UnknownChoice),
            Some(_) if text::is_blank(words) => Some(Problem::Required),
            Some(_) if (MAX_OTHER_CHARS as usize) < text::char_count(words) => {
                Some(Problem::TooLong)
            }
            Some(_) => None,
        };
    }
    let mut known = choices.choices.iter();
    let is_known = known.any(|choice| choice.id.as_str() == id);
    (!is_known).then_some(Problem::UnknownChoice)
}

fn check_choices(choices: &Choices, ids: &[String]) -> Option<Problem> {
    let is_again = |at: usize, id: &String| {
        let earlier = ids.iter().take(at);
        let is_words = id.starts_with(OTHER);
        earlier
            .into_iter()
            .any(|other| other == id || is_words && other.starts_with(OTHER))
    };
    for (at, id) in ids.iter().enumerate() {
        if is_again(at, id) {
            return Some(Problem::ChosenTwice);
        }
        if let Some(problem) = check_choice(choices, id) {
            return Some(problem);
        }
    }
    if ids.len() < choices.min_choices as usize {
        return Some(Problem::TooFew);
    }
    let is_too_many = choices
        .max_choices
        .is_some_and(|most| (most as usize) < ids.len());
    is_too_many.then_some(Problem::TooMany)
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests;
