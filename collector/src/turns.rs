//! A bounded map from salted numbers to what is known of them, which forgets by itself.
//!
//! Two maps take turns: what was not used while the newer one filled, or for a
//! whole period, is dropped with the older one, which needs no scan and no timer.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// What is known of each number.
#[derive(Debug)]
pub(crate) struct Turns<V> {
    newer: HashMap<u64, V>,
    older: HashMap<u64, V>,
    turned_at: Instant,
    period: Duration,
    most: usize,
}

impl<V> Turns<V> {
    /// Nothing yet. What is not used for one to two `period`s is forgotten, and each of
    /// the two maps has `most` entries.
    pub(crate) fn new(period: Duration, most: usize, now: Instant) -> Self {
        Self {
            newer: HashMap::new(),
            older: HashMap::new(),
            turned_at: now,
            period,
            most,
        }
    }

    /// What is known of a number, or `unknown` from here on.
    pub(crate) fn get(&mut self, key: u64, now: Instant, unknown: V) -> &mut V {
        let is_old = self.period <= now.saturating_duration_since(self.turned_at);
        if is_old || self.most <= self.newer.len() {
            self.older = std::mem::take(&mut self.newer);
            self.turned_at = now;
        }
        let older = &mut self.older;
        self.newer
            .entry(key)
            .or_insert_with(|| older.remove(&key).unwrap_or(unknown))
    }

    /// How many entries there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.newer.len() + self.older.len()
    }
}
