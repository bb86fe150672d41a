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
use crate::assets::{self, LOADER, LOADER_FOR_ONE, MISSING};
use crate::packed::Packed;
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
    let wishes = wishes.map(|Query(wishes)| wishes);
    let Ok(Wishes {
        survey: Some(survey),
        locale,
    }) = wishes
    else {
        return loader.reply(&headers, &LOADER);
    };
    let locale = locale.as_deref().filter(|locale| !locale.is_empty());
    match with_survey(&state, loader, &survey, locale, &headers) {
        Some(reply) => reply,
        None => loader.reply(&headers, &LOADER_FOR_ONE),
    }
}

/// The loader with a survey in it, for a page that may have the definition. What it does
/// not get so, the loader asks for: a page of another origin, a survey that is not given
/// out, a language that the survey has not.
fn with_survey(
    state: &AppState,
    loader: &Packed,
    survey: &str,
    locale: Option<&str>,
    headers: &HeaderMap,
) -> Option<HttpResponse> {
    if !state.origins.let_read(headers) {
        return None;
    }
    let asked = match locale {
        Some(locale) if state.surveys.now().speaks(survey, locale) => format!("?locale={locale}"),
        Some(_) => return None,
        None => String::new(),
    };
    let given = Given::find(state, survey, locale, headers).ok()?;
    // As the loader writes it: neither ids nor languages have a letter that would be escaped.
    let path = format!("v1/surveys/{survey}{asked}");
    let loader = state.loaders.with(loader, &path, &given.page)?;
    Some(given.kept("private", loader.reply(headers, &LOADER_FOR_ONE)))
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
