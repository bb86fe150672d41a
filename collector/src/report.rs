//! `sayso report`: what the log says, in scores.
//!
//! Every number is computed from the log as it is now; nothing is kept. Trends,
//! segments and comments are not here.

mod merge;
mod tally;
mod text;

use std::path::{Path, PathBuf};

use sayso_core::id::{QuestionId, SurveyId};
use sayso_core::record::{self, Record};
use sayso_core::score::{Interval, Nps};
use serde::Serialize;

use self::merge::Merged;
use crate::data::kept_surveys;
use crate::error::StartError;
use crate::history::{self, Part};
use crate::lines::{End, Line, Lines, walk};
use crate::sink::LOG;
use crate::surveys::kept;
use crate::tombstone::Tombstone;

/// Most lines that are no records whose places are kept; the others are counted.
const MAX_PLACES: usize = 1000;

/// What of the log is in a report.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// One survey alone.
    pub survey: Option<String>,
    /// Whether responses that are marked as suspicious are left out.
    pub without_suspicious: bool,
}

/// What the log says of all surveys.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    surveys: Vec<SurveyReport>,
    /// How many lines are no records.
    unreadable_line_count: u64,
    /// Where they are, as `responses.ndjson:17`; the first thousand of them.
    unreadable_lines: Vec<String>,
    /// Closed files that are damaged, and were read as far as that goes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    damaged_files: Vec<String>,
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
    /// Responses that are marked as suspicious.
    #[serde(skip_serializing_if = "is_zero")]
    suspicious: u64,
    /// Whether those are in no other number.
    #[serde(skip_serializing_if = "is_false")]
    without_suspicious: bool,
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
fn is_false(flag: &bool) -> bool {
    !*flag
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
        let choice = Choice {
            survey: survey.map(String::from),
            ..Choice::default()
        };
        Self::read_chosen(data, &choice)
    }

    /// As [`Report::read`], with more to choose from.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn read_chosen(data: &Path, choice: &Choice) -> Result<Self, StartError> {
        // A collector that has only just been set up.
        let parts = history::parts(data).map_err(StartError::file("read", data))?;
        if parts.is_empty() {
            return Ok(Self {
                missing_log: Some(data.join(LOG)),
                ..Self::default()
            });
        }
        let versions = kept::load(&kept_surveys(data))?;
        let mut merged = Merged::new(&versions);
        let mut report = Self::default();
        walk(data, |part, reader| {
            let mut lines = Lines::new(reader);
            loop {
                match lines.next_line() {
                    Ok(Some(line)) => report.add(part, &line, &mut merged),
                    Ok(None) => return Ok(()),
                    Err(error) if history::is_damage(&error) => {
                        report.damaged_files.push(part.name());
                        return Ok(());
                    }
                    Err(error) => return Err(StartError::file("read", part.path.clone())(error)),
                }
            }
        })?;
        report.surveys = tally::tally(&merged, choice.without_suspicious);
        report.keep_chosen(choice)?;
        Ok(report)
    }

    /// Whether no file of the log is damaged.
    pub fn is_whole(&self) -> bool {
        self.damaged_files.is_empty()
    }

    /// Takes in one line.
    fn add(&mut self, part: &Part, line: &Line<'_>, merged: &mut Merged<'_>) {
        // The last line is being written, or was torn by a crash.
        if line.end == End::Torn {
            return;
        }
        match serde_json::from_slice::<Record>(line.bytes) {
            Ok(record) if record.schema == record::SCHEMA => {
                merged.add(&record, !record.suspicious.is_empty());
            }
            Ok(_) | Err(_) if Tombstone::parse(line.bytes).is_some() => {}
            Ok(_) | Err(_) => {
                self.unreadable_line_count += 1;
                if self.unreadable_lines.len() < MAX_PLACES {
                    let place = format!("{}:{}", part.name(), line.number);
                    self.unreadable_lines.push(place);
                }
            }
        }
    }

    /// Leaves the survey alone that was asked for.
    fn keep_chosen(&mut self, choice: &Choice) -> Result<(), StartError> {
        let Some(given) = &choice.survey else {
            return Ok(());
        };
        let known: Vec<_> = self
            .surveys
            .iter()
            .map(|survey| survey.id.as_str())
            .collect();
        let known = match known.is_empty() {
            true => String::from("none"),
            false => known.join(", "),
        };
        self.surveys.retain(|survey| survey.id.as_str() == given);
        match self.surveys.is_empty() {
            true => Err(StartError::UnknownSurvey {
                given: given.clone(),
                known,
            }),
            false => Ok(()),
        }
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
