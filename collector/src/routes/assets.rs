//! `GET /sayso.js`, perhaps with a survey in it, `GET /bridge.js` and
//! `GET /assets/{hash}/{file}`: the widget's files.

use std::sync::Arc;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};

use serde::Deserialize;

use super::not_found;
use super::surveys::Given;
use crate::assets::{self, LOADER, LOADER_WITH_SURVEY, MISSING};
use crate::state::AppState;

/// What the address of the loader may ask for: a survey, and its language.
#[derive(Deserialize)]
pub(super) struct Wishes {
    survey: Option<String>,
    locale: Option<String>,
}

/// The loader, and the definition of a survey in it where the address names one.
pub(super) async fn loader(
    State(state): State<Arc<AppState>>,
    wishes: Result<Query<Wishes>, QueryRejection>,
    headers: HeaderMap,
) -> HttpResponse {
    let Some(assets) = &state.assets else {
        return missing();
    };
    let Some(loader) = assets.loader() else {
        return not_found().await;
    };
    // A query that cannot be read asks for nothing.
    let wishes = wishes.ok().map(|Query(wishes)| wishes);
    let with_survey = wishes.and_then(|Wishes { survey, locale }| {
        let (survey, locale) = (survey?, locale.as_deref());
        let path = path(&survey, locale)?;
        let given = Given::find(&state, &survey, locale, &headers).ok()?;
        let loader = state.loaders.with(loader, &path, &given.page)?;
        Some(given.kept(loader.reply(&headers, &LOADER_WITH_SURVEY)))
    });
    with_survey.unwrap_or_else(|| loader.reply(&headers, &LOADER))
}

/// Where the loader asks for a definition; none where it would have to write it otherwise.
fn path(survey: &str, locale: Option<&str>) -> Option<String> {
    let is_plain = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let path = format!("v1/surveys/{survey}");
    match locale.filter(|locale| !locale.is_empty()) {
        _ if !is_plain(survey) => None,
        None => Some(path),
        Some(locale) => is_plain(locale).then(|| format!("{path}?locale={locale}")),
    }
}

/// The bridge of pages in webviews, under an address that never changes either.
pub(super) async fn bridge(State(state): State<Arc<AppState>>, headers: HeaderMap) -> HttpResponse {
    let Some(assets) = &state.assets else {
        return missing();
    };
    match assets.file("bridge.js") {
        Some(bridge) => bridge.reply(&headers, &LOADER),
        None => not_found().await,
    }
}

/// A file under the hash of the content. Another hash is another release: not here.
pub(super) async fn asset(
    State(state): State<Arc<AppState>>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> HttpResponse {
    // Names that are no text name nothing.
    let Ok(Path((hash, name))) = path else {
        return not_found().await;
    };
    let Some(assets) = &state.assets else {
        return missing();
    };
    match assets.file(&name).filter(|_| hash == assets.hash()) {
        Some(file) => file.reply(&headers, assets::kind(&name)),
        None => not_found().await,
    }
}

fn missing() -> HttpResponse {
    let headers = [(header::CACHE_CONTROL, "no-store")];
    (
        StatusCode::SERVICE_UNAVAILABLE,
        headers,
        format!("{MISSING}\n"),
    )
        .into_response()
}
