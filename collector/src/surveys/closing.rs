//! Tells the operator when a survey is paused, ends, or is given out again.

use std::collections::HashMap;

use jiff::Timestamp;
use sayso_core::file::Closed;
use sayso_core::id::SurveyId;
use tracing::info;

use super::Surveys;

/// The surveys that are closed, as far as it was told.
#[derive(Debug, Default)]
pub struct Closings(HashMap<SurveyId, Closed>);

impl Closings {
    /// Tells what has changed since the last time, and how many surveys are closed.
    pub fn note(&mut self, surveys: &Surveys, completed: impl Fn(&SurveyId) -> u64) -> usize {
        let now_s = Timestamp::now().as_second();
        let mut closed = HashMap::new();
        for (id, delivery) in surveys.deliveries() {
            let survey_id = id.as_str();
            let (before, now) = (self.0.get(id), delivery.closed(now_s, || completed(id)));
            match (before, now) {
                (Some(before), Some(now)) if *before == now => {}
                (_, Some(Closed::Paused)) => info!(survey_id, "survey is paused"),
                (_, Some(Closed::Ended)) => info!(survey_id, "survey has ended"),
                (Some(_), None) => info!(survey_id, "survey is given out again"),
                (None, None) => {}
            }
            if let Some(now) = now {
                closed.insert(id.clone(), now);
            }
        }
        self.0 = closed;
        self.0.len()
    }
}
