//! How many connections each address has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crate::rate::Salt;

/// Counts the connections of each address, under no address, as the rate limit does.
#[derive(Debug)]
pub(super) struct Crowd {
    most: usize,
    salt: Salt,
    counts: Mutex<HashMap<u64, usize>>,
}

/// A connection that is counted, until it is dropped.
#[derive(Debug)]
pub(super) struct Member {
    crowd: Arc<Crowd>,
    key: u64,
}

impl Crowd {
    /// Lets each address have so many connections.
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            salt: Salt::default(),
            counts: Mutex::default(),
        })
    }

    /// Counts one more of an address; none when it has as many as it may.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Member> {
        let key = self.salt.key(address);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        if self.most <= *count {
            return None;
        }
        *count += 1;
        Some(Member {
            crowd: Arc::clone(self),
            key,
        })
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let counts = self.crowd.counts.lock();
        let mut counts = counts.unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_as_many_as_it_may_and_nothing_is_kept_of_it() {
        let crowd = Crowd::new(2);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let first = crowd.enter(address("2001:db8::1")).unwrap();
        let second = crowd.enter(address("2001:db8::2")).unwrap();
        assert!(crowd.enter(address("2001:db8::3")).is_none());
        let other = crowd.enter(address("2001:db8:0:1::1")).unwrap();
        drop(first);
        let third = crowd.enter(address("2001:db8::3")).unwrap();
        assert!(crowd.enter(address("2001:db8::4")).is_none());
        drop((second, third, other));
        assert!(crowd.counts.lock().unwrap().is_empty());
    }
}
