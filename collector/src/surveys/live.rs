//! The surveys as they are now, for requests that must not wait.

use std::mem;
use std::sync::{Arc, PoisonError, RwLock};

use super::Surveys;

/// The surveys as they are now. Each request works with those that it found.
#[derive(Debug, Default)]
pub struct LiveSurveys(RwLock<Arc<Surveys>>);

impl LiveSurveys {
    /// These surveys, until others take their place.
    pub fn new(surveys: Surveys) -> Self {
        Self(RwLock::new(Arc::new(surveys)))
    }

    /// The surveys of this moment.
    pub fn now(&self) -> Arc<Surveys> {
        // What is behind the lock is one pointer: a panic cannot leave it half written.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts others in their place, whole: no request sees some of both.
    ///
    /// The lock is held for as long as a pointer takes to be exchanged. The old
    /// ones are dropped after that, by who needed them last.
    pub fn replace(&self, surveys: Surveys) {
        let mut place = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let old = mem::replace(&mut *place, Arc::new(surveys));
        drop(place);
        drop(old);
    }
}
