//! Slows down who guesses the admin token: each address after a few wrong ones, and all of them together.
//!
//! The token has 32 characters or more, so guessing does not find it; this keeps the
//! guesses few enough to be noticed, and a weak token from being found in an hour.
//! Addresses are kept as salted hashes, in memory alone, and forgotten.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::rate::Salt;
use crate::turns::Turns;

/// So many wrong tokens an address may send before it has to wait.
const FREE: u32 = 5;

/// The first wait. Each further wrong token doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// After this long without an attempt an address is forgotten.
const PERIOD: Duration = Duration::from_secs(60 * 60);

/// Most addresses in one of the two maps.
const MAX_ADDRESSES: usize = 4_096;

/// So many wrong tokens may come from everywhere at once, and one more each second.
const MOST_FROM_ALL: f64 = 60.0;

/// Why a token was not even good enough for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// It is none of ours.
    Wrong,
    /// It was not looked at, and it will not be before this has passed.
    Slowed(Duration),
}

/// The wrong tokens of late.
#[derive(Debug)]
pub(crate) struct Attempts {
    salt: Salt,
    recent: Mutex<Recent>,
}

#[derive(Debug)]
struct Recent {
    addresses: Turns<Address>,
    /// What is left of [`MOST_FROM_ALL`].
    left: f64,
    filled_at: Instant,
}

#[derive(Debug, Clone, Copy)]
struct Address {
    wrong: u32,
    /// `None` as long as it need not wait, whatever the clocks of two threads say.
    wait_until: Option<Instant>,
    /// A right token came from here: what others send does not slow it.
    is_known: bool,
}

impl Attempts {
    pub(crate) fn new(now: Instant) -> Self {
        let recent = Recent {
            addresses: Turns::new(PERIOD, MAX_ADDRESSES, now),
            left: MOST_FROM_ALL,
            filled_at: now,
        };
        Self {
            salt: Salt::default(),
            recent: Mutex::new(recent),
        }
    }

    /// Lets an address try. What it sent is looked at under the lock, so that attempts
    /// at the same time are attempts one after the other.
    pub(crate) fn attempt(
        &self,
        from: IpAddr,
        now: Instant,
        is_right: impl FnOnce() -> bool,
    ) -> Result<(), Denied> {
        let key = self.salt.key(from);
        // A thread that panicked here left whole numbers behind.
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let left = recent.left(now);
        let address = recent.address(key, now);
        if let Some(until) = address.wait_until {
            let wait = until.saturating_duration_since(now);
            if !wait.is_zero() {
                return Err(Denied::Slowed(wait));
            }
        }
        if left < 1.0 && !address.is_known {
            return Err(Denied::Slowed(Duration::from_secs_f64(1.0 - left)));
        }
        if is_right() {
            *address = Address::KNOWN;
            return Ok(());
        }
        address.wrong = address.wrong.saturating_add(1);
        if let Some(beyond) = address.wrong.checked_sub(FREE) {
            let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(beyond));
            address.wait_until = Some(now + wait.min(LONGEST_WAIT));
        }
        recent.left = (recent.left - 1.0).max(0.0);
        Err(Denied::Wrong)
    }
}

impl Recent {
    /// How many wrong tokens may still come from everywhere.
    fn left(&mut self, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(self.filled_at);
        self.left = (self.left + passed.as_secs_f64()).min(MOST_FROM_ALL);
        self.filled_at = now;
        self.left
    }

    fn address(&mut self, key: u64, now: Instant) -> &mut Address {
        self.addresses.get(key, now, Address::UNKNOWN)
    }
}

impl Address {
    const UNKNOWN: Self = Self {
        wrong: 0,
        wait_until: None,
        is_known: false,
    };

    const KNOWN: Self = Self {
        is_known: true,
        ..Self::UNKNOWN
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn who_guesses_waits_twice_as_long_each_time() {
        let mut now = Instant::now();
        let attempts = Attempts::new(now);
        let from = address(1);
        for _ in 0..FREE {
            assert_eq!(attempts.attempt(from, now, || false), Err(Denied::Wrong));
        }
        for wait in [10, 20, 40, 80, 160, 320, 640, 900, 900] {
            let denied = attempts.attempt(from, now, || panic!("it is not looked at"));
            assert_eq!(denied, Err(Denied::Slowed(seconds(wait))));
            now += seconds(wait);
            assert_eq!(attempts.attempt(from, now, || false), Err(Denied::Wrong));
        }
        now += LONGEST_WAIT;
        assert_eq!(attempts.attempt(from, now, || true), Ok(()));
        assert_eq!(attempts.attempt(from, now, || false), Err(Denied::Wrong));
        assert_eq!(attempts.attempt(from, now, || true), Ok(()));
    }

    #[test]
    fn who_came_a_moment_earlier_but_is_looked_at_later_need_not_wait() {
        let earlier = Instant::now();
        let attempts = Attempts::new(earlier);
        let from = address(1);
        let later = earlier + Duration::from_millis(1);
        assert_eq!(attempts.attempt(from, later, || true), Ok(()));
        assert_eq!(attempts.attempt(from, earlier, || true), Ok(()));
    }

    #[test]
    fn the_neighbours_of_who_guesses_are_not_slowed_but_its_own_network_is() {
        let now = Instant::now();
        let attempts = Attempts::new(now);
        let guess: IpAddr = "2001:db8:1:2::1".parse().unwrap();
        for _ in 0..FREE {
            assert_eq!(attempts.attempt(guess, now, || false), Err(Denied::Wrong));
        }
        let same = "2001:db8:1:2::ffff".parse().unwrap();
        assert!(matches!(
            attempts.attempt(same, now, || true),
            Err(Denied::Slowed(_))
        ));
        let other = "2001:db8:1:3::1".parse().unwrap();
        assert_eq!(attempts.attempt(other, now, || true), Ok(()));
    }

    #[test]
    fn guesses_from_everywhere_are_bounded_and_do_not_lock_out_who_is_known() {
        let now = Instant::now();
        let attempts = Attempts::new(now);
        assert_eq!(attempts.attempt(address(0), now, || true), Ok(()));
        let looked_at = (1..1_000)
            .filter(|n| attempts.attempt(address(*n), now, || false) == Err(Denied::Wrong))
            .count();
        assert_eq!(looked_at, 60);
        let new = address(5_000);
        let denied = attempts.attempt(new, now, || true);
        assert_eq!(denied, Err(Denied::Slowed(seconds(1))));
        assert_eq!(attempts.attempt(address(0), now, || true), Ok(()));
        assert_eq!(attempts.attempt(new, now + seconds(1), || true), Ok(()));
    }

    #[test]
    fn memory_is_bounded_whoever_comes() {
        let now = Instant::now();
        let attempts = Attempts::new(now);
        for number in 0..50_000 {
            assert!(attempts.attempt(address(number), now, || false).is_err());
        }
        let recent = attempts.recent.lock().unwrap();
        assert!(recent.addresses.len() <= 2 * MAX_ADDRESSES);
    }
}
