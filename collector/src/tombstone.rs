//! What stands in the log in place of a line that was erased.
//!
//! ```json
//! {"schema":1,"erased_at":"2026-11-22T20:11:09.482Z","key":"0199d0a47c1e47fcd86d172efff3f953","survey":"nps","status":"completed"}
//! ```
//!
//! Nothing of the person is in it: no answers, no ids, no traits, no context. The
//! key is a hash that names the submission, so that a repeat of it is known and
//! not stored again. Of a line that was no record there is the time alone.

use sayso_core::id::SurveyId;
use sayso_core::object;
use sayso_core::record::SCHEMA;
use sayso_core::wire::Status;
use serde::{Deserialize, Serialize};

pub use crate::sink::SubmissionKey as Key;

/// A line of the log that was erased.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Tombstone {
    /// The number of the record format.
    pub schema: u8,
    /// When the line was erased: RFC 3339, UTC.
    pub erased_at: String,
    /// Which submission it was; none for a line that was no record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// The survey that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<SurveyId>,
    /// How far the response had come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

impl Tombstone {
    /// In place of a line that was no record.
    pub fn bare(erased_at: &str) -> Self {
        Self {
            schema: SCHEMA,
            erased_at: String::from(erased_at),
            key: None,
            survey: None,
            status: None,
        }
    }

    /// The tombstone as one line, with the line feed.
    pub fn to_line(&self) -> String {
        #[expect(clippy::expect_used, reason = "texts and numbers always write")]
        let text = serde_json::to_string(self).expect("a tombstone is plain data");
        text + "\n"
    }

    /// Reads a line; none if it is no tombstone.
    pub fn parse(line: &[u8]) -> Option<Self> {
        object::from_slice(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sayso_core::id::ResponseId;

    fn id() -> ResponseId {
        ResponseId::try_from("0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e").unwrap()
    }

    #[test]
    fn a_key_is_the_time_and_a_hash() {
        // printf '0199d0a47c1e7b529d0e3f6a2b1c4d5e00000001' | xxd -r -p | sha256sum
        assert_eq!(
            Key::new(&id(), 1).to_string(),
            "0199d0a47c1e47fcd86d172efff3f953"
        );
        assert_ne!(Key::new(&id(), 1), Key::new(&id(), 2));
    }

    #[test]
    fn a_tombstone_reads_back_and_is_one_line() {
        let tombstone = Tombstone {
            key: Some(Key::new(&id(), 1)),
            survey: Some(SurveyId::try_from("nps").unwrap()),
            status: Some(Status::Completed),
            ..Tombstone::bare("2026-11-22T20:11:09.482Z")
        };
        let line = tombstone.to_line();
        assert!(
            line.starts_with(r#"{"schema":1,"erased_at":"2026-11-22T20:11:09.482Z","key":"0199"#)
        );
        assert!(
            line.ends_with("\",\"survey\":\"nps\",\"status\":\"completed\"}\n"),
            "{line}"
        );
        assert_eq!(Tombstone::parse(line.as_bytes()), Some(tombstone));
    }

    #[test]
    fn a_bare_tombstone_has_its_time_alone() {
        let line = Tombstone::bare("2026-11-22T20:11:09.482Z").to_line();
        assert_eq!(
            line,
            "{\"schema\":1,\"erased_at\":\"2026-11-22T20:11:09.482Z\"}\n"
        );
        assert!(Tombstone::parse(line.as_bytes()).is_some());
    }

    #[test]
    fn other_lines_are_no_tombstones() {
        for line in [
            include_str!("../../core/tests/golden/record.json"),
            "",
            "{}",
            r#"{"schema":1,"erased_at":"x","key":"0199"}"#,
        ] {
            assert_eq!(Tombstone::parse(line.as_bytes()), None, "{line}");
        }
    }
}
