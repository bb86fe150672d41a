//! What travels between widget and collector.
//!
//! A submission, as the widget sends it:
//!
//! ```json
#![doc = include_str!("../tests/golden/submission.json")]
//! ```
//!
//! The same with all that speaks for it, where there is something to show:
//!
//! ```json
#![doc = include_str!("../tests/golden/submission.proven.json")]
//! ```
//!
//! A refusal, as the collector answers it:
//!
//! ```json
#![doc = include_str!("../tests/golden/refusal.json")]
//! ```
//!
//! Unknown fields of a submission are ignored: widgets stay on pages for years,
//! and both sides will be older or newer than the other at times.

#[cfg(feature = "json")]
mod submission;
#[cfg(feature = "json")]
pub use submission::{
    Channel, MAX_PROOF_BYTES, Meta, MetaValue, Refusal, Respondent, Stored, Submission, values,
};

/// How far a response came. Words on the wire: `shown`, `partial`, `completed`, `dismissed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "json",
    derive(serde::Deserialize, serde::Serialize),
    serde(rename_all = "snake_case")
)]
pub enum Status {
    /// The card became visible.
    Shown,
    /// Some questions were answered and the page went away.
    Partial,
    /// The respondent sent the form.
    Completed,
    /// The respondent closed the card before the end.
    Dismissed,
}

impl Status {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Shown => "shown",
            Status::Partial => "partial",
            Status::Completed => "completed",
            Status::Dismissed => "dismissed",
        }
    }
}

/// Why a request was refused. For programs: a code that has shipped never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "json",
    derive(serde::Deserialize, serde::Serialize),
    serde(rename_all = "snake_case")
)]
pub enum ErrorCode {
    /// 400: the body is not a submission.
    MalformedJson,
    /// 403: pages of this origin may not send.
    OriginNotAllowed,
    /// 403: only respondents whose id the owner's server has signed may answer.
    RespondentNotVerified,
    /// 404: there is no such survey.
    UnknownSurvey,
    /// 404: the survey never had this version.
    UnknownSurveyVersion,
    /// 408: the body took too long to arrive.
    Timeout,
    /// 413: the body is too large.
    BodyTooLarge,
    /// 415: the body is neither `application/json` nor `text/plain`.
    UnsupportedMediaType,
    /// 422: answers break the survey's rules.
    InvalidAnswers,
    /// 429: too many requests from this address.
    RateLimited,
    /// 503: the response could not be written to disk.
    StorageUnavailable,
}

impl ErrorCode {
    /// Every code there is.
    pub const ALL: [ErrorCode; 11] = [
        ErrorCode::MalformedJson,
        ErrorCode::OriginNotAllowed,
        ErrorCode::RespondentNotVerified,
        ErrorCode::UnknownSurvey,
        ErrorCode::UnknownSurveyVersion,
        ErrorCode::Timeout,
        ErrorCode::BodyTooLarge,
        ErrorCode::UnsupportedMediaType,
        ErrorCode::InvalidAnswers,
        ErrorCode::RateLimited,
        ErrorCode::StorageUnavailable,
    ];

    /// The HTTP status it travels with.
    pub const fn status(self) -> u16 {
        match self {
            ErrorCode::MalformedJson => 400,
            ErrorCode::OriginNotAllowed | ErrorCode::RespondentNotVerified => 403,
            ErrorCode::UnknownSurvey | ErrorCode::UnknownSurveyVersion => 404,
            ErrorCode::Timeout => 408,
            ErrorCode::BodyTooLarge => 413,
            ErrorCode::UnsupportedMediaType => 415,
            ErrorCode::InvalidAnswers => 422,
            ErrorCode::RateLimited => 429,
            ErrorCode::StorageUnavailable => 503,
        }
    }

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorCode::MalformedJson => "malformed_json",
            ErrorCode::OriginNotAllowed => "origin_not_allowed",
            ErrorCode::RespondentNotVerified => "respondent_not_verified",
            ErrorCode::UnknownSurvey => "unknown_survey",
            ErrorCode::UnknownSurveyVersion => "unknown_survey_version",
            ErrorCode::Timeout => "timeout",
            ErrorCode::BodyTooLarge => "body_too_large",
            ErrorCode::UnsupportedMediaType => "unsupported_media_type",
            ErrorCode::InvalidAnswers => "invalid_answers",
            ErrorCode::RateLimited => "rate_limited",
            ErrorCode::StorageUnavailable => "storage_unavailable",
        }
    }

    /// Whether sending the same bytes again may work.
    pub const fn is_retryable(self) -> bool {
        is_retryable_status(self.status())
    }
}

/// Whether sending the same bytes again may work after a reply with this HTTP status.
///
/// Replies of 500 and above say that somebody is busy or broken now.
const fn is_retryable_status(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..=599)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_timeouts_limits_and_storage_are_worth_another_try() {
        for code in ErrorCode::ALL {
            let expected = matches!(
                code,
                ErrorCode::Timeout | ErrorCode::RateLimited | ErrorCode::StorageUnavailable
            );
            assert_eq!(code.is_retryable(), expected, "{code:?}");
        }
    }

    #[test]
    fn success_and_redirects_are_not_retried() {
        for status in [200, 201, 204, 301, 304, 400, 401, 404] {
            assert!(!is_retryable_status(status), "{status}");
        }
        for status in [500, 502, 504, 599] {
            assert!(is_retryable_status(status), "{status}");
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn codes_and_statuses_have_one_spelling() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
        for status in [
            Status::Shown,
            Status::Partial,
            Status::Completed,
            Status::Dismissed,
        ] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
