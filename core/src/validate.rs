//! Whether answers fit their survey. The same check runs in the page and in the collector.
//!
//! Everything that is wrong is reported at once: the respondent sees each field
//! marked, the integrator fixes one thing once.

use crate::answer::{Answer, Answers};
use crate::branch;
use crate::question::{Question, QuestionKind};
use crate::survey::Survey;
use crate::text;
use crate::wire::Status;

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
            _ => return None,
        })
    }
}

/// Answers that fit their survey. Only [`validate`] makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidAnswers(Answers);

impl ValidAnswers {
    /// The answers, in the order of the questions.
    pub fn into_answers(self) -> Answers {
        self.0
    }
}

/// Checks every answer of a response, and that the answers lie on one path.
///
/// A required question must be answered only in a [`Status::Completed`] response:
/// the others end wherever the respondent stopped. Blank texts and questions
/// left out are the same, and blank texts are dropped.
///
/// # Errors
///
/// Every violation found, in the order of the questions, unknown ones last.
pub fn validate(
    survey: &Survey,
    answers: &Answers,
    status: Status,
) -> Result<ValidAnswers, Vec<Violation>> {
    let path = branch::path(survey, answers);
    let mut violations = Vec::new();
    let mut valid = Answers::new();
    for (at, question) in survey.questions.iter().enumerate() {
        let answer = given(answers, question);
        let problem = match (path.contains(&at), answer) {
            (true, None) if status != Status::Completed => None,
            (true, answer) => check(question, answer),
            (false, Some(_)) => Some(Problem::NotOnPath),
            (false, None) => None,
        };
        match (problem, answer) {
            (Some(problem), _) => {
                let question_id = String::from(question.id.as_str());
                violations.push(Violation {
                    question_id,
                    problem,
                });
            }
            (None, Some(answer)) => valid.put(question.id.clone(), answer.clone()),
            (None, None) => {}
        }
    }
    for (id, _) in answers
        .iter()
        .filter(|(id, _)| survey.position(id).is_none())
    {
        let question_id = String::from(id.as_str());
        violations.push(Violation {
            question_id,
            problem: Problem::UnknownQuestion,
        });
    }
    if violations.is_empty() {
        Ok(ValidAnswers(valid))
    } else {
        Err(violations)
    }
}

/// Checks the answer to one question; `None` is no answer.
pub fn check(question: &Question, answer: Option<&Answer>) -> Option<Problem> {
    let Some(answer) = answer else {
        return question.is_required.then_some(Problem::Required);
    };
    match (&question.kind, answer) {
        (QuestionKind::FreeText { max_chars, .. }, Answer::Text(text)) => {
            if text::is_blank(text) {
                return question.is_required.then_some(Problem::Required);
            }
            ((*max_chars as usize) < text::char_count(text)).then_some(Problem::TooLong)
        }
        (QuestionKind::FreeText { .. }, _) => Some(Problem::WrongKind),
        (QuestionKind::Nps(_) | QuestionKind::Csat(_), Answer::Rating(rating)) => question
            .kind
            .scale()
            .is_some_and(|scale| !scale.contains(*rating))
            .then_some(Problem::OutOfRange),
        (QuestionKind::Nps(_) | QuestionKind::Csat(_), Answer::OtherNumber(_)) => {
            Some(Problem::OutOfRange)
        }
        (QuestionKind::Nps(_) | QuestionKind::Csat(_), Answer::Text(_) | Answer::Other) => {
            Some(Problem::WrongKind)
        }
    }
}

/// The answer to a question, where a blank text is none.
fn given<'a>(answers: &'a Answers, question: &Question) -> Option<&'a Answer> {
    answers
        .answer(&question.id)
        .filter(|answer| !matches!(answer, Answer::Text(text) if text::is_blank(text)))
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests {
    use super::*;
    use crate::file::sample;

    fn answers(json: &str) -> Answers {
        serde_json::from_str(json).unwrap()
    }

    #[track_caller]
    fn check_answers(status: Status, json: &str, expected: &[(&str, Problem)]) {
        let found = match validate(&sample::branching(), &answers(json), status) {
            Ok(_) => Vec::new(),
            Err(violations) => violations,
        };
        let found: Vec<_> = found
            .iter()
            .map(|violation| (violation.question_id.as_str(), violation.problem))
            .collect();
        assert_eq!(found, expected, "{status:?} {json}");
    }

    #[test]
    fn a_completed_response_needs_its_required_answers() {
        check_answers(Status::Completed, "{}", &[("recommend", Problem::Required)]);
        check_answers(Status::Completed, r#"{"recommend":9}"#, &[]);
    }

    #[test]
    fn an_unfinished_response_may_lack_anything() {
        for status in [Status::Shown, Status::Partial, Status::Dismissed] {
            check_answers(status, "{}", &[]);
            check_answers(status, r#"{"recommend":3}"#, &[]);
        }
    }

    #[test]
    fn an_unfinished_response_is_checked_all_the_same() {
        check_answers(
            Status::Partial,
            r#"{"recommend":11}"#,
            &[("recommend", Problem::OutOfRange)],
        );
    }

    #[test]
    fn ratings_end_where_their_scale_ends() {
        check_answers(Status::Completed, r#"{"recommend":0}"#, &[]);
        check_answers(Status::Completed, r#"{"recommend":10}"#, &[]);
        for wrong in ["11", "-1", "9.5", "256", "1e9"] {
            let json = format!(r#"{{"recommend":{wrong}}}"#);
            check_answers(
                Status::Completed,
                &json,
                &[("recommend", Problem::OutOfRange)],
            );
        }
    }

    #[test]
    fn an_answer_of_another_kind_is_refused() {
        for wrong in ["\"9\"", "null", "true", "[9]", "{}"] {
            let json = format!(r#"{{"recommend":{wrong}}}"#);
            check_answers(
                Status::Completed,
                &json,
                &[("recommend", Problem::WrongKind)],
            );
        }
        check_answers(
            Status::Completed,
            r#"{"recommend":9,"liked":5}"#,
            &[("liked", Problem::WrongKind)],
        );
    }

    #[test]
    fn text_length_counts_characters_up_to_and_with_the_limit() {
        let text = |count: usize| format!(r#"{{"recommend":9,"liked":"{}"}}"#, "🙂".repeat(count));
        check_answers(Status::Completed, &text(20), &[]);
        check_answers(Status::Completed, &text(21), &[("liked", Problem::TooLong)]);
    }

    #[test]
    fn answers_off_the_path_are_refused() {
        check_answers(
            Status::Completed,
            r#"{"recommend":9,"wrong":"slow"}"#,
            &[("wrong", Problem::NotOnPath)],
        );
    }

    #[test]
    fn every_violation_is_reported_at_once() {
        check_answers(
            Status::Completed,
            r#"{"nobody":1,"recommend":"x","liked":"hi","other":2}"#,
            &[
                ("recommend", Problem::WrongKind),
                ("liked", Problem::NotOnPath),
                ("nobody", Problem::UnknownQuestion),
                ("other", Problem::UnknownQuestion),
            ],
        );
    }

    #[test]
    fn blank_texts_are_no_answers() {
        check_answers(Status::Completed, r#"{"recommend":9,"liked":"  "}"#, &[]);
        check_answers(Status::Completed, r#"{"recommend":9,"wrong":" "}"#, &[]);
        let valid = validate(
            &sample::branching(),
            &answers(r#"{"liked":" ","recommend":9}"#),
            Status::Completed,
        )
        .unwrap();
        assert_eq!(valid.into_answers().len(), 1);
    }

    #[test]
    fn a_blank_text_does_not_answer_a_required_question() {
        let mut survey = sample::branching();
        survey.questions[3].is_required = true;
        let given = answers(r#"{"recommend":9,"liked":"\n"}"#);
        let violations = validate(&survey, &given, Status::Completed).unwrap_err();
        assert_eq!(violations[0].problem, Problem::Required);
    }

    #[test]
    fn valid_answers_stand_in_the_order_of_the_questions() {
        let given = answers(r#"{"liked":"all","recommend":10}"#);
        let valid = validate(&sample::branching(), &given, Status::Completed).unwrap();
        assert_eq!(
            serde_json::to_string(&valid.into_answers()).unwrap(),
            r#"{"recommend":10,"liked":"all"}"#
        );
    }

    #[test]
    fn problems_have_their_words_on_the_wire() {
        for (problem, word) in [
            (Problem::Required, "required"),
            (Problem::UnknownQuestion, "unknown_question"),
            (Problem::NotOnPath, "not_on_path"),
            (Problem::WrongKind, "wrong_kind"),
            (Problem::OutOfRange, "out_of_range"),
            (Problem::TooLong, "too_long"),
        ] {
            assert_eq!(serde_json::to_value(problem).unwrap(), word);
            assert_eq!(Problem::from_word(word), Some(problem));
        }
    }
}
