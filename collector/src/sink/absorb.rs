//! Brings the index up to date with the files of the log.
//!
//! A closed file is known by its name: it is read once, and may be compressed or
//! rewritten after that. Of the active file it is known how far it was read, and
//! what it looked like there. When that place is in no file of the log, the log
//! is another one, as after a restore, and the index is begun anew: a submission
//! that is known and not in the log would be answered 200 and lost.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use tracing::warn;

use super::Failure;
use super::index::{Batch, IndexError, Mark};
use super::lines::Lines;
use super::position::{Position, ReadAt};
use crate::history::{self, Part};

/// How many keys are brought in at once. It bounds the memory, to some 10 MB.
const KEYS_AT_ONCE: usize = 200_000;

/// What the index knows of the log's files.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// The closed files that were read.
    pub(super) closed: HashSet<String>,
    /// How far the active one was.
    pub(super) active: Position,
}

/// Why the index cannot be brought up to date.
#[derive(Debug, thiserror::Error)]
pub(super) enum AbsorbError {
    /// The index is at fault.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The log is.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// A file of the log cannot be read, or not be synced.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}", path.display())]
pub(super) struct LogError {
    pub(super) path: PathBuf,
    #[source]
    pub(super) failure: Failure,
}

/// Takes in a batch.
pub(super) type Take<'a> = &'a mut dyn FnMut(Batch, Mark) -> Result<(), IndexError>;

/// Reads what is new in the log, and returns how far the active file is read.
///
/// What is read is synced first: from here on it is answered with 200.
pub(super) fn absorb(
    folder: &Path,
    before: &Before,
    take: Take<'_>,
) -> Result<Position, AbsorbError> {
    let parts = history::parts(folder).map_err(because(folder))?;
    let fresh: Vec<_> = parts
        .iter()
        .filter_map(|part| Some((part, part.plain_name()?)))
        .filter(|(_, name)| !before.closed.contains(name))
        .collect();
    let active = parts.iter().find(|part| part.is_active());
    let from = where_from(&before.active, active, fresh.iter().map(|(part, _)| *part))?;
    for (part, name) in fresh {
        let mark = Mark {
            closed: vec![name],
            active: None,
        };
        sync(part)?;
        let reader = part.open().map_err(because(&part.path))?;
        read(part, &mut Lines::new(&part.name(), reader), mark, take)?;
    }
    match active {
        Some(part) => read_active(part, from, take),
        None => Ok(Position::default()),
    }
}

/// The closed files among these that are in the folder no more.
pub(super) fn gone(folder: &Path, closed: &HashSet<String>) -> Vec<String> {
    // A folder that cannot be read is said when the log is read.
    let Ok(parts) = history::parts(folder) else {
        return Vec::new();
    };
    let present: HashSet<_> = parts.iter().filter_map(Part::plain_name).collect();
    let mut gone: Vec<_> = closed.difference(&present).cloned().collect();
    gone.sort();
    gone
}

/// Where to go on in the active file; an error if the place is in no file.
fn where_from<'a>(
    position: &Position,
    active: Option<&Part>,
    mut fresh: impl Iterator<Item = &'a Part>,
) -> Result<u64, AbsorbError> {
    let is_in = |part: &Part| {
        let file = File::open(&part.path);
        let is_in = file.and_then(|mut file| position.is_in(&mut file));
        is_in.map_err(because(&part.path))
    };
    if let Some(active) = active
        && is_in(active)?
    {
        return Ok(position.length);
    }
    // It was closed, and a crash came before the index was told; or it was moved by hand.
    let is_closed = fresh.try_fold(false, |found, part| {
        Ok::<_, AbsorbError>(found || !part.is_compressed && is_in(part)?)
    })?;
    match is_closed || position.length == 0 {
        true => Ok(0),
        false => Err(IndexError::Stale.into()),
    }
}

fn read_active(part: &Part, from: u64, take: Take<'_>) -> Result<Position, AbsorbError> {
    sync(part)?;
    let failed = || because(&part.path);
    let mut file = File::open(&part.path).map_err(failed())?;
    file.seek(SeekFrom::Start(from)).map_err(failed())?;
    let name = part.name();
    let mut lines = Lines::after(from, &name, BufReader::with_capacity(1 << 16, file));
    read(part, &mut lines, Mark::default(), take)?;
    let length = from + lines.length;
    let mut file = File::open(&part.path).map_err(failed())?;
    let position = Position::of(&mut file, length).map_err(failed())?;
    let mark = Mark {
        closed: Vec::new(),
        active: Some(position.clone()),
    };
    take(Batch::default(), mark)?;
    Ok(position)
}

/// Takes in every line; the mark goes with the last batch.
fn read<R: io::BufRead>(
    part: &Part,
    lines: &mut Lines<'_, R>,
    mark: Mark,
    take: Take<'_>,
) -> Result<(), AbsorbError> {
    let mut batch = Batch::default();
    loop {
        let learnt = match lines.next() {
            Ok(Some(learnt)) => learnt,
            Ok(None) => break,
            Err(cause) if history::is_damage(&cause) => {
                let file = part.name();
                warn!(
                    file,
                    %cause,
                    "a file of the log is damaged and was read in part; what the rest of it holds \
                     would be stored again if it came again: restore it from a backup"
                );
                // Without the mark: the next start tries again, and says so again.
                return Ok(take(batch, Mark::default())?);
            }
            Err(cause) => return Err(because(&part.path)(cause)),
        };
        batch.note(learnt.key, learnt.completed.as_ref());
        if KEYS_AT_ONCE <= batch.len() {
            take(std::mem::take(&mut batch), Mark::default())?;
        }
    }
    Ok(take(batch, mark)?)
}

/// A line that a killed process wrote and did not sync is answered with 200 from here on.
fn sync(part: &Part) -> Result<(), AbsorbError> {
    let file = File::open(&part.path).map_err(because(&part.path))?;
    file.sync_all().map_err(|error| {
        let (path, failure) = (part.path.clone(), Failure::Unsynced(error));
        LogError { path, failure }.into()
    })
}

fn because(path: &Path) -> impl FnOnce(io::Error) -> AbsorbError + use<> {
    let path = PathBuf::from(path);
    move |error| {
        let failure = Failure::Later(error);
        LogError { path, failure }.into()
    }
}

impl ReadAt for File {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.seek(SeekFrom::Start(offset))?;
        self.read(buffer)
    }
}
