//! From responses to counts and scores, for each survey.

use std::collections::BTreeMap;

use sayso_core::id::{QuestionId, SurveyId};
use sayso_core::question::{Question, QuestionKind};
use sayso_core::rating::{CsatRating, NpsRating};
use sayso_core::score::{Csat, Nps, response_rate};
use sayso_core::wire::Status;

use super::merge::{Merged, Response};
use super::{QuestionReport, Score, SurveyReport};

/// What the versions of one survey add up to.
#[derive(Debug, Default)]
struct SurveyTally {
    shown: u64,
    partial: u64,
    completed: u64,
    dismissed: u64,
    without_version: u64,
    questions: Vec<QuestionTally>,
}

/// What the ratings of one question add up to.
#[derive(Debug)]
struct QuestionTally {
    id: QuestionId,
    prompt: String,
    /// None for questions that have no ratings.
    ratings: Option<Ratings>,
}

#[derive(Debug, Clone, Copy)]
enum Ratings {
    Nps(Nps),
    Csat(Csat),
}

/// Counts and scores of each survey, by id.
pub(super) fn tally(merged: &Merged<'_>) -> Vec<SurveyReport> {
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
        .map(|(id, tally)| tally.report(id))
        .collect()
}

/// A question without ratings, also for the kinds that never have any: positions must agree.
fn empty(question: &Question) -> QuestionTally {
    let ratings = match question.kind {
        QuestionKind::Nps(_) => Some(Ratings::Nps(Nps::default())),
        QuestionKind::Csat(_) => Some(Ratings::Csat(Csat::default())),
        QuestionKind::FreeText { .. } => None,
    };
    QuestionTally {
        id: question.id.clone(),
        prompt: question.prompt.clone(),
        ratings,
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
        // A rating counts however the response ended: it was given.
        for (position, rating) in &response.ratings {
            let question = self.questions.get_mut(*position);
            match question.and_then(|question| question.ratings.as_mut()) {
                Some(Ratings::Nps(nps)) => {
                    if let Ok(rating) = NpsRating::try_from(*rating) {
                        nps.add(rating);
                    }
                }
                Some(Ratings::Csat(csat)) => {
                    if let Ok(rating) = CsatRating::try_from(*rating) {
                        csat.add(rating);
                    }
                }
                None => {}
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
        for question in other.questions {
            let same = self
                .questions
                .iter_mut()
                .filter(|known| known.id == question.id);
            let mut pairs = same.map(|known| (known.ratings.as_mut(), question.ratings));
            // A question that changed its kind is another question.
            let is_added = pairs.any(|pair| match pair {
                (Some(Ratings::Nps(sum)), Some(Ratings::Nps(more))) => {
                    sum.promoters += more.promoters;
                    sum.passives += more.passives;
                    sum.detractors += more.detractors;
                    true
                }
                (Some(Ratings::Csat(sum)), Some(Ratings::Csat(more))) => {
                    sum.satisfied += more.satisfied;
                    sum.base += more.base;
                    sum.sum += more.sum;
                    true
                }
                (_, _) => false,
            });
            if !is_added {
                self.questions.push(question);
            }
        }
    }

    fn report(self, id: &SurveyId) -> SurveyReport {
        let questions = self.questions.into_iter().filter_map(|question| {
            let QuestionTally {
                id,
                prompt,
                ratings,
            } = question;
            Some(QuestionReport {
                id,
                prompt,
                score: score(ratings?),
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
            questions: questions.collect(),
        }
    }
}

fn score(ratings: Ratings) -> Score {
    match ratings {
        Ratings::Nps(counts) => Score::Nps {
            score: counts.score(),
            interval: counts.interval(),
            base: counts.base(),
            counts,
        },
        Ratings::Csat(counts) => Score::Csat {
            score: counts.score(),
            interval: counts.interval(),
            mean: counts.mean(),
            base: counts.base,
            satisfied: counts.satisfied,
        },
    }
}
