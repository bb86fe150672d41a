//! A body that is compressed once and served many times.

use std::io::Write;

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
    brotli: Bytes,
    gzip: Bytes,
    tag: String,
}

impl Packed {
    /// A body whose compressed copies exist already.
    pub fn new(plain: Bytes, brotli: Bytes, gzip: Bytes) -> Self {
        let digest = Sha256::digest(&plain);
        let tag = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            plain,
            brotli,
            gzip,
            tag,
        }
    }

    /// A body that is part of the program.
    pub fn embedded(plain: &'static [u8], brotli: &'static [u8], gzip: &'static [u8]) -> Self {
        let [plain, brotli, gzip] = [plain, brotli, gzip].map(Bytes::from_static);
        Self::new(plain, brotli, gzip)
    }

    /// Compresses a body as well as it can be.
    ///
    /// # Errors
    ///
    /// As the encoders report them; writing to memory gives them no cause.
    pub fn compress(plain: Vec<u8>) -> std::io::Result<Self> {
        let best = BrotliEncoderParams {
            quality: 11,
            size_hint: plain.len(),
            ..BrotliEncoderParams::default()
        };
        let mut brotli = Vec::new();
        brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &best)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&plain)?;
        Ok(Self::new(
            plain.into(),
            brotli.into(),
            gzip.finish()?.into(),
        ))
    }

    /// The body as it is without compression.
    pub fn plain(&self) -> &Bytes {
        &self.plain
    }

    /// The reply to a request: the body in the best encoding, or 304 if the
    /// browser has it.
    pub fn reply(&self, request: &HeaderMap, kind: &'static Kind) -> HttpResponse<Body> {
        let encoding = Encoding::negotiate(request);
        let tag = self.tag(encoding);
        let is_known = is_known(request, &tag);
        let mut reply = HttpResponse::new(match (is_known, encoding) {
            (true, _) => Body::empty(),
            (false, Encoding::Brotli) => Body::from(self.brotli.clone()),
            (false, Encoding::Gzip) => Body::from(self.gzip.clone()),
            (false, Encoding::Plain) => Body::from(self.plain.clone()),
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

    /// Each encoding has a tag of its own: they are not the same bytes.
    fn tag(&self, encoding: Encoding) -> String {
        match encoding.as_str() {
            Some(word) => format!("\"{}-{word}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        }
    }
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
