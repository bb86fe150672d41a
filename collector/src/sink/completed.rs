//! How many completed responses to each survey are in the log, for surveys that end at a number.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sayso_core::id::SurveyId;

use super::Line;

/// Completed responses by survey.
pub(super) type Counts = HashMap<SurveyId, u64>;

/// The counts, shared by the writer and those who ask.
#[derive(Debug, Default)]
pub(super) struct Completed(Mutex<Counts>);

impl Completed {
    /// Counts a line that is on disk now.
    pub(super) fn count(&self, line: &Line) {
        if let Some(survey) = &line.completed {
            self.change(|counts| *counts.entry(survey.clone()).or_default() += 1);
        }
    }

    /// Adds what another file of the log holds.
    pub(super) fn extend(&self, others: &Counts) {
        self.change(|counts| {
            for (survey, count) in others {
                *counts.entry(survey.clone()).or_default() += count;
            }
        });
    }

    /// How many there are of a survey.
    pub(super) fn of(&self, survey: &SurveyId) -> u64 {
        let mut count = 0;
        self.change(|counts| count = counts.get(survey).copied().unwrap_or_default());
        count
    }

    fn change(&self, change: impl FnOnce(&mut Counts)) {
        // No panic leaves a count half changed.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
