//! `GET /v1/surveys/{id}`: a survey as a page needs it.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use jiff::Timestamp;
use sayso_core::file::Closed;
use serde::Deserialize;

use super::Plain;
use crate::accept;
use crate::error::ApiError;
use crate::packed::{Kind, Packed};
use crate::state::AppState;
use crate::time;

/// How long browsers may keep a definition.
const MAX_AGE_S: u64 = 60;

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
    match Given::find(&state, &id, locale.as_deref(), &headers) {
        Ok(given) => given.kept("public", given.page.reply(&headers, &DEFINITION)),
        Err(refusal) => refusal,
    }
}

/// A definition that may be given out now.
pub(super) struct Given {
    pub(super) page: Arc<Packed>,
    /// For so long, where that is less than usual.
    seconds_left: Option<u64>,
}

impl Given {
    /// Looks for a survey in the best language.
    #[expect(
        clippy::result_large_err,
        reason = "a refusal is the reply to the request"
    )]
    pub(super) fn find(
        state: &AppState,
        id: &str,
        locale: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<Self, HttpResponse> {
        let locales: Vec<_> = locale
            .into_iter()
            .chain(accept::languages(headers))
            .collect();
        let surveys = state.surveys.now();
        let (Some((id, delivery)), Some(page)) = (surveys.delivery(id), surveys.page(id, &locales))
        else {
            return Err(ApiError::UnknownSurvey.into_response());
        };
        let now_s = Timestamp::now().as_second();
        if let Some(closed) = delivery.closed(now_s, || state.sink.completed(id)) {
            return Err(refuse_closed(closed));
        }
        let with_token = state.trust.page(id.as_str(), page, time::unix_seconds());
        Ok(Self {
            page: with_token.unwrap_or_else(|| Arc::clone(page)),
            seconds_left: delivery
                .seconds_left(now_s)
                .filter(|left| *left < MAX_AGE_S),
        })
    }

    /// A reply with the definition in it, which is kept no longer than it may be given out,
    /// by everybody (`public`) or by browsers alone (`private`).
    pub(super) fn kept(&self, by: &str, mut reply: HttpResponse) -> HttpResponse {
        if let Some(left) = self.seconds_left
            && let Ok(age) = HeaderValue::try_from(format!("{by}, max-age={left}"))
        {
            reply.headers_mut().insert(header::CACHE_CONTROL, age);
        }
        reply
    }
}

/// Says that a survey is paused or has ended. It may be kept as long as a
/// definition, so that a page that is reloaded again and again asks no oftener.
fn refuse_closed(closed: Closed) -> HttpResponse {
    let message = match closed {
        Closed::Paused => "this survey is paused",
        Closed::Ended => "this survey has ended",
    };
    let plain = Plain {
        code: closed.code(),
        message,
    };
    let cache = [(header::CACHE_CONTROL, DEFINITION.cache_control)];
    (StatusCode::GONE, cache, Json(plain)).into_response()
}
