//! `sayso verify`: reads every line of the log against the survey versions, and says what is
//! wrong and where.
//!
//! Nothing is changed, and a collector may run meanwhile. Memory is bounded
//! however long the log is: one line, the findings that are listed, and the keys of
//! the lines, 128 MiB of them. A log with more lines than that is read several
//! times.

mod check;
mod in_use;
mod text;
mod twice;

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use sayso_core::id::{SurveyId, SurveyVersion};
use sayso_core::survey::Survey;
use serde::Serialize;

use self::check::{Checked, What};
use self::in_use::is_in_use;
use self::twice::Keys;
use crate::data::kept_surveys;
use crate::error::StartError;
use crate::history::Part;
use crate::lines::{End, Line, Lines, MAX_LINE_BYTES, walk};
use crate::surveys::kept;

/// Most problems that are listed; the others are counted.
const MAX_LISTED: usize = 1000;

/// Lines that arrive together may be stamped in another order than they are written.
const USUAL_DISORDER: SignedDuration = SignedDuration::from_secs(1);

/// What there is to say of a log.
#[derive(Debug, Default, Serialize)]
pub struct Verified {
    files: u64,
    lines: u64,
    records: u64,
    tombstones: u64,
    problem_count: u64,
    problems: Vec<Finding>,
    note_count: u64,
    /// What is worth knowing and not wrong.
    notes: Vec<Finding>,
    /// Where the log is, for the text.
    #[serde(skip)]
    data: PathBuf,
}

/// Something to say of one place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Finding {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    kind: Kind,
    message: String,
    /// Where the same submission is for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Place>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Place {
    file: String,
    line: u64,
}

/// What sort of finding it is. For programs: the words never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The line is no JSON.
    NotJson,
    /// The line is JSON and no record.
    NotARecord,
    /// The line is of a format that this release does not know.
    UnknownSchema,
    /// No version of the survey is kept.
    UnknownSurvey,
    /// This version of the survey is not kept.
    UnknownVersion,
    /// Answers break the rules of the survey.
    InvalidAnswers,
    /// The same submission is there before.
    Duplicate,
    /// The last line has no end.
    Torn,
    /// There are NUL bytes in the line.
    NulBytes,
    /// The line is longer than any record.
    TooLong,
    /// The file cannot be read any further.
    Unreadable,
    /// A note: a line was received long before the one above it.
    Backwards,
    /// A note: the last line is just being written.
    BeingWritten,
    /// A note: what a crash tore was set aside.
    SetAside,
}

impl Verified {
    /// Reads the log of a data folder.
    ///
    /// # Errors
    ///
    /// There is no log, or the folder, a file or the kept surveys cannot be read.
    pub fn read(data: &Path) -> Result<Self, StartError> {
        if !data.is_dir() {
            return Err(StartError::NoLog(data.into()));
        }
        let versions = Versions::new(kept::load(&kept_surveys(data))?);
        let mut work = Work {
            verified: Verified {
                data: data.into(),
                ..Verified::default()
            },
            versions,
            keys: Keys::default(),
            is_in_use: Box::new(|| is_in_use(data)),
        };
        let files = walk(data, |part, reader| work.read_file(part, reader))?;
        if files == 0 {
            return Err(StartError::NoLog(data.into()));
        }
        let Work {
            mut verified, keys, ..
        } = work;
        verified.files = files;
        let repeats = twice::find(data, keys)?;
        verified.problem_count += repeats.count;
        verified.problems.extend(repeats.listed);
        verified.note_set_aside(data)?;
        Ok(verified)
    }

    /// Whether nothing is wrong.
    pub fn is_fine(&self) -> bool {
        self.problem_count == 0
    }

    /// The findings as one JSON object, with a line feed.
    pub fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "names and numbers always write")]
        let text = serde_json::to_string_pretty(self).expect("findings are plain data");
        text + "\n"
    }

    /// The findings for people, one a line.
    pub fn to_text(&self) -> String {
        text::text(self)
    }

    fn problem(&mut self, part: &Part, line: u64, (kind, message): (Kind, String)) {
        self.problem_count += 1;
        if self.problems.len() < MAX_LISTED {
            self.problems.push(Finding::at(part, line, kind, message));
        }
    }

    fn note(&mut self, finding: Finding) {
        self.note_count += 1;
        if self.notes.len() < MAX_LISTED {
            self.notes.push(finding);
        }
    }

    /// Names the files with what crashes tore.
    fn note_set_aside(&mut self, data: &Path) -> Result<(), StartError> {
        let failed = || StartError::file("read the folder", data);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(data).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name();
            let name = name.to_string_lossy().into_owned();
            if name.starts_with(TORN) {
                names.push(name);
            }
        }
        names.sort();
        for file in names {
            self.note(Finding {
                file,
                line: None,
                kind: Kind::SetAside,
                message: String::from("a line that a crash tore; nothing acknowledged is in it"),
                first: None,
            });
        }
        Ok(())
    }
}

/// What the names begin with of files that hold a torn line.
const TORN: &str = "responses.torn-";

impl Finding {
    fn at(part: &Part, line: u64, kind: Kind, message: String) -> Self {
        Self {
            file: part.name(),
            line: Some(line),
            kind,
            message,
            first: None,
        }
    }
}

/// Every kept version of every survey.
#[derive(Debug)]
struct Versions(HashMap<SurveyId, HashMap<SurveyVersion, Survey>>);

impl Versions {
    fn new(kept: Vec<Survey>) -> Self {
        let mut versions = HashMap::<_, HashMap<_, _>>::new();
        for survey in kept {
            let of_survey = versions.entry(survey.id.clone()).or_default();
            of_survey.insert(survey.version.clone(), survey);
        }
        Self(versions)
    }
}

/// What the first reading works with.
struct Work<'a> {
    verified: Verified,
    versions: Versions,
    keys: Keys,
    /// Whether a collector has the folder; asked when it matters.
    is_in_use: Box<dyn Fn() -> io::Result<bool> + 'a>,
}

impl Work<'_> {
    fn read_file(
        &mut self,
        part: &Part,
        reader: Box<dyn BufRead + Send>,
    ) -> Result<(), StartError> {
        let mut lines = Lines::new(reader);
        let mut latest = None;
        let mut number = 0;
        loop {
            match lines.next_line() {
                Ok(Some(line)) => {
                    number = line.number;
                    self.read_line(part, &line, &mut latest)?;
                }
                Ok(None) => return Ok(()),
                Err(cause) => {
                    let message = format!("the file cannot be read from here on: {cause}");
                    let problem = (Kind::Unreadable, message);
                    self.verified.problem(part, number + 1, problem);
                    return Ok(());
                }
            }
        }
    }

    fn read_line(
        &mut self,
        part: &Part,
        line: &Line<'_>,
        latest: &mut Option<Timestamp>,
    ) -> Result<(), StartError> {
        self.verified.lines += 1;
        match line.end {
            End::Whole => {}
            End::Torn => return self.torn(part, line),
            End::TooLong => {
                let message = format!("is longer than any record, {MAX_LINE_BYTES} bytes");
                let problem = (Kind::TooLong, message);
                self.verified.problem(part, line.number, problem);
                return Ok(());
            }
        }
        let Checked {
            what,
            key,
            received_at,
            problem,
        } = check::check(line.bytes, &self.versions);
        match what {
            What::Record => self.verified.records += 1,
            What::Tombstone => self.verified.tombstones += 1,
            What::Neither => {}
        }
        if let Some(key) = key {
            self.keys.add(key);
        }
        if let Some(problem) = problem {
            self.verified.problem(part, line.number, problem);
        }
        if let Some(time) = received_at {
            self.look_at_time(part, line.number, latest.replace(time), time);
        }
        Ok(())
    }

    /// A last line without an end: an error only if nobody is writing it.
    fn torn(&mut self, part: &Part, line: &Line<'_>) -> Result<(), StartError> {
        let is_in_use = (self.is_in_use)();
        let lock = self.verified.data.join(".lock");
        if part.is_active() && is_in_use.map_err(StartError::file("read", lock))? {
            self.verified.lines -= 1;
            let message = String::from("is just being written");
            let finding = Finding::at(part, line.number, Kind::BeingWritten, message);
            self.verified.note(finding);
            return Ok(());
        }
        let nul = match line.bytes.contains(&0) {
            true => ", and holds NUL bytes, as a loss of power leaves them",
            false => "",
        };
        let mend = match part.is_active() {
            true => "; the next start of the collector sets it aside",
            false => "",
        };
        let message = format!("is torn: it has no end{nul}{mend}");
        self.verified
            .problem(part, line.number, (Kind::Torn, message));
        Ok(())
    }

    fn look_at_time(
        &mut self,
        part: &Part,
        number: u64,
        before: Option<Timestamp>,
        time: Timestamp,
    ) {
        let Some(back) = before.map(|before| before.duration_since(time)) else {
            return;
        };
        if USUAL_DISORDER < back {
            let seconds = back.as_secs();
            let message = format!(
                "was received {seconds} s before the line above it: the clock was set back"
            );
            let finding = Finding::at(part, number, Kind::Backwards, message);
            self.verified.note(finding);
        }
    }
}
