//! Answers out of the fields of a form, or of a link.

use sayso_core::answer::{Answer, OTHER};
use sayso_core::question::{Choices, Question, QuestionKind};
use sayso_core::text;
use sayso_core::validate::check;

/// What a form says to a question: the values of its answer, and the words beside "other".
pub(super) fn read(question: &Question, values: &[&str], own_words: &str) -> Option<Answer> {
    let first = values.first().copied().unwrap_or_default();
    match &question.kind {
        QuestionKind::FreeText(_) => {
            // Forms end lines as typewriters did.
            let text = first.replace("\r\n", "\n");
            (!text.is_empty()).then_some(Answer::Text(text))
        }
        QuestionKind::SingleChoice(choices) => {
            let ids = chosen(choices, values, own_words);
            ids.into_iter().next_back().map(Answer::Text)
        }
        QuestionKind::MultipleChoice(choices) => {
            let ids = chosen(choices, values, own_words);
            (!ids.is_empty()).then_some(Answer::Choices(ids))
        }
        QuestionKind::Consent { .. } => (first == "true").then_some(Answer::Truth(true)),
        QuestionKind::Message(_) => None,
        QuestionKind::Nps(_)
        | QuestionKind::Csat(_)
        | QuestionKind::Ces(_)
        | QuestionKind::Rating(_) => first.parse().ok().map(Answer::Rating),
    }
}

/// What a link says to a question; none unless it is an answer that could be sent.
pub(super) fn preselected(question: &Question, values: &[&str]) -> Option<Answer> {
    let answer = read(question, values, "")?;
    check(question, Some(&answer)).is_none().then_some(answer)
}

/// The ids of the chosen, in the order of the file, one's own words last. Who wrote words
/// and forgot to choose "other" has chosen it, unless it would take another choice away.
fn chosen(choices: &Choices, values: &[&str], own_words: &str) -> Vec<String> {
    let place = |id: &str| {
        let mut known = choices.choices.iter();
        known.position(|choice| choice.id.as_str() == id)
    };
    let mut ids: Vec<String> = values
        .iter()
        .filter(|id| **id != OTHER)
        .map(|id| String::from(*id))
        .collect();
    ids.sort_by_key(|id| place(id).unwrap_or(choices.choices.len()));
    let is_meant = ids.is_empty() && choices.other.is_some() && !text::is_blank(own_words);
    if values.contains(&OTHER) || is_meant {
        ids.push([OTHER, own_words].concat());
    }
    ids
}
