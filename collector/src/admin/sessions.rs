//! Sessions: what a browser holds instead of the token, after it was logged in.
//!
//! They are kept in memory alone and as hashes: a restart ends them, and a copy of the
//! memory opens nothing.

use std::collections::HashMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::secret::random_bytes;
use crate::trust::hex;

/// How long a session lasts.
pub(crate) const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Most sessions at once; the oldest ends when another begins.
const MAX_SESSIONS: usize = 32;

/// The open sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<[u8; 32], Instant>>);

impl Sessions {
    /// Begins a session, and returns what the browser has to show.
    ///
    /// # Errors
    ///
    /// The system has no random bytes.
    pub(crate) fn begin(&self, now: Instant) -> io::Result<String> {
        let id = hex::encode(&random_bytes()?);
        // A thread that panicked here left whole entries behind.
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, begun| is_open(*begun, now));
        if MAX_SESSIONS <= sessions.len() {
            let oldest = sessions.iter().min_by_key(|(_, begun)| **begun);
            if let Some(oldest) = oldest.map(|(hash, _)| *hash) {
                sessions.remove(&oldest);
            }
        }
        sessions.insert(hash(&id), now);
        Ok(id)
    }

    /// Whether a browser shows an open session.
    pub(crate) fn contains(&self, id: &str, now: Instant) -> bool {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions
            .get(&hash(id))
            .is_some_and(|begun| is_open(*begun, now))
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: &str) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.remove(&hash(id));
    }
}

fn is_open(begun: Instant, now: Instant) -> bool {
    now.saturating_duration_since(begun) < LIFETIME
}

/// Who measures how long it takes to find a hash learns nothing of the id.
fn hash(id: &str) -> [u8; 32] {
    Sha256::digest(id.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_open_until_it_ends() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let first = sessions.begin(now).unwrap();
        let second = sessions.begin(now).unwrap();
        assert_ne!(first, second);
        assert_eq!(first.len(), 64);
        sessions.end(&first);
        assert!(!sessions.contains(&first, now));
        let last = now + LIFETIME - Duration::from_secs(1);
        assert!(sessions.contains(&second, last));
        assert!(!sessions.contains(&second, now + LIFETIME));
        assert!(!sessions.contains("", now));
    }

    #[test]
    fn the_oldest_makes_room() {
        let (sessions, start) = (Sessions::default(), Instant::now());
        let at = |number: u64| start + Duration::from_secs(number);
        let first = sessions.begin(at(0)).unwrap();
        let second = sessions.begin(at(1)).unwrap();
        for number in 2..=MAX_SESSIONS as u64 {
            sessions.begin(at(number)).unwrap();
        }
        let now = at(MAX_SESSIONS as u64);
        assert!(!sessions.contains(&first, now));
        assert!(sessions.contains(&second, now));
        assert_eq!(sessions.0.lock().unwrap().len(), MAX_SESSIONS);
    }
}
