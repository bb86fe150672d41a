//! Every route of the collector, with what all of its replies carry.

mod admin;
mod assets;
mod health;
mod hosted;
mod responses;
mod surveys;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::Response as HttpResponse;
use axum::routing::{get, post};
use serde::Serialize;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::error::refuse;
use crate::headers;
use crate::origin;
use crate::state::AppState;
use crate::unread;

/// How long browsers may remember that a page may send.
const PREFLIGHT_AGE: Duration = Duration::from_secs(3600);

/// Every route. Tests call this without opening a socket.
///
/// The limits of `POST /v1/responses` (rate, origin, size, time) are checked in
/// its handler, because a submission that breaks one is counted like any other.
/// The admin routes read small ones, within limits of their own; no other route reads a body.
pub fn app(state: Arc<AppState>) -> Router {
    let for_pages = Router::new()
        .route("/v1/surveys/{id}", get(surveys::survey))
        .route("/v1/responses", post(responses::submit))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(cors(&state));
    let for_everyone = Router::new()
        .route("/sayso.js", get(assets::loader))
        .route("/bridge.js", get(assets::bridge))
        .route("/assets/{hash}/{file}", get(assets::asset))
        // A hosted page in a sandbox has no origin, and needs them all the same.
        .route("/s/{id}/theme.css", get(hosted::theme))
        .route("/s/look.css", get(hosted::look))
        .route("/s/page.js", get(hosted::script))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(fixed(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .layer(fixed(
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ))
        .layer(fixed(HeaderName::from_static("timing-allow-origin"), "*"));
    let for_operators = Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .method_not_allowed_fallback(method_not_allowed);
    let for_admins = Router::new()
        .route("/admin/login", get(admin::login_page).post(admin::login))
        .route("/admin/logout", post(admin::logout))
        .route("/v1/report", get(admin::report))
        .route("/v1/admin/erase", post(admin::erase))
        .method_not_allowed_fallback(method_not_allowed);
    let for_respondents = Router::new()
        .route("/s/{id}", get(hosted::page).post(hosted::answer))
        .method_not_allowed_fallback(method_not_allowed);
    for_pages
        .merge(for_respondents)
        .merge(for_everyone)
        .merge(for_operators)
        .merge(for_admins)
        .fallback(not_found)
        .layer(from_fn_with_state(Arc::clone(&state), timed))
        .layer(from_fn(refuse_long_address))
        .layer(from_fn(unread::tell))
        .layer(map_response(headers::complete))
        .with_state(state)
}

/// Notes how long each request took, by the pattern of its route.
async fn timed(State(state): State<Arc<AppState>>, request: Request, next: Next) -> HttpResponse {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let begun = Instant::now();
    let reply = next.run(request).await;
    let route = route.as_ref().map_or("other", MatchedPath::as_str);
    state.metrics.vitals.answered(route, begun.elapsed());
    reply
}

/// Lets the pages of allowed origins read replies, refusals included.
fn cors(state: &Arc<AppState>) -> CorsLayer {
    let state = Arc::clone(state);
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, request| {
            let is_listed = state.origins.contains(origin);
            if !is_listed && !origin::is_own(origin, &request.headers) {
                state.refused_origins.note(origin);
            }
            is_listed
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
        .vary([header::ORIGIN])
}

fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

/// The body of refusals that have nothing to do with submissions.
#[derive(Serialize)]
struct Plain {
    code: &'static str,
    message: &'static str,
}

/// Longest address that is looked at: an id and a locale take a twentieth of it.
const MAX_ADDRESS_BYTES: usize = 4_096;

async fn refuse_long_address(request: Request, next: Next) -> HttpResponse {
    let uri = request.uri();
    let length = uri.path().len() + uri.query().map_or(0, |query| query.len() + 1);
    if length <= MAX_ADDRESS_BYTES {
        return next.run(request).await;
    }
    let plain = Plain {
        code: "address_too_long",
        message: "the address is longer than 4096 bytes",
    };
    refuse(StatusCode::URI_TOO_LONG, plain)
}

async fn not_found() -> HttpResponse {
    let plain = Plain {
        code: "not_found",
        message: "there is nothing at this address",
    };
    refuse(StatusCode::NOT_FOUND, plain)
}

async fn method_not_allowed() -> HttpResponse {
    let message = "this address does not take this method; see the Allow header";
    let plain = Plain {
        code: "method_not_allowed",
        message,
    };
    refuse(StatusCode::METHOD_NOT_ALLOWED, plain)
}
