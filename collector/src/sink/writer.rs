//! The thread that owns the log's file: batches in, one write, one sync, answers out.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering as Atomic;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sayso_core::wire::ErrorCode;
use tracing::{error, info, warn};

use super::{End, Kept, Log, Message, Receipt, Sink, State, StoreError, SubmissionKey, Waiting};
use crate::metrics::{Ending, Metrics};

/// Most submissions that share one sync.
const MAX_BATCH: usize = 1024;

/// How often a log that could not be written is tried again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// What a try writes. A full disk may still take a few bytes of a half-used block.
const PROBE: [u8; 8192] = [b' '; 8192];

/// The running thread.
#[must_use = "the writer must be stopped, so that what waits is synced"]
#[derive(Debug)]
pub struct Writer {
    sender: Sender<Message>,
    thread: JoinHandle<()>,
}

impl Writer {
    pub(super) fn start(log: Log, receiver: Receiver<Message>, sink: &Sink) -> io::Result<Self> {
        let (state, metrics) = (Arc::clone(&sink.state), Arc::clone(&sink.metrics));
        let mut work = Work {
            log,
            state,
            metrics,
            is_given_up: false,
        };
        let thread = thread::Builder::new()
            .name(String::from("sayso-writer"))
            .spawn(move || work.run(&receiver))?;
        Ok(Self {
            sender: sink.sender.clone(),
            thread,
        })
    }

    /// Writes and answers what waits, and returns when the thread has ended.
    pub fn stop(self) {
        // An error means that the thread has ended, which is all that is wanted.
        drop(self.sender.send(Message::Stop));
        if self.thread.join().is_err() {
            error!("the writer of the log ended in a panic");
        }
    }
}

/// What the thread works with.
struct Work {
    log: Log,
    state: Arc<State>,
    metrics: Arc<Metrics>,
    /// True after a failed sync: nothing is written until a restart.
    is_given_up: bool,
}

/// What becomes of one submission of a batch.
#[derive(Clone, Copy)]
enum Part {
    /// Its line is written with this batch.
    Fresh(SubmissionKey),
    /// The same submission is in this batch already.
    Repeated,
    /// It was on disk before.
    Known,
}

impl Work {
    fn run(&mut self, receiver: &Receiver<Message>) {
        while let Some(first) = self.next(receiver) {
            let mut batch = vec![first];
            let mut is_last = false;
            while batch.len() < MAX_BATCH {
                match receiver.try_recv() {
                    Ok(Message::Append(waiting)) => batch.push(waiting),
                    Ok(Message::Stop) => {
                        is_last = true;
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.commit(batch);
            self.state.is_overflowing.store(false, Atomic::Relaxed);
            if is_last {
                return;
            }
        }
    }

    /// Waits for a submission; none when the collector ends.
    fn next(&mut self, receiver: &Receiver<Message>) -> Option<Waiting> {
        loop {
            let must_probe = !self.is_given_up && !self.state.can_write.load(Atomic::Relaxed);
            let message = match must_probe {
                true => match receiver.recv_timeout(PROBE_EVERY) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => {
                        self.probe();
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
                false => receiver.recv().ok()?,
            };
            return match message {
                Message::Append(waiting) => Some(waiting),
                Message::Stop => None,
            };
        }
    }

    /// Writes a batch, syncs it, and answers each submission.
    fn commit(&mut self, batch: Vec<Waiting>) {
        // First, because another file may hold other submissions.
        let end = self.find_end();
        let (parts, bytes) = self.sort_out(&batch);
        let result = match bytes.is_empty() {
            true => Ok(()),
            false => end.and_then(|end| self.write(end, bytes)),
        };
        if result.is_ok() {
            for (waiting, part) in batch.iter().zip(&parts) {
                if let Part::Fresh(key) = part {
                    self.log.seen.insert(*key);
                    self.state.completed.count(&waiting.line);
                }
            }
        }
        for (waiting, part) in batch.into_iter().zip(parts) {
            let result = match part {
                // Its line was synced with an earlier batch, whatever became of this one.
                Part::Known => Ok(()),
                Part::Fresh(_) | Part::Repeated => result,
            };
            answer(waiting, part, result);
        }
    }

    /// What becomes of each submission, and the lines to write.
    fn sort_out(&self, batch: &[Waiting]) -> (Vec<Part>, Vec<u8>) {
        let mut fresh = HashSet::new();
        let mut bytes = Vec::new();
        let parts = batch.iter().map(|waiting| {
            let line = &waiting.line;
            let key = SubmissionKey::new(&line.response_id, line.seq);
            if self.log.seen.contains(key) {
                return Part::Known;
            }
            if !fresh.insert(key) {
                return Part::Repeated;
            }
            bytes.extend_from_slice(line.text.as_bytes());
            Part::Fresh(key)
        });
        (parts.collect(), bytes)
    }

    /// Where the next line begins: in the file that bears the log's name now, at its end.
    fn find_end(&mut self) -> Result<End, StoreError> {
        if self.is_given_up {
            return Err(StoreError::Disk);
        }
        self.look_up_end().map_err(|cause| {
            self.writing_failed(&cause);
            StoreError::Disk
        })
    }

    fn look_up_end(&mut self) -> io::Result<End> {
        if let Some(contents) = self.log.file.follow()? {
            let (submissions, bytes) = (contents.seen.len(), contents.length);
            warn!(
                submissions,
                bytes, "the log was moved or removed; going on in the file that has its name now"
            );
            self.log.length = contents.length;
            self.log.seen.extend(contents.seen);
            self.state.completed.extend(&contents.completed);
        }
        let end = self.log.file.end()?;
        let (length, expected) = (end.length, self.log.length);
        match length.cmp(&expected) {
            Ordering::Less => error!(length, expected, "the log was truncated by somebody else"),
            Ordering::Equal => {}
            Ordering::Greater => warn!(length, expected, "somebody else has written to the log"),
        }
        self.log.length = length;
        Ok(end)
    }

    /// Writes and syncs, or leaves the file as it was.
    fn write(&mut self, end: End, mut bytes: Vec<u8>) -> Result<(), StoreError> {
        if !end.is_line_end {
            bytes.insert(0, b'\n');
        }
        if let Err(cause) = self.log.file.append(&bytes) {
            self.writing_failed(&cause);
            self.cut_back(end);
            return Err(StoreError::Disk);
        }
        let begun = Instant::now();
        let synced = self.log.file.sync();
        self.metrics.vitals.synced(begun.elapsed());
        if let Err(cause) = synced {
            error!(%cause, "cannot sync the log; nothing is stored until a restart");
            self.give_up();
            self.cut_back(end);
            return Err(StoreError::Disk);
        }
        self.metrics.syncs.inc();
        self.log.length += bytes.len() as u64;
        self.writing_went_well();
        Ok(())
    }

    /// Whether there is room again: writes something and takes it back.
    fn probe(&mut self) {
        let Ok(end) = self.find_end() else {
            return;
        };
        let result = self.log.file.append(&PROBE);
        self.cut_back(end);
        if result.is_ok() && !self.is_given_up {
            self.writing_went_well();
        }
    }

    fn writing_went_well(&self) {
        if !self.state.can_write.swap(true, Atomic::Relaxed) {
            info!("the log can be written again");
        }
    }

    fn writing_failed(&self, cause: &io::Error) {
        // Said once, not with every batch of a day without room.
        if self.state.can_write.swap(false, Atomic::Relaxed) {
            error!(%cause, "cannot write the log; submissions are refused until there is room");
        }
    }

    /// Cuts the file back to where a write began.
    fn cut_back(&mut self, end: End) {
        let length = end.length;
        if let Err(cause) = self.log.file.cut(length) {
            error!(%cause, length, "cannot cut the log back to what is synced");
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        self.is_given_up = true;
        self.state.can_write.store(false, Atomic::Relaxed);
    }
}

fn answer(waiting: Waiting, part: Part, result: Result<(), StoreError>) {
    let Waiting {
        line,
        open,
        answer,
        place,
    } = waiting;
    let receipt = Receipt {
        response_id: line.response_id,
        seq: line.seq,
    };
    let (ending, kept) = match (result, part) {
        (Ok(()), Part::Fresh(_)) => (Ending::Stored, Ok(Kept::Stored(receipt))),
        (Ok(()), Part::Repeated | Part::Known) => (Ending::Duplicate, Ok(Kept::Duplicate(receipt))),
        (Err(error), _) => (Ending::Refused(ErrorCode::StorageUnavailable), Err(error)),
    };
    // Counted before it is answered, so that who has the answer finds it counted.
    open.end(ending);
    drop(place);
    // Nobody waits any more when the connection was closed.
    drop(answer.send(kept));
}
