//! `GET /sayso.js`, `GET /bridge.js` and `GET /assets/{hash}/{file}`: the widget's files.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};

use super::not_found;
use crate::assets::{self, LOADER, MISSING};
use crate::state::AppState;

/// The loader.
pub(super) async fn loader(State(state): State<Arc<AppState>>, headers: HeaderMap) -> HttpResponse {
    let Some(assets) = &state.assets else {
        return missing();
    };
    match assets.loader() {
        Some(loader) => loader.reply(&headers, &LOADER),
        None => not_found().await,
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
