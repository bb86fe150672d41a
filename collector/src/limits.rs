//! What is accepted at most, and what may be set.

use std::time::Duration;

/// What is accepted at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest accepted request body, in bytes.
    pub max_body_bytes: usize,
    /// Most submissions that wait for the disk.
    pub max_waiting: usize,
    /// Most submissions from one address in a minute; 0 is no limit.
    pub rate_limit_per_minute: u32,
    /// Most submissions to one survey in a minute; 0 is no limit.
    pub survey_rate_limit_per_minute: u32,
    /// Longest time that a body may take to arrive.
    pub body_timeout: Duration,
    /// Most connections at once.
    pub max_connections: usize,
    /// Most connections at once from one address that is no trusted proxy.
    pub max_connections_per_address: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: MAX_BODY_BYTES.usual as usize,
            max_waiting: MAX_WAITING.usual as usize,
            rate_limit_per_minute: RATE_LIMIT_PER_MINUTE.usual,
            survey_rate_limit_per_minute: SURVEY_RATE_LIMIT_PER_MINUTE.usual,
            body_timeout: Duration::from_millis(u64::from(BODY_TIMEOUT_MS.usual)),
            max_connections: MAX_CONNECTIONS.usual as usize,
            max_connections_per_address: MAX_CONNECTIONS_PER_ADDRESS.usual as usize,
        }
    }
}

/// The values that a setting may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    pub(crate) min: u32,
    pub(crate) max: u32,
    /// What it is when nobody says.
    pub(crate) usual: u32,
}

pub(crate) const MAX_BODY_BYTES: Range = Range {
    min: 1,
    max: 16_777_216,
    usual: 262_144,
};

/// The memory for it is bounded: each submission that waits is at most a body long.
pub(crate) const MAX_WAITING: Range = Range {
    min: 1,
    max: 1_000_000,
    usual: 1_024,
};

pub(crate) const RATE_LIMIT_PER_MINUTE: Range = Range {
    min: 0,
    max: 1_000_000,
    usual: 60,
};

/// Off, because who fills it keeps everybody else out of the survey.
pub(crate) const SURVEY_RATE_LIMIT_PER_MINUTE: Range = Range {
    min: 0,
    max: 1_000_000,
    usual: 0,
};

/// Systems let a process have 1,024 files as a rule, and the log is one.
pub(crate) const MAX_CONNECTIONS: Range = Range {
    min: 1,
    max: 100_000,
    usual: 960,
};

/// Room for the visitors of one office, and not for one visitor to take all places.
pub(crate) const MAX_CONNECTIONS_PER_ADDRESS: Range = Range {
    min: 1,
    max: 100_000,
    usual: 240,
};

pub(crate) const BODY_TIMEOUT_MS: Range = Range {
    min: 1,
    max: 600_000,
    usual: 10_000,
};

/// Reading a question and choosing takes people longer than this, whatever they choose.
pub(crate) const MIN_MS_PER_ANSWER: Range = Range {
    min: 0,
    max: 60_000,
    usual: 300,
};

pub(crate) const WORK_ABOVE_PER_MINUTE: Range = Range {
    min: 0,
    max: 1_000_000,
    usual: 0,
};

/// Some 16,000 hashes on average: a moment for one, and a bill for a million.
pub(crate) const WORK_BITS: Range = Range {
    min: 1,
    max: 24,
    usual: 14,
};
/// A closed file is read whole when it is compressed or rewritten.
pub(crate) const ROTATE_BYTES: Range = Range {
    min: 0,
    max: 4_000_000_000,
    usual: 268_435_456,
};

pub(crate) const KEEP_DAYS: Range = Range {
    min: 0,
    max: 36_500,
    usual: 0,
};
