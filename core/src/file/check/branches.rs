//! Where questions lead: branches, their conditions, and what no path reaches.

use super::Check;
use crate::file::error::nearest;
use crate::file::{Cause, FileBranch, FileCondition, FileKind, FileNext, FileQuestion};
use crate::question::Target;
use crate::rating::Scale;

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
                self.condition(&format!("{path}.if"), at, condition);
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
            None => self.no_such_question(path, go_to),
        }
    }

    fn condition(&mut self, path: &str, at: usize, condition: &FileCondition) {
        let of_question = format!("{path}.question");
        if !self.draft.is_read(&of_question) {
            return;
        }
        let Some(subject) = self.subject(at, condition) else {
            let id = condition.question.as_deref().unwrap_or_default();
            return self.no_such_question(of_question, id);
        };
        if at < subject {
            return self.report(of_question, Cause::NotYetAnswered);
        }
        if !self.draft.is_read(&format!("questions[{subject}].kind")) {
            return;
        }
        let Some(scale) = self.scale(subject) else {
            return self.report(path, Cause::NotARating);
        };
        let bounds = [
            ("at_least", condition.at_least),
            ("at_most", condition.at_most),
        ];
        let mut is_on_scale = true;
        for (name, bound) in bounds {
            if bound.is_some_and(|bound| !scale.contains(bound)) {
                is_on_scale = false;
                let (min, max) = (scale.min, scale.max);
                self.report(format!("{path}.{name}"), Cause::OffScale { min, max });
            }
        }
        if !is_on_scale || !self.draft.is_whole(path) {
            return;
        }
        if condition.at_least.is_none() && condition.at_most.is_none() {
            self.report(path, Cause::NoBound);
        } else if !scale.ratings().any(|rating| condition.fits(rating)) {
            self.report(path, Cause::EmptyRange);
        }
    }

    fn no_such_question(&mut self, path: String, id: &str) {
        let ids = self.draft.ids.iter();
        // A question whose id could not be read may be the one.
        if ids.clone().any(Option::is_none) {
            return;
        }
        let meant = nearest(id, ids.flatten().map(String::as_str)).map(String::from);
        let id = String::from(id);
        self.report(path, Cause::NoSuchQuestion { id, meant });
    }

    fn position(&self, id: &str) -> Option<usize> {
        let mut ids = self.draft.ids.iter();
        ids.position(|written| written.as_deref() == Some(id))
    }

    /// The position of the question whose rating a condition looks at.
    fn subject(&self, at: usize, condition: &FileCondition) -> Option<usize> {
        match condition.question.as_deref() {
            None => Some(at),
            Some(id) => self.position(id),
        }
    }

    fn scale(&self, at: usize) -> Option<Scale> {
        match self.draft.file.questions.get(at)?.kind {
            FileKind::Nps => Some(Scale::NPS),
            FileKind::Csat => Some(Scale::CSAT),
            FileKind::FreeText => None,
        }
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
            Some(condition) => match self.subject(at, condition) {
                Some(subject) => of_subject(subject, &|rating| condition.fits(rating)),
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
                for target in self.targets(at, question) {
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
        let is_own = |condition: &&FileCondition| self.subject(at, condition) == Some(at);
        let conditions = || {
            branches
                .iter()
                .filter_map(|branch| branch.condition.as_ref())
        };
        let is_covered = |rating: u8| {
            let mut own = conditions().filter(is_own);
            own.any(|condition| condition.fits(rating))
        };
        branches.iter().any(|branch| branch.condition.is_none())
            || question.is_required
                && self
                    .scale(at)
                    .is_some_and(|scale| scale.ratings().all(is_covered))
    }
}

impl FileCondition {
    fn fits(&self, rating: u8) -> bool {
        self.at_least.is_none_or(|least| least <= rating)
            && self.at_most.is_none_or(|most| rating <= most)
    }
}
