//! One respondent's number on a scale.
//!
//! What many of them add up to is a score, and lives in [`crate::score`].

use std::fmt;

/// A number that lies outside its scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange {
    /// The number that was given.
    pub value: u8,
    /// The least that fits.
    pub min: u8,
    /// The most that fits.
    pub max: u8,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is not between {} and {}",
            self.value, self.min, self.max
        )
    }
}

impl std::error::Error for OutOfRange {}

/// The whole numbers that a rating question offers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// The least rating.
    pub min: u8,
    /// The best rating.
    pub max: u8,
}

impl Scale {
    /// The scale of NPS: 0 to 10.
    pub const NPS: Scale = Scale { min: 0, max: 10 };

    /// True when the number is on the scale.
    pub const fn contains(self, value: u8) -> bool {
        self.min <= value && value <= self.max
    }

    /// Every rating of the scale, from least to best.
    pub fn ratings(self) -> impl Iterator<Item = u8> {
        self.min..=self.max
    }

    const fn check(self, value: u8) -> Result<u8, OutOfRange> {
        if self.contains(value) {
            Ok(value)
        } else {
            Err(OutOfRange {
                value,
                min: self.min,
                max: self.max,
            })
        }
    }
}

/// One NPS rating: a whole number from 0 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NpsRating(u8);

/// What an NPS rating says of the respondent (Reichheld, 2003).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NpsCategory {
    /// 0 to 6.
    Detractor,
    /// 7 or 8.
    Passive,
    /// 9 or 10.
    Promoter,
}

impl NpsRating {
    /// Sorts the rating into detractor, passive or promoter.
    pub const fn category(self) -> NpsCategory {
        match self.0 {
            0..=6 => NpsCategory::Detractor,
            7 | 8 => NpsCategory::Passive,
            _ => NpsCategory::Promoter,
        }
    }
}

impl TryFrom<u8> for NpsRating {
    type Error = OutOfRange;

    fn try_from(value: u8) -> Result<Self, OutOfRange> {
        Scale::NPS.check(value).map(NpsRating)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_category(rating: u8, expected: NpsCategory) {
        assert_eq!(
            NpsRating::try_from(rating).unwrap().category(),
            expected,
            "rating {rating}"
        );
    }

    #[test]
    fn nps_categories_change_at_seven_and_nine() {
        for rating in 0..=6 {
            check_category(rating, NpsCategory::Detractor);
        }
        check_category(7, NpsCategory::Passive);
        check_category(8, NpsCategory::Passive);
        check_category(9, NpsCategory::Promoter);
        check_category(10, NpsCategory::Promoter);
    }

    #[test]
    fn nps_ends_at_ten() {
        assert!(NpsRating::try_from(10).is_ok());
        assert_eq!(
            NpsRating::try_from(11),
            Err(OutOfRange {
                value: 11,
                min: 0,
                max: 10
            })
        );
    }

    #[test]
    fn an_out_of_range_rating_says_what_fits() {
        let message = NpsRating::try_from(12).unwrap_err().to_string();
        assert_eq!(message, "12 is not between 0 and 10");
    }
}
