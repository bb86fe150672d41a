//! Whether a survey is given out: until when, how often, and not while it is paused.
//!
//! It is no part of the survey's version: who has the survey on the page may
//! answer it, also while it is paused and after its end.

use super::SurveyFile;
use super::check::is_day;

/// Why a survey is not given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Its file says `paused`.
    Paused,
    /// Its `ends_at` has come, or as many responses as its `response_limit`.
    Ended,
}

impl Closed {
    /// The word on the wire, which never changes.
    pub const fn code(self) -> &'static str {
        match self {
            Closed::Paused => "survey_paused",
            Closed::Ended => "survey_ended",
        }
    }
}

/// What a survey file says of its delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivery {
    /// True while nobody gets it.
    pub is_paused: bool,
    /// The second from which on nobody gets it, counted from 1970, UTC.
    pub ends_at_s: Option<i64>,
    /// With as many completed responses nobody gets it any more.
    pub response_limit: Option<u64>,
}

impl Delivery {
    /// Why the survey is not given out at this second since 1970; none if it is.
    ///
    /// An end goes before a pause: it stays. `completed` is asked for only where
    /// there is a limit.
    pub fn closed(&self, now_s: i64, completed: impl FnOnce() -> u64) -> Option<Closed> {
        let is_over = self.ends_at_s.is_some_and(|end| end <= now_s);
        if is_over || self.response_limit.is_some_and(|most| most <= completed()) {
            return Some(Closed::Ended);
        }
        self.is_paused.then_some(Closed::Paused)
    }

    /// For how many seconds more it is given out by its date; none without a date.
    pub fn seconds_left(&self, now_s: i64) -> Option<u64> {
        let end = self.ends_at_s?;
        Some(u64::try_from(end.saturating_sub(now_s)).unwrap_or_default())
    }
}

impl SurveyFile {
    /// Until when and how often the survey is given out.
    pub fn delivery(&self) -> Delivery {
        Delivery {
            is_paused: self.paused,
            ends_at_s: self.ends_at.as_deref().and_then(unix_seconds),
            response_limit: self.response_limit.map(u64::from),
        }
    }
}

/// The seconds since 1970 of a time as `2026-12-31T23:59:59Z` or
/// `2026-12-31T23:59:59.5+01:00`; none if it is no such time.
pub(super) fn unix_seconds(text: &str) -> Option<i64> {
    let (day, time) = text.split_once('T')?;
    if !is_day(day) {
        return None;
    }
    let (clock, zone) = time.split_at_checked("00:00:00".len())?;
    let [hour, minute, second] = numbers(clock, [24, 60, 60])?;
    let zone = match zone.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            (zone.len() < fraction.len()).then_some(zone)?
        }
        None => zone,
    };
    let east = match zone.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign @ ("+" | "-"), offset) => {
            let [hours, minutes] = numbers(offset, [24, 60])?;
            let seconds = hours * 3_600 + minutes * 60;
            if sign == "+" { seconds } else { -seconds }
        }
        _ => return None,
    };
    Some(days_since_1970(day)? * 86_400 + hour * 3_600 + minute * 60 + second - east)
}

/// Numbers of two digits between colons, each below its limit.
fn numbers<const COUNT: usize>(text: &str, limits: [i64; COUNT]) -> Option<[i64; COUNT]> {
    let mut numbers = [0; COUNT];
    let mut parts = text.split(':');
    for (number, limit) in numbers.iter_mut().zip(limits) {
        let part = parts.next().filter(|part| part.len() == 2)?;
        let is_right = part.bytes().all(|digit| digit.is_ascii_digit());
        *number = part
            .parse()
            .ok()
            .filter(|found| is_right && *found < limit)?;
    }
    parts.next().is_none().then_some(numbers)
}

/// The days from 1970-01-01 to a day of the calendar.
///
/// Years are counted from March, so that the leap day is the last of its year.
fn days_since_1970(day: &str) -> Option<i64> {
    let mut parts = day.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
            - 719_468,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_to_the_second() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1969-12-31T23:59:59Z", Some(-1)),
            ("2026-11-22T14:17:04Z", Some(1_795_357_024)),
            ("2026-11-22T14:17:04.999Z", Some(1_795_357_024)),
            ("2026-11-22T15:17:04+01:00", Some(1_795_357_024)),
            ("2026-11-22T09:47:04-04:30", Some(1_795_357_024)),
            ("2000-02-29T00:00:00Z", Some(951_782_400)),
            ("0000-03-01T00:00:00Z", Some(-62_162_035_200)),
            ("9999-12-31T23:59:59Z", Some(253_402_300_799)),
            ("2026-11-22", None),
            ("2026-11-22T14:17:04", None),
            ("2026-11-22T14:17Z", None),
            ("2026-11-22 14:17:04Z", None),
            ("2026-02-29T00:00:00Z", None),
            ("2026-11-22T24:00:00Z", None),
            ("2026-11-22T23:60:00Z", None),
            ("2026-11-22T23:59:60Z", None),
            ("2026-11-22T14:17:04.Z", None),
            ("2026-11-22T14:17:04Zulu", None),
            ("2026-11-22T14:17:04+1:00", None),
            ("2026-11-22T14:17:04+24:00", None),
            ("2026-11-22T14:17:+1Z", None),
            ("2026-11-22T14:17:04é", None),
            ("", None),
        ] {
            assert_eq!(unix_seconds(text), expected, "{text}");
        }
    }

    #[track_caller]
    fn check(delivery: Delivery, now_s: i64, completed: u64, expected: Option<Closed>) {
        let closed = delivery.closed(now_s, || completed);
        assert_eq!(closed, expected, "{delivery:?} {now_s} {completed}");
    }

    #[test]
    fn a_survey_ends_at_its_date_or_its_number_whichever_comes_first() {
        let delivery = Delivery {
            is_paused: false,
            ends_at_s: Some(100),
            response_limit: Some(5),
        };
        check(delivery, 99, 4, None);
        check(delivery, 100, 4, Some(Closed::Ended));
        check(delivery, 99, 5, Some(Closed::Ended));
        let paused = Delivery {
            is_paused: true,
            ..delivery
        };
        check(paused, 99, 4, Some(Closed::Paused));
        check(paused, 100, 4, Some(Closed::Ended));
        check(Delivery::default(), i64::MAX, u64::MAX, None);
    }

    #[test]
    fn the_rest_of_the_time_is_never_negative() {
        let until = |ends_at_s| Delivery {
            ends_at_s,
            ..Delivery::default()
        };
        assert_eq!(until(Some(100)).seconds_left(40), Some(60));
        assert_eq!(until(Some(100)).seconds_left(101), Some(0));
        assert_eq!(until(None).seconds_left(0), None);
    }
}
