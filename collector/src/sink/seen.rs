//! Which submissions are on disk, so that each is stored once.
//!
//! Every one of them is kept in memory, in some 40 bytes. How is known here
//! alone.

use sayso_core::id::ResponseId;
use std::collections::HashSet;

/// Names one submission of one response.
///
/// Held as bytes: as numbers they would be aligned and take half as much again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SubmissionKey {
    response: [u8; 16],
    seq: [u8; 4],
}

impl SubmissionKey {
    /// The key of a submission.
    pub fn new(response_id: &ResponseId, seq: u32) -> Self {
        Self {
            response: response_id.bits().to_ne_bytes(),
            seq: seq.to_ne_bytes(),
        }
    }
}

/// The submissions that are on disk.
#[derive(Debug, Default)]
pub struct Seen(HashSet<SubmissionKey>);

impl Seen {
    /// Whether a submission is on disk.
    pub fn contains(&self, key: SubmissionKey) -> bool {
        self.0.contains(&key)
    }

    /// Notes that a submission is on disk; false if it was before.
    pub fn insert(&mut self, key: SubmissionKey) -> bool {
        self.0.insert(key)
    }

    /// Notes that these submissions are on disk too.
    pub fn extend(&mut self, others: Seen) {
        self.0.extend(others.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
