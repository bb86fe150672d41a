//! How many submissions one address may send, or one survey may get: a token bucket for each.
//!
//! Buckets are in memory alone, and under no address: what names one is a hash
//! with a key that each start makes anew, so a copy of the map tells nobody who
//! was here. Definitions and the widget's files are not limited: they are held
//! ready in memory, and a limit would only keep people behind one address from
//! being asked.
//!
//! A bucket that was not used for a minute is full again, so forgetting it
//! changes nothing.
//! Whose address it is, behind a proxy too, is for [`crate::proxy`] to say.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::turns::Turns;

/// After this long an unused bucket is full.
const PERIOD: Duration = Duration::from_secs(60);

/// Most buckets in one of the two maps: some 2 MB.
const MAX_ADDRESSES: usize = 32_768;

/// Names addresses by numbers that mean nothing outside of this process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Salt(RandomState);

impl Salt {
    /// The number of whatever counts as the same address.
    pub(crate) fn key(&self, address: IpAddr) -> u64 {
        self.0.hash_one(network(address))
    }
}

/// Limits the submissions of each address, or of each survey.
#[derive(Debug)]
pub struct RateLimiter {
    per_minute: u32,
    salt: Salt,
    buckets: Mutex<Turns<Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled_at: Instant,
}

impl RateLimiter {
    /// Lets each send this often in a minute; 0 is no limit.
    pub fn new(per_minute: u32, now: Instant) -> Self {
        Self {
            per_minute,
            salt: Salt::default(),
            buckets: Mutex::new(Turns::new(PERIOD, MAX_ADDRESSES, now)),
        }
    }

    /// Takes a token for an address.
    ///
    /// # Errors
    ///
    /// How long to wait when there is none left.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        self.take_key(self.salt.key(address), now)
    }

    /// Takes a token for what has a name.
    ///
    /// # Errors
    ///
    /// How long to wait when there is none left.
    pub fn take_named(&self, name: &str, now: Instant) -> Result<(), Duration> {
        self.take_key(self.salt.0.hash_one(name), now)
    }

    fn take_key(&self, key: u64, now: Instant) -> Result<(), Duration> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let most = f64::from(self.per_minute);
        // A thread that panicked here left whole numbers behind.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = Bucket {
            tokens: most,
            filled_at: now,
        };
        let bucket = buckets.get(key, now, full);
        let elapsed = now.saturating_duration_since(bucket.filled_at);
        let per_second = most / PERIOD.as_secs_f64();
        bucket.tokens = (bucket.tokens + elapsed.as_secs_f64() * per_second).min(most);
        bucket.filled_at = now;
        if 1.0 <= bucket.tokens {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - bucket.tokens) / per_second))
    }
}

/// What counts as one address: one IPv4 address, or the /64 that one IPv6 customer gets.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        IpAddr::V4(address) => IpAddr::V4(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_token_passes_and_the_next_request_waits() {
        let start = Instant::now();
        let limiter = RateLimiter::new(3, start);
        for _ in 0..3 {
            assert_eq!(limiter.take(address("192.0.2.1"), start), Ok(()));
        }
        let wait = limiter.take(address("192.0.2.1"), start).unwrap_err();
        assert_eq!(wait, Duration::from_secs(20));
        assert_eq!(limiter.take(address("192.0.2.2"), start), Ok(()));
    }

    #[test]
    fn a_token_comes_back_exactly_when_it_was_promised() {
        let start = Instant::now();
        let limiter = RateLimiter::new(1, start);
        assert_eq!(limiter.take(address("192.0.2.1"), start), Ok(()));
        let early = start + Duration::from_millis(59_999);
        assert!(limiter.take(address("192.0.2.1"), early).is_err());
        let due = start + Duration::from_millis(60_001);
        assert_eq!(limiter.take(address("192.0.2.1"), due), Ok(()));
    }

    #[test]
    fn no_limit_is_no_limit() {
        let limiter = RateLimiter::new(0, Instant::now());
        for _ in 0..1_000 {
            assert_eq!(limiter.take(address("192.0.2.1"), Instant::now()), Ok(()));
        }
    }

    #[test]
    fn an_ipv6_customer_counts_once() {
        let start = Instant::now();
        let limiter = RateLimiter::new(1, start);
        assert_eq!(limiter.take(address("2001:db8:1:2::1"), start), Ok(()));
        assert!(
            limiter
                .take(address("2001:db8:1:2:ffff::9"), start)
                .is_err()
        );
        assert_eq!(limiter.take(address("2001:db8:1:3::1"), start), Ok(()));
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_the_same_address() {
        let start = Instant::now();
        let limiter = RateLimiter::new(1, start);
        assert_eq!(limiter.take(address("192.0.2.1"), start), Ok(()));
        assert!(limiter.take(address("::ffff:192.0.2.1"), start).is_err());
        assert_eq!(limiter.take(address("::ffff:192.0.2.2"), start), Ok(()));
    }

    #[test]
    fn names_are_limited_apart_from_each_other() {
        let start = Instant::now();
        let limiter = RateLimiter::new(1, start);
        assert_eq!(limiter.take_named("nps", start), Ok(()));
        assert!(limiter.take_named("nps", start).is_err());
        assert_eq!(limiter.take_named("support", start), Ok(()));
    }

    #[test]
    fn no_address_is_in_memory_and_every_start_has_names_of_its_own() {
        let start = Instant::now();
        let (limiter, other) = (RateLimiter::new(1, start), RateLimiter::new(1, start));
        let visitor = address("192.0.2.1");
        assert_eq!(limiter.take(visitor, start), Ok(()));
        let shown = format!("{limiter:?}");
        assert!(
            !shown.contains("192.0.2.1") && !shown.contains("{3221225985:"),
            "{shown}"
        );
        assert_ne!(limiter.salt.key(visitor), other.salt.key(visitor));
    }

    #[test]
    fn memory_is_bounded_whoever_comes() {
        let start = Instant::now();
        let limiter = RateLimiter::new(1, start);
        for number in 0..200_000_u32 {
            assert_eq!(limiter.take(IpAddr::V4(number.into()), start), Ok(()));
        }
        let buckets = limiter.buckets.lock().unwrap();
        assert!(buckets.len() <= 2 * MAX_ADDRESSES);
    }

    #[test]
    fn who_keeps_sending_is_not_forgotten() {
        let start = Instant::now();
        let limiter = RateLimiter::new(60, start);
        let mut passed = 0;
        for second in 0..300 {
            for _ in 0..4 {
                let now = start + Duration::from_secs(second);
                passed += u32::from(limiter.take(address("192.0.2.1"), now).is_ok());
            }
        }
        // The first minute's worth at once, then one a second.
        assert!((358..=360).contains(&passed), "{passed}");
    }
}
