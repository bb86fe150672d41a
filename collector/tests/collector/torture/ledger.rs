//! What was acknowledged, and whether the log holds it: each once, whole, as it was sent.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Mutex;

use sayso_collector::history;
use serde_json::Value;

use super::Dice;
use crate::fixtures::key;
use crate::program::Program;

/// So many repeats are sent after each start.
const REPEATS: u64 = 5;

/// At most so many repeats are sent at the end.
const MOST_REPEATS: usize = 2_000;

type Key = (String, u64);

/// What may stand at the end of the active file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogEnd {
    /// The collector was killed: the last line may be half there.
    MayBeTorn,
    Whole,
}

/// The submissions that were acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<Acknowledged>);

#[derive(Debug, Default)]
struct Acknowledged {
    submissions: Vec<Value>,
    keys: HashSet<Key>,
}

impl Ledger {
    /// Notes an acknowledgement.
    pub(super) fn note(&self, submission: Value) {
        let mut inner = self.0.lock().unwrap();
        if inner.keys.insert(key(&submission)) {
            inner.submissions.push(submission);
        }
    }

    /// One that was acknowledged; none if there is none yet.
    pub(super) fn any(&self, dice: &mut Dice) -> Option<Value> {
        let inner = self.0.lock().unwrap();
        (!inner.submissions.is_empty()).then(|| dice.pick(&inner.submissions).clone())
    }

    /// Takes all of it.
    pub(super) fn take(&self) -> Ledger {
        Ledger(Mutex::new(std::mem::take(&mut *self.0.lock().unwrap())))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().submissions.len()
    }

    /// Sends some of them again: each is known, whatever happened in between.
    pub(crate) fn repeat_some(&self, program: &Program, dice: &mut Dice) {
        for _ in 0..REPEATS {
            if let Some(submission) = self.any(dice) {
                check_known(program, &submission);
            }
        }
    }

    /// Sends them again, or evenly spread ones of very many.
    pub(crate) fn repeat_all(&self, program: &Program) {
        let inner = self.0.lock().unwrap();
        let step = inner.submissions.len() / MOST_REPEATS + 1;
        for submission in inner.submissions.iter().step_by(step) {
            check_known(program, submission);
        }
    }

    /// Everything acknowledged is in the log, once, and as it was sent; every line
    /// is a record, and none is there twice.
    #[track_caller]
    pub(crate) fn check(&self, data: &Path, end: LogEnd) -> usize {
        // Noted before the log is read: what comes in between is in the log, too.
        let expected = self.0.lock().unwrap().submissions.clone();
        let lines = lines(data, end);
        for submission in &expected {
            let line = lines.get(&key(submission));
            let line = line.unwrap_or_else(|| panic!("acknowledged and lost: {submission}"));
            for field in ["survey", "survey_version", "status", "answers", "locale"] {
                assert_eq!(line[field], submission[field], "{field} of {submission}");
            }
        }
        lines.len()
    }

    /// As [`Ledger::check`], and nothing else is in the log.
    #[track_caller]
    pub(crate) fn check_all(&self, data: &Path) {
        let lines = self.check(data, LogEnd::Whole);
        assert_eq!(lines, self.len(), "the log holds what nobody was told of");
    }
}

#[track_caller]
fn check_known(program: &Program, submission: &Value) {
    let (status, body) = program.post(submission).unwrap();
    assert_eq!(
        (status, &body["code"]),
        (200, &"duplicate".into()),
        "{submission}"
    );
}

/// The records of every file of the log.
#[track_caller]
fn lines(data: &Path, end: LogEnd) -> BTreeMap<Key, Value> {
    let mut records = BTreeMap::new();
    for (name, is_active, bytes) in contents(data) {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = whole.map_or(0, |at| at + 1);
        let may_be_torn = is_active && end == LogEnd::MayBeTorn;
        assert!(
            may_be_torn || whole == bytes.len(),
            "{name} ends within a line"
        );
        for line in bytes[..whole].split_inclusive(|byte| *byte == b'\n') {
            let text = String::from_utf8_lossy(line);
            let record: Value = serde_json::from_slice(line)
                .unwrap_or_else(|error| panic!("{name}: {error} in {text}"));
            let again = records.insert(key(&record), record);
            assert!(again.is_none(), "{name}: stored twice: {text}");
        }
    }
    records
}

/// The name of each file of the log, whether it is the active one, and what is in it.
fn contents(data: &Path) -> Vec<(String, bool, Vec<u8>)> {
    loop {
        let read = || -> io::Result<_> {
            let mut contents = Vec::new();
            for part in history::parts(data)? {
                let mut bytes = Vec::new();
                part.open()?.read_to_end(&mut bytes)?;
                contents.push((part.name(), part.is_active(), bytes));
            }
            Ok(contents)
        };
        match read() {
            Ok(contents) => return contents,
            // A file got another name in between, as when it is closed.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => panic!("{error}"),
        }
    }
}
