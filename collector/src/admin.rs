//! Who may read and erase over the network: whoever has the admin token, or a session that it opened.
//!
//! Without a token file there is no [`Admin`], and its routes are not there at all.
//! The routes themselves, with the checks that every request passes, are in
//! `routes/admin.rs`; the dashboard is not here yet.

mod attempts;
mod sessions;

use std::fmt::Debug;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use self::attempts::Attempts;
pub(crate) use self::attempts::Denied;
pub(crate) use self::sessions::LIFETIME;
use self::sessions::Sessions;
use crate::error::StartError;
use crate::report::Report;
use crate::secret::Secrets;

/// Removes a person from the log. The program gives one to [`Admin::erasing`].
pub trait Eraser: Debug + Send + Sync {
    /// Removes every line of a respondent, and returns how many there were.
    ///
    /// It is called on a thread that may wait, one call at a time.
    ///
    /// # Errors
    ///
    /// What kept it from being done. It goes to the collector's own log, so it
    /// must not name the respondent.
    fn erase(&self, respondent: &str) -> Result<u64, String>;
}

/// What is behind the admin token.
#[derive(Debug)]
pub struct Admin {
    tokens: Secrets,
    attempts: Attempts,
    pub(crate) sessions: Sessions,
    data: PathBuf,
    eraser: Option<Arc<dyn Eraser>>,
    /// Reports and erasures read the whole log: one at a time.
    turn: Arc<Semaphore>,
}

impl Admin {
    /// Opened by any of these tokens; reports are of the log in this data folder.
    pub fn new(tokens: Secrets, data: PathBuf) -> Self {
        Self {
            tokens,
            attempts: Attempts::new(Instant::now()),
            sessions: Sessions::default(),
            data,
            eraser: None,
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// The same, with somebody who erases.
    #[must_use]
    pub fn erasing(mut self, eraser: Arc<dyn Eraser>) -> Self {
        self.eraser = Some(eraser);
        self
    }

    /// Whether a token is one of ours. Who is wrong too often must wait, and is then
    /// refused whatever the token.
    pub(crate) fn check(&self, token: &str, from: IpAddr, now: Instant) -> Result<(), Denied> {
        self.attempts
            .attempt(from, now, || self.tokens.contains(token))
    }

    /// What `sayso report --format json` prints.
    pub(crate) async fn report(&self, survey: Option<String>) -> Result<String, StartError> {
        let data = self.data.clone();
        let report = self.in_turn(move || Report::read(&data, survey.as_deref()));
        Ok(report.await.map_err(StartError::Run)??.to_json())
    }

    /// Removes a respondent; `None` if nobody here can.
    pub(crate) async fn erase(&self, respondent: String) -> Option<Result<u64, String>> {
        let eraser = Arc::clone(self.eraser.as_ref()?);
        let erased = self.in_turn(move || eraser.erase(&respondent)).await;
        Some(erased.unwrap_or_else(|error| Err(error.to_string())))
    }

    /// Does what may take long on a thread of its own, after what was asked for before.
    /// It goes on when who asked goes away, and nobody else begins meanwhile.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let turn = Arc::clone(&self.turn).acquire_owned().await;
        let turn = turn.map_err(io::Error::other)?;
        let done = spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await.map_err(io::Error::other)
    }
}
