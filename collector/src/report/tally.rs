//! From responses to counts and scores, for each survey.

use std::collections::BTreeMap;

use sayso_core::id::{QuestionId, SurveyId};
use sayso_core::question::Question;
use sayso_core::score::response_rate;
use sayso_core::wire::Status;

use self::counts::Counts;
use super::merge::{Merged, Response};
use super::{QuestionReport, SurveyReport};

mod counts;

/// What the versions of one survey add up to.
#[derive(Debug, Default)]
struct SurveyTally {
    shown: u64,
    partial: u64,
    completed: u64,
    dismissed: u64,
    without_version: u64,
    suspicious: u64,
    questions: Vec<QuestionTally>,
}

/// What the answers to one question add up to.
#[derive(Debug)]
struct QuestionTally {
    id: QuestionId,
    prompt: String,
    counts: Counts,
}

/// Counts and scores of each survey, by id.
pub(super) fn tally(merged: &Merged<'_>, without_suspicious: bool) -> Vec<SurveyReport> {
    let mut by_version: Vec<_> = merged
        .versions()
        .iter()
        .map(|version| {
            let questions = version.survey.map(|survey| survey.questions.as_slice());
            let tally = SurveyTally {
                questions: questions.unwrap_or_default().iter().map(empty).collect(),
                ..SurveyTally::default()
            };
            (version, tally)
        })
        .collect();
    for (position, response) in merged.responses() {
        if let Some((version, tally)) = by_version.get_mut(position) {
            tally.suspicious += u64::from(response.is_suspicious);
            if response.is_suspicious && without_suspicious {
                continue;
            }
            tally.without_version += u64::from(version.survey.is_none());
            tally.add(response);
        }
    }
    // The version answered last comes first: its order and prompts are shown.
    by_version.sort_by_key(|(version, _)| std::cmp::Reverse(version.last_line));
    let mut by_id = BTreeMap::<&SurveyId, SurveyTally>::new();
    for (version, tally) in by_version {
        by_id.entry(&version.id).or_default().merge(tally);
    }
    by_id
        .into_iter()
        .map(|(id, tally)| SurveyReport {
            without_suspicious,
            ..tally.report(id)
        })
        .collect()
}

/// A question without answers, also for the kinds that are not counted: positions must agree.
fn empty(question: &Question) -> QuestionTally {
    QuestionTally {
        id: question.id.clone(),
        prompt: question.prompt.clone(),
        counts: Counts::of(&question.kind),
    }
}

impl SurveyTally {
    fn add(&mut self, response: &Response) {
        self.shown += 1;
        match response.status {
            Status::Shown => {}
            Status::Partial => self.partial += 1,
            Status::Completed => self.completed += 1,
            Status::Dismissed => self.dismissed += 1,
        }
        // An answer counts however the response ended: it was given.
        for (position, given) in &response.given {
            if let Some(question) = self.questions.get_mut(*position) {
                question.counts.add(given);
            }
        }
    }

    /// Adds another version of the same survey.
    fn merge(&mut self, other: SurveyTally) {
        self.shown += other.shown;
        self.partial += other.partial;
        self.completed += other.completed;
        self.dismissed += other.dismissed;
        self.without_version += other.without_version;
        self.suspicious += other.suspicious;
        for question in other.questions {
            let mut same = self
                .questions
                .iter_mut()
                .filter(|known| known.id == question.id);
            // A question that changed its kind or its scale is another question.
            if !same.any(|known| known.counts.merge(&question.counts)) {
                self.questions.push(question);
            }
        }
    }

    fn report(self, id: &SurveyId) -> SurveyReport {
        let questions = self.questions.into_iter().filter_map(|question| {
            Some(QuestionReport {
                id: question.id,
                prompt: question.prompt,
                score: question.counts.score()?,
            })
        });
        SurveyReport {
            id: id.clone(),
            shown: self.shown,
            partial: self.partial,
            completed: self.completed,
            dismissed: self.dismissed,
            response_rate: response_rate(self.completed, self.shown),
            without_version: self.without_version,
            suspicious: self.suspicious,
            without_suspicious: false,
            questions: questions.collect(),
        }
    }
}
