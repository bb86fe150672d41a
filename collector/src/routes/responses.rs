//! `POST /v1/responses`: one submission.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response as HttpResponse};
use sayso_core::record::Record;
use sayso_core::validate::validate;
use sayso_core::wire::{Status, Stored, Submission};

use crate::body;
use crate::error::ApiError;
use crate::fields;
use crate::metrics::OpenSubmission;
use crate::sink::{Kept, Line, Receipt};
use crate::state::AppState;
use crate::time;
use crate::trust::Proof;

/// JSON, or JSON sent as text so that no preflight stands in the way.
const TYPES: [&str; 2] = ["application/json", "text/plain"];

/// Longest message about a malformed submission. It may quote what was sent.
const MAX_MESSAGE_CHARS: usize = 300;

/// A path with more parts is not one of a submission, and says nothing to anybody.
const MAX_PATH_PARTS: usize = 8;

/// The number of a completed submission by a signed link: the first one has it, every
/// further one is a duplicate, and nothing that comes later counts more.
const LAST_SEQ: u32 = u32::MAX;

/// Takes a submission, and answers when its end is known.
pub(super) async fn submit(
    State(state): State<Arc<AppState>>,
    request: Request,
) -> Result<Kept, ApiError> {
    let mut open = OpenSubmission::new(Arc::clone(&state.metrics));
    let (head, body) = request.into_parts();
    let address = state.proxies.client_of(&head);
    match accept(&state, address, &head.headers, body, &mut open).await {
        Ok(line) => Ok(state.sink.store(line, open).await?),
        Err(error) => {
            open.end(error.ending());
            Err(error)
        }
    }
}

/// Checks a submission in full and makes its line.
async fn accept(
    state: &AppState,
    address: IpAddr,
    headers: &HeaderMap,
    body: Body,
    open: &mut OpenSubmission,
) -> Result<Line, ApiError> {
    state
        .rate
        .take(address, Instant::now())
        .map_err(ApiError::RateLimited)?;
    if !state.origins.allow(headers) {
        return Err(ApiError::OriginNotAllowed);
    }
    if !body::is_of(headers, &TYPES) {
        return Err(ApiError::UnsupportedMediaType);
    }
    let limits = &state.limits;
    let bytes = body::read(headers, body, limits.max_body_bytes, limits.body_timeout).await?;
    fields::check_depth(&bytes)?;
    admit(state, parse(&bytes)?, None, open)
}

/// Checks a submission, whichever way it came, and makes its line. `proof` is what already
/// spoke for its respondent.
pub(super) fn admit(
    state: &AppState,
    mut submission: Submission,
    proof: Option<Proof>,
    open: &mut OpenSubmission,
) -> Result<Line, ApiError> {
    fields::check(&submission)?;
    let surveys = state.surveys.now();
    let survey = surveys.version(&submission.survey, &submission.survey_version)?;
    open.is_about(&survey.id);
    state
        .survey_rate
        .take_named(submission.survey.as_str(), Instant::now())
        .map_err(ApiError::SurveyRateLimited)?;
    let now = time::unix_seconds();
    let proof = match proof {
        Some(proof) => proof,
        None => state.trust.proof(&submission, now)?,
    };
    if proof == Proof::Link && submission.status == Status::Completed {
        submission.seq = LAST_SEQ;
    }
    let around = submission.surroundings();
    let answers = validate(survey, &submission.answers, submission.status, &around)
        .map_err(ApiError::InvalidAnswers)?;
    let marks = state.trust.marks(&submission, now);
    open.is_marked(&marks);
    let record = Record::new(submission, answers, time::received_at()).marked(marks);
    let record = match proof {
        Proof::Signature | Proof::Link => record.verified(),
        Proof::Nothing => record,
    };
    let text = record
        .to_line()
        .map_err(|error| ApiError::MalformedJson(error.to_string()))?;
    let submission = record.submission;
    let is_completed = submission.status == Status::Completed;
    Ok(Line {
        response_id: submission.response_id,
        seq: submission.seq,
        completed: is_completed.then_some(submission.survey),
        text,
    })
}

fn parse(bytes: &[u8]) -> Result<Submission, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| {
        // Read again, and slower, to learn which field it is.
        let reader = &mut serde_json::Deserializer::from_slice(bytes);
        let message = match serde_path_to_error::deserialize::<_, Submission>(reader) {
            Err(named) if named.path().iter().len() <= MAX_PATH_PARTS => named.to_string(),
            Ok(_) | Err(_) => error.to_string(),
        };
        ApiError::MalformedJson(message.chars().take(MAX_MESSAGE_CHARS).collect())
    })
}

/// The only way to a 201 or 200 is a receipt.
impl IntoResponse for Kept {
    fn into_response(self) -> HttpResponse {
        match self {
            Kept::Stored(receipt) => acknowledge(StatusCode::CREATED, "stored", &receipt),
            Kept::Duplicate(receipt) => acknowledge(StatusCode::OK, "duplicate", &receipt),
        }
    }
}

fn acknowledge(status: StatusCode, code: &str, receipt: &Receipt) -> HttpResponse {
    let stored = Stored {
        code: String::from(code),
        response_id: receipt.response_id().clone(),
        seq: receipt.seq(),
    };
    (status, Json(stored)).into_response()
}
