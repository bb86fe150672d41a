//! Opens the log: learns what is in it, and sets a torn last line aside.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tracing::warn;

use super::file::{Failure, NamedFile};
use super::position::ReadAt;
use super::upkeep::Upkeep;
use super::{LogFile, Seen};
use crate::error::StartError;
use crate::{durable, history, time};

pub use crate::history::ACTIVE as LOG;

/// A log that is open for writing, and what is in it.
pub struct Log {
    pub(super) file: Box<dyn LogFile>,
    /// How long the file was after the last write, or when it was opened.
    pub(super) length: u64,
    /// How much of it is known to `seen`: whole lines.
    pub(super) learnt: u64,
    pub(super) seen: Seen,
    pub(super) upkeep: Upkeep,
    /// Where it is; none for a log that is no file.
    pub(super) folder: Option<PathBuf>,
}

impl Log {
    /// A log whose file is this long and holds these submissions.
    pub fn new(file: Box<dyn LogFile>, length: u64, seen: Seen) -> Self {
        Self {
            file,
            length,
            learnt: length,
            seen,
            upkeep: Upkeep::NONE,
            folder: None,
        }
    }

    /// Opens the log of a data folder, or begins one. The folder must be locked.
    ///
    /// Lines that cannot be read are warned about when they are read first, and
    /// stay. Everything is synced before this returns: lines that a killed
    /// process wrote and did not sync are known as seen from here on, and a 200
    /// for them must be true.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, read or written.
    pub fn open(folder: &Path) -> Result<Self, StartError> {
        let path = folder.join(LOG);
        let opened = File::open(folder).map_err(StartError::file("open the folder", folder))?;
        history::tidy(folder).map_err(StartError::file("tidy up", folder))?;
        let file = open_file(&path).map_err(|failure| refuse("write to", &path, failure))?;
        let (seen, position) =
            Seen::open(folder).map_err(|error| refuse("read", &error.path, error.failure))?;
        let file = Box::new(NamedFile::new(path, file, opened));
        Ok(Self {
            folder: Some(folder.into()),
            ..Self::new(file, position.length, seen)
        })
    }

    /// With these rules for closing files and for what becomes of them.
    #[must_use]
    pub fn with_upkeep(mut self, upkeep: Upkeep) -> Self {
        self.seen.warn_of_gone(&upkeep);
        Self { upkeep, ..self }
    }
}

fn refuse(action: &'static str, path: &Path, failure: Failure) -> StartError {
    match failure {
        Failure::Later(source) => StartError::file(action, path)(source),
        Failure::Unsynced(source) => StartError::file("sync", path)(source),
    }
}

/// Opens a log file, or begins one, sets a torn last line aside, and syncs it.
pub(super) fn open_file(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    let mut file = durable::private(&mut options).open(path)?;
    let end = file.seek(SeekFrom::End(0))?;
    let length = last_line_end(&mut file, end)?;
    if length < end {
        set_aside(&mut file, length, path)?;
    }
    file.sync_all()
        .and_then(|()| durable::sync_parent(path))
        .map_err(Failure::Unsynced)?;
    Ok(file)
}

/// Where the last whole line ends.
fn last_line_end(file: &mut File, end: u64) -> io::Result<u64> {
    const STEP: u64 = 1 << 16;
    let mut buffer = vec![0; STEP as usize];
    let mut place = end;
    while 0 < place {
        let from = place.saturating_sub(STEP);
        let mut read = 0;
        while from + (read as u64) < place {
            let room = buffer.get_mut(read..(place - from) as usize);
            match file.read_at(from + read as u64, room.unwrap_or_default())? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                count => read += count,
            }
        }
        let bytes = buffer.get(..read).unwrap_or_default();
        if let Some(line_end) = bytes.iter().rposition(|byte| *byte == b'\n') {
            return Ok(from + line_end as u64 + 1);
        }
        place = from;
    }
    Ok(0)
}

/// Moves what stands behind the last whole line into a file of its own.
fn set_aside(file: &mut File, length: u64, path: &Path) -> io::Result<()> {
    let name = format!("responses.torn-{}", time::file_stamp());
    let path = path.with_file_name(&name);
    file.seek(SeekFrom::Start(length))?;
    let mut torn = Vec::new();
    file.read_to_end(&mut torn)?;
    durable::write_file(&path, &torn)?;
    file.set_len(length)?;
    warn!(
        bytes = torn.len(),
        file = name,
        "the last line was torn by a crash and is set aside"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use sayso_core::id::ResponseId;

    use super::super::SubmissionKey;
    use super::*;

    const FIRST: &str =
        "{\"response_id\":\"00000000-0000-0000-0000-000000000001\",\"seq\":0,\"more\":1}\n";
    const SECOND: &str = "{\"seq\":1,\"response_id\":\"00000000-0000-0000-0000-000000000001\"}\n";

    fn key(seq: u32) -> SubmissionKey {
        let id = ResponseId::try_from("00000000-0000-0000-0000-000000000001").unwrap();
        SubmissionKey::new(&id, seq)
    }

    #[track_caller]
    fn check_open(before: &[u8], after: &[u8], seen: &[u32], torn: Option<&[u8]>) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join(LOG);
        fs::write(&path, before).unwrap();
        let mut log = Log::open(place.path()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), after);
        assert_eq!(
            (log.length, log.learnt),
            (after.len() as u64, after.len() as u64)
        );
        let keys: Vec<_> = (0..9).map(key).collect();
        let known = log.seen.known(&keys).unwrap();
        let expected: Vec<_> = (0..9).map(|seq| seen.contains(&seq)).collect();
        assert_eq!(known, expected);
        let names = fs::read_dir(place.path())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let is_aside = |name: &PathBuf| name.to_string_lossy().contains("torn");
        let aside: Vec<_> = names.filter(is_aside).collect();
        match torn {
            Some(torn) => assert_eq!(fs::read(&aside[0]).unwrap(), torn),
            None => assert!(aside.is_empty(), "{aside:?}"),
        }
    }

    #[test]
    fn whole_lines_are_learnt() {
        check_open(b"", b"", &[], None);
        let text = format!("{FIRST}{SECOND}");
        check_open(text.as_bytes(), text.as_bytes(), &[0, 1], None);
    }

    #[test]
    fn a_torn_last_line_is_set_aside() {
        for torn in ["{\"seq\":1,\"respon", "{", "\0\0\0", SECOND.trim_end()] {
            let text = format!("{FIRST}{torn}");
            check_open(
                text.as_bytes(),
                FIRST.as_bytes(),
                &[0],
                Some(torn.as_bytes()),
            );
            check_open(torn.as_bytes(), b"", &[], Some(torn.as_bytes()));
        }
    }

    #[test]
    fn lines_that_are_no_records_stay_and_do_no_harm() {
        let text = format!("nonsense\n\n{FIRST}\u{fffd}\n{SECOND}");
        check_open(text.as_bytes(), text.as_bytes(), &[0, 1], None);
        check_open(b"\xff\xfe\n", b"\xff\xfe\n", &[], None);
    }
}
