//! The proof of work, and when it is asked for: while a survey gets more submissions than it should.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sayso_core::id::{ResponseId, SurveyId};
use sayso_core::wire::MAX_PROOF_BYTES;
use sha2::{Digest, Sha256};

/// So many seconds work goes on being asked for after a survey was last above its threshold.
const CALM_S: i64 = 600;

/// Whether somebody worked for a response: SHA-256 of `<token>:<response_id>:<work>`
/// begins with so many zero bits.
pub fn is_done(token: &str, response: &ResponseId, work: &str, bits: u8) -> bool {
    if MAX_PROOF_BYTES < work.len() {
        return false;
    }
    let hash = Sha256::digest(format!("{token}:{}:{work}", response.as_str()));
    let whole = hash.iter().take_while(|byte| **byte == 0).count();
    let rest = hash.get(whole).map_or(0, |byte| byte.leading_zeros());
    u32::from(bits) <= u32::try_from(whole).unwrap_or(u32::MAX) * 8 + rest
}

/// How many submissions each survey gets. One entry for each survey that was ever
/// answered, so it is bounded by what the operator serves.
#[derive(Debug, Default)]
pub(crate) struct Load(Mutex<HashMap<SurveyId, Meter>>);

#[derive(Debug, Default)]
struct Meter {
    /// The minute that is counted.
    minute: i64,
    count: u32,
    /// The count of the minute before it.
    before: u32,
    /// Work is asked for until then, in seconds since 1970.
    busy_until: i64,
}

impl Load {
    /// Counts a submission.
    pub(crate) fn note(&self, survey: &SurveyId, most_per_minute: u32, now: i64) {
        if most_per_minute == 0 {
            return;
        }
        // A thread that panicked here left whole numbers behind.
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !meters.contains_key(survey) {
            meters.insert(survey.clone(), Meter::default());
        }
        if let Some(meter) = meters.get_mut(survey) {
            meter.note(most_per_minute, now);
        }
    }

    /// Whether a survey is above its threshold, or was a short while ago.
    pub(crate) fn is_busy(&self, survey: &SurveyId, now: i64) -> bool {
        let meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        meters
            .get(survey)
            .is_some_and(|meter| now < meter.busy_until)
    }
}

impl Meter {
    /// The last sixty seconds are what of the minute before still lies in them, and this minute.
    fn note(&mut self, most: u32, now: i64) {
        let minute = now.div_euclid(60);
        if minute != self.minute {
            self.before = if minute == self.minute + 1 {
                self.count
            } else {
                0
            };
            (self.minute, self.count) = (minute, 0);
        }
        self.count = self.count.saturating_add(1);
        let left = 60 - now.rem_euclid(60);
        let before = i64::from(self.before) * left / 60;
        if i64::from(most) < before + i64::from(self.count) {
            self.busy_until = now + CALM_S;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The begin of a minute.
    const NOW: i64 = 1_763_820_000;

    fn id() -> SurveyId {
        SurveyId::try_from("nps").unwrap()
    }

    #[test]
    fn work_is_done_when_the_bits_are_zero() {
        let response = ResponseId::try_from("0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e").unwrap();
        let found = (0..).find(|work: &u32| is_done("t", &response, &work.to_string(), 8));
        let work = found.unwrap().to_string();
        let hash = Sha256::digest(format!("t:{}:{work}", response.as_str()));
        assert_eq!(hash[0], 0);
        let bits = 8 + u8::try_from(hash[1].leading_zeros()).unwrap();
        assert!(is_done("t", &response, &work, bits));
        assert!(!is_done("t", &response, &work, bits + 1));
        assert!(!is_done("u", &response, &work, 16));
        assert!(is_done("t", &response, "", 0));
        assert!(!is_done("t", &response, &"0".repeat(1_000), 0));
    }

    #[test]
    fn page_and_collector_count_the_same_bits() {
        let vectors = include_str!("../../../core/tests/vectors/work.json");
        let vectors: Vec<serde_json::Value> = serde_json::from_str(vectors).unwrap();
        assert!(vectors.len() > 10);
        for vector in vectors {
            let text = |name: &str| vector[name].as_str().unwrap();
            let response = ResponseId::try_from(text("response_id")).unwrap();
            let bits = u8::try_from(vector["zero_bits"].as_u64().unwrap()).unwrap();
            let is_done = |bits| is_done(text("token"), &response, text("work"), bits);
            assert!(is_done(bits) && !is_done(bits + 1), "{vector}");
        }
    }

    #[test]
    fn work_is_asked_for_above_the_threshold_and_a_while_after() {
        let load = Load::default();
        for _ in 0..3 {
            load.note(&id(), 3, NOW);
        }
        assert!(!load.is_busy(&id(), NOW));
        load.note(&id(), 3, NOW + 59);
        assert!(load.is_busy(&id(), NOW + 59));
        assert!(load.is_busy(&id(), NOW + 59 + CALM_S - 1));
        assert!(!load.is_busy(&id(), NOW + 59 + CALM_S));
        assert!(!load.is_busy(&SurveyId::try_from("other").unwrap(), NOW + 59));
    }

    #[test]
    fn the_end_of_a_minute_does_not_hide_a_rush() {
        let load = Load::default();
        for second in [58, 59, 59, 60] {
            load.note(&id(), 3, NOW + second);
        }
        assert!(load.is_busy(&id(), NOW + 60));
        let calm = Load::default();
        for minute in 0..10 {
            for _ in 0..3 {
                calm.note(&id(), 6, NOW + minute * 60);
            }
        }
        assert!(!calm.is_busy(&id(), NOW + 540));
    }

    #[test]
    fn without_a_threshold_nothing_is_counted() {
        let load = Load::default();
        for _ in 0..1_000 {
            load.note(&id(), 0, NOW);
        }
        assert!(!load.is_busy(&id(), NOW));
        assert!(load.0.lock().unwrap().is_empty());
    }
}
