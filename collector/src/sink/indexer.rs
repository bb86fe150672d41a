//! The thread that brings keys into the index, so that the log's thread need not wait for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use rusqlite::ffi;
use tracing::error;

use super::index::{Batch, Index, IndexError, Mark};

/// Keys that are on their way into the index.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) batch: Batch,
    pub(super) mark: Mark,
}

/// The running thread, and what the log's own thread reads the index with.
#[derive(Debug)]
pub(super) struct Indexer {
    pub(super) reader: Index,
    jobs: Sender<Arc<Job>>,
    results: Receiver<Result<(), IndexError>>,
    thread: JoinHandle<()>,
}

impl Indexer {
    pub(super) fn start(mut index: Index, folder: &Path) -> Result<Self, IndexError> {
        let reader = Index::open(folder)?;
        let (jobs, to_do) = mpsc::channel::<Arc<Job>>();
        let (done, results) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(String::from("sayso-index"))
            .spawn(move || {
                for job in to_do {
                    let written = index.write(&job.batch, &job.mark);
                    let result = written.and_then(|()| index.checkpoint());
                    drop(job);
                    if done.send(result).is_err() {
                        return;
                    }
                }
            })
            .map_err(|_| out_of_threads())?;
        Ok(Self {
            reader,
            jobs,
            results,
            thread,
        })
    }

    pub(super) fn send(&self, job: Arc<Job>) {
        // Without the thread there is no result either, which is noticed there.
        drop(self.jobs.send(job));
    }

    /// How the oldest job ended; none if it has not ended yet.
    pub(super) fn result(&self, must_wait: bool) -> Option<Result<(), IndexError>> {
        let gone = || Err(out_of_threads());
        match must_wait {
            true => Some(self.results.recv().unwrap_or_else(|_| gone())),
            false => match self.results.try_recv() {
                Ok(result) => Some(result),
                Err(mpsc::TryRecvError::Empty) => None,
                Err(mpsc::TryRecvError::Disconnected) => Some(gone()),
            },
        }
    }

    /// Returns when the thread has ended and the index is closed.
    pub(super) fn stop(self) {
        drop(self.jobs);
        if self.thread.join().is_err() {
            error!("the thread of the index ended in a panic");
        }
    }
}

/// There is no thread for the index, so it is of no use.
fn out_of_threads() -> IndexError {
    IndexError::Broken(rusqlite::Error::SqliteFailure(
        ffi::Error::new(ffi::SQLITE_ABORT),
        Some(String::from("the thread of the index is gone")),
    ))
}
