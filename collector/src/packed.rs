//! A body that is compressed once, when it is first asked for, and served many times.

use std::io::{self, Write};
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response as HttpResponse, StatusCode, header};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::accept::Encoding;

/// A body in every encoding, with its entity tag.
#[derive(Debug, Clone)]
pub struct Packed {
    plain: Bytes,
    brotli: Copy,
    gzip: Copy,
    tag: String,
}

/// A compressed copy, once somebody has asked for it; none if it could not be made.
type Copy = OnceLock<Option<Bytes>>;

impl Packed {
    /// A body whose compressed copies exist already.
    pub fn new(plain: Bytes, brotli: Bytes, gzip: Bytes) -> Self {
        Self {
            brotli: OnceLock::from(Some(brotli)),
            gzip: OnceLock::from(Some(gzip)),
            ..Self::compressed_when_asked_for(plain)
        }
    }

    /// A body that is compressed as well as it can be, each way when it is
    /// first asked for: a start with many surveys need not wait for it.
    pub fn compressed_when_asked_for(plain: impl Into<Bytes>) -> Self {
        let plain = plain.into();
        let digest = Sha256::digest(&plain);
        let tag = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            plain,
            brotli: Copy::new(),
            gzip: Copy::new(),
            tag,
        }
    }

    /// A body that is part of the program.
    pub fn embedded(plain: &'static [u8], brotli: &'static [u8], gzip: &'static [u8]) -> Self {
        let [plain, brotli, gzip] = [plain, brotli, gzip].map(Bytes::from_static);
        Self::new(plain, brotli, gzip)
    }

    /// The body as it is without compression.
    pub fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// What names the plain body: a hash of it.
    pub(crate) fn tag_text(&self) -> &str {
        &self.tag
    }

    /// The reply to a request: the body in the best encoding, or 304 if the
    /// browser has it.
    pub fn reply(&self, request: &HeaderMap, kind: &'static Kind) -> HttpResponse<Body> {
        let (encoding, body) = self.encoded(Encoding::negotiate(request));
        let tag = self.tag(encoding);
        let is_known = is_known(request, &tag);
        let mut reply = HttpResponse::new(match is_known {
            true => Body::empty(),
            false => Body::from(body.clone()),
        });
        let headers = reply.headers_mut();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(kind.cache_control),
        );
        headers.insert(header::VARY, HeaderValue::from_static(kind.vary));
        if let Ok(tag) = HeaderValue::try_from(tag) {
            headers.insert(header::ETAG, tag);
        }
        if is_known {
            *reply.status_mut() = StatusCode::NOT_MODIFIED;
            return reply;
        }
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(kind.content_type),
        );
        if let Some(word) = encoding.as_str() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(word));
        }
        reply
    }

    /// The body in an encoding, or as it is if it cannot be encoded so.
    fn encoded(&self, encoding: Encoding) -> (Encoding, &Bytes) {
        let copy = match encoding {
            Encoding::Brotli => self.brotli.get_or_init(|| brotli(&self.plain).ok()),
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.plain).ok()),
            Encoding::Plain => &None,
        };
        match copy {
            Some(copy) => (encoding, copy),
            None => (Encoding::Plain, &self.plain),
        }
    }

    /// Each encoding has a tag of its own: they are not the same bytes.
    fn tag(&self, encoding: Encoding) -> String {
        match encoding.as_str() {
            Some(word) => format!("\"{}-{word}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        }
    }
}

fn brotli(plain: &[u8]) -> io::Result<Bytes> {
    let best = BrotliEncoderParams {
        quality: 11,
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut packed, &best)?;
    Ok(packed.into())
}

fn gzip(plain: &[u8]) -> io::Result<Bytes> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(plain)?;
    Ok(packed.finish()?.into())
}

/// What is said of a body beside its encoding.
#[derive(Debug)]
pub struct Kind {
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Cache-Control`.
    pub cache_control: &'static str,
    /// `Vary`: what the choice of body depends on.
    pub vary: &'static str,
}

impl Kind {
    /// For a body whose address has its content in it: it is kept for ever.
    pub const fn immutable(content_type: &'static str) -> Self {
        Self {
            content_type,
            cache_control: "public, max-age=31536000, immutable",
            vary: "Accept-Encoding",
        }
    }
}

/// Whether the browser has the body with this tag.
fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let lines = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(',').map(str::trim))
        // The comparison is a weak one: proxies that compress mark tags as weak.
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_compressed_before_it_is_asked_for_and_then_once() {
        let packed = Packed::compressed_when_asked_for("a body ".repeat(100));
        assert!(packed.brotli.get().is_none() && packed.gzip.get().is_none());
        let (encoding, first) = packed.encoded(Encoding::Brotli);
        assert_eq!(encoding, Encoding::Brotli);
        assert!(first.len() < packed.plain.len());
        assert!(packed.gzip.get().is_none());
        assert_eq!(packed.encoded(Encoding::Brotli).1.as_ptr(), first.as_ptr());
    }
}
