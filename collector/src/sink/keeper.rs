//! The thread that looks after closed files: compresses them, and removes the old ones.
//!
//! A compressed file is written under another name, read back, synced and
//! renamed before the plain one is removed: a crash leaves one of them, or both,
//! and then the compressed one counts. Who rewrites closed files holds the lock.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tracing::{error, info, warn};

use super::Log;
use super::lines::Lines;
use super::upkeep::{Upkeep, hour};
use crate::durable;
use crate::history::{self, Part, compressed_name};
use crate::settings::Compress;

/// How often closed files are looked at, besides when one is closed.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);

/// How well files are compressed: zstd's usual level.
const LEVEL: i32 = 3;

/// What a torn line that was set aside is called, up to its time.
const TORN: &str = "responses.torn-";

/// The running thread.
#[derive(Debug)]
pub(super) struct Keeper {
    bell: Sender<()>,
    is_ending: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Starts the thread; none if there is nothing to do.
    pub(super) fn start(log: &Log, closed_files: &Arc<Mutex<()>>) -> io::Result<Option<Self>> {
        let Some(folder) = log.folder.clone().filter(|_| log.upkeep.has_work()) else {
            return Ok(None);
        };
        let (bell, rings) = mpsc::channel();
        let is_ending = Arc::new(AtomicBool::new(false));
        let mut work = Work {
            folder,
            upkeep: log.upkeep,
            closed_files: Arc::clone(closed_files),
            is_ending: Arc::clone(&is_ending),
            newest: HashMap::new(),
        };
        let thread = thread::Builder::new()
            .name(String::from("sayso-keeper"))
            .spawn(move || work.run(&rings))?;
        Ok(Some(Self {
            bell,
            is_ending,
            thread,
        }))
    }

    /// Who rings it tells that a file was closed.
    pub(super) fn bell(&self) -> Sender<()> {
        self.bell.clone()
    }

    /// Returns when the thread has ended; what it was at is left as it was. Every other
    /// bell must be gone.
    pub(super) fn stop(self) {
        self.is_ending.store(true, Ordering::Relaxed);
        drop(self.bell);
        if self.thread.join().is_err() {
            error!("the keeper of closed files ended in a panic");
        }
    }
}

struct Work {
    folder: PathBuf,
    upkeep: Upkeep,
    closed_files: Arc<Mutex<()>>,
    is_ending: Arc<AtomicBool>,
    /// The time of the newest line of files that were read for it.
    newest: HashMap<PathBuf, Timestamp>,
}

impl Work {
    fn run(&mut self, rings: &Receiver<()>) {
        loop {
            if let Err(cause) = self.look() {
                warn!(%cause, "closed files of the log cannot be looked after; it is tried again");
            }
            match rings.recv_timeout(LOOK_EVERY) {
                Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.is_ending.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    fn look(&mut self) -> io::Result<()> {
        if self.upkeep.keep_days != 0 {
            let age = SignedDuration::from_hours(24 * i64::from(self.upkeep.keep_days));
            self.remove_older(Timestamp::now() - age)?;
        }
        if self.upkeep.compress == Compress::Zstd {
            for part in history::parts(&self.folder)? {
                if self.is_ending.load(Ordering::Relaxed) {
                    return Ok(());
                }
                if !part.is_active() && !part.is_compressed {
                    self.compress(&part)?;
                }
            }
        }
        Ok(())
    }

    /// Removes closed files without a line that is newer.
    fn remove_older(&mut self, limit: Timestamp) -> io::Result<()> {
        for part in history::parts(&self.folder)? {
            // What was begun later has a line that is newer.
            let is_candidate = part
                .begun
                .as_ref()
                .is_some_and(|begun| begun.0 <= hour(limit));
            if self.is_ending.load(Ordering::Relaxed) {
                return Ok(());
            }
            if is_candidate && self.newest(&part)? < limit {
                let closed_files = Arc::clone(&self.closed_files);
                let _lock = closed_files.lock().unwrap_or_else(PoisonError::into_inner);
                remove(&part)?;
                self.newest.remove(&part.path);
                info!(
                    file = part.name(),
                    "a file of the log was removed: all in it was too old"
                );
            }
        }
        self.remove_torn(limit)
    }

    /// The time of the newest line, or of the last change if there is no line with a time.
    fn newest(&mut self, part: &Part) -> io::Result<Timestamp> {
        if let Some(newest) = self.newest.get(&part.path) {
            return Ok(*newest);
        }
        let name = part.name();
        let mut lines = Lines::new(&name, part.open()?);
        let mut newest: Option<Timestamp> = None;
        loop {
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(cause) if history::is_damage(&cause) => {
                    // Its lines are no newer than its last change, which counts then.
                    newest = None;
                    break;
                }
                Err(cause) => return Err(cause),
            };
            let time = line.received_at.and_then(|time| time.parse().ok());
            newest = newest.max(time);
        }
        let newest = match newest {
            Some(newest) => newest,
            None => Timestamp::try_from(fs::metadata(&part.path)?.modified()?)
                .unwrap_or_else(|_| Timestamp::now()),
        };
        self.newest.insert(part.path.clone(), newest);
        Ok(newest)
    }

    /// Torn lines that were set aside hold answers too.
    fn remove_torn(&self, limit: Timestamp) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let time = name.to_str().and_then(|name| name.strip_prefix(TORN));
            if time.is_some_and(|time| time < hour(limit).as_str()) {
                fs::remove_file(entry.path())?;
                info!(file = ?name, "a torn line that was set aside was removed: it was too old");
            }
        }
        Ok(())
    }

    fn compress(&self, part: &Part) -> io::Result<()> {
        let _lock = self
            .closed_files
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let path = part.path.with_file_name(compressed_name(&part.name()));
        let draft = path.with_file_name(format!(".{}.draft", compressed_name(&part.name())));
        let written = self.write_draft(&part.path, &draft);
        if !matches!(written, Ok(true)) {
            drop(fs::remove_file(&draft));
            return written.map(drop);
        }
        fs::rename(&draft, &path)?;
        durable::sync_parent(&path)?;
        fs::remove_file(&part.path)?;
        durable::sync_parent(&path)?;
        let bytes = fs::metadata(&path)?.len();
        info!(
            file = part.name(),
            bytes, "a file of the log was compressed"
        );
        Ok(())
    }

    /// Writes a compressed copy, syncs it and reads it back; false when there is no time left.
    fn write_draft(&self, from: &Path, draft: &Path) -> io::Result<bool> {
        let mut source = File::open(from)?;
        let mut encoder = zstd::Encoder::new(durable::create_private(draft)?, LEVEL)?;
        encoder.include_checksum(true)?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            if self.is_ending.load(Ordering::Relaxed) {
                return Ok(false);
            }
            match source.read(&mut buffer)? {
                0 => break,
                count => encoder.write_all(buffer.get(..count).unwrap_or_default())?,
            }
        }
        encoder.finish()?.sync_all()?;
        match is_same(File::open(from)?, zstd::Decoder::new(File::open(draft)?)?)? {
            true => Ok(true),
            false => Err(io::Error::other("the compressed file reads back otherwise")),
        }
    }
}

/// Removes a closed file, and the plain one that a crash may have left beside it.
fn remove(part: &Part) -> io::Result<()> {
    fs::remove_file(&part.path)?;
    if let Some(plain) = part.plain_name().filter(|_| part.is_compressed) {
        match fs::remove_file(part.path.with_file_name(plain)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    durable::sync_parent(&part.path)
}

/// Whether two readers read the same.
fn is_same(left: impl Read, right: impl Read) -> io::Result<bool> {
    let mut left = BufReader::with_capacity(1 << 16, left);
    let mut right = BufReader::with_capacity(1 << 16, right);
    loop {
        let (one, other) = (left.fill_buf()?, right.fill_buf()?);
        let count = one.len().min(other.len());
        if one.get(..count) != other.get(..count) {
            return Ok(false);
        }
        if count == 0 {
            return Ok(one.len() == other.len());
        }
        left.consume(count);
        right.consume(count);
    }
}
