//! Secrets that an operator keeps in files: the site key and the admin token.
//!
//! A secret is text, so that it can be copied into a variable of any system and is
//! the same bytes there: no encoding stands between the file and the key. Each line
//! is one, and all of them count, so that an old one can go after the new one came.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use tracing::warn;

use crate::error::StartError;

/// Shortest secret, in bytes: as many as the hash has.
pub const MIN_BYTES: usize = 32;

/// Most secrets in one file.
const MAX_SECRETS: usize = 8;

/// Secrets of one purpose, any of which counts. They are never printed.
#[derive(Clone)]
pub struct Secrets(Vec<String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

impl Secrets {
    /// Reads the file that a setting names.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or a line of it is no secret.
    pub fn read(setting: &'static str, path: &Path) -> Result<Self, StartError> {
        let text = fs::read(path).map_err(|source| StartError::UnreadSecret {
            setting,
            path: path.into(),
            source,
        })?;
        if is_open_to_all(path) {
            let file = path.display();
            warn!(%file, "everybody on this machine can read a secret; chmod 600 mends it");
        }
        Self::parse(&text).map_err(|problem| StartError::Secret {
            setting,
            path: path.into(),
            problem,
        })
    }

    /// Reads the content of such a file.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(content: &[u8]) -> Result<Self, &'static str> {
        let text = std::str::from_utf8(content).map_err(|_| "is no text")?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let secrets: Vec<_> = lines.map(String::from).collect();
        let is_plain = |secret: &String| secret.bytes().all(|byte| byte.is_ascii_graphic());
        match secrets.len() {
            0 => Err("is empty"),
            count if MAX_SECRETS < count => Err("has more than 8 lines"),
            _ if secrets.iter().any(|secret| secret.len() < MIN_BYTES) => {
                Err("has a line of less than 32 characters")
            }
            _ if !secrets.iter().all(is_plain) => {
                Err("has characters other than letters, digits and signs of ASCII")
            }
            _ => Ok(Self(secrets)),
        }
    }

    /// Whether a text is one of them. It takes as long whatever the text is.
    pub fn contains(&self, given: &str) -> bool {
        let given = Sha256::digest(given.as_bytes());
        let found = self.0.iter().fold(Choice::from(0), |found, secret| {
            found | Sha256::digest(secret.as_bytes()).ct_eq(&given)
        });
        found.into()
    }

    /// Each of them as bytes; the first is the one to sign with.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(String::as_bytes)
    }
}

#[cfg(unix)]
fn is_open_to_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

/// Elsewhere it is not known.
#[cfg(not(unix))]
fn is_open_to_all(_path: &Path) -> bool {
    false
}

/// Bytes that nobody can guess.
///
/// # Errors
///
/// The system has none.
pub(crate) fn random_bytes() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn every_line_counts_and_nothing_else() {
        let secrets = Secrets::parse(format!("\n{NEW}\r\n  {OLD}\n").as_bytes()).unwrap();
        assert!(secrets.contains(OLD) && secrets.contains(NEW));
        assert_eq!(secrets.iter().next(), Some(NEW.as_bytes()));
        for wrong in ["", "0123", &format!("{OLD}0"), &OLD.to_uppercase(), "\n"] {
            assert!(!secrets.contains(wrong), "{wrong:?}");
        }
        assert_eq!(format!("{secrets:?}"), "2 secrets");
    }

    #[track_caller]
    fn check_refused(content: &[u8], expected: &str) {
        assert_eq!(Secrets::parse(content).unwrap_err(), expected);
    }

    #[test]
    fn what_is_no_secret_is_said_before_it_protects_nothing() {
        check_refused(b"", "is empty");
        check_refused(b" \n\n", "is empty");
        check_refused(&[0xff; 40], "is no text");
        check_refused(
            &OLD.as_bytes()[1..],
            "has a line of less than 32 characters",
        );
        check_refused(
            format!("{OLD}\nshort").as_bytes(),
            "has a line of less than 32 characters",
        );
        check_refused(
            format!("my {OLD}").as_bytes(),
            "has characters other than letters, digits and signs of ASCII",
        );
        check_refused(
            format!("{OLD}\n").repeat(9).as_bytes(),
            "has more than 8 lines",
        );
    }
}
