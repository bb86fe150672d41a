//! HMAC-SHA256, the one way in which anything is signed here.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Begins the signature of a message.
pub(crate) fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "a key of any length is one")]
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes every key");
    mac.chain_update(message)
}
