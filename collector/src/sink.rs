//! The log on disk: lines go in, receipts come out, and only after the sync.
//!
//! One thread owns the file. It takes everything that waits, writes it with one
//! write, syncs it with one `fdatasync`, and then answers each submission: many
//! share one sync (group commit).
//!
//! **How long a submission waits** is bounded. A batch is never waited for: it is
//! what waits when the thread is free, at most 1024 lines, and nothing is added
//! after 4 MiB. Who comes waits for the batch that is being synced and for those
//! who came before, in their order. They are at most `max_waiting`: who comes
//! when all places are taken is told to come back later. With the usual 1024, and
//! lines of a few kilobytes, that is two syncs; with the longest lines 64 batches. A disk that
//! hangs is waited for 30 seconds; then the answer is 503, the line may come to
//! be stored all the same, and a repeat is a duplicate.
//!
//! **When a write fails**, the disk is full as a rule. The file is cut back to
//! where this write began, so that no line is torn; the batch is answered 503; and the
//! thread tries every second whether there is room again: it writes some blanks
//! and takes them back.
//!
//! **When a sync fails**, of a batch, of a new file or of a folder, nothing more
//! is written until a restart. The kernel
//! may report such an error once, mark the pages as clean and forget what was
//! in them, so a second sync that succeeds proves nothing. What is known is
//! that the lines before this batch were synced by earlier calls. The file is
//! cut back to where the batch began, so that neither a reader nor the next start takes a line
//! for stored that was answered with 503, and the senders keep theirs. Why not
//! go on in the same file: its last block holds lines of both sorts, and
//! whether it can still be written is for an operator to find out.
//!
//! **When others change the file** while it is written: before each batch the
//! file is asked for its end, and the log's name for its file. What somebody
//! appended stays and is learnt, after a sync, and a half line of theirs is ended
//! with a line feed of ours. What somebody truncated is gone, and the batch begins
//! at the new end. When the log was moved or removed, a new one is begun under its
//! name: `mv` is a rotation by hand. The name is looked at again after the sync:
//! when the file is no part of the log by then, the batch is taken out of it and
//! written again. Submissions that were in the old file stay known. When the
//! whole data folder was moved or removed, nothing is stored: a folder of the same name may be
//! another process's.
//!
//! **Files are closed** between batches, by their length and by the day
//! ([`Upkeep`]): renamed, the folder synced, a new one begun and synced. A crash
//! leaves the old name, or the new one with or without an active file; each of
//! them is a log. A file that cannot be closed goes on. Closed files are
//! compressed and removed by a thread of their own.
//!
//! What proves it: the tests on a disk in memory (`logfile`) show that each
//! answer comes after [`LogFile::sync`] and that no failure tears a line; the
//! tests of the file show that `sync` is the system call; the tests that kill
//! the real program (`crash`) show that an answered line is in the file and that
//! a restart knows it. A kill leaves the kernel's memory as it is, so they do not
//! show what the loss of power does: that rests on `fdatasync` and on the disk
//! that keeps its word.

mod absorb;
mod append;
mod file;
mod index;
mod indexer;
mod keeper;
mod key;
mod lines;
mod log;
mod position;
mod seen;
mod upkeep;
mod writer;

pub use file::{End, Failure, LogFile};
pub use index::INDEX;
pub use key::{InvalidKey, SubmissionKey};
pub use log::{LOG, Log};
pub use position::ReadAt;
pub use seen::Seen;
pub use upkeep::Upkeep;
pub use writer::Writer;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sayso_core::id::{ResponseId, SurveyId};
use sayso_core::wire::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;
use tracing::error;

use self::seen::Completed;
use crate::metrics::{Ending, Metrics, OpenSubmission};

/// How long an answer is waited for. Proxies give up after a minute, as a rule.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A record that is ready to be written.
#[derive(Debug)]
pub struct Line {
    /// The response it belongs to.
    pub response_id: ResponseId,
    /// The submission of it.
    pub seq: u32,
    /// The survey, if it completes the response.
    pub completed: Option<SurveyId>,
    /// The record as JSON, with its line feed.
    pub text: String,
}

/// Proof that a record is on disk. Only the sink can make one, after the sync.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub struct Receipt {
    response_id: ResponseId,
    seq: u32,
}

impl Receipt {
    /// The response it is for.
    pub fn response_id(&self) -> &ResponseId {
        &self.response_id
    }

    /// The submission of it.
    pub fn seq(&self) -> u32 {
        self.seq
    }
}

/// How a record came to be on disk.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    /// This submission brought it there.
    Stored(Receipt),
    /// It was there before, from the same submission sent earlier.
    Duplicate(Receipt),
}

/// Why a record is not on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// As many submissions wait as may.
    #[error("too many submissions wait for the disk")]
    Full,
    /// The disk takes too long. The record may come to be stored all the same.
    #[error("the disk takes too long")]
    Slow,
    /// The log could not be written, or not be synced.
    #[error("the log cannot be written")]
    Disk,
    /// The collector is ending.
    #[error("the collector is ending")]
    Stopped,
}

/// Takes records for the log. Clones share one writer.
#[derive(Debug, Clone)]
pub struct Sink {
    sender: mpsc::Sender<Message>,
    places: Arc<Semaphore>,
    state: Arc<State>,
    metrics: Arc<Metrics>,
    completed: Completed,
    closed_files: Arc<Mutex<()>>,
    longest_wait: Duration,
}

/// What sink and writer both look at.
#[derive(Debug)]
struct State {
    /// False from a failed write or sync to the next one that succeeds.
    can_write: AtomicBool,
    /// True from a refusal for want of places to the end of the next batch.
    is_overflowing: AtomicBool,
}

/// What the writer gets.
#[derive(Debug)]
enum Message {
    Append(Waiting),
    Close(oneshot::Sender<Result<(), StoreError>>),
    Stop,
}

/// A record that waits for the disk, with everything that hangs on it.
#[derive(Debug)]
struct Waiting {
    line: Line,
    open: OpenSubmission,
    answer: oneshot::Sender<Result<Kept, StoreError>>,
    place: Place,
}

/// One of the places for waiting submissions. Dropping it frees it.
#[derive(Debug)]
struct Place {
    _permit: OwnedSemaphorePermit,
    metrics: Arc<Metrics>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.metrics.waiting.dec();
    }
}

impl Sink {
    /// Starts the writer of a log; at most `max_waiting` submissions may wait for it.
    ///
    /// # Errors
    ///
    /// The thread cannot be started.
    pub fn start(
        log: Log,
        max_waiting: usize,
        metrics: Arc<Metrics>,
    ) -> std::io::Result<(Sink, Writer)> {
        let (sender, receiver) = mpsc::channel();
        let state = State {
            can_write: AtomicBool::new(true),
            is_overflowing: AtomicBool::new(false),
        };
        let sink = Sink {
            sender,
            places: Arc::new(Semaphore::new(max_waiting)),
            state: Arc::new(state),
            metrics,
            completed: log.seen.completed(),
            closed_files: Arc::default(),
            longest_wait: LONGEST_WAIT,
        };
        let writer = Writer::start(log, receiver, &sink)?;
        Ok((sink, writer))
    }

    /// Puts a record into the log and waits until it is synced.
    ///
    /// The submission is counted here, however it ends, and also when nobody
    /// waits any more.
    ///
    /// # Errors
    ///
    /// The record is not on disk, and the same again may work later.
    pub async fn store(&self, line: Line, mut open: OpenSubmission) -> Result<Kept, StoreError> {
        open.hand_over();
        let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() else {
            if !self.state.is_overflowing.swap(true, Ordering::Relaxed) {
                error!("too many submissions wait for the disk");
            }
            open.end(Ending::Refused(ErrorCode::StorageUnavailable));
            return Err(StoreError::Full);
        };
        self.metrics.waiting.inc();
        let place = Place {
            _permit: permit,
            metrics: Arc::clone(&self.metrics),
        };
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            line,
            open,
            answer,
            place,
        };
        // Without the writer the message is dropped here, and the answer with it.
        drop(self.sender.send(Message::Append(waiting)));
        match timeout(self.longest_wait, answered).await {
            Ok(Ok(kept)) => kept,
            Ok(Err(_)) => Err(self.has_stopped()),
            // The writer has it still, and counts how it ends.
            Err(_) => Err(StoreError::Slow),
        }
    }

    /// Closes the active file, so that all lines so far are in closed ones.
    ///
    /// # Errors
    ///
    /// The file cannot be closed.
    pub async fn close_file(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        drop(self.sender.send(Message::Close(answer)));
        answered.await.unwrap_or_else(|_| Err(self.has_stopped()))
    }

    /// Who rewrites or removes closed files holds this lock meanwhile.
    pub fn closed_files(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.closed_files)
    }

    /// How many stored lines complete a response to a survey, erased ones included.
    pub fn completed(&self, survey: &SurveyId) -> u64 {
        self.completed.of(survey)
    }

    /// Waits so long for an answer, not the usual time.
    #[must_use]
    pub fn waiting_at_most(self, longest_wait: Duration) -> Self {
        Self {
            longest_wait,
            ..self
        }
    }

    /// Whether the last write and sync went well, as far as is known.
    pub fn can_write(&self) -> bool {
        self.state.can_write.load(Ordering::Relaxed)
    }

    fn has_stopped(&self) -> StoreError {
        self.state.can_write.store(false, Ordering::Relaxed);
        StoreError::Stopped
    }
}
