//! Scores: what many ratings add up to, with their uncertainty.
//!
//! No ratings means no score, never 0.

use crate::rating::{NpsCategory, NpsRating};

/// The quantile of the normal distribution for a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// A 95 % interval, in the unit of its score.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Counts of NPS ratings by category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Nps {
    /// Ratings of 9 and 10.
    pub promoters: u64,
    /// Ratings of 7 and 8.
    pub passives: u64,
    /// Ratings of 0 to 6.
    pub detractors: u64,
}

impl Nps {
    /// Counts one more rating.
    pub fn add(&mut self, rating: NpsRating) {
        match rating.category() {
            NpsCategory::Promoter => self.promoters += 1,
            NpsCategory::Passive => self.passives += 1,
            NpsCategory::Detractor => self.detractors += 1,
        }
    }

    /// How many ratings there are; passives are part of the base.
    pub const fn base(&self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// Per cent promoters minus per cent detractors, from -100 to 100 (Reichheld, 2003).
    pub fn score(&self) -> Option<f64> {
        let base = self.base();
        (base != 0).then(|| 100.0 * (float(self.promoters) - float(self.detractors)) / float(base))
    }

    /// The 95 % interval of the score: the adjusted Wald interval for NPS.
    ///
    /// Three ratings are added to the base, a quarter of them promoters, a
    /// quarter detractors (B. Rocks, "Interval Estimation for the Net Promoter
    /// Score", The American Statistician 70, 2016). The plain interval has no
    /// width at all when every rating is of one category; this one does. With few
    /// ratings its centre lies nearer to 0 than the score, so it is widened where
    /// the score would lie outside.
    pub fn interval(&self) -> Option<Interval> {
        if self.base() == 0 {
            return None;
        }
        let base = float(self.base()) + 3.0;
        let promoters = (float(self.promoters) + 0.75) / base;
        let detractors = (float(self.detractors) + 0.75) / base;
        let centre = promoters - detractors;
        let variance = promoters + detractors - centre * centre;
        let half = Z * (variance / base).sqrt();
        let score = self.score()?;
        Some(Interval {
            low: (100.0 * (centre - half).max(-1.0)).min(score),
            high: (100.0 * (centre + half).min(1.0)).max(score),
        })
    }
}

/// What ratings on a scale from 1 add up to: CSAT, CES and any other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ratings {
    /// Ratings in the top boxes.
    pub top: u64,
    /// All ratings.
    pub base: u64,
    /// The sum of all ratings, for the mean.
    pub sum: u64,
    /// The sum of their squares, for the interval of the mean.
    pub squares: u64,
}

/// The least CSAT rating that counts as satisfied: the top two boxes, of a thumb
/// up or down the upper one.
pub const fn csat_top(points: u8) -> u8 {
    if points <= 2 { points } else { points - 1 }
}

/// The least CES rating that counts as easy: 5 to 7 of seven, 4 and 5 of five.
pub const fn ces_top(points: u8) -> u8 {
    if points <= 5 { 4 } else { points - 2 }
}

impl Ratings {
    /// Counts one more rating; from `top` on it is in the top boxes.
    pub fn add(&mut self, rating: u8, top: u8) {
        let value = u64::from(rating);
        self.base += 1;
        self.top += u64::from(top <= rating);
        self.sum += value;
        self.squares += value * value;
    }

    /// Adds the counts of others to these.
    pub fn merge(&mut self, others: Ratings) {
        self.top += others.top;
        self.base += others.base;
        self.sum += others.sum;
        self.squares += others.squares;
    }

    /// The share of the top boxes, in per cent. Of CSAT ratings it is the score.
    pub fn share(&self) -> Option<f64> {
        (self.base != 0).then(|| 100.0 * float(self.top) / float(self.base))
    }

    /// The 95 % interval of the share: the Wilson score interval (Wilson, 1927).
    pub fn share_interval(&self) -> Option<Interval> {
        (self.base != 0).then(|| wilson(self.top, self.base))
    }

    /// The mean rating. Of CES ratings it is the score.
    pub fn mean(&self) -> Option<f64> {
        (self.base != 0).then(|| float(self.sum) / float(self.base))
    }

    /// The 95 % interval of the mean, within the scale from 1 to `points`; `None` for
    /// fewer than two ratings, which say nothing of their spread.
    pub fn mean_interval(&self, points: u8) -> Option<Interval> {
        if self.base < 2 {
            return None;
        }
        let (mean, base) = (self.mean()?, float(self.base));
        let variance = (float(self.squares) - base * mean * mean).max(0.0) / (base - 1.0);
        let half = Z * (variance / base).sqrt();
        Some(Interval {
            low: (mean - half).max(1.0),
            high: (mean + half).min(f64::from(points)),
        })
    }
}

/// The share of those who were asked and answered, in per cent; `None` if nobody was asked.
pub fn response_rate(answered: u64, shown: u64) -> Option<f64> {
    (shown != 0).then(|| 100.0 * float(answered.min(shown)) / float(shown))
}

fn wilson(hits: u64, base: u64) -> Interval {
    let base = float(base);
    let share = float(hits) / base;
    let scale = 1.0 + Z * Z / base;
    let centre = (share + Z * Z / (2.0 * base)) / scale;
    let half = Z / scale * (share * (1.0 - share) / base + Z * Z / (4.0 * base * base)).sqrt();
    Interval {
        low: 100.0 * (centre - half).max(0.0),
        high: 100.0 * (centre + half).min(1.0),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nps(promoters: u64, passives: u64, detractors: u64) -> Nps {
        Nps {
            promoters,
            passives,
            detractors,
        }
    }

    #[test]
    fn nps_takes_detractors_from_promoters_over_all() {
        assert_eq!(nps(5, 3, 2).score(), Some(30.0));
        assert_eq!(nps(1, 0, 0).score(), Some(100.0));
        assert_eq!(nps(0, 0, 4).score(), Some(-100.0));
        assert_eq!(nps(0, 9, 0).score(), Some(0.0));
    }

    #[test]
    fn no_ratings_means_no_score() {
        assert_eq!(nps(0, 0, 0).score(), None);
        assert_eq!(nps(0, 0, 0).interval(), None);
        assert_eq!(Ratings::default().share(), None);
        assert_eq!(Ratings::default().mean(), None);
        assert_eq!(Ratings::default().share_interval(), None);
        assert_eq!(Ratings::default().mean_interval(5), None);
        assert_eq!(response_rate(0, 0), None);
    }

    #[test]
    fn each_rating_is_counted_in_its_category() {
        let mut counts = Nps::default();
        for rating in 0..=10 {
            counts.add(NpsRating::try_from(rating).unwrap());
        }
        assert_eq!(counts, nps(2, 2, 7));
    }

    fn ratings(values: &[u8], top: u8) -> Ratings {
        let mut ratings = Ratings::default();
        for value in values {
            ratings.add(*value, top);
        }
        ratings
    }

    #[test]
    fn csat_is_the_share_of_the_top_two_boxes() {
        let csat = ratings(&[1, 2, 3, 4, 5, 5], csat_top(5));
        assert_eq!(csat.share(), Some(50.0));
        assert_eq!(csat.mean(), Some(20.0 / 6.0));
        for (points, expected) in [(2, 2), (3, 2), (5, 4), (7, 6), (10, 9)] {
            assert_eq!(csat_top(points), expected, "{points} points");
        }
    }

    #[test]
    fn ces_is_a_mean_and_a_share() {
        let ces = ratings(&[1, 4, 5, 6, 7, 7], ces_top(7));
        assert_eq!(ces.mean(), Some(5.0));
        assert_eq!(ces.top, 4);
        assert_eq!(ces_top(5), 4);
    }

    #[test]
    fn the_interval_of_a_mean_needs_two_ratings_and_stays_on_the_scale() {
        assert_eq!(ratings(&[7], 5).mean_interval(7), None);
        let interval = ratings(&[7, 7, 1], 5).mean_interval(7).unwrap();
        assert!(1.0 <= interval.low && interval.high <= 7.0, "{interval:?}");
        // Mean 3, variance 2.5, five ratings: 3 ± 1.96 · 0.7071.
        let interval = ratings(&[1, 2, 3, 4, 5], 4).mean_interval(5).unwrap();
        assert!((interval.low - 1.614).abs() < 0.001, "{interval:?}");
        assert!((interval.high - 4.386).abs() < 0.001, "{interval:?}");
    }

    #[track_caller]
    fn check_near(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 0.05,
            "{found} is not near {expected}"
        );
    }

    #[test]
    fn the_wilson_interval_has_its_known_values() {
        // Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662, 0 of 20 is 0 to 0.1611.
        let interval = Ratings {
            top: 81,
            base: 263,
            ..Ratings::default()
        }
        .share_interval()
        .unwrap();
        check_near(interval.low, 25.53);
        check_near(interval.high, 36.62);
        let interval = Ratings {
            base: 20,
            ..Ratings::default()
        }
        .share_interval()
        .unwrap();
        check_near(interval.low, 0.0);
        check_near(interval.high, 16.11);
    }

    #[test]
    fn an_nps_interval_holds_its_score_and_narrows_with_the_base() {
        let few = nps(5, 3, 2);
        let many = nps(500, 300, 200);
        for counts in [few, many] {
            let interval = counts.interval().unwrap();
            let score = counts.score().unwrap();
            assert!(
                interval.low < score && score < interval.high,
                "{interval:?}"
            );
        }
        let width = |counts: Nps| {
            let interval = counts.interval().unwrap();
            interval.high - interval.low
        };
        assert!(width(many) < width(few) / 5.0);
    }

    #[test]
    fn an_nps_interval_stays_within_the_scale_and_is_never_a_point() {
        let interval = nps(3, 0, 0).interval().unwrap();
        assert!(
            interval.low < interval.high && interval.high <= 100.0,
            "{interval:?}"
        );
        let interval = nps(0, 0, 1).interval().unwrap();
        assert!(-100.0 <= interval.low, "{interval:?}");
    }

    #[test]
    fn an_nps_interval_holds_the_score_of_a_single_rating() {
        for counts in [nps(1, 0, 0), nps(0, 1, 0), nps(0, 0, 1)] {
            let (interval, score) = (counts.interval().unwrap(), counts.score().unwrap());
            assert!(
                interval.low <= score && score <= interval.high,
                "{interval:?} {score}"
            );
        }
    }

    #[test]
    fn the_response_rate_is_never_above_all() {
        assert_eq!(response_rate(1, 4), Some(25.0));
        assert_eq!(response_rate(5, 4), Some(100.0));
    }
}
