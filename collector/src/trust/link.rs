//! Signed links: a link for one recipient, which ends, and gives one response however often it is opened.
//!
//! The link's query carries `respondent` and `link=<expires>.<nonce>.<mac>`: when it ends,
//! in seconds since 1970 as hexadecimal digits, anything that tells two links of one person
//! apart, and HMAC-SHA256 with the site key over the survey, the respondent and both.

use hmac::Mac;
use sayso_core::id::{ResponseId, SurveyId};
use sha2::{Digest, Sha256};

use super::site_key::SiteKeys;
use super::{hex, mac::mac};

/// Longest `link` that is looked at, in bytes.
const MAX_LINK_BYTES: usize = 160;

/// Longest nonce, in bytes.
const MAX_NONCE_BYTES: usize = 64;

/// What a link comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// It is right, and every answer by it belongs to this response.
    Good(ResponseId),
    /// It was right once.
    Expired,
    /// Nobody with the key has made it.
    Wrong,
}

impl SiteKeys {
    /// A link's value for one recipient, which ends at `expires`.
    pub fn sign_link(
        &self,
        survey: &SurveyId,
        respondent: &str,
        expires: i64,
        nonce: &str,
    ) -> String {
        let said = format!("{expires:x}.{nonce}");
        let message = message(survey, respondent, &said);
        let signature = mac(self.signing(), &message).finalize().into_bytes();
        format!("{said}.{}", hex::encode(&signature))
    }

    /// What a link's value comes to at this time.
    pub fn read_link(&self, survey: &SurveyId, respondent: &str, link: &str, now: i64) -> Link {
        let Some((expires, said, signature)) = parts(link) else {
            return Link::Wrong;
        };
        let message = message(survey, respondent, said);
        let is_by = |key| mac(key, &message).verify_slice(&signature).is_ok();
        if !self.all().any(is_by) {
            return Link::Wrong;
        }
        match expires < now {
            true => Link::Expired,
            false => Link::Good(response_id(&message)),
        }
    }
}

/// When a link ends, what of it is signed, and the signature.
fn parts(link: &str) -> Option<(i64, &str, Vec<u8>)> {
    if MAX_LINK_BYTES < link.len() {
        return None;
    }
    let (said, signature) = link.rsplit_once('.')?;
    let (expires, nonce) = said.split_once('.')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if MAX_NONCE_BYTES < nonce.len() || !nonce.bytes().all(is_plain) {
        return None;
    }
    let expires = i64::from_str_radix(expires, 16).ok()?;
    Some((expires, said, hex::decode(signature)?))
}

/// What is signed. Neither an id of a survey nor what a link says has a line feed, so no
/// two messages are the same.
fn message(survey: &SurveyId, respondent: &str, said: &str) -> Vec<u8> {
    format!("sayso link\n{survey}\n{said}\n{respondent}").into_bytes()
}

/// The response of a link: the same link gives the same one, whoever holds which key.
fn response_id(message: &[u8]) -> ResponseId {
    let digest = Sha256::digest(message);
    let mut bytes = [0; 16];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = from;
    }
    // Version 8: made by a rule of our own.
    uuid(bytes, 8)
}

/// A UUID of these bytes, with its version in its place.
#[expect(clippy::expect_used, reason = "what is written is a UUID")]
pub(crate) fn uuid(mut bytes: [u8; 16], version: u8) -> ResponseId {
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex::encode(&bytes);
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if [8, 12, 16, 20].contains(&at) {
            text.push('-');
        }
        text.push(digit);
    }
    ResponseId::try_from(text).expect("a UUID is one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secrets;

    const NOW: i64 = 1_763_820_000;

    fn keys(text: &str) -> SiteKeys {
        SiteKeys::new(Secrets::parse(text.as_bytes()).unwrap())
    }

    fn id(text: &str) -> SurveyId {
        SurveyId::try_from(text).unwrap()
    }

    #[test]
    fn a_link_is_good_for_its_survey_and_recipient_until_it_ends() {
        let keys = keys("0123456789abcdef0123456789abcdef");
        let link = keys.sign_link(&id("nps"), "c-1", NOW, "a1");
        let Link::Good(first) = keys.read_link(&id("nps"), "c-1", &link, NOW) else {
            panic!("{link}");
        };
        assert_eq!(
            keys.read_link(&id("nps"), "c-1", &link, NOW - 9),
            Link::Good(first.clone())
        );
        assert_eq!(
            keys.read_link(&id("nps"), "c-1", &link, NOW + 1),
            Link::Expired
        );
        assert_eq!(keys.read_link(&id("nps"), "c-2", &link, NOW), Link::Wrong);
        assert_eq!(keys.read_link(&id("nps2"), "c-1", &link, NOW), Link::Wrong);
        let other = keys.sign_link(&id("nps"), "c-1", NOW, "a2");
        assert_ne!(
            keys.read_link(&id("nps"), "c-1", &other, NOW),
            Link::Good(first)
        );
    }

    #[test]
    fn the_link_is_the_one_that_every_language_makes() {
        // As printed by python3 and node: docs/hosted-page.md.
        let keys = keys("0123456789abcdef0123456789abcdef");
        let link = keys.sign_link(&id("nps"), "c-1042", 0x6b00_0000, "a1");
        let expected =
            "6b000000.a1.8caf1a8e069bbd42c2076c0ce7f289ff44b9390e44c7f7cdea26ecd28a638d13";
        assert_eq!(link, expected);
        let documented = include_str!("../../../docs/hosted-page.md");
        assert!(documented.contains(expected));
    }

    #[test]
    fn no_changed_byte_goes_unnoticed() {
        let keys = keys("0123456789abcdef0123456789abcdef");
        let link = keys.sign_link(&id("nps"), "c-1", NOW, "a1");
        for place in 0..link.len() {
            let mut bytes = link.clone().into_bytes();
            bytes[place] = if bytes[place] == b'1' { b'2' } else { b'1' };
            let changed = String::from_utf8(bytes).unwrap();
            let read = keys.read_link(&id("nps"), "c-1", &changed, NOW);
            assert_eq!(read, Link::Wrong, "{changed}");
        }
        for odd in ["", ".", "..", "a.b", "a.\n.00", &"9".repeat(100_000)] {
            assert_eq!(keys.read_link(&id("nps"), "c-1", odd, NOW), Link::Wrong);
        }
    }
}
