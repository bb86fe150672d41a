//! Whether all answers of a response fit their survey together: what the collector checks.

use super::{Problem, Violation, check};
use crate::answer::{Answer, Answers};
use crate::branch;
use crate::condition::Surroundings;
use crate::question::Question;
use crate::survey::Survey;
use crate::wire::Status;

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
/// the others end wherever the respondent stopped. Blank texts, empty lists and questions
/// left out are the same, and blank texts and empty lists are dropped.
///
/// `around` is what the submission says of the respondent and the moment. The page
/// may have known more ([`Surroundings::may_lack_some`]): then answers pass that lie on any path that
/// was possible.
///
/// # Errors
///
/// Every violation found, in the order of the questions, unknown ones last.
pub fn validate(
    survey: &Survey,
    answers: &Answers,
    status: Status,
    around: &Surroundings,
) -> Result<ValidAnswers, Vec<Violation>> {
    let given: Answers = survey
        .questions
        .iter()
        .filter_map(|question| Some((question.id.clone(), given(answers, question)?.clone())))
        .collect();
    let is_completed = status == Status::Completed;
    let is_possible = branch::is_possible(survey, &given, around, is_completed);
    // What is wrong is said of the path that is taken where nothing is open.
    let path = branch::path(survey, &given, around);
    let mut violations = Vec::new();
    let mut valid = Answers::new();
    for (at, question) in survey.questions.iter().enumerate() {
        let answer = given.answer(&question.id);
        let problem = match (is_possible || path.contains(&at), answer) {
            (true, None) if is_possible || !is_completed => None,
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

/// The answer to a question, where a blank text or an empty list is none.
fn given<'a>(answers: &'a Answers, question: &Question) -> Option<&'a Answer> {
    let answer = answers.answer(&question.id);
    answer.filter(|answer| answer.says_something())
}
