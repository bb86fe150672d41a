//! The name of one submission in 16 bytes, for the index and for tombstones.

use std::fmt;

use sayso_core::id::ResponseId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many bytes of the response id a key begins with: the time, in ids of version 7.
const TIME_BYTES: usize = 6;

/// How long a key is.
pub(super) const KEY_BYTES: usize = 16;

/// Names one submission of one response.
///
/// First the beginning of the response id, which is a time, so that keys of one
/// time lie together in the index; then a hash of id and number. 80 bits of hash
/// within one millisecond never meet by chance. Who makes ids up to meet on
/// purpose can only make their own answers repeats of each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubmissionKey([u8; KEY_BYTES]);

impl SubmissionKey {
    /// The key of a submission.
    pub fn new(response_id: &ResponseId, seq: u32) -> Self {
        let id = response_id.bits().to_be_bytes();
        let hash = Sha256::new()
            .chain_update(id)
            .chain_update(seq.to_be_bytes())
            .finalize();
        let mut key = [0; KEY_BYTES];
        let (time, rest) = key.split_at_mut(TIME_BYTES);
        for (to, from) in time.iter_mut().zip(id) {
            *to = from;
        }
        for (to, from) in rest.iter_mut().zip(hash) {
            *to = from;
        }
        Self(key)
    }

    /// 64 bits of it that are spread evenly.
    pub(crate) fn spread(self) -> u64 {
        let hash = self.0.iter().skip(KEY_BYTES - 8);
        hash.fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for SubmissionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SubmissionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 32 hexadecimal digits in lower case")]
pub struct InvalidKey;

impl TryFrom<&str> for SubmissionKey {
    type Error = InvalidKey;

    fn try_from(text: &str) -> Result<Self, InvalidKey> {
        let is_lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 2 * KEY_BYTES || !text.bytes().all(is_lower_hex) {
            return Err(InvalidKey);
        }
        let number = u128::from_str_radix(text, 16).map_err(|_| InvalidKey)?;
        Ok(Self(number.to_be_bytes()))
    }
}

impl TryFrom<String> for SubmissionKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        Self::try_from(text.as_str())
    }
}

impl From<SubmissionKey> for String {
    fn from(key: SubmissionKey) -> String {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seq: u32) -> SubmissionKey {
        let id = ResponseId::try_from("0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e").unwrap();
        SubmissionKey::new(&id, seq)
    }

    /// Tombstones hold keys for as long as there is a log: the bytes never change.
    #[test]
    fn a_key_is_the_time_and_a_hash_and_stays_what_it_is() {
        assert_eq!(key(0).to_string(), "0199d0a47c1e435ff5e37cc6792ed2fb");
        assert_eq!(key(1).to_string(), "0199d0a47c1e47fcd86d172efff3f953");
    }

    #[test]
    fn a_key_reads_back_from_its_text() {
        let text = key(7).to_string();
        assert_eq!(SubmissionKey::try_from(text.as_str()), Ok(key(7)));
        let longer = format!("{text}0");
        let shorter = text.replacen('0', "", 1);
        let signed = text.replacen('0', "+", 1);
        for wrong in ["", &shorter, &longer, &signed, &text.to_uppercase()] {
            assert_eq!(SubmissionKey::try_from(wrong), Err(InvalidKey), "{wrong}");
        }
    }
}
