//! `GET /v1/surveys/{id}`: a survey as a page needs it.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response as HttpResponse};
use serde::Deserialize;

use crate::accept;
use crate::error::ApiError;
use crate::packed::Kind;
use crate::state::AppState;
use crate::time;

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
    Path(id): Path<String>,
    wishes: Result<Query<Wishes>, QueryRejection>,
    headers: HeaderMap,
) -> HttpResponse {
    // A query that cannot be read asks for nothing.
    let locale = wishes.ok().and_then(|wishes| wishes.0.locale);
    let locales: Vec<_> = locale
        .as_deref()
        .into_iter()
        .chain(accept::languages(&headers))
        .collect();
    match state.surveys.page(&id, &locales) {
        Some(page) => match state.trust.page(&id, page, time::unix_seconds()) {
            Some(with_token) => with_token.reply(&headers, &DEFINITION),
            None => page.reply(&headers, &DEFINITION),
        },
        None => ApiError::UnknownSurvey.into_response(),
    }
}
