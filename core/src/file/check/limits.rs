//! The limits of numbers, for the reader and for the check.

use crate::file::Cause;
use crate::question::MAX_TEXT_CHARS;

/// The least and the greatest number allowed.
#[derive(Clone, Copy)]
pub(in crate::file) struct Limit {
    min: u32,
    max: u32,
}

const fn limit(min: u32, max: u32) -> Limit {
    Limit { min, max }
}

pub(in crate::file) const COOLDOWN_DAYS: Limit = limit(0, 3_650);
pub(in crate::file) const DAYS: Limit = limit(1, 3_650);
pub(in crate::file) const TIMES: Limit = limit(1, 100);
pub(in crate::file) const MAX_SHOWN: Limit = limit(1, 1_000);
pub(in crate::file) const RESPONSES: Limit = limit(1, u32::MAX);
pub(in crate::file) const DELAY_MS: Limit = limit(0, 86_400_000);
pub(in crate::file) const PERCENT: Limit = limit(1, 100);
pub(in crate::file) const CHARS: Limit = limit(1, MAX_TEXT_CHARS);
pub(in crate::file) const CHOICES: Limit = limit(1, 100);
pub(in crate::file) const RADIUS_PX: Limit = limit(0, 32);
pub(in crate::file) const SPACING_PX: Limit = limit(8, 32);
pub(in crate::file) const OFFSET_PX: Limit = limit(0, 200);

impl Limit {
    pub(in crate::file) const fn up_to(self, max: u32) -> Self {
        limit(self.min, max)
    }

    pub(in crate::file) const fn holds(self, number: u32) -> bool {
        self.min <= number && number <= self.max
    }

    pub(in crate::file) const fn cause(self) -> Cause {
        Cause::OutOfLimits {
            min: self.min,
            max: self.max,
        }
    }
}

/// Whose points, where they differ from the usual ones.
#[derive(Clone, Copy)]
pub(in crate::file) enum PointsOf {
    Ces,
    Thumbs,
}

/// What the points of a scale must be, in words.
pub(in crate::file) fn points(of: Option<PointsOf>) -> String {
    String::from(match of {
        None => "must be 2, 3, 5, 7 or 10",
        Some(PointsOf::Ces) => "must be 5 or 7",
        Some(PointsOf::Thumbs) => "must be 2, because there are two `thumbs`; remove it",
    })
}
