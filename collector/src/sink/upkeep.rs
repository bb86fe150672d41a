//! When the active file is closed, and what becomes of closed files.

use std::io;

use jiff::{SignedDuration, Timestamp};

use super::lines;
use super::position::ReadAt;
use crate::settings::{Compress, RotateEvery};

/// The rules for closing files and for what becomes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upkeep {
    /// The active file is closed before it grows longer than this; 0 is no limit.
    pub rotate_bytes: u64,
    /// The active file is closed when the day, UTC, in which it was begun is over.
    pub rotate_every: RotateEvery,
    /// What closed files are compressed with.
    pub compress: Compress,
    /// Closed files are removed when their newest line is older; 0 keeps them for ever.
    pub keep_days: u32,
}

impl Upkeep {
    /// One file that grows, kept for ever.
    pub const NONE: Upkeep = Upkeep {
        rotate_bytes: 0,
        rotate_every: RotateEvery::Never,
        compress: Compress::Off,
        keep_days: 0,
    };

    /// Whether a closed file of this name would have been removed by now.
    pub(super) fn may_have_removed(&self, name: &str) -> bool {
        let age = SignedDuration::from_hours(24 * i64::from(self.keep_days));
        let limit = hour(Timestamp::now() - age);
        let begun = name.strip_prefix("responses-");
        let begun = begun.and_then(|begun| begun.get(..limit.len()));
        self.keep_days != 0 && begun.is_some_and(|begun| begun <= limit.as_str())
    }

    /// Whether a file of this length, begun at this time, must be closed before so many
    /// bytes more are written.
    pub(super) fn must_close(&self, length: u64, begun: Timestamp, more: u64) -> bool {
        let is_too_long = self.rotate_bytes != 0 && self.rotate_bytes < length + more;
        let is_of_another_day = match self.rotate_every {
            RotateEvery::Day => day(begun) != day(Timestamp::now()),
            RotateEvery::Never => false,
        };
        length != 0 && (is_too_long || is_of_another_day)
    }

    /// Whether closed files are looked after at all.
    pub(super) fn has_work(&self) -> bool {
        self.compress != Compress::Off || self.keep_days != 0
    }
}

/// How much of a file is looked at to learn when it was begun.
const LOOK: usize = 1 << 18;

/// When a file was begun: when its first record was received.
///
/// A file in which there is no such time was begun now, as far as is known.
pub(super) fn begun(file: &mut (impl ReadAt + ?Sized)) -> io::Result<Timestamp> {
    let mut bytes = vec![0; LOOK];
    let mut length = 0;
    while let Some(room) = bytes.get_mut(length..).filter(|room| !room.is_empty()) {
        match file.read_at(length as u64, room)? {
            0 => break,
            count => length += count,
        }
    }
    bytes.truncate(length);
    let mut lines = bytes.split(|byte| *byte == b'\n').filter_map(lines::learn);
    let time = lines.find_map(|line| line.received_at?.parse().ok());
    Ok(time.unwrap_or_else(Timestamp::now))
}

/// The hour of a time, UTC, as in the names of closed files: `2026-11-21T00`.
pub(super) fn hour(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H").to_string()
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[track_caller]
    fn check(upkeep: Upkeep, length: u64, begun: Timestamp, more: u64, expected: bool) {
        assert_eq!(
            upkeep.must_close(length, begun, more),
            expected,
            "{length} + {more}"
        );
    }

    #[test]
    fn a_file_is_closed_before_it_is_longer_than_it_may_be() {
        let now = Timestamp::now();
        let upkeep = Upkeep {
            rotate_bytes: 100,
            ..Upkeep::NONE
        };
        check(upkeep, 90, now, 10, false);
        check(upkeep, 90, now, 11, true);
        check(upkeep, 0, now, 101, false);
        check(Upkeep::NONE, u64::MAX / 2, now, 1, false);
    }

    #[test]
    fn a_file_is_closed_when_its_day_is_over() {
        let upkeep = Upkeep {
            rotate_every: RotateEvery::Day,
            ..Upkeep::NONE
        };
        let now = Timestamp::now();
        check(upkeep, 1, now, 1, false);
        check(upkeep, 1, now - 24.hours(), 1, true);
        check(upkeep, 0, now - 24.hours(), 1, false);
        check(Upkeep::NONE, 1, now - 24.hours(), 1, false);
    }

    #[test]
    fn an_hour_is_in_utc_and_has_its_zeros() {
        let time: Timestamp = "2026-01-02T03:59:59+00:30".parse().unwrap();
        assert_eq!(hour(time), "2026-01-02T03");
    }
}
