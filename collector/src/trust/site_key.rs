//! Signed respondents: the host's server says that an id is right, by a signature that no page can make.
//!
//! The signature covers the id alone and does not end: who has seen it once can use
//! it again, for this id. It keeps others from answering in a person's name, and
//! nothing more.

use std::path::Path;

use hmac::Mac;
use sayso_core::wire::{MAX_PROOF_BYTES, Respondent};

use super::{hex, mac::mac};
use crate::error::StartError;
use crate::secret::Secrets;

/// What the host's server signs with.
#[derive(Debug, Clone)]
pub struct SiteKeys(Secrets);

impl SiteKeys {
    /// Keys, the first of which signs; all of them count.
    pub fn new(secrets: Secrets) -> Self {
        Self(secrets)
    }

    /// The keys of a file, one a line.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or holds what is no key.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        Secrets::read("site_key_file", path).map(Self::new)
    }

    /// The signature of a respondent's id.
    pub fn sign(&self, respondent: &str) -> String {
        hex::encode(
            &mac(self.signing(), respondent.as_bytes())
                .finalize()
                .into_bytes(),
        )
    }

    /// The key that signs.
    pub(super) fn signing(&self) -> &[u8] {
        self.0.iter().next().unwrap_or_default()
    }

    /// All keys.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter()
    }

    /// Whether somebody with a key has signed the respondent's id.
    pub fn have_signed(&self, respondent: &Respondent) -> bool {
        let (Some(id), Some(signature)) = (&respondent.id, &respondent.signature) else {
            return false;
        };
        let is_short = signature.len() <= MAX_PROOF_BYTES;
        let Some(signature) = is_short.then(|| hex::decode(signature)).flatten() else {
            return false;
        };
        // The comparison takes as long wherever the first wrong byte is.
        let is_by = |key| mac(key, id.as_bytes()).verify_slice(&signature).is_ok();
        self.0.iter().any(is_by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn keys(text: &str) -> SiteKeys {
        SiteKeys::new(Secrets::parse(text.as_bytes()).unwrap())
    }

    fn respondent(id: &str, signature: &str) -> Respondent {
        Respondent {
            id: Some(String::from(id)),
            signature: Some(String::from(signature)),
            ..Respondent::default()
        }
    }

    #[test]
    fn the_signature_is_the_one_that_every_language_makes() {
        // As printed by node, python3 and openssl: docs/signed-respondents.md.
        let expected = "4c1b9eeda618ec2cdc834faacbd44f76b0ab8b36a5ae9662b0c478c1d318d07a";
        assert_eq!(keys(KEY).sign("c-1042"), expected);
        assert!(keys(KEY).have_signed(&respondent("c-1042", expected)));
    }

    #[test]
    fn nothing_but_the_signature_of_the_id_counts() {
        let keys = keys(KEY);
        let signature = keys.sign("c-1042");
        for (id, signature) in [
            ("c-1043", signature.as_str()),
            ("c-1042 ", &signature),
            ("c-1042", signature.get(..62).unwrap()),
            ("c-1042", ""),
            ("c-1042", &signature.to_uppercase()),
            ("c-1042", &format!("{signature}00")),
            ("", &signature),
        ] {
            assert!(
                !keys.have_signed(&respondent(id, signature)),
                "{id} {signature}"
            );
        }
        let unsigned = Respondent {
            id: Some(String::from("c-1042")),
            ..Respondent::default()
        };
        assert!(!keys.have_signed(&unsigned));
        let nobody = Respondent {
            id: None,
            ..respondent("", &signature)
        };
        assert!(!keys.have_signed(&nobody));
    }

    #[test]
    fn a_new_key_can_come_before_the_old_one_goes() {
        let new = "fedcba9876543210fedcba9876543210";
        let old = keys(KEY).sign("c-1042");
        let both = keys(&format!("{new}\n{KEY}"));
        assert!(both.have_signed(&respondent("c-1042", &old)));
        assert_eq!(both.sign("c-1042"), keys(new).sign("c-1042"));
        assert!(!keys(new).have_signed(&respondent("c-1042", &old)));
    }
}
