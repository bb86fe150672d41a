//! The two worlds of errors: what keeps the program from starting, and what a request is refused for.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use sayso_core::validate::Violation;
use sayso_core::wire::{ErrorCode, Refusal};
use serde::Serialize;

use crate::metrics::Ending;
use crate::sink::StoreError;
use crate::tls::TlsError;

/// Why a command cannot start, or cannot do its work. Ends as text on stderr and exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A file or folder that is needed cannot be used.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried, as "read" or "write to".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Settings are wrong; one line for each.
    #[error("{}", lines("the configuration is wrong", .0))]
    Config(Vec<String>),
    /// Survey files are wrong; one line for each problem.
    #[error("{}", lines("survey files are wrong", .0))]
    Surveys(Vec<String>),
    /// Surveys allow answers that no request may carry; one line for each survey.
    #[error(
        "{}\n  raise --max-body-bytes, which is {max_body_bytes}, or lower max_chars in the survey",
        lines("the longest answers would be refused as too large", .surveys)
    )]
    AnswersTooLarge {
        /// The limit that is too low.
        max_body_bytes: usize,
        /// Each survey with what it needs.
        surveys: Vec<String>,
    },
    /// There are no survey files to check.
    #[error("there is no survey file in {0}; nothing was checked")]
    NothingToCheck(String),
    /// There is no folder of surveys.
    #[error(
        "there is no folder of surveys at {}; make it, name another with --surveys, \
         or let `sayso init` write a first survey",
        .0.display()
    )]
    NoSurveys(PathBuf),
    /// Another process has the data folder.
    #[error(
        "the data folder {} is in use by another process; stop that, or name another folder \
         with --data",
        .0.display()
    )]
    DataInUse(PathBuf),
    /// A file of secrets cannot be read.
    #[error(
        "cannot read {}, which {setting} names; name a file that is there and that this user \
         may read, with a line as `openssl rand -hex 32` makes",
        path.display()
    )]
    UnreadSecret {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of secrets holds none.
    #[error(
        "{}, which {setting} names, {problem}; a secret is a line of 32 characters or more, \
         as `openssl rand -hex 32` makes",
        path.display()
    )]
    Secret {
        /// The setting that names the file.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The key of tokens is no key.
    #[error(
        "{} is no key of tokens; restore it, or remove it, and a new one is made: responses to \
         surveys that were fetched before are then marked bad_token",
        .0.display()
    )]
    TokenKey(PathBuf),
    /// A kept survey version is not what its name says.
    #[error(
        "{} has other content than the survey of that version; it was edited, or two surveys \
         share one version by chance. If it was edited, restore it. If not, change any text of \
         the survey to give it another version",
        .0.display()
    )]
    KeptDiffers(PathBuf),
    /// There is no log where one is to be looked at or changed.
    #[error("there is no log in {}; name the data folder with --data", .0.display())]
    NoLog(PathBuf),
    /// A collector has the data folder, and is the one to erase from it.
    #[error(
        "a collector has the data folder {} in use and writes to it; ask it to erase, with \
         POST /v1/admin/erase and the admin token, or stop it first",
        .0.display()
    )]
    EraseInUse(PathBuf),
    /// Nobody was named who is to be erased.
    #[error("the respondent's id is empty; give it with --respondent, or on standard input")]
    NoRespondent,
    /// A line of the log cannot be read for its length.
    #[error(
        "{}:{line} is longer than any record; take that line out, or move the file away",
        path.display()
    )]
    LineTooLong {
        /// The file.
        path: PathBuf,
        /// Which line of it.
        line: u64,
    },
    /// A closed file of the log cannot be decompressed to its end.
    #[error(
        "{} is damaged, and nobody can be erased from what cannot be read; restore it from a \
         backup, or move it out of the data folder, and erase again",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
    /// What a command needs cannot be read from standard input.
    #[error("cannot read standard input")]
    Input(#[source] io::Error),
    /// A report was asked for of a survey that nobody knows.
    #[error("the data folder knows no survey `{given}`; it knows {known}")]
    UnknownSurvey {
        /// The id asked for.
        given: String,
        /// Those that are there.
        known: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The socket that systemd passed is of no use.
    #[error("cannot use the socket that systemd passed")]
    Passed(#[source] io::Error),
    /// A link or a block for a mail cannot be made.
    #[error("{0}")]
    NoLink(String),
    /// The address of a collector is none.
    #[error("`{0}` is no address of a collector; write one as `http://127.0.0.1:8080`")]
    NoAddress(String),
    /// The address that a collector listens on is none.
    #[error("`{0}` is no address with a port such as 127.0.0.1:8080")]
    NoListen(String),
    /// Certificate or key cannot be used.
    #[error("cannot use TLS")]
    Tls(#[from] TlsError),
    /// Threads, signals or sockets are not to be had.
    #[error("cannot run")]
    Run(#[source] io::Error),
    /// What the command has to say cannot be written to standard output.
    #[error("cannot write to standard output; make room where it leads, or let it lead elsewhere")]
    Output(#[source] io::Error),
}

fn lines(headline: &str, lines: &[String]) -> String {
    let indented: String = lines.iter().map(|line| format!("\n  {line}")).collect();
    format!("{headline}:{indented}")
}

impl StartError {
    /// Says that something failed with a file, for use with `map_err`.
    pub fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| StartError::File {
            action,
            path,
            source,
        }
    }
}

/// An error and its causes, one a line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        format!("{text}\n  because: {cause}")
    })
}

/// What a request can be refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The body is not a submission.
    #[error("the body is no submission: {0}")]
    MalformedJson(String),
    /// Pages of this origin may not send.
    #[error("pages of this origin may not send; the operator can allow it with --allow-origin")]
    OriginNotAllowed,
    /// Only respondents whose id is signed may answer.
    #[error(
        "only respondents whose id the site's server has signed may answer; \
         docs/signed-respondents.md says how to sign"
    )]
    RespondentNotVerified,
    /// There is no such survey.
    #[error("there is no survey of this id")]
    UnknownSurvey,
    /// The survey never had this version.
    #[error("the survey never had this version")]
    UnknownSurveyVersion,
    /// The body took too long to arrive.
    #[error("the body took too long to arrive")]
    Timeout,
    /// The body is too large.
    #[error("the body is larger than {0} bytes")]
    BodyTooLarge(usize),
    /// The body is of another type than a submission's.
    #[error("the content type must be application/json or text/plain")]
    UnsupportedMediaType,
    /// Answers break the survey's rules.
    #[error("{} of the survey", problems(.0.len()))]
    InvalidAnswers(Vec<Violation>),
    /// Too many submissions from this address.
    #[error("too many submissions from this address")]
    RateLimited(Duration),
    /// Too many submissions to this survey, from whomever.
    #[error("too many submissions to this survey")]
    SurveyRateLimited(Duration),
    /// The response could not be written to disk.
    #[error("the response could not be stored; it may work later")]
    Storage(#[from] StoreError),
}

fn problems(count: usize) -> String {
    match count {
        1 => String::from("1 answer breaks the rules"),
        _ => format!("{count} answers break the rules"),
    }
}

/// How long to wait for the disk, as the reply asks for.
const RETRY_STORAGE: Duration = Duration::from_secs(5);

impl ApiError {
    /// The code, which has its HTTP status with it.
    pub const fn code(&self) -> ErrorCode {
        match self {
            ApiError::MalformedJson(_) => ErrorCode::MalformedJson,
            ApiError::OriginNotAllowed => ErrorCode::OriginNotAllowed,
            ApiError::RespondentNotVerified => ErrorCode::RespondentNotVerified,
            ApiError::UnknownSurvey => ErrorCode::UnknownSurvey,
            ApiError::UnknownSurveyVersion => ErrorCode::UnknownSurveyVersion,
            ApiError::Timeout => ErrorCode::Timeout,
            ApiError::BodyTooLarge(_) => ErrorCode::BodyTooLarge,
            ApiError::UnsupportedMediaType => ErrorCode::UnsupportedMediaType,
            ApiError::InvalidAnswers(_) => ErrorCode::InvalidAnswers,
            ApiError::RateLimited(_) | ApiError::SurveyRateLimited(_) => ErrorCode::RateLimited,
            ApiError::Storage(_) => ErrorCode::StorageUnavailable,
        }
    }

    /// How a submission that is refused for this ends.
    pub const fn ending(&self) -> Ending {
        Ending::Refused(self.code())
    }

    /// When it is worth another try, for the refusals that say so.
    const fn retry_after(&self) -> Option<Duration> {
        match self {
            ApiError::RateLimited(wait) | ApiError::SurveyRateLimited(wait) => Some(*wait),
            ApiError::Storage(_) => Some(RETRY_STORAGE),
            ApiError::MalformedJson(_)
            | ApiError::OriginNotAllowed
            | ApiError::RespondentNotVerified
            | ApiError::UnknownSurvey
            | ApiError::UnknownSurveyVersion
            | ApiError::Timeout
            | ApiError::BodyTooLarge(_)
            | ApiError::UnsupportedMediaType
            | ApiError::InvalidAnswers(_) => None,
        }
    }
}

/// A refusal, which no cache may keep: what is missing now can be there in a minute.
pub(crate) fn refuse(status: StatusCode, body: impl Serialize) -> HttpResponse {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> HttpResponse {
        let (code, message, retry_after) = (self.code(), self.to_string(), self.retry_after());
        let violations = match self {
            ApiError::InvalidAnswers(violations) => violations,
            _ => Vec::new(),
        };
        let status = StatusCode::from_u16(code.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut reply = refuse(
            status,
            Refusal {
                code,
                message,
                violations,
            },
        );
        if let Some(wait) = retry_after {
            // Whole seconds, rounded up: who waits as long as told gets through.
            let seconds = wait.as_secs() + u64::from(0 < wait.subsec_nanos());
            reply
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        reply
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_names_every_cause() {
        let source = io::Error::other(StoreError::Full);
        let error = StartError::File {
            action: "read",
            path: "a/b".into(),
            source,
        };
        let text = chain(&error);
        assert_eq!(
            text,
            "cannot read a/b\n  because: too many submissions wait for the disk"
        );
    }

    #[test]
    fn retry_after_is_rounded_up_to_whole_seconds() {
        for (wait_ms, expected) in [(1, "1"), (1_000, "1"), (1_001, "2"), (20_000, "20")] {
            let reply = ApiError::RateLimited(Duration::from_millis(wait_ms)).into_response();
            assert_eq!(reply.headers()[header::RETRY_AFTER], expected, "{wait_ms}");
        }
    }

    #[test]
    fn only_what_is_retried_later_says_when() {
        for (error, expected) in [
            (ApiError::Storage(StoreError::Disk), true),
            (ApiError::RateLimited(Duration::from_secs(1)), true),
            (ApiError::Timeout, false),
            (ApiError::UnknownSurvey, false),
        ] {
            let reply = error.clone().into_response();
            assert_eq!(
                reply.headers().contains_key(header::RETRY_AFTER),
                expected,
                "{error}"
            );
        }
    }
}
