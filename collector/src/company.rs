//! The threads beside the writer's: over the survey files, and over the disk.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::warn;

use crate::data::DataFolder;
use crate::disk::Prober;
use crate::state::AppState;
use crate::surveys::Surveys;
use crate::surveys::closing::Closings;
use crate::surveys::watch::{Watch, Watcher};
use crate::systemd;

/// How long a thread may take to end. One that waits for a disk that hangs would
/// keep the process from ending.
const END_LIMIT: Duration = Duration::from_secs(2);

/// How often it is looked whether a thread has ended.
const END_STEP: Duration = Duration::from_millis(2);

/// Waits until a thread has ended, but not for ever.
pub(crate) fn end(thread: JoinHandle<()>) {
    let name = String::from(thread.thread().name().unwrap_or_default());
    let begun = Instant::now();
    while !thread.is_finished() {
        if END_LIMIT < begun.elapsed() {
            warn!(
                thread = name,
                "a thread hangs in a file system and is left behind"
            );
            return;
        }
        thread::sleep(END_STEP);
    }
    if thread.join().is_err() {
        warn!(thread = name, "a thread ended in a panic");
    }
}

/// The threads.
pub(crate) struct Company {
    watcher: Watcher,
    prober: Prober,
    hangup: Hangup,
}

impl Company {
    /// Starts them, and listens for SIGHUP from here on.
    ///
    /// # Errors
    ///
    /// A thread cannot be started, or the signal not be listened for.
    pub(crate) fn start(watch: Watch, data: &DataFolder, state: &AppState) -> io::Result<Self> {
        let (disk, metrics) = (Arc::clone(&state.disk), Arc::clone(&state.metrics));
        // First, because until then SIGHUP ends the process.
        let hangup = Hangup::new()?;
        let prober = Prober::start(data.path().into(), disk, metrics)?;
        let (sink, metrics) = (state.sink.clone(), Arc::clone(&state.metrics));
        let mut closings = Closings::default();
        let note = move |surveys: &Surveys| {
            let closed = closings.note(surveys, |id| sink.completed(id));
            metrics.vitals.surveys_closed.set(closed as i64);
        };
        let watcher = Watcher::start(watch, systemd::reloading, note)?;
        Ok(Self {
            watcher,
            prober,
            hangup,
        })
    }

    /// Reads the survey files again at each SIGHUP, for ever.
    pub(crate) async fn reload_on_hangup(&mut self) {
        loop {
            self.hangup.next().await;
            self.watcher.reload();
        }
    }

    /// Ends the threads. One that hangs in a file system is left behind.
    pub(crate) fn stop(self) {
        self.watcher.stop();
        self.prober.stop();
    }
}

/// SIGHUP, which asks for a reload.
#[cfg(unix)]
struct Hangup(tokio::signal::unix::Signal);

#[cfg(unix)]
impl Hangup {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self(signal(SignalKind::hangup())?))
    }

    async fn next(&mut self) {
        if self.0.recv().await.is_none() {
            pending::<()>().await;
        }
    }
}

/// Elsewhere there is no such signal.
#[cfg(not(unix))]
struct Hangup;

#[cfg(not(unix))]
impl Hangup {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        pending::<()>().await;
    }
}
