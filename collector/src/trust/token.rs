//! The token that a definition carries: who sends it back has fetched the definition here.
//!
//! It is `<issued_at>.<bits>.<mac>`: seconds since 1970 and the bits of work that were
//! asked for, both in hexadecimal digits, and half of an HMAC-SHA256 over these and the
//! survey's id. Everybody who fetches a survey within one period gets the same one, so
//! that definitions stay cacheable. It says when the definition was fetched at the
//! earliest, never when it was, and it may be used more than once.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use hmac::Mac;
use sayso_core::id::SurveyId;
use sayso_core::wire::MAX_PROOF_BYTES;

use super::{hex, mac::mac};
use crate::durable::sync_parent;
use crate::error::StartError;
use crate::secret::random_bytes;

/// Where the key is, within the data folder.
const KEY_FILE: &str = "token.key";

/// Everybody who comes within so many seconds gets the same token.
const PERIOD_S: i64 = 300;

/// So many seconds a token is good for: pages stay open, and outboxes deliver days later.
pub const LIFETIME_S: i64 = 30 * 24 * 60 * 60;

/// Half of the hash is sent: as hard to guess as the key of any lock, and half the bytes.
const MAC_BYTES: usize = 16;

/// What tokens are signed with. It is kept in the data folder, so that a restart changes nothing.
#[derive(Clone)]
pub struct TokenKey([u8; 32]);

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey")
    }
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The beginning of the period in which it was given out, in seconds since 1970.
    pub issued_at: i64,
    /// How many bits of work were asked for.
    pub bits: u8,
}

impl Token {
    /// The token of this moment.
    pub fn of(now: i64, bits: u8) -> Self {
        Self {
            issued_at: now - now.rem_euclid(PERIOD_S),
            bits,
        }
    }
}

impl TokenKey {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads the key of a data folder, or makes it.
    ///
    /// # Errors
    ///
    /// It cannot be read or made, or is no key.
    pub fn open(data: &Path) -> Result<Self, StartError> {
        let path = data.join(KEY_FILE);
        match fs::read_to_string(&path) {
            Ok(text) => match hex::decode(text.trim()).map(<[u8; 32]>::try_from) {
                Some(Ok(bytes)) => Ok(Self(bytes)),
                Some(Err(_)) | None => Err(StartError::TokenKey(path)),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Self::make(&path).map_err(StartError::file("write", &path))
            }
            Err(source) => Err(StartError::File {
                action: "read",
                path,
                source,
            }),
        }
    }

    /// Makes a key and keeps it, for nobody else's eyes.
    fn make(path: &Path) -> io::Result<Self> {
        let bytes = random_bytes()?;
        let draft = path.with_extension("key.draft");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(format!("{}\n", hex::encode(&bytes)).as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        sync_parent(path)?;
        Ok(Self(bytes))
    }

    /// The token of a survey as it travels.
    pub fn sign(&self, survey: &SurveyId, token: Token) -> String {
        let said = format!("{:x}.{:x}", token.issued_at, token.bits);
        let signature = mac(&self.0, &message(survey, &said))
            .finalize()
            .into_bytes();
        let half = signature
            .iter()
            .copied()
            .take(MAC_BYTES)
            .collect::<Vec<_>>();
        format!("{said}.{}", hex::encode(&half))
    }

    /// What a token says, if it was given out here, for this survey, and not too long ago.
    ///
    /// One from the future was given out here all the same: our clock was set back.
    pub fn read(&self, survey: &SurveyId, token: &str, now: i64) -> Option<Token> {
        if MAX_PROOF_BYTES < token.len() {
            return None;
        }
        let (said, signature) = token.rsplit_once('.')?;
        let signature = hex::decode(signature).filter(|bytes| bytes.len() == MAC_BYTES)?;
        mac(&self.0, &message(survey, said))
            .verify_truncated_left(&signature)
            .ok()?;
        let (issued_at, bits) = said.split_once('.')?;
        let token = Token {
            issued_at: i64::from_str_radix(issued_at, 16).ok()?,
            bits: u8::from_str_radix(bits, 16).ok()?,
        };
        (now.saturating_sub(token.issued_at) <= LIFETIME_S).then_some(token)
    }
}

/// What is signed. An id has no line feed, so no two messages are the same.
fn message(survey: &SurveyId, said: &str) -> Vec<u8> {
    format!("sayso token\n{survey}\n{said}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_763_820_000;

    fn key() -> TokenKey {
        TokenKey::new([7; 32])
    }

    fn id(text: &str) -> SurveyId {
        SurveyId::try_from(text).unwrap()
    }

    #[test]
    fn a_token_is_read_back_for_its_survey_alone() {
        let token = Token::of(NOW, 14);
        let text = key().sign(&id("nps"), token);
        assert_eq!(key().read(&id("nps"), &text, NOW), Some(token));
        assert_eq!(key().read(&id("nps2"), &text, NOW), None);
        assert_eq!(TokenKey::new([8; 32]).read(&id("nps"), &text, NOW), None);
        assert!(text.len() <= 64, "{text}");
    }

    #[test]
    fn no_changed_byte_goes_unnoticed() {
        let text = key().sign(&id("nps"), Token::of(NOW, 0));
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(key().read(&id("nps"), &changed, NOW), None, "{changed}");
        }
        for odd in [
            "",
            ".",
            "..",
            "a.b.c",
            text.get(..text.len() - 2).unwrap(),
            &format!("{text}00"),
        ] {
            assert_eq!(key().read(&id("nps"), odd, NOW), None, "{odd}");
        }
        assert_eq!(key().read(&id("nps"), &"9".repeat(100_000), NOW), None);
    }

    #[test]
    fn a_token_ends_after_its_lifetime_and_not_before() {
        let token = Token::of(NOW, 0);
        let text = key().sign(&id("nps"), token);
        let end = token.issued_at + LIFETIME_S;
        assert_eq!(key().read(&id("nps"), &text, end), Some(token));
        assert_eq!(key().read(&id("nps"), &text, end + 1), None);
        assert_eq!(key().read(&id("nps"), &text, 0), Some(token));
    }

    #[test]
    fn who_comes_in_one_period_gets_the_same_token() {
        let start = Token::of(NOW, 0).issued_at;
        assert_eq!(Token::of(start + PERIOD_S - 1, 0), Token::of(start, 0));
        assert_ne!(Token::of(start + PERIOD_S, 0), Token::of(start, 0));
    }

    #[test]
    fn the_key_is_made_once_for_the_owner_alone() {
        let place = tempfile::tempdir().unwrap();
        let first = TokenKey::open(place.path()).unwrap();
        assert_eq!(TokenKey::open(place.path()).unwrap().0, first.0);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
        let path = place.path().join(KEY_FILE);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let other = tempfile::tempdir().unwrap();
        assert_ne!(TokenKey::open(other.path()).unwrap().0, first.0);
        fs::write(&path, "not a key").unwrap();
        let text = TokenKey::open(place.path()).unwrap_err().to_string();
        assert!(
            text.contains("token.key") && text.contains("remove it"),
            "{text}"
        );
    }
}
