//! The index on disk: a SQLite file beside the log that says what the log holds.
//!
//! It is derived. Whoever deletes it loses nothing: the next start reads the
//! log again. One transaction brings in keys together with how far the log has
//! been read, so after a crash or the loss of power it is behind the log, and
//! never ahead of it. It is not synced with each transaction, which SQLite's
//! write-ahead log allows; it is synced when that is copied into the file.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ffi;
use rusqlite::{Connection, ErrorCode, Transaction, params};
use sayso_core::id::SurveyId;
use tracing::warn;

use super::SubmissionKey;
use super::position::Position;
use crate::durable;

/// The name of the index within the data folder.
pub const INDEX: &str = "index.sqlite";

/// Where an index that cannot be used is set aside. One is kept at most.
const BROKEN: &str = "index.sqlite.broken";

/// Says that a SQLite file is this index: "Says" in ASCII.
const APPLICATION: i32 = 0x5361_7973;

/// Grows when older programs would read the tables wrongly.
const FORMAT: i32 = 1;

/// The bound on memory: pages that SQLite keeps of the file, in KiB.
const CACHE_KIB: i32 = 8_192;

const TABLES: &str = "
    CREATE TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE completed (survey TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE closed (name TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE active (length INTEGER NOT NULL, print BLOB NOT NULL, total INTEGER NOT NULL);
    INSERT INTO active VALUES (0, x'', 0);
";

/// Why the index could not do something.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexError {
    /// Nothing has changed, and the same may work later, as when there is room again.
    #[error("the index cannot be used now")]
    Later(#[source] rusqlite::Error),
    /// What is in the file can no longer be relied on.
    #[error("the index is damaged")]
    Broken(#[source] rusqlite::Error),
    /// It is another program's, or a later version's.
    #[error("the file is no index of this version of Sayso")]
    Foreign,
    /// It says more than the log, or of another log.
    #[error("the index does not fit the log")]
    Stale,
    /// There is none, because the log could not be read for it.
    #[error("there is no index")]
    Unread,
}

impl From<rusqlite::Error> for IndexError {
    fn from(error: rusqlite::Error) -> Self {
        match is_temporary(&error) {
            true => IndexError::Later(error),
            false => IndexError::Broken(error),
        }
    }
}

impl IndexError {
    /// Whether it may be over when there is room again.
    pub(super) fn is_for_want_of_room(&self) -> bool {
        let IndexError::Later(error) = self else {
            return false;
        };
        error.sqlite_error_code() != Some(ErrorCode::CannotOpen)
    }
}

/// Whether an error leaves the file as it was.
///
/// A write that fails does: the transaction is undone. A sync that fails does
/// not, by the reasons that hold for the log; nor does a read.
fn is_temporary(error: &rusqlite::Error) -> bool {
    match error.sqlite_error() {
        Some(error) => match error.code {
            ErrorCode::SystemIoFailure => !matches!(
                error.extended_code,
                ffi::SQLITE_IOERR_FSYNC
                    | ffi::SQLITE_IOERR_DIR_FSYNC
                    | ffi::SQLITE_IOERR_READ
                    | ffi::SQLITE_IOERR_SHORT_READ
                    | ffi::SQLITE_IOERR_CORRUPTFS
            ),
            ErrorCode::DiskFull
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::CannotOpen
            | ErrorCode::OutOfMemory
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly => true,
            _ => false,
        },
        None => false,
    }
}

/// Keys that are stored and not in the index yet.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Each with the number of the survey of which it completes a response.
    keys: HashMap<SubmissionKey, u32>,
    surveys: Vec<SurveyId>,
}

/// Stands for no survey.
const NONE: u32 = u32::MAX;

impl Batch {
    /// Notes a key; false if it is noted already.
    pub(super) fn note(&mut self, key: SubmissionKey, completed: Option<&SurveyId>) -> bool {
        if self.keys.contains_key(&key) {
            return false;
        }
        let survey = completed.map_or(NONE, |survey| self.number(survey));
        self.keys.insert(key, survey);
        true
    }

    fn number(&mut self, survey: &SurveyId) -> u32 {
        // From the end: the lines of a time are mostly of a few surveys.
        let found = self.surveys.iter().rposition(|known| known == survey);
        let number = found.unwrap_or_else(|| {
            self.surveys.push(survey.clone());
            self.surveys.len() - 1
        });
        u32::try_from(number).unwrap_or(NONE)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = SubmissionKey> {
        self.keys.keys().copied()
    }

    pub(super) fn remove<'a>(&mut self, keys: impl Iterator<Item = &'a SubmissionKey>) {
        for key in keys {
            self.keys.remove(key);
        }
    }

    pub(super) fn contains(&self, key: SubmissionKey) -> bool {
        self.keys.contains_key(&key)
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Takes in what another has.
    pub(super) fn merge(&mut self, other: &Batch) {
        for (key, survey) in &other.keys {
            self.note(*key, other.survey(*survey));
        }
    }

    /// The survey of each key that completes a response.
    pub(super) fn surveys(&self) -> impl Iterator<Item = &SurveyId> {
        self.keys.values().filter_map(|survey| self.survey(*survey))
    }

    fn survey(&self, number: u32) -> Option<&SurveyId> {
        self.surveys.get(number as usize)
    }
}

/// How far the log has been read with a batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark {
    /// Closed files that are read to their ends, by their names without `.zst`.
    pub(super) closed: Vec<String>,
    /// How far the active file is read; none if that is as before.
    pub(super) active: Option<Position>,
}

/// An open index. Several may be open on one file.
#[derive(Debug)]
pub(super) struct Index {
    connection: Connection,
}

impl Index {
    /// Opens the index of a data folder, or begins one.
    pub(super) fn open(folder: &Path) -> Result<Self, IndexError> {
        let path = folder.join(INDEX);
        if !path.exists() {
            // What belonged to an index that was deleted is no part of the new one.
            remove_logs(&path);
            // What SQLite adds beside it has the same mode.
            drop(durable::create_private(&path));
        }
        let mut connection = Connection::open(path)?;
        let number = |name: &str| connection.query_row(name, [], |row| row.get::<_, i32>(0));
        let is_new = number("PRAGMA page_count")? == 0;
        let stamp = (
            number("PRAGMA application_id")?,
            number("PRAGMA user_version")?,
        );
        if !is_new && stamp != (APPLICATION, FORMAT) {
            return Err(IndexError::Foreign);
        }
        connection.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 0;
             PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -{CACHE_KIB};
             PRAGMA temp_store = MEMORY;"
        ))?;
        if is_new {
            let begun = connection.transaction()?;
            begun.execute_batch(TABLES)?;
            begun.pragma_update(None, "application_id", APPLICATION)?;
            begun.pragma_update(None, "user_version", FORMAT)?;
            begun.commit()?;
        }
        Ok(Self { connection })
    }

    /// Whether each of these keys is there.
    pub(super) fn known(&mut self, keys: &[SubmissionKey]) -> Result<Vec<bool>, IndexError> {
        // One transaction for all: beginning and ending it costs more than a look.
        let looking = self.connection.transaction()?;
        let mut statement = looking.prepare("SELECT 1 FROM seen WHERE key = ?1")?;
        let known = keys.iter().map(|key| statement.exists([key.as_bytes()]));
        let known = known.collect::<Result<_, _>>()?;
        drop(statement);
        looking.commit()?;
        Ok(known)
    }

    /// Brings keys in, and how far the log was read for them: all of it or nothing.
    pub(super) fn write(&mut self, batch: &Batch, mark: &Mark) -> Result<(), IndexError> {
        let writing = self.connection.transaction()?;
        let inserted = insert(&writing, batch)?;
        for (number, count) in inserted.completed {
            let survey = batch.survey(number).map_or("", SurveyId::as_str);
            writing.execute(
                "INSERT INTO completed VALUES (?1, ?2)
                 ON CONFLICT (survey) DO UPDATE SET count = count + ?2",
                params![survey, count],
            )?;
        }
        writing.execute("UPDATE active SET total = total + ?1", [inserted.total])?;
        for name in &mark.closed {
            writing.execute("INSERT OR IGNORE INTO closed VALUES (?1)", [name])?;
        }
        if let Some(Position { length, print }) = &mark.active {
            let length = i64::try_from(*length).unwrap_or(i64::MAX);
            writing.execute(
                "UPDATE active SET length = ?1, print = ?2",
                params![length, print],
            )?;
        }
        writing.commit()?;
        Ok(())
    }

    /// Copies what is in SQLite's own log into the file, and syncs both.
    pub(super) fn checkpoint(&self) -> Result<(), IndexError> {
        // A reader may stand in the way; then a part is copied, and the rest next time.
        self.connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// The closed files that were read to their ends.
    pub(super) fn closed(&self) -> Result<HashSet<String>, IndexError> {
        let mut statement = self.connection.prepare("SELECT name FROM closed")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Forgets closed files that are in the log no more; if they come back, they are read.
    pub(super) fn forget(&mut self, names: &[String]) -> Result<(), IndexError> {
        let writing = self.connection.transaction()?;
        for name in names {
            writing.execute("DELETE FROM closed WHERE name = ?1", [name])?;
        }
        writing.commit()?;
        Ok(())
    }

    /// How far the active file was read.
    pub(super) fn active(&self) -> Result<Position, IndexError> {
        let row = self
            .connection
            .query_row("SELECT length, print FROM active", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?))
            })?;
        let (length, print) = row;
        Ok(Position {
            length: u64::try_from(length).unwrap_or(0),
            print,
        })
    }

    /// How many completed lines there are of each survey.
    pub(super) fn completed(&self) -> Result<HashMap<SurveyId, u64>, IndexError> {
        let mut statement = self
            .connection
            .prepare("SELECT survey, count FROM completed")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        let mut completed = HashMap::new();
        for row in rows {
            let (survey, count) = row?;
            if let Ok(survey) = SurveyId::try_from(survey) {
                completed.insert(survey, u64::try_from(count).unwrap_or(0));
            }
        }
        Ok(completed)
    }

    /// How many keys there are.
    pub(super) fn total(&self) -> Result<u64, IndexError> {
        let total: i64 = self
            .connection
            .query_row("SELECT total FROM active", [], |row| row.get(0))?;
        Ok(u64::try_from(total).unwrap_or(0))
    }
}

/// What was new in a batch.
struct Inserted {
    total: i64,
    /// How many complete a response, by the number of the survey.
    completed: HashMap<u32, i64>,
}

/// Inserts the keys.
fn insert(writing: &Transaction<'_>, batch: &Batch) -> Result<Inserted, IndexError> {
    let mut keys: Vec<_> = batch.keys.iter().collect();
    // In the order of the table, so that each page is taken up once.
    keys.sort_unstable();
    let mut statement = writing.prepare("INSERT OR IGNORE INTO seen VALUES (?1)")?;
    let (mut total, mut completed) = (0, HashMap::new());
    for (key, survey) in keys {
        if statement.execute([key.as_bytes()])? == 0 {
            continue;
        }
        total += 1;
        if *survey != NONE {
            *completed.entry(*survey).or_insert(0) += 1;
        }
    }
    Ok(Inserted { total, completed })
}

/// Moves an index that cannot be used out of the way.
pub(super) fn set_aside(folder: &Path) -> io::Result<()> {
    let path = folder.join(INDEX);
    remove_logs(&path);
    match fs::rename(&path, folder.join(BROKEN)) {
        Ok(()) => durable::sync_parent(&path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes the files that SQLite keeps beside an index.
fn remove_logs(path: &Path) {
    for ending in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let path = PathBuf::from(name);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => warn!(%cause, file = %path.display(), "cannot remove it"),
        }
    }
}
