//! The active file from batch to batch: where it ends, what is in it, when it is closed.

use std::cmp::Ordering;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering as Atomic;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sayso_core::id::SurveyId;
use tracing::{error, info, warn};

use super::index::IndexError;
use super::lines::{Learnt, Lines};
use super::position::Position;
use super::{End, Failure, LOG, Log, LogFile, State, StoreError, SubmissionKey, upkeep};
use crate::metrics::Metrics;

/// What a try writes. A full disk may still take a few bytes of a half-used block.
const PROBE: [u8; 8192] = [b' '; 8192];

/// How long a file that could not be closed goes on before the next try.
const CLOSE_EVERY: Duration = Duration::from_secs(60);

/// How many lines of others are learnt at once.
const LINES_AT_ONCE: usize = 10_000;

/// Why a batch is not on disk.
#[derive(Debug, Clone, Copy)]
pub(super) enum PutError {
    /// The file was moved or removed while it was written: the batch begins anew.
    Moved,
    /// It failed.
    Failed(StoreError),
}

/// The log's file, and what is known of it.
pub(super) struct Appender {
    log: Log,
    state: Arc<State>,
    metrics: Arc<Metrics>,
    /// Tells the keeper that a file was closed.
    bell: Option<Sender<()>>,
    /// True after a failed sync: nothing is written until a restart.
    is_given_up: bool,
    /// When the active file was begun, if that is known already.
    begun: Option<Timestamp>,
    /// When closing a file is tried again.
    close_at: Option<Instant>,
}

impl Appender {
    pub(super) fn new(
        log: Log,
        state: Arc<State>,
        metrics: Arc<Metrics>,
        bell: Option<Sender<()>>,
    ) -> Self {
        Self {
            log,
            state,
            metrics,
            bell,
            is_given_up: false,
            begun: None,
            close_at: None,
        }
    }

    /// Where the next batch begins: in the file that bears the log's name now, at its end.
    /// What others wrote before it is known then.
    pub(super) fn prepare(&mut self) -> Result<End, StoreError> {
        if self.is_given_up {
            return Err(StoreError::Disk);
        }
        self.find_end().map_err(|failure| self.failed(&failure))
    }

    /// Whether these submissions are on disk.
    pub(super) fn known(&mut self, keys: &[SubmissionKey]) -> Result<Vec<bool>, StoreError> {
        let cause = match self.log.seen.known(keys) {
            Ok(known) => return Ok(known),
            Err(cause) => cause,
        };
        self.recover(&cause)
            .map_err(|failure| self.failed(&failure))?;
        self.log.seen.known(keys).map_err(|_| StoreError::Disk)
    }

    /// Notes that a submission is on disk.
    pub(super) fn note(&mut self, key: SubmissionKey, completed: Option<&SurveyId>) {
        self.log.seen.note(key, completed);
    }

    /// Writes and syncs, or leaves the file as it was. A file that would be too long is
    /// closed first.
    pub(super) fn put(&mut self, end: End, mut bytes: Vec<u8>) -> Result<(), PutError> {
        let end = self
            .close_if_due(end, bytes.len() as u64)
            .map_err(|failure| PutError::Failed(self.failed(&failure)))?;
        if !end.is_line_end {
            bytes.insert(0, b'\n');
        }
        if let Err(cause) = self.log.file.append(&bytes) {
            self.writing_failed(&cause);
            self.cut_back(end);
            return Err(PutError::Failed(StoreError::Disk));
        }
        let begun = Instant::now();
        let synced = self.log.file.sync();
        self.metrics.vitals.synced(begun.elapsed());
        if let Err(cause) = synced {
            self.sync_failed(&cause);
            self.cut_back(end);
            return Err(PutError::Failed(StoreError::Disk));
        }
        self.metrics.syncs.inc();
        // Before it is acknowledged: what is moved away from here on is the mover's to keep.
        if !self.log.file.is_in_log().unwrap_or(false) {
            warn!("the log was moved or removed while it was written; the lines are written again");
            self.cut_back(end);
            return Err(PutError::Moved);
        }
        self.log.length = end.length + bytes.len() as u64;
        if end.is_line_end {
            self.log.learnt = self.log.length;
        }
        if self.begun.is_none() && end.length == 0 {
            self.begun = Some(Timestamp::now());
        }
        self.writing_went_well();
        Ok(())
    }

    /// What is to be done between batches.
    pub(super) fn batch_is_over(&mut self) {
        self.state.is_overflowing.store(false, Atomic::Relaxed);
        self.flush_if_due();
    }

    /// What is to be done from time to time when nobody sends.
    pub(super) fn look_after(&mut self) {
        let Ok(end) = self.prepare() else {
            return;
        };
        match self.close_if_due(end, 0) {
            Ok(_) => self.flush(),
            Err(failure) => {
                self.failed(&failure);
            }
        }
    }

    /// Closes the active file, if there is anything in it.
    pub(super) fn close_now(&mut self) -> Result<(), StoreError> {
        match self.prepare()? {
            end if end.length == 0 => Ok(()),
            _ => self.close().map_err(|failure| self.failed(&failure)),
        }
    }

    /// Brings everything into the index.
    pub(super) fn finish(&mut self) {
        let position = Position::of(&mut *self.log.file, self.log.learnt);
        self.log.seen.finish(position);
    }

    /// Whether the log could not be written and may be again.
    pub(super) fn must_probe(&self) -> bool {
        !self.is_given_up && !self.state.can_write.load(Atomic::Relaxed)
    }

    /// Whether there is room again: writes something and takes it back.
    pub(super) fn probe(&mut self) {
        let end = match self.find_end() {
            Ok(end) => end,
            Err(failure) => {
                self.failed(&failure);
                return;
            }
        };
        let result = self.log.file.append(&PROBE);
        self.cut_back(end);
        if result.is_ok() && !self.is_given_up {
            self.writing_went_well();
        }
    }

    fn find_end(&mut self) -> Result<End, Failure> {
        if self.log.file.follow()? {
            warn!("the log was moved or removed; going on in the file that has its name now");
            self.begin();
            self.log.length = self.log.file.end()?.length;
        }
        let end = self.log.file.end()?;
        let (length, expected) = (end.length, self.log.length);
        match length.cmp(&expected) {
            Ordering::Less => {
                error!(length, expected, "the log was truncated by somebody else");
                self.begun = None;
            }
            Ordering::Equal => {}
            Ordering::Greater => warn!(length, expected, "somebody else has written to the log"),
        }
        self.log.length = length;
        self.log.learnt = self.log.learnt.min(length);
        if self.log.learnt < length {
            self.learn()?;
        }
        Ok(end)
    }

    /// Forgets what was known of the active file: it is another one.
    fn begin(&mut self) {
        self.log.length = 0;
        self.log.learnt = 0;
        self.begun = None;
    }

    /// Learns the lines that others wrote.
    fn learn(&mut self) -> Result<(), Failure> {
        loop {
            let Log {
                file, seen, learnt, ..
            } = &mut self.log;
            let tail = Tail {
                file: &mut **file,
                offset: *learnt,
            };
            let reader = BufReader::with_capacity(1 << 16, tail);
            let mut lines = Lines::after(*learnt, LOG, reader);
            let mut found = Vec::new();
            while found.len() < LINES_AT_ONCE
                && let Some(line) = lines.next()?
            {
                found.push(line);
            }
            let length = lines.length;
            if found.is_empty() {
                *learnt += length;
                return Ok(());
            }
            // From here on they are answered with 200.
            file.sync().map_err(Failure::Unsynced)?;
            let keys: Vec<_> = found.iter().map(|line| line.key).collect();
            let known = match seen.known(&keys) {
                Ok(known) => known,
                // The lines are learnt with all others.
                Err(cause) => return self.recover(&cause),
            };
            for (line, _) in found.iter().zip(known).filter(|(_, known)| !known) {
                let Learnt { key, completed, .. } = line;
                seen.note(*key, completed.as_ref());
            }
            *learnt += length;
            self.flush_if_due();
        }
    }

    fn close_if_due(&mut self, end: End, more: u64) -> Result<End, Failure> {
        let begun = match self.begun {
            Some(begun) => begun,
            None if end.length == 0 => return Ok(end),
            None => upkeep::begun(&mut *self.log.file)?,
        };
        self.begun = Some(begun);
        let must_wait = self.close_at.is_some_and(|time| Instant::now() < time);
        // A half line of somebody else is ended by the next batch.
        if must_wait || !end.is_line_end || !self.log.upkeep.must_close(end.length, begun, more) {
            return Ok(end);
        }
        match self.close() {
            Ok(()) => self.close_at = None,
            Err(Failure::Later(cause)) => {
                warn!(%cause, "the log's file cannot be closed; it goes on, and is tried again");
                self.close_at = Some(Instant::now() + CLOSE_EVERY);
            }
            Err(failure) => return Err(failure),
        }
        self.find_end()
    }

    /// Closes the active file, which is synced and known to its end, and begins a new one.
    fn close(&mut self) -> Result<(), Failure> {
        let begun = match self.begun {
            Some(begun) => begun,
            None => upkeep::begun(&mut *self.log.file)?,
        };
        let bytes = self.log.length;
        let name = self.log.file.close(&upkeep::hour(begun))?;
        info!(
            file = name,
            bytes, "a file of the log was closed, and a new one begun"
        );
        self.log.seen.note_closed(name);
        self.begin();
        self.flush();
        if let Some(bell) = &self.bell
            && bell.send(()).is_err()
        {
            warn!("closed files of the log are not looked after any more");
        }
        Ok(())
    }

    fn flush_if_due(&mut self) {
        match self.log.seen.settle(false) {
            Ok(()) if self.log.seen.is_due() => self.flush(),
            Ok(()) => {}
            Err(cause) => self.recover_or_fail(&cause),
        }
    }

    fn flush(&mut self) {
        let flushed = match Position::of(&mut *self.log.file, self.log.learnt) {
            Ok(position) => self.log.seen.flush(position),
            Err(cause) => return warn!(%cause, "the log cannot be read"),
        };
        if let Err(cause) = flushed {
            self.recover_or_fail(&cause);
        }
    }

    fn recover_or_fail(&mut self, cause: &IndexError) {
        if let Err(failure) = self.recover(cause) {
            self.failed(&failure);
        }
    }

    fn recover(&mut self, cause: &IndexError) -> Result<(), Failure> {
        let position = self.log.seen.recover(cause).map_err(|error| {
            error!(file = %error.path.display(), "it must be readable to make the index anew");
            error.failure
        })?;
        self.log.learnt = position.length;
        self.log.length = self.log.length.max(position.length);
        Ok(())
    }

    fn writing_went_well(&self) {
        if !self.state.can_write.swap(true, Atomic::Relaxed) {
            info!("the log can be written again");
        }
    }

    fn failed(&mut self, failure: &Failure) -> StoreError {
        match failure {
            Failure::Later(cause) => self.writing_failed(cause),
            Failure::Unsynced(cause) => self.sync_failed(cause),
        }
        StoreError::Disk
    }

    fn writing_failed(&self, cause: &io::Error) {
        // Said once, not with every batch of a day without room.
        if self.state.can_write.swap(false, Atomic::Relaxed) {
            error!(%cause, "cannot write the log; submissions are refused until there is room");
        }
    }

    fn sync_failed(&mut self, cause: &io::Error) {
        error!(%cause, "cannot sync the log; nothing is stored until a restart");
        self.give_up();
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

/// A file from a place to its end.
struct Tail<'a> {
    file: &'a mut dyn LogFile,
    offset: u64,
}

impl Read for Tail<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(self.offset, buffer)?;
        self.offset += read as u64;
        Ok(read)
    }
}
