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
    let problem = match (state.sink.can_write(), state.disk.can_write()) {
        (true, true) if state.metrics.vitals.survey_problems.get() == 0 => {
            return (StatusCode::OK, "ready\n");
        }
        (true, true) => {
            // All is served and stored as before, so nobody need be sent elsewhere.
            let text = "ready, but survey files have problems; the log names them\n";
            return (StatusCode::OK, text);
        }
        (false, _) => "the log cannot be written\n",
        (true, false) => "the data folder cannot be written\n",
    };
    (StatusCode::SERVICE_UNAVAILABLE, problem)
}

/// The counters as Prometheus text.
pub(super) async fn metrics(State(state): State<Arc<AppState>>) -> HttpResponse {
    // Asked now: the thread that tries the disk may hang with it.
    let can_write = i64::from(state.disk.can_write());
    state.metrics.vitals.disk_writable.set(can_write);
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], state.metrics.text()).into_response()
}
