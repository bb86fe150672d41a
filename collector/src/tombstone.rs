//! What stands in the log in place of a line that was erased.
//!
//! ```json
//! {"schema":1,"erased_at":"2026-11-22T20:11:09.482Z","key":"0199d0a47c1e47fcd86d172efff3f953","survey":"nps","status":"completed"}
//! ```
//!
//! Nothing of the person is in it: no answers, no ids, no traits, no context. The
//! key is a hash that names the submission, so that a repeat of it is known and
//! not stored again. Of a line that was no record there is the time alone.

use std::fmt;

use sayso_core::id::{ResponseId, SurveyId};
use sayso_core::record::SCHEMA;
use sayso_core::wire::Status;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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
        serde_json::from_slice(line).ok()
    }
}

/// Names one submission by a hash.
///
/// 16 bytes: the first 6 of the response id, which are its time, then the first 10 of
/// SHA-256 over the 16 bytes of the response id and the 4 bytes of `seq`, both with the
/// most significant byte first. In JSON 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key([u8; 16]);

impl Key {
    /// The key of a submission.
    pub fn of(response_id: &ResponseId, seq: u32) -> Self {
        let id = response_id.bits().to_be_bytes();
        let hash = Sha256::new()
            .chain_update(id)
            .chain_update(seq.to_be_bytes())
            .finalize();
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(id.iter().take(6).chain(hash.iter())) {
            *to = *from;
        }
        Self(key)
    }

    /// 64 bits of it that are spread evenly.
    pub fn spread(&self) -> u64 {
        let hash = self.0.iter().skip(8);
        hash.fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<Key> for String {
    fn from(key: Key) -> String {
        key.to_string()
    }
}

impl TryFrom<String> for Key {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let wrong = "must be 32 hexadecimal digits in lower case";
        if text.len() != 32
            || !text
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        {
            return Err(wrong);
        }
        let bits = u128::from_str_radix(&text, 16).map_err(|_| wrong)?;
        Ok(Self(bits.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ResponseId {
        ResponseId::try_from("0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e").unwrap()
    }

    #[test]
    fn a_key_is_the_time_and_a_hash() {
        // printf '0199d0a47c1e7b529d0e3f6a2b1c4d5e00000001' | xxd -r -p | sha256sum
        assert_eq!(
            Key::of(&id(), 1).to_string(),
            "0199d0a47c1e47fcd86d172efff3f953"
        );
        assert_ne!(Key::of(&id(), 1), Key::of(&id(), 2));
    }

    #[test]
    fn a_tombstone_reads_back_and_is_one_line() {
        let tombstone = Tombstone {
            key: Some(Key::of(&id(), 1)),
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
