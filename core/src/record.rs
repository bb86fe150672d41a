//! One line of the log.
//!
//! The submission as accepted, with the schema number and the time of receipt
//! before it, fields in a fixed order, and a line feed at the end:
//!
//! ```json
#![doc = include_str!("../tests/golden/record.json")]
//! ```
//!
//! Where the collector has something to say of who sent it, the line says so too:
//!
//! ```json
#![doc = include_str!("../tests/golden/record.marked.json")]
//! ```
//!
//! A record is only made of answers that fit their survey. No IP address is in
//! it, and `context.url` has neither query nor fragment.

use crate::answer::Answers;
use crate::validate::ValidAnswers;
use crate::wire::{MetaValue, Submission};
use serde::{Deserialize, Serialize};

/// The number of the record format. It grows when a reader of the old one would go wrong.
pub const SCHEMA: u8 = 1;

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct Record {
    /// The number of the record format, [`SCHEMA`].
    pub schema: u8,
    /// When the collector received it: RFC 3339, UTC.
    pub received_at: String,
    /// The submission as it was accepted.
    #[serde(flatten)]
    pub submission: Submission,
    /// What makes the collector doubt it, each once and in the order of [`Suspicion::ALL`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicious: Vec<Suspicion>,
}

/// A mark on a record that may be no person's answer. It is stored like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspicion {
    /// It filled the field that people do not see.
    Honeypot,
    /// It was completed sooner than people can answer.
    TooFast,
    /// It came without the token that definitions carry.
    NoToken,
    /// Its token is forged, too old, or another survey's.
    BadToken,
    /// Its definition asked for a proof of work, and it has none.
    NoWork,
}

impl Suspicion {
    /// Every mark there is.
    pub const ALL: [Suspicion; 5] = [
        Suspicion::Honeypot,
        Suspicion::TooFast,
        Suspicion::NoToken,
        Suspicion::BadToken,
        Suspicion::NoWork,
    ];

    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Suspicion::Honeypot => "honeypot",
            Suspicion::TooFast => "too_fast",
            Suspicion::NoToken => "no_token",
            Suspicion::BadToken => "bad_token",
            Suspicion::NoWork => "no_work",
        }
    }
}

impl Record {
    /// Makes the record of an accepted submission: the valid answers take the
    /// place of the given ones, the page's address loses query and fragment, and
    /// what speaks for the submission is taken off. The respondent is not verified.
    pub fn new(mut submission: Submission, answers: ValidAnswers, received_at: String) -> Self {
        submission.answers = answers.into_answers();
        submission.strip();
        if let Some(MetaValue::Text(url)) = submission.context.get_mut("url") {
            url.truncate(without_query(url).len());
        }
        Self {
            schema: SCHEMA,
            received_at,
            submission,
            suspicious: Vec::new(),
        }
    }

    /// The record of a respondent whose signature was found right. Nobody without an id is one.
    #[must_use]
    pub fn verified(mut self) -> Self {
        let respondent = &mut self.submission.respondent;
        respondent.is_verified = respondent.id.is_some();
        self
    }

    /// The record with these marks.
    #[must_use]
    pub fn marked(mut self, mut marks: Vec<Suspicion>) -> Self {
        marks.sort_unstable();
        marks.dedup();
        self.suspicious = marks;
        self
    }

    /// The answers of the record.
    pub fn answers(&self) -> &Answers {
        &self.submission.answers
    }

    /// The record as one line, with the line feed.
    ///
    /// # Errors
    ///
    /// When a value cannot be written as JSON. No value that was read from JSON
    /// is of that sort.
    pub fn to_line(&self) -> Result<String, serde_json::Error> {
        let mut line = serde_json::to_string(self)?;
        line.push('\n');
        Ok(line)
    }
}

/// An address without its query and fragment, where secrets and names tend to be.
pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Surroundings;
    use crate::file::sample;
    use crate::validate::validate;

    fn record(json: &str) -> Record {
        let submission: Submission = serde_json::from_str(json).unwrap();
        let answers = validate(
            &sample::post_purchase(),
            &submission.answers,
            submission.status,
            &Surroundings::default(),
        );
        Record::new(
            submission,
            answers.unwrap(),
            "2026-11-21T14:03:09.482Z".into(),
        )
    }

    #[test]
    fn the_golden_submission_becomes_the_golden_record() {
        let record = record(include_str!("../tests/golden/submission.json"));
        assert_eq!(
            record.to_line().unwrap(),
            include_str!("../tests/golden/record.json")
        );
    }

    #[test]
    fn what_speaks_for_a_submission_is_judged_and_never_stored() {
        let record = record(include_str!("../tests/golden/submission.proven.json"));
        let plain = include_str!("../tests/golden/record.json");
        assert_eq!(record.to_line().unwrap(), plain);
        let twice = vec![Suspicion::NoWork, Suspicion::Honeypot, Suspicion::NoWork];
        let marked = record.verified().marked(twice);
        let golden = include_str!("../tests/golden/record.marked.json");
        assert_eq!(marked.to_line().unwrap(), golden);
        assert_eq!(serde_json::from_str::<Record>(golden).unwrap(), marked);
    }

    #[test]
    fn who_says_of_himself_that_he_is_verified_is_not_and_nobody_is_not() {
        let claimed = include_str!("../tests/golden/submission.json")
            .replace(r#""id": "c-1042","#, r#""id": "c-1042", "verified": true,"#);
        assert!(claimed.contains("verified"));
        let claimed = claimed.replacen('{', r#"{"suspicious":[],"#, 1);
        assert_eq!(
            record(&claimed).to_line().unwrap(),
            include_str!("../tests/golden/record.json")
        );
        let nobody =
            include_str!("../tests/golden/submission.json").replace(r#""id": "c-1042","#, "");
        assert!(!record(&nobody).verified().submission.respondent.is_verified);
    }

    #[test]
    fn marks_have_one_spelling_and_one_order() {
        for mark in Suspicion::ALL {
            assert_eq!(serde_json::to_value(mark).unwrap(), mark.as_str());
        }
        assert!(Suspicion::ALL.is_sorted());
    }

    #[test]
    fn a_line_reads_back_as_the_same_record() {
        let record = record(include_str!("../tests/golden/submission.json"));
        let line = record.to_line().unwrap();
        assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
    }

    #[test]
    fn a_line_is_one_line_whatever_the_text() {
        let json = include_str!("../tests/golden/submission.json")
            .replace("Delivery was quick.", "a\\nb\\r\\u2028c\\u0000");
        let line = record(&json).to_line().unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        assert!(!line.contains('\r'));
    }

    #[test]
    fn the_page_address_keeps_no_query_and_no_fragment() {
        for (url, expected) in [
            ("https://a.example/x?token=1#y", "https://a.example/x"),
            ("https://a.example/x#y?z", "https://a.example/x"),
            ("https://a.example/x", "https://a.example/x"),
            ("", ""),
        ] {
            assert_eq!(without_query(url), expected);
        }
        let json = include_str!("../tests/golden/submission.json")
            .replace("example/thanks", "example/thanks?session=secret");
        assert!(!record(&json).to_line().unwrap().contains("secret"));
    }

    #[test]
    fn nothing_that_was_not_said_is_in_the_line() {
        let record = record(
            r#"{"response_id":"0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e","seq":0,
                "survey":"post-purchase","survey_version":"9f2c61d0","status":"shown"}"#,
        );
        assert_eq!(
            record.to_line().unwrap(),
            concat!(
                r#"{"schema":1,"received_at":"2026-11-21T14:03:09.482Z","#,
                r#""response_id":"0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e","seq":0,"#,
                r#""survey":"post-purchase","survey_version":"9f2c61d0","status":"shown","#,
                r#""answers":{},"channel":"web"}"#,
                "\n"
            )
        );
    }
}
