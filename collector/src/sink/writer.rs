//! The thread that owns the log's file: batches in, one write, one sync, answers out.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sayso_core::wire::ErrorCode;
use tracing::{debug, error};

use super::append::{Appender, PutError};
use super::keeper::Keeper;
use super::{Kept, Log, Message, Receipt, Sink, StoreError, SubmissionKey, Waiting};
use crate::metrics::Ending;

/// Most submissions that share one sync.
const MAX_BATCH: usize = 1024;

/// A batch is not added to when it has so many bytes.
const MAX_BATCH_BYTES: usize = 4 << 20;

/// How often a log that could not be written is tried again.
const PROBE_EVERY: Duration = Duration::from_secs(1);

/// How often the log is looked after when nobody sends.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// How often a batch begins anew in another file that took the log's name meanwhile.
const MAX_MOVES: u32 = 3;

/// The running thread.
#[must_use = "the writer must be stopped, so that what waits is synced"]
#[derive(Debug)]
pub struct Writer {
    sender: Sender<Message>,
    thread: JoinHandle<()>,
    keeper: Option<Keeper>,
}

impl Writer {
    pub(super) fn start(log: Log, receiver: Receiver<Message>, sink: &Sink) -> io::Result<Self> {
        let (state, metrics) = (Arc::clone(&sink.state), Arc::clone(&sink.metrics));
        let keeper = Keeper::start(&log, &sink.closed_files)?;
        let bell = keeper.as_ref().map(Keeper::bell);
        let mut work = Work {
            appender: Appender::new(log, state, metrics, bell),
        };
        let thread = thread::Builder::new()
            .name(String::from("sayso-writer"))
            .spawn(move || work.run(&receiver))?;
        Ok(Self {
            sender: sink.sender.clone(),
            thread,
            keeper,
        })
    }

    /// Writes and answers what waits, and returns when the thread has ended.
    pub fn stop(self) {
        // An error means that the thread has ended, which is all that is wanted.
        drop(self.sender.send(Message::Stop));
        if self.thread.join().is_err() {
            error!("the writer of the log ended in a panic");
        }
        if let Some(keeper) = self.keeper {
            keeper.stop();
        }
    }
}

/// What the thread works with.
struct Work {
    appender: Appender,
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
        self.appender.look_after();
        let mut message = self.next(receiver);
        while let Some(now) = message {
            message = match now {
                Message::Stop => break,
                Message::Close(answer) => {
                    if answer.send(self.appender.close_now()).is_err() {
                        debug!("nobody waits any more for the file to be closed");
                    }
                    None
                }
                Message::Append(first) => {
                    let (batch, after) = gather(first, receiver);
                    self.commit(batch);
                    self.appender.batch_is_over();
                    after
                }
            };
            if message.is_none() {
                message = self.next(receiver);
            }
        }
        self.appender.finish();
    }

    /// Waits for a message; none when nobody is left who could send one.
    fn next(&mut self, receiver: &Receiver<Message>) -> Option<Message> {
        loop {
            let must_probe = self.appender.must_probe();
            let wait = if must_probe { PROBE_EVERY } else { LOOK_EVERY };
            match receiver.recv_timeout(wait) {
                Ok(message) => return Some(message),
                Err(RecvTimeoutError::Timeout) if must_probe => self.appender.probe(),
                Err(RecvTimeoutError::Timeout) => self.appender.look_after(),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Writes a batch, syncs it, and answers each submission.
    fn commit(&mut self, batch: Vec<Waiting>) {
        let mut moves = 0;
        let (parts, result) = loop {
            let (parts, result) = self.try_commit(&batch);
            match result {
                Err(PutError::Moved) if moves < MAX_MOVES => moves += 1,
                Err(PutError::Moved) => break (parts, Err(StoreError::Disk)),
                Err(PutError::Failed(error)) => break (parts, Err(error)),
                Ok(()) => break (parts, Ok(())),
            }
        };
        for (waiting, part) in batch.into_iter().zip(parts) {
            let result = match part {
                // Its line was synced with an earlier batch, whatever became of this one.
                Part::Known => Ok(()),
                Part::Fresh(_) | Part::Repeated => result,
            };
            answer(waiting, part, result);
        }
    }

    fn try_commit(&mut self, batch: &[Waiting]) -> (Vec<Part>, Result<(), PutError>) {
        // First, because another file may hold other submissions.
        let ready = self.appender.prepare();
        let keys: Vec<_> = batch.iter().map(Waiting::key).collect();
        let known = self.appender.known(&keys);
        let (parts, bytes) = sort_out(batch, &keys, known.as_deref().unwrap_or_default());
        let result = match (known, ready) {
            (Err(error), _) => Err(PutError::Failed(error)),
            (Ok(_), _) if bytes.is_empty() => Ok(()),
            (Ok(_), Err(error)) => Err(PutError::Failed(error)),
            (Ok(_), Ok(end)) => self.appender.put(end, bytes),
        };
        if result.is_ok() {
            for (waiting, part) in batch.iter().zip(&parts) {
                if let Part::Fresh(key) = part {
                    self.appender.note(*key, waiting.line.completed.as_ref());
                }
            }
        }
        (parts, result)
    }
}

/// Takes what waits behind a first submission, as much as a batch may have.
///
/// Nobody is waited for. What is no submission ends the batch, and comes after it.
fn gather(first: Waiting, receiver: &Receiver<Message>) -> (Vec<Waiting>, Option<Message>) {
    let mut bytes = first.line.text.len();
    let mut batch = vec![first];
    while batch.len() < MAX_BATCH && bytes < MAX_BATCH_BYTES {
        match receiver.try_recv() {
            Ok(Message::Append(waiting)) => {
                bytes += waiting.line.text.len();
                batch.push(waiting);
            }
            Ok(other) => return (batch, Some(other)),
            Err(_) => break,
        }
    }
    (batch, None)
}

/// What becomes of each submission, and the lines to write.
fn sort_out(batch: &[Waiting], keys: &[SubmissionKey], known: &[bool]) -> (Vec<Part>, Vec<u8>) {
    let mut fresh = HashSet::new();
    let mut bytes = Vec::new();
    let known = known.iter().copied().chain(std::iter::repeat(false));
    let parts = batch
        .iter()
        .zip(keys)
        .zip(known)
        .map(|((waiting, key), is_known)| {
            if is_known {
                return Part::Known;
            }
            if !fresh.insert(*key) {
                return Part::Repeated;
            }
            bytes.extend_from_slice(waiting.line.text.as_bytes());
            Part::Fresh(*key)
        });
    (parts.collect(), bytes)
}

impl Waiting {
    fn key(&self) -> SubmissionKey {
        SubmissionKey::new(&self.line.response_id, self.line.seq)
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
