//! `GET /healthz`, `/readyz` and `/metrics`: for whoever runs the collector.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};

use crate::state::AppState;

/// The process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// Submissions can be stored, as far as is known.
pub(super) async fn ready(State(state): State<Arc<AppState>>) -> (StatusCode, &'static str) {
    match state.sink.can_write() {
        true => (StatusCode::OK, "ready\n"),
        false => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the log cannot be written\n",
        ),
    }
}

/// The counters as Prometheus text.
pub(super) async fn metrics(State(state): State<Arc<AppState>>) -> HttpResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], state.metrics.text()).into_response()
}
