//! Which submissions are on disk, so that each is stored once, for the life of the log.
//!
//! All of them are in the index on disk ([`super::index`]), the latest few
//! thousand in memory. A thread brings those into the index, together with how
//! far the log was read for them; a submission is looked up in both. So memory is
//! bounded, and a start reads only what the index does not know yet.
//!
//! **When the index fails**, the log goes on. What cannot be brought in, mostly
//! for want of room, stays in memory and is tried again; the log would be read
//! for it after a crash. An index that cannot be read, or that could not be
//! synced, is set aside and made anew from the log, and storing waits that
//! long: to answer without knowing would store twice. When that fails too, or
//! for the third time, all keys are held in memory until a restart.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use sayso_core::id::SurveyId;
use tracing::{error, info, warn};

use super::SubmissionKey;
use super::absorb::{AbsorbError, Before, LogError, absorb, gone};
use super::index::{self, Batch, Index, IndexError, Mark};
use super::indexer::{Indexer, Job};
use super::position::Position;
use super::upkeep::Upkeep;
use crate::error::chain;

/// How many keys are in memory before they are brought into the index.
const FLUSH_AT: usize = 8_192;

/// How many there may be while the index is busy. It bounds the memory, to some 10 MB.
const WAIT_AT: usize = 131_072;

/// How long an index that had no room is left alone.
const RETRY_EVERY: Duration = Duration::from_secs(5);

/// How often an index is made anew before keys are held in memory alone.
const MAX_RECOVERIES: u32 = 3;

/// The submissions that are on disk. Without a folder, in memory alone.
#[derive(Debug, Default)]
pub struct Seen {
    recent: Batch,
    /// Files that were closed, and of which the index does not know yet.
    closed: Vec<String>,
    /// What is on its way into the index.
    leaving: Option<Arc<Job>>,
    indexer: Option<Indexer>,
    folder: PathBuf,
    /// Closed files that the index knew, and that were not there at the start.
    gone: Vec<String>,
    completed: Completed,
    retry_at: Option<Instant>,
    recoveries: u32,
    /// True when it is not known what is stored: the log could not be read for it.
    is_blind: bool,
}

/// How many completed lines there are of each survey. Clones share the counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Completed(Arc<RwLock<HashMap<SurveyId, u64>>>);

impl Completed {
    pub(super) fn of(&self, survey: &SurveyId) -> u64 {
        let counts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        counts.get(survey).copied().unwrap_or(0)
    }

    fn add(&self, survey: &SurveyId) {
        let mut counts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(survey) {
            Some(count) => *count += 1,
            None => drop(counts.insert(survey.clone(), 1)),
        }
    }

    fn set(&self, new: HashMap<SurveyId, u64>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = new;
    }
}

impl Seen {
    /// Learns what the log of a folder holds, and how far its active file is read.
    ///
    /// # Errors
    ///
    /// A file of the log cannot be read, or not be synced.
    pub(super) fn open(folder: &Path) -> Result<(Self, Position), LogError> {
        let mut seen = Self {
            folder: folder.into(),
            ..Self::default()
        };
        let position = seen.learn_all()?;
        Ok((seen, position))
    }

    /// Opens the index, or makes it anew, or else learns everything by heart.
    fn learn_all(&mut self) -> Result<Position, LogError> {
        for _ in 0..2 {
            let cause = match self.use_index() {
                Ok(position) => return Ok(position),
                Err(AbsorbError::Log(error)) => return Err(error),
                Err(AbsorbError::Index(cause)) => cause,
            };
            let text = chain(&cause);
            if cause.is_for_want_of_room() {
                warn!(cause = text, "there is no room for the index of the log");
                break;
            }
            warn!(
                cause = text,
                "the index of the log is set aside and made anew from the log"
            );
            if let Err(cause) = index::set_aside(&self.folder) {
                warn!(%cause, "the index cannot be set aside");
            }
        }
        self.use_memory()
    }

    fn use_index(&mut self) -> Result<Position, AbsorbError> {
        let mut index = Index::open(&self.folder)?;
        let before = Before {
            closed: index.closed()?,
            active: index.active()?,
        };
        let gone = gone(&self.folder, &before.closed);
        if !gone.is_empty() {
            index.forget(&gone)?;
            self.gone.extend(gone);
        }
        self.closed.clear();
        let mut is_full = false;
        let position = absorb(&self.folder, &before, &mut |batch, mark| {
            if !is_full {
                match index.write(&batch, &mark).and_then(|()| index.checkpoint()) {
                    Err(error) if error.is_for_want_of_room() => is_full = true,
                    result => return result,
                }
            }
            // Nothing is skipped: what comes later would tell the index that this is in it.
            self.recent.merge(&batch);
            self.closed.extend(mark.closed);
            Ok(())
        })?;
        // What is in memory is not in the index for want of room, or is of files that
        // are in the log no more.
        let keys: Vec<_> = self.recent.keys().collect();
        let known = index.known(&keys)?;
        self.recent.remove(
            keys.iter()
                .zip(known)
                .filter(|(_, known)| *known)
                .map(|(key, _)| key),
        );
        let mut completed = index.completed()?;
        for survey in self.recent.surveys() {
            *completed.entry(survey.clone()).or_insert(0) += 1;
        }
        let submissions = index.total()? + self.recent.len() as u64;
        self.indexer = Some(Indexer::start(index, &self.folder)?);
        self.completed.set(completed);
        info!(submissions, bytes = position.length, "log opened");
        Ok(position)
    }

    /// Warns of closed files that are gone, but for those that the rules had removed.
    pub(super) fn warn_of_gone(&mut self, upkeep: &Upkeep) {
        for file in std::mem::take(&mut self.gone) {
            if !upkeep.may_have_removed(&file) {
                warn!(
                    file,
                    "a closed file of the log is gone; restore it if nobody removed it on purpose"
                );
            }
        }
    }

    fn use_memory(&mut self) -> Result<Position, LogError> {
        error!(
            "the index of the log cannot be kept; submissions are remembered in memory alone, \
             in some 40 bytes each, until a restart"
        );
        let (recent, completed) = (&mut self.recent, &self.completed);
        completed.set(HashMap::new());
        let learnt = absorb(&self.folder, &Before::default(), &mut |batch, _| {
            recent.merge(&batch);
            Ok(())
        });
        for survey in recent.surveys() {
            completed.add(survey);
        }
        match learnt {
            Ok(position) => Ok(position),
            Err(AbsorbError::Log(error)) => Err(error),
            // Memory has no index that could fail.
            Err(AbsorbError::Index(cause)) => Err(LogError {
                path: self.folder.clone(),
                failure: io::Error::other(cause).into(),
            }),
        }
    }

    /// Whether each of these submissions is on disk.
    ///
    /// # Errors
    ///
    /// The index cannot be read, and must be made anew.
    pub(super) fn known(&mut self, keys: &[SubmissionKey]) -> Result<Vec<bool>, IndexError> {
        if self.is_blind {
            return Err(IndexError::Unread);
        }
        let is_in_memory = |key| {
            let is_leaving = self
                .leaving
                .as_ref()
                .is_some_and(|job| job.batch.contains(key));
            is_leaving || self.recent.contains(key)
        };
        let mut known: Vec<_> = keys.iter().map(|key| is_in_memory(*key)).collect();
        let Some(indexer) = &mut self.indexer else {
            return Ok(known);
        };
        let asked: Vec<_> = keys
            .iter()
            .zip(&known)
            .filter(|(_, known)| !**known)
            .map(|(key, _)| *key)
            .collect();
        let mut found = indexer.reader.known(&asked)?.into_iter();
        for known in known.iter_mut().filter(|known| !**known) {
            *known = found.next().unwrap_or(false);
        }
        Ok(known)
    }

    /// Notes that a submission is on disk, which was not known.
    pub(super) fn note(&mut self, key: SubmissionKey, completed: Option<&SurveyId>) {
        if self.recent.note(key, completed)
            && let Some(survey) = completed
        {
            self.completed.add(survey);
        }
    }

    /// Notes that the active file was closed, with everything in it known, and has this name now.
    pub(super) fn note_closed(&mut self, name: String) {
        self.closed.push(name);
    }

    /// The counts, which go on counting.
    pub(super) fn completed(&self) -> Completed {
        self.completed.clone()
    }

    /// Whether it is time to bring what is in memory into the index.
    pub(super) fn is_due(&self) -> bool {
        let must_wait = self.retry_at.is_some_and(|time| Instant::now() < time);
        let is_due = match self.leaving {
            Some(_) => WAIT_AT <= self.recent.len(),
            None => FLUSH_AT <= self.recent.len() || !self.closed.is_empty(),
        };
        self.indexer.is_some() && !must_wait && is_due
    }

    /// Brings what is in memory into the index, by its thread.
    ///
    /// The position is where in the active file the next line will be. While the
    /// thread is busy there is nothing to do, but for too many keys in memory.
    ///
    /// # Errors
    ///
    /// The index must be made anew.
    pub(super) fn flush(&mut self, position: Position) -> Result<(), IndexError> {
        self.settle(WAIT_AT <= self.recent.len())?;
        let Some(indexer) = &self.indexer else {
            return Ok(());
        };
        let is_nothing_new = self.recent.len() == 0 && self.closed.is_empty();
        if self.leaving.is_some() || is_nothing_new {
            return Ok(());
        }
        let job = Arc::new(Job {
            batch: std::mem::take(&mut self.recent),
            mark: Mark {
                closed: std::mem::take(&mut self.closed),
                active: Some(position),
            },
        });
        indexer.send(Arc::clone(&job));
        self.leaving = Some(job);
        Ok(())
    }

    /// Looks whether what was on its way has arrived, or waits until it has.
    ///
    /// # Errors
    ///
    /// The index must be made anew.
    pub(super) fn settle(&mut self, must_wait: bool) -> Result<(), IndexError> {
        if self.leaving.is_none() {
            return Ok(());
        }
        let result = self
            .indexer
            .as_ref()
            .and_then(|indexer| indexer.result(must_wait));
        let Some(result) = result else {
            return Ok(());
        };
        let Some(job) = self.leaving.take() else {
            return Ok(());
        };
        let Err(error) = result else {
            if self.retry_at.take().is_some() {
                info!("the index of the log can be written again");
            }
            return Ok(());
        };
        // It is not in the index, so it is kept.
        self.recent.merge(&job.batch);
        self.closed.extend_from_slice(&job.mark.closed);
        if matches!(error, IndexError::Later(_)) {
            if self.retry_at.is_none() {
                let cause = chain(&error);
                warn!(
                    cause,
                    "the index of the log cannot be written; it is tried again"
                );
            }
            self.retry_at = Some(Instant::now() + RETRY_EVERY);
            return Ok(());
        }
        Err(error)
    }

    /// Makes the index anew from the log, and returns how far the active file is read.
    ///
    /// # Errors
    ///
    /// A file of the log cannot be read, or not be synced.
    pub(super) fn recover(&mut self, cause: &IndexError) -> Result<Position, LogError> {
        let cause = chain(cause);
        error!(
            cause,
            "the index of the log failed and is made anew from the log"
        );
        if let Some(indexer) = self.indexer.take() {
            indexer.stop();
        }
        if let Some(job) = self.leaving.take() {
            self.recent.merge(&job.batch);
        }
        self.retry_at = None;
        self.recoveries += 1;
        if let Err(cause) = index::set_aside(&self.folder) {
            warn!(%cause, "the index cannot be set aside");
        }
        let learnt = match self.recoveries <= MAX_RECOVERIES {
            true => self.learn_all(),
            false => self.use_memory(),
        };
        self.is_blind = learnt.is_err();
        learnt
    }

    /// Brings everything into the index and closes it.
    pub(super) fn finish(&mut self, position: io::Result<Position>) {
        let flushed = self.settle(true).and_then(|()| match position {
            Ok(position) => self.flush(position).and_then(|()| self.settle(true)),
            Err(cause) => {
                warn!(%cause, "the index is not up to date; the next start reads more of the log");
                Ok(())
            }
        });
        if let Err(error) = flushed {
            let cause = chain(&error);
            warn!(
                cause,
                "the index of the log failed at the end and is set aside"
            );
            drop(index::set_aside(&self.folder));
        }
        if let Some(indexer) = self.indexer.take() {
            indexer.stop();
        }
    }
}
