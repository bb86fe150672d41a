//! Reads a request's body within its limits of size and time.

use std::error::Error;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::error::ApiError;

/// Whether a body is said to be of one of these media types, whatever their parameters.
pub fn is_of(headers: &HeaderMap, types: &[&str]) -> bool {
    let said = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = said.and_then(|said| said.split(';').next());
    let essence = essence.unwrap_or_default().trim();
    types
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
}

/// Reads the whole body.
///
/// The size is counted on what arrives. A `Content-Length` above the limit is
/// refused before anything is read, and a chunked body as soon as it is too long.
///
/// # Errors
///
/// The body is too large, too slow, or ends early.
pub async fn read(
    headers: &HeaderMap,
    body: Body,
    max_bytes: usize,
    limit: Duration,
) -> Result<Vec<u8>, ApiError> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| max_bytes < length) {
        return Err(ApiError::BodyTooLarge(max_bytes));
    }
    match timeout(limit, Limited::new(body, max_bytes).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes().into()),
        Ok(Err(error)) if is_too_long(error.as_ref()) => Err(ApiError::BodyTooLarge(max_bytes)),
        Ok(Err(_)) => Err(ApiError::MalformedJson(String::from("it ends early"))),
        Err(_) => Err(ApiError::Timeout),
    }
}

fn is_too_long(error: &(dyn Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_long)
}
