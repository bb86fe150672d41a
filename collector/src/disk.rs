//! Whether the data folder can be written, found out before a submission does.
//!
//! Every few seconds a thread writes a small file into the folder, syncs it and
//! takes it away again. What it finds is what `/readyz` says beside what the
//! writer of the log has met. A write that hangs counts as one that fails. The
//! sync is one of that file: it takes no error from the log's.
//!
//! The same thread measures the log and the room on the disk, for `/metrics`.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Deserialize;
use tracing::{error, info};

use crate::company;
use crate::history::{self, Part};
use crate::metrics::Metrics;

/// How often the disk is tried.
const EVERY: Duration = Duration::from_secs(5);

/// How often one that cannot be written is tried, so that its return is seen soon.
const EVERY_BAD: Duration = Duration::from_secs(1);

/// After this long without a good try something hangs.
const STALE: Duration = Duration::from_secs(60);

/// What a try writes. A full disk may still take a few bytes of a half-used block.
const PROBE: [u8; 8192] = [b' '; 8192];

/// What is known of the disk.
#[derive(Debug, Default)]
pub struct Disk(Mutex<Found>);

#[derive(Debug, Default)]
enum Found {
    /// Nobody has tried it yet.
    #[default]
    Untried,
    /// It could be written then.
    Good(Instant),
    /// It could not be written.
    Bad,
}

impl Disk {
    /// Whether the data folder can be written, as far as is known.
    pub fn can_write(&self) -> bool {
        match *self.found() {
            Found::Untried => true,
            Found::Good(at) => at.elapsed() < STALE,
            Found::Bad => false,
        }
    }

    /// Tries to write into a folder, and notes whether it went well.
    pub fn try_folder(&self, data: &Path) {
        let result = write_probe(data);
        let mut found = self.found();
        match (&*found, &result) {
            (Found::Bad, Ok(())) => info!("the data folder can be written again"),
            (Found::Untried | Found::Good(_), Err(cause)) => {
                error!(%cause, "cannot write to the data folder; not ready until it can be");
            }
            _ => {}
        }
        *found = match result {
            Ok(()) => Found::Good(Instant::now()),
            Err(_) => Found::Bad,
        };
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a small file and takes it away.
fn write_probe(data: &Path) -> io::Result<()> {
    let path = data.join(".probe");
    let written = File::create(&path).and_then(|mut file| {
        file.write_all(&PROBE)?;
        file.sync_data()
    });
    match fs::remove_file(&path) {
        Err(cause) if written.is_ok() => Err(cause),
        _ => written,
    }
}

/// The thread that tries and measures.
#[must_use = "the thread runs until it is stopped"]
#[derive(Debug)]
pub struct Prober {
    /// Dropped to end the thread.
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Prober {
    /// Measures once, and starts to try the folder from now on.
    ///
    /// # Errors
    ///
    /// The thread cannot be started.
    pub fn start(data: PathBuf, disk: Arc<Disk>, metrics: Arc<Metrics>) -> io::Result<Self> {
        measure(&data, &metrics);
        if let Some(at) = newest_line(&data) {
            metrics.vitals.stored_before(at.as_second());
        }
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name(String::from("sayso-disk"))
            .spawn(move || run(&stopped, &data, &disk, &metrics))?;
        Ok(Self { stop, thread })
    }

    /// Ends the thread.
    pub fn stop(self) {
        drop(self.stop);
        company::end(self.thread);
    }
}

fn run(stopped: &Receiver<()>, data: &Path, disk: &Disk, metrics: &Metrics) {
    loop {
        disk.try_folder(data);
        measure(data, metrics);
        let pause = if disk.can_write() { EVERY } else { EVERY_BAD };
        match stopped.recv_timeout(pause) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// The sizes of the log and of the room that is left. What cannot be measured stays.
fn measure(data: &Path, metrics: &Metrics) {
    let vitals = &metrics.vitals;
    if let Ok(parts) = history::parts(data) {
        let sizes = parts
            .iter()
            .filter_map(|part| fs::metadata(&part.path).ok());
        let bytes: u64 = sizes.map(|found| found.len()).sum();
        vitals
            .log_bytes
            .set(i64::try_from(bytes).unwrap_or(i64::MAX));
        vitals.log_files.set(parts.len() as i64);
    }
    if let Some(free) = free_bytes(data) {
        vitals
            .free_bytes
            .set(i64::try_from(free).unwrap_or(i64::MAX));
    }
}

#[cfg(unix)]
fn free_bytes(data: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(data).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Elsewhere the standard library does not say.
#[cfg(not(unix))]
fn free_bytes(_data: &Path) -> Option<u64> {
    None
}

/// How much of a file's end is looked at for its last line.
const TAIL: u64 = 1 << 20;

/// When the newest line of the log was stored; none if there is no line.
///
/// Where the active file has no line, the time of the newest closed file stands in.
fn newest_line(data: &Path) -> Option<Timestamp> {
    let parts = history::parts(data).ok()?;
    parts.iter().rev().find_map(|part| {
        let found = fs::metadata(&part.path)
            .ok()
            .filter(|found| 0 < found.len())?;
        let changed = || Timestamp::try_from(found.modified().ok()?).ok();
        match part.is_compressed {
            true => changed(),
            false => last_time(part, found.len()).ok().flatten().or_else(changed),
        }
    })
}

/// The part of a line that says when it was stored.
#[derive(Deserialize)]
struct Line {
    received_at: String,
}

fn last_time(part: &Part, length: u64) -> io::Result<Option<Timestamp>> {
    let mut file = File::open(&part.path)?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    let mut lines = tail.rsplit(|byte| *byte == b'\n');
    Ok(lines.find_map(|line| {
        let line = serde_json::from_slice::<Line>(line).ok()?;
        line.received_at.parse().ok()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_written_is_noticed_and_so_is_its_return() {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        let disk = Disk::default();
        assert!(disk.can_write());
        disk.try_folder(&data);
        assert!(!disk.can_write());
        fs::create_dir(&data).unwrap();
        disk.try_folder(&data);
        assert!(disk.can_write());
        assert_eq!(fs::read_dir(&data).unwrap().count(), 0);
    }

    #[test]
    fn a_try_that_is_long_ago_is_no_good_sign() {
        let long_ago = Instant::now().checked_sub(STALE).unwrap();
        assert!(!Disk(Mutex::new(Found::Good(long_ago))).can_write());
    }

    #[track_caller]
    fn check_newest(files: &[(&str, &str)], expected: Option<&str>) {
        let place = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(place.path().join(name), content).unwrap();
        }
        let found = newest_line(place.path()).map(|at| at.to_string());
        assert_eq!(found.as_deref(), expected, "{files:?}");
    }

    #[test]
    fn the_newest_line_is_the_last_one_that_says_when() {
        let line = |day: u32| format!("{{\"received_at\":\"2026-11-{day:02}T00:00:00Z\"}}\n");
        let (first, second) = (line(1), line(2));
        let both = format!("{first}{second}");
        check_newest(&[], None);
        check_newest(&[(history::ACTIVE, "")], None);
        check_newest(&[(history::ACTIVE, &both)], Some("2026-11-02T00:00:00Z"));
        let erased = format!("{both}{{\"erased_at\":\"2026-11-03T00:00:00Z\"}}\n");
        check_newest(&[(history::ACTIVE, &erased)], Some("2026-11-02T00:00:00Z"));
        let closed = history::closed_name("2026-11-02T00", 1);
        let files = [(history::ACTIVE, ""), (&*closed, &*second)];
        check_newest(&files, Some("2026-11-02T00:00:00Z"));
    }
}
