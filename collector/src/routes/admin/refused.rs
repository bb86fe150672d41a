//! What an admin route refuses, and how it says so.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};

use super::super::Plain;
use crate::error::{ApiError, refuse};

/// Why a request was refused.
#[derive(Debug)]
pub(in crate::routes) enum Refused {
    /// There is no admin token, so there are no admin routes.
    NotHere,
    /// It shows no token and no session.
    NoToken,
    /// It shows a token that is none of ours.
    WrongToken,
    /// Too many wrong tokens came before it.
    Slowed(Duration),
    /// It may come from another site's page.
    CrossSite,
    /// It asks for nothing that can be done.
    Malformed(&'static str),
    /// There is no such survey.
    UnknownSurvey,
    /// It could not be done.
    Failed(&'static str),
    /// Nobody here can do it.
    NotAble,
    /// Its body is too long, or too slow.
    Body(ApiError),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Refused::Body(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> HttpResponse {
        let (status, code, message) = match self {
            Refused::NotHere => (
                StatusCode::NOT_FOUND,
                "not_found",
                "there is nothing at this address",
            ),
            Refused::NoToken => (
                StatusCode::UNAUTHORIZED,
                "token_required",
                "send the admin token as Authorization: Bearer, or log in at /admin/login",
            ),
            Refused::WrongToken => (
                StatusCode::UNAUTHORIZED,
                "wrong_token",
                "this admin token is wrong; the right one is in the file that the setting \
                 admin_token_file names",
            ),
            Refused::Slowed(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_attempts",
                "too many wrong tokens; wait as long as Retry-After says",
            ),
            Refused::CrossSite => (
                StatusCode::FORBIDDEN,
                "cross_site",
                "a browser must say that this comes from a page of the collector's own",
            ),
            Refused::Malformed(message) => (StatusCode::BAD_REQUEST, "malformed", message),
            Refused::UnknownSurvey => (
                StatusCode::NOT_FOUND,
                "unknown_survey",
                "there is no survey of this id",
            ),
            Refused::Failed(message) => (StatusCode::INTERNAL_SERVER_ERROR, "failed", message),
            Refused::NotAble => (
                StatusCode::NOT_IMPLEMENTED,
                "not_able",
                "this collector cannot erase over the network",
            ),
            Refused::Body(error) => return error.into_response(),
        };
        let mut reply = refuse(status, Plain { code, message });
        let (name, value) = match self {
            Refused::NoToken | Refused::WrongToken => (
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"sayso\""),
            ),
            Refused::Slowed(wait) => (header::RETRY_AFTER, whole_seconds(wait)),
            _ => return reply,
        };
        reply.headers_mut().insert(name, value);
        reply
    }
}

/// Whole seconds, rounded up: who waits as long as told gets through.
pub(super) fn whole_seconds(wait: Duration) -> HeaderValue {
    HeaderValue::from(wait.as_secs() + u64::from(0 < wait.subsec_nanos()))
}
