//! `GET /v1/surveys/{id}`: a survey as a page needs it.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response as HttpResponse};
use serde::Deserialize;

use crate::accept;
use crate::error::ApiError;
use crate::packed::Kind;
use crate::state::AppState;

static DEFINITION: Kind = Kind {
    content_type: "application/json",
    cache_control: "public, max-age=60",
    vary: "Accept-Language, Accept-Encoding",
};

/// What the address may ask for.
#[derive(Deserialize)]
pub(super) struct Wishes {
    locale: Option<String>,
}

/// The survey in the language of the page, else of the browser, else its own.
pub(super) async fn survey(
    State(state): State<Arc<AppState>>,
    id: Result<Path<String>, PathRejection>,
    wishes: Result<Query<Wishes>, QueryRejection>,
    headers: HeaderMap,
) -> HttpResponse {
    // An id that is no text names no survey.
    let Ok(Path(id)) = id else {
        return ApiError::UnknownSurvey.into_response();
    };
    // A query that cannot be read asks for nothing.
    let locale = wishes.ok().and_then(|wishes| wishes.0.locale);
    let locales: Vec<_> = locale
        .as_deref()
        .into_iter()
        .chain(accept::languages(&headers))
        .collect();
    match state.surveys.page(&id, &locales) {
        Some(page) => page.reply(&headers, &DEFINITION),
        None => ApiError::UnknownSurvey.into_response(),
    }
}
