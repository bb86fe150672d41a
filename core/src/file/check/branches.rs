//! Where questions lead: branches, their conditions, and what no path reaches.

use super::Check;
use super::conditions::View;
use super::values::fits;
use crate::file::{Cause, FileBranch, FileCondition, FileNext, FileQuestion};
use crate::question::Target;
use crate::rating::Scale;
use crate::rules::ValueTest;

/// A rating of a question, by the question's position.
type Fit = (usize, u8);

impl Check<'_> {
    pub(super) fn next(&mut self, path: &str, at: usize, question: &FileQuestion) {
        let path = format!("{path}.next");
        match &question.next {
            None => {}
            Some(FileNext::Always(go_to)) => self.target(path, at, go_to),
            Some(FileNext::Branches(branches)) if branches.is_empty() => {
                self.report(&path, Cause::NoBranches);
            }
            Some(FileNext::Branches(branches)) => self.branches(&path, at, branches),
        }
    }

    fn branches(&mut self, path: &str, at: usize, branches: &[FileBranch]) {
        let mut is_settled = false;
        let mut taken: Vec<Fit> = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let path = format!("{path}[{index}]");
            let fits = self.fits(&path, at, branch);
            if is_settled {
                self.report(&path, Cause::NeverReached);
            } else if !fits.is_empty() && fits.iter().all(|fit| taken.contains(fit)) {
                self.report(&path, Cause::Covered);
            }
            is_settled |= branch.condition.is_none() && self.draft.is_whole(&path);
            taken.extend(fits);
            self.target(format!("{path}.go_to"), at, &branch.go_to);
            if let Some(condition) = &branch.condition {
                self.condition(&format!("{path}.if"), condition, View::of_branch(at));
            }
        }
    }

    fn target(&mut self, path: String, at: usize, go_to: &str) {
        if go_to == Target::END {
            return;
        }
        match self.position(go_to) {
            Some(target) if at < target => {}
            Some(_) => self.report(path, Cause::NotForward),
            None => self.no_such_question(path, go_to, "name a later question or `end`"),
        }
    }

    /// The question whose rating alone decides a condition, and what is asked of it.
    ///
    /// Conditions that look at more, or at anything else, may hold or not: nothing is
    /// concluded from them.
    fn rating_test<'c>(
        &self,
        at: usize,
        condition: &'c FileCondition,
    ) -> Option<(usize, &'c ValueTest)> {
        let FileCondition::Test(test) = condition else {
            return None;
        };
        let looks_elsewhere =
            test.trait_name.is_some() || test.context.is_some() || !test.locale.is_empty();
        let asks_more = test.asks.contains.is_some() || test.asks.is_given == Some(false);
        if looks_elsewhere || asks_more {
            return None;
        }
        let subject = match test.question.as_deref() {
            None => at,
            Some(id) => self.position(id)?,
        };
        Some((subject, &test.asks))
    }

    fn scale(&self, at: usize) -> Option<Scale> {
        self.draft.file.questions.get(at)?.scale()
    }

    /// The ratings that a branch fits; none where they are not known.
    ///
    /// A branch without a condition fits every rating of its own question, if
    /// one must be given. Otherwise it also fits when there is none.
    fn fits(&self, path: &str, at: usize, branch: &FileBranch) -> Vec<Fit> {
        let of_subject = |subject: usize, fits: &dyn Fn(u8) -> bool| {
            let ratings = self.scale(subject).into_iter().flat_map(Scale::ratings);
            let ratings = ratings.filter(|rating| fits(*rating));
            ratings.map(|rating| (subject, rating)).collect()
        };
        let question = self.draft.file.questions.get(at);
        let is_required = question.is_some_and(|question| question.is_required);
        match &branch.condition {
            _ if !self.draft.is_whole(path) => Vec::new(),
            None if is_required => of_subject(at, &|_| true),
            None => Vec::new(),
            Some(condition) => match self.rating_test(at, condition) {
                Some((subject, asks)) => of_subject(subject, &|rating| fits(asks, rating)),
                None => Vec::new(),
            },
        }
    }

    /// Reports the questions that no path leads to.
    pub(super) fn reachability(&mut self) {
        let questions = &self.draft.file.questions;
        let mut reached = vec![false; questions.len()];
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        // Branches lead forward only, so one pass in order sees every path.
        for (at, question) in questions.iter().enumerate() {
            if reached.get(at) == Some(&true) {
                // Where it is passed over, the next in order follows, and not its `next`.
                let passed_over = question.show_if.as_ref().map(|_| at + 1);
                for target in self.targets(at, question).into_iter().chain(passed_over) {
                    if let Some(target) = reached.get_mut(target) {
                        *target = true;
                    }
                }
            }
        }
        for (at, _) in reached.iter().enumerate().filter(|(_, reached)| !**reached) {
            self.report(format!("questions[{at}]"), Cause::Unreachable);
        }
    }

    fn targets(&self, at: usize, question: &FileQuestion) -> Vec<usize> {
        let branches = match &question.next {
            None => return vec![at + 1],
            Some(FileNext::Always(go_to)) => return self.position(go_to).into_iter().collect(),
            Some(FileNext::Branches(branches)) => branches,
        };
        let mut targets: Vec<usize> = branches
            .iter()
            .filter_map(|branch| self.position(&branch.go_to))
            .collect();
        if !self.is_exhaustive(at, question, branches) {
            targets.push(at + 1);
        }
        targets
    }

    /// True when some branch fits whatever is answered.
    fn is_exhaustive(&self, at: usize, question: &FileQuestion, branches: &[FileBranch]) -> bool {
        let is_covered = |rating: u8| {
            branches.iter().any(|branch| {
                let condition = branch.condition.as_ref();
                let test = condition.and_then(|condition| self.rating_test(at, condition));
                test.is_some_and(|(subject, asks)| subject == at && fits(asks, rating))
            })
        };
        branches.iter().any(|branch| branch.condition.is_none())
            || question.is_required
                && self
                    .scale(at)
                    .is_some_and(|scale| scale.ratings().all(is_covered))
    }
}
