//! Opens the log: learns what is in it, and sets a torn last line aside.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use sayso_core::id::{ResponseId, SurveyId};
use sayso_core::wire::Status;
use serde::Deserialize;
use tracing::{info, warn};

use super::completed::Counts;
use super::file::NamedFile;
use super::{LogFile, Seen, SubmissionKey};
use crate::durable;
use crate::error::StartError;
use crate::time;

pub use crate::history::ACTIVE as LOG;

/// A log that is open for writing, and what is in it.
pub struct Log {
    pub(super) file: Box<dyn LogFile>,
    /// How long the file was after the last write, or when it was opened.
    pub(super) length: u64,
    pub(super) seen: Seen,
    pub(super) completed: Counts,
}

/// What is in a log file.
#[derive(Debug, Default)]
pub struct Contents {
    /// The submissions.
    pub seen: Seen,
    /// How long the file is.
    pub length: u64,
    /// How many responses to each survey it completes.
    pub completed: Counts,
}

/// The part of a line that says which submission it is.
#[derive(Deserialize)]
struct Key {
    response_id: ResponseId,
    seq: u32,
    survey: Option<SurveyId>,
    status: Option<Status>,
}

impl Log {
    /// A log whose file is this long and holds these submissions.
    pub fn new(file: Box<dyn LogFile>, length: u64, seen: Seen) -> Self {
        Self {
            file,
            length,
            seen,
            completed: Counts::new(),
        }
    }

    /// Opens the log of a data folder, or begins one.
    ///
    /// Lines that cannot be read are warned about and stay. Everything is synced
    /// before this returns: lines that a killed process wrote and did not sync
    /// are known as seen from here on, and a 200 for them must be true.
    ///
    /// # Errors
    ///
    /// The file cannot be opened, read or written.
    pub fn open(folder: &Path) -> Result<Self, StartError> {
        let path = folder.join(LOG);
        let opened = File::open(folder).map_err(StartError::file("open the folder", folder))?;
        let (file, contents) = open_file(&path).map_err(|(action, source)| StartError::File {
            action,
            path: path.clone(),
            source,
        })?;
        let Contents {
            seen,
            length,
            completed,
        } = contents;
        info!(submissions = seen.len(), bytes = length, "log opened");
        let file = Box::new(NamedFile::new(path, file, opened));
        Ok(Self {
            completed,
            ..Self::new(file, length, seen)
        })
    }
}

/// Opens a log file, or begins one, and syncs it.
///
/// An error has with it what could not be done.
pub(super) fn open_file(path: &Path) -> Result<(File, Contents), (&'static str, io::Error)> {
    let because = |action| move |cause| (action, cause);
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path)
        .map_err(because("write to"))?;
    let contents = read(&file).map_err(because("read"))?;
    let length = contents.length;
    let end = file.seek(SeekFrom::End(0)).map_err(because("read"))?;
    if length < end {
        set_aside(&mut file, length, path).map_err(because("set aside the torn last line of"))?;
    }
    file.sync_all()
        .and_then(|()| durable::sync_parent(path))
        .map_err(because("sync"))?;
    Ok((file, contents))
}

/// The submissions in the log, and where its last whole line ends.
fn read(file: &File) -> io::Result<Contents> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let (mut contents, mut number) = (Contents::default(), 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(contents);
        }
        number += 1;
        contents.length += read as u64;
        match serde_json::from_slice::<Key>(&line) {
            Ok(key) => {
                if !contents
                    .seen
                    .insert(SubmissionKey::new(&key.response_id, key.seq))
                {
                    warn!(line = number, "the log holds this submission twice");
                } else if let (Some(survey), Some(Status::Completed)) = (key.survey, key.status) {
                    *contents.completed.entry(survey).or_default() += 1;
                }
            }
            Err(_) => warn!(line = number, "the log holds a line that is no record"),
        }
    }
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
        let log = Log::open(place.path()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), after);
        assert_eq!(log.length, after.len() as u64);
        assert_eq!(log.seen.len(), seen.len());
        assert!(seen.iter().all(|seq| log.seen.contains(key(*seq))));
        let names = fs::read_dir(place.path())
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let aside: Vec<_> = names.filter(|name| *name != path).collect();
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
