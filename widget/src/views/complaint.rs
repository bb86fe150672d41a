//! The words for what is wrong.

use super::choices::chosen;
use super::is_wrong;
use crate::flow::Flow;
use sayso_core::IS_FULL;
use sayso_core::answer::{Answer, OTHER};
use sayso_core::question::{Question, QuestionKind, TextForm};
use sayso_core::session::{Complaint, Session};
use sayso_core::strings::Strings;
use sayso_core::validate::Problem;

/// The words for what is wrong; empty when nothing is.
pub(super) fn complaint(flow: Flow) -> String {
    #[cfg(feature = "ssr")]
    if super::plain::form().is_some_and(|form| form.is_not_sent) {
        return super::word(flow, |words| &words.not_sent);
    }
    flow.read(|session| {
        session
            .complaint()
            .map(|complaint| String::from(words(session, complaint)))
    })
    .unwrap_or_default()
}

fn words(session: &Session, complaint: Complaint) -> &str {
    let strings = &session.survey().strings;
    let problem = match complaint {
        Complaint::Answer(problem) => problem,
        Complaint::NotSent => return &strings.not_sent,
        Complaint::Refused => return &strings.refused,
    };
    if IS_FULL
        && let Some(question) = session.question()
        && let Some(words) = rare_words(strings, question, session.draft(), problem)
    {
        return words;
    }
    let is_text = session
        .question()
        .is_some_and(|question| question.kind.is_text());
    match problem {
        Problem::TooLong => &strings.too_long,
        Problem::Required | Problem::TooShort | Problem::WrongFormat if is_text => {
            &strings.required_text
        }
        Problem::UnknownQuestion | Problem::NotOnPath => &strings.refused,
        Problem::Required
        | Problem::OutOfRange
        | Problem::WrongKind
        | Problem::TooShort
        | Problem::WrongFormat
        | Problem::UnknownChoice
        | Problem::ChosenTwice
        | Problem::TooFew
        | Problem::TooMany => &strings.required,
    }
}

/// The words for what can be wrong with some kinds alone.
fn rare_words<'a>(
    strings: &'a Strings,
    question: &'a Question,
    draft: Option<&Answer>,
    problem: Problem,
) -> Option<&'a str> {
    match (&question.kind, problem) {
        (QuestionKind::FreeText(field), Problem::TooShort) => field.too_short.as_deref(),
        (QuestionKind::FreeText(field), Problem::WrongFormat | Problem::Required) => {
            match field.form {
                TextForm::Email => Some(&strings.wrong_email),
                TextForm::Url => Some(&strings.wrong_url),
                TextForm::Number => Some(&strings.wrong_number),
                TextForm::Area | TextForm::Line => None,
            }
        }
        (QuestionKind::MultipleChoice(choices), Problem::TooFew) => choices.too_few.as_deref(),
        (QuestionKind::MultipleChoice(choices), Problem::TooMany) => choices.too_many.as_deref(),
        // "Other" is chosen, and nothing stands beside it.
        (QuestionKind::SingleChoice(_) | QuestionKind::MultipleChoice(_), Problem::Required)
            if is_other(draft) =>
        {
            Some(&strings.required_text)
        }
        (QuestionKind::Consent { .. }, Problem::Required) => Some(&strings.consent_required),
        _ => None,
    }
}

/// True while the respondent's own words beside "other" are what is wrong.
pub(super) fn is_of_own_words(session: &Session) -> bool {
    is_wrong(session) && is_other(session.draft())
}

/// True when the answer is, or has in it, words beside "other".
pub(super) fn is_other(draft: Option<&Answer>) -> bool {
    chosen(draft).iter().any(|id| id.starts_with(OTHER))
}
