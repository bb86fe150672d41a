//! The path through a survey: which question comes after which.
//!
//! Branches lead forward only (the check of survey files sees to it), so every
//! path ends.

use crate::answer::{Answer, Answers};
use crate::question::{Branch, Condition, Target};
use crate::survey::Survey;

/// The position of the question after the one at `from`, or `None` at the end.
///
/// The first branch that fits decides. Where none fits, the next in order follows.
pub fn next(survey: &Survey, from: usize, answers: &Answers) -> Option<usize> {
    let question = survey.questions.get(from)?;
    let following = from + 1;
    let next = match question.next.iter().find(|branch| fits(branch, answers)) {
        Some(Branch {
            go_to: Target::End, ..
        }) => return None,
        // A target that is missing or behind cannot come from a checked file.
        // Going on in order keeps the promise that every path ends.
        Some(Branch {
            go_to: Target::Question(id),
            ..
        }) => survey
            .position(id)
            .filter(|target| from < *target)
            .unwrap_or(following),
        None => following,
    };
    (next < survey.questions.len()).then_some(next)
}

/// The positions of the questions that these answers lead through, in order.
///
/// The path is a function of the answers alone: the browser shows it and the
/// collector checks it.
pub fn path(survey: &Survey, answers: &Answers) -> Vec<usize> {
    std::iter::successors((!survey.questions.is_empty()).then_some(0), |from| {
        next(survey, *from, answers)
    })
    .collect()
}

fn fits(branch: &Branch, answers: &Answers) -> bool {
    branch
        .condition
        .as_ref()
        .is_none_or(|condition| holds(condition, answers))
}

fn holds(condition: &Condition, answers: &Answers) -> bool {
    match answers.answer(&condition.question) {
        Some(Answer::Rating(rating)) => {
            condition.at_least.is_none_or(|least| least <= *rating)
                && condition.at_most.is_none_or(|most| *rating <= most)
        }
        Some(Answer::Text(_) | Answer::OtherNumber(_) | Answer::Other) | None => false,
    }
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests {
    use super::*;
    use crate::file::sample;

    #[track_caller]
    fn check_path(rating: Option<u8>, expected: &[&str]) {
        let survey = sample::branching();
        let answers = rating
            .map(|rating| (sample::id("recommend"), Answer::Rating(rating)))
            .into_iter()
            .collect();
        let ids: Vec<_> = path(&survey, &answers)
            .into_iter()
            .map(|at| survey.questions[at].id.as_str())
            .collect();
        assert_eq!(ids, expected, "rating {rating:?}");
    }

    #[test]
    fn detractors_passives_and_promoters_are_asked_different_things() {
        for rating in 0..=6 {
            check_path(Some(rating), &["recommend", "wrong"]);
        }
        for rating in 7..=8 {
            check_path(Some(rating), &["recommend", "better"]);
        }
        for rating in 9..=10 {
            check_path(Some(rating), &["recommend", "liked"]);
        }
    }

    #[test]
    fn without_an_answer_the_next_in_order_follows() {
        check_path(None, &["recommend", "wrong"]);
    }

    #[test]
    fn a_text_fits_no_rating_condition() {
        let survey = sample::branching();
        let answers = [(sample::id("recommend"), Answer::Text("9".into()))]
            .into_iter()
            .collect();
        assert_eq!(path(&survey, &answers), [0, 1]);
    }

    #[test]
    fn a_branch_that_leads_back_is_not_followed() {
        let mut survey = sample::branching();
        survey.questions[1].next = vec![Branch {
            condition: None,
            go_to: Target::Question(sample::id("recommend")),
        }];
        assert_eq!(path(&survey, &Answers::new()), [0, 1, 2]);
    }
}
