//! `sayso report`: what the log says, in scores.
//!
//! Every number is computed from the log as it is now; nothing is kept. Trends,
//! segments and comments are not here.

mod merge;
mod tally;
mod text;

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use sayso_core::id::{QuestionId, SurveyId};
use sayso_core::record::{self, Record};
use sayso_core::score::{Interval, Nps};
use serde::Serialize;

use self::merge::Merged;
use crate::data::kept_surveys;
use crate::error::StartError;
use crate::sink::LOG;
use crate::surveys::kept;

/// What the log says of all surveys.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    surveys: Vec<SurveyReport>,
    /// The numbers of lines that are no records.
    unreadable_lines: Vec<u64>,
    /// Where the log would be, if there is none.
    #[serde(skip)]
    missing_log: Option<PathBuf>,
}

/// What the log says of one survey.
#[derive(Debug, Serialize)]
struct SurveyReport {
    id: SurveyId,
    /// Responses of any status: who answered was shown it too.
    shown: u64,
    partial: u64,
    completed: u64,
    dismissed: u64,
    /// Completed of shown, in per cent.
    response_rate: Option<f64>,
    /// Responses whose survey version is not kept any more; their ratings cannot be read.
    #[serde(skip_serializing_if = "is_zero")]
    without_version: u64,
    questions: Vec<QuestionReport>,
}

/// The score of one question, or its counts.
#[derive(Debug, Serialize)]
struct QuestionReport {
    id: QuestionId,
    prompt: String,
    #[serde(flatten)]
    score: Score,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Score {
    Nps {
        score: Option<f64>,
        interval: Option<Interval>,
        base: u64,
        #[serde(flatten)]
        counts: Nps,
    },
    Csat {
        score: Option<f64>,
        interval: Option<Interval>,
        mean: Option<f64>,
        #[serde(skip_serializing_if = "is_five")]
        points: u8,
        base: u64,
        satisfied: u64,
    },
    Ces {
        score: Option<f64>,
        interval: Option<Interval>,
        points: u8,
        base: u64,
        easy: u64,
    },
    Rating {
        mean: Option<f64>,
        interval: Option<Interval>,
        points: u8,
        base: u64,
    },
    Choices {
        base: u64,
        choices: Vec<ChoiceReport>,
    },
    Consent {
        agreed: u64,
        base: u64,
    },
}

/// How often one choice was chosen.
#[derive(Debug, Serialize)]
struct ChoiceReport {
    id: String,
    label: String,
    count: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_five(points: &u8) -> bool {
    *points == 5
}

impl Report {
    /// Reads the log of a data folder, for all surveys or one.
    ///
    /// The folder may be in use: a line that is being written is left out. Without
    /// a log there are no responses yet, which is no error.
    ///
    /// # Errors
    ///
    /// The folder cannot be read, or knows no such survey.
    pub fn read(data: &Path, survey: Option<&str>) -> Result<Self, StartError> {
        let path = data.join(LOG);
        let log = match File::open(&path) {
            Ok(log) => log,
            // A collector that has only just been set up.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self {
                    missing_log: Some(path),
                    ..Self::default()
                });
            }
            Err(source) => {
                return Err(StartError::File {
                    action: "read",
                    path,
                    source,
                });
            }
        };
        let versions = kept::load(&kept_surveys(data))?;
        let mut merged = Merged::new(&versions);
        let unreadable_lines = read(log, &mut merged).map_err(StartError::file("read", &path))?;
        let mut surveys = tally::tally(&merged);
        if let Some(given) = survey {
            let known: Vec<_> = surveys.iter().map(|survey| survey.id.to_string()).collect();
            surveys.retain(|survey| survey.id.as_str() == given);
            if surveys.is_empty() {
                let known = if known.is_empty() {
                    String::from("none")
                } else {
                    known.join(", ")
                };
                return Err(StartError::UnknownSurvey {
                    given: String::from(given),
                    known,
                });
            }
        }
        Ok(Self {
            surveys,
            unreadable_lines,
            missing_log: None,
        })
    }

    /// The report as one JSON object, with a line feed.
    pub fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "names and numbers always write")]
        let text = serde_json::to_string_pretty(self).expect("a report is plain data");
        text + "\n"
    }

    /// The report for people, in 80 columns.
    pub fn to_text(&self) -> String {
        text::text(self)
    }
}

/// Takes in every line, and returns the numbers of those that are no records.
fn read(file: File, merged: &mut Merged<'_>) -> io::Result<Vec<u64>> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let (mut unreadable, mut number) = (Vec::new(), 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        // The last line is being written, or was torn by a crash.
        if line.last() != Some(&b'\n') {
            return Ok(unreadable);
        }
        number += 1;
        match serde_json::from_slice::<Record>(&line) {
            Ok(record) if record.schema == record::SCHEMA => merged.add(&record),
            Ok(_) | Err(_) => unreadable.push(number),
        }
    }
}
