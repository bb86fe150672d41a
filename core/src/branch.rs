//! The path through a survey: which question comes after which.
//!
//! Branches lead forward only (the check of survey files sees to it), so every
//! path ends. A question whose `show_if` does not hold is passed over.

use crate::IS_FULL;
use crate::answer::Answers;
use crate::condition::{Condition, Surroundings, World};
use crate::question::{Branch, Question, Target};
use crate::survey::Survey;

/// The position of the question after the one at `from`, or `None` at the end.
///
/// The first branch that fits decides. Where none fits, the next in order follows.
/// A condition that is undecided counts as not met.
pub fn next(survey: &Survey, from: usize, world: World<'_>) -> Option<usize> {
    let question = survey.questions.get(from)?;
    let following = from + 1;
    let branch = question
        .next
        .iter()
        .find(|branch| fits(branch, world) == Some(true));
    let next = match branch {
        Some(branch) => lands(survey, branch, following)?,
        None => following,
    };
    shown_from(survey, next, world)
}

/// The position of the first question; `None` if every one is passed over.
pub fn first(survey: &Survey, world: World<'_>) -> Option<usize> {
    shown_from(survey, 0, world)
}

/// The first question from a position on that is not passed over.
fn shown_from(survey: &Survey, from: usize, world: World<'_>) -> Option<usize> {
    if !IS_FULL {
        return (from < survey.questions.len()).then_some(from);
    }
    let rest = survey.questions.iter().enumerate().skip(from);
    rest.filter(|(_, question)| shows(question, world) == Some(true))
        .map(|(at, _)| at)
        .next()
}

/// Where a branch leads; `None` to the end.
fn lands(survey: &Survey, branch: &Branch, following: usize) -> Option<usize> {
    match &branch.go_to {
        Target::End => None,
        // A target that is missing or behind cannot come from a checked file.
        // Going on in order keeps the promise that every path ends.
        Target::Question(id) => Some(
            survey
                .position(id)
                .filter(|target| following <= *target)
                .unwrap_or(following),
        ),
    }
}

/// The positions of the questions that these answers lead through, in order.
///
/// The path is a function of the answers and what stands around them: the
/// browser shows it and the collector checks it.
pub fn path(survey: &Survey, answers: &Answers, around: &Surroundings) -> Vec<usize> {
    let world = World { answers, around };
    std::iter::successors(first(survey, world), |from| next(survey, *from, world)).collect()
}

/// True when some path that the page may have taken holds every answered question
/// and, for a completed response, passes no required one without an answer.
///
/// Where all conditions are decided there is one path. A trait that was not sent
/// leaves the conditions on it open, and each way they could go is looked at: one
/// pass in order suffices, because branches lead forward.
#[cfg(feature = "json")]
pub(crate) fn is_possible(
    survey: &Survey,
    answers: &Answers,
    around: &Surroundings,
    is_completed: bool,
) -> bool {
    let world = World { answers, around };
    let questions = &survey.questions;
    let is_answered = |at: usize| {
        let question = questions.get(at);
        question.is_some_and(|question| answers.answer(&question.id).is_some())
    };
    // From `from` on, each question up to and without `to` is passed over.
    let passes = |from: usize, to: usize| !(from..to).any(is_answered);
    let end = questions.len();
    let mut reached = vec![false; end + 1];
    let reach = |reached: &mut Vec<bool>, from: usize, start: usize| {
        for at in possible_from(survey, start, world) {
            if passes(from, at)
                && let Some(place) = reached.get_mut(at)
            {
                *place = true;
            }
        }
    };
    reach(&mut reached, 0, 0);
    for at in 0..end {
        let Some(question) = questions.get(at).filter(|_| reached.get(at) == Some(&true)) else {
            continue;
        };
        let is_missing = question.is_required && !is_answered(at);
        if is_missing && is_completed {
            continue;
        }
        // Who stops here has seen everything that was answered.
        if !is_completed && passes(at + 1, end) {
            return true;
        }
        for start in targets(survey, at, |branch| fits(branch, world)) {
            reach(&mut reached, at + 1, start);
        }
    }
    reached.last() == Some(&true)
}

/// Where one may get to from a question, before passing over what is not shown.
fn targets(survey: &Survey, from: usize, decide: impl Fn(&Branch) -> Option<bool>) -> Vec<usize> {
    let mut targets = Vec::new();
    let branches = survey.questions.get(from).map(|question| &question.next);
    for branch in branches.into_iter().flatten() {
        let outcome = decide(branch);
        if outcome != Some(false) {
            targets.push(lands(survey, branch, from + 1).unwrap_or(survey.questions.len()));
        }
        if outcome == Some(true) {
            return targets;
        }
    }
    targets.push(from + 1);
    targets
}

/// The questions that may be the first one shown from a position on; the end is one past the last.
#[cfg(feature = "json")]
fn possible_from(survey: &Survey, start: usize, world: World<'_>) -> Vec<usize> {
    let mut possible = Vec::new();
    for (at, question) in survey.questions.iter().enumerate().skip(start) {
        let outcome = shows(question, world);
        if outcome != Some(false) {
            possible.push(at);
        }
        if outcome == Some(true) {
            return possible;
        }
    }
    possible.push(survey.questions.len());
    possible
}

/// The greatest number of questions that may still follow the one at `from`.
///
/// What is decided already is not counted: questions that no longer show, ways
/// that are no longer open. Whatever is answered, the number falls with each step.
pub(crate) fn longest_after(survey: &Survey, from: usize, world: World<'_>) -> usize {
    let end = survey.questions.len();
    // From the back: what follows the later ones is known when it is needed.
    let mut longest = vec![0_usize; end + 1];
    for at in (from..end).rev() {
        let always = |branch: &Branch| branch.condition.is_none().then_some(true);
        let best = targets(survey, at, always)
            .into_iter()
            .filter_map(|target| longest.get(target).copied())
            .max()
            .unwrap_or_default();
        let counts = survey.questions.get(at).is_some_and(|question| {
            from < at && question.kind.is_answered() && may_show(question, world)
        });
        if let Some(place) = longest.get_mut(at) {
            *place = best + usize::from(counts);
        }
    }
    longest.get(from).copied().unwrap_or_default()
}

/// False for a question that certainly will not show: its condition looks only at
/// what was settled before the question in the card, and does not hold.
fn may_show(question: &Question, world: World<'_>) -> bool {
    let Some(condition) = &question.show_if else {
        return true;
    };
    let mut is_settled = true;
    condition.for_each_test(&mut |test| is_settled &= test.is_settled(world));
    !is_settled || condition.holds(world) != Some(false)
}

fn shows(question: &Question, world: World<'_>) -> Option<bool> {
    holds(question.show_if.as_ref(), world)
}

fn fits(branch: &Branch, world: World<'_>) -> Option<bool> {
    holds(branch.condition.as_ref(), world)
}

fn holds(condition: Option<&Condition>, world: World<'_>) -> Option<bool> {
    match condition {
        Some(condition) => condition.holds(world),
        None => Some(true),
    }
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests;
