//! `/admin/login`, `/admin/logout`, `/v1/report` and `/v1/admin/erase`: behind the admin token.
//!
//! A program shows the token as `Authorization: Bearer …`. A browser logs in with it
//! once, and shows a cookie from then on, which scripts cannot read and no other site's
//! page can make it send. What a browser sends to change something must say besides
//! that it comes from a page of ours.

mod guard;
mod page;
mod refused;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use sayso_core::object::Object;
use serde::{Deserialize, Deserializer, Serialize};
use tracing::{error, info, warn};

use self::guard::guard;
use self::page::Page;
use self::refused::Refused;
use crate::admin::{Denied, LIFETIME};
use crate::body;
use crate::error::{StartError, chain};
use crate::state::AppState;

/// Longest body of any of these routes.
const MAX_BODY_BYTES: usize = 4_096;

/// What the address of a report may ask for.
#[derive(Deserialize)]
pub(super) struct Wishes {
    survey: Option<String>,
}

/// Who is to be erased.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
struct Erase {
    respondent: String,
}

impl<'de> Deserialize<'de> for Erase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(Object(deserializer))
    }
}

/// What was erased.
#[derive(Serialize)]
struct Erased {
    erased: u64,
}

/// The form, or where to go for who is logged in.
pub(super) async fn login_page(
    State(state): State<Arc<AppState>>,
    headers: HeaderMap,
) -> Result<HttpResponse, Refused> {
    let admin = state.admin.as_ref().ok_or(Refused::NotHere)?;
    let now = Instant::now();
    let is_in = guard::sessions(&headers).any(|id| admin.sessions.contains(id, now));
    Ok(if is_in { Page::In } else { Page::Login }.reply())
}

/// Makes a session out of the token.
pub(super) async fn login(
    State(state): State<Arc<AppState>>,
    request: Request,
) -> Result<HttpResponse, Refused> {
    let admin = state.admin.as_ref().ok_or(Refused::NotHere)?;
    let (head, body) = request.into_parts();
    if !guard::is_from_own_page(&head.headers) {
        return Err(Refused::CrossSite);
    }
    let timeout = state.limits.body_timeout;
    let bytes = body::read(&head.headers, body, MAX_BODY_BYTES, timeout).await?;
    let fields = form_urlencoded::parse(&bytes);
    let token = fields.into_owned().find(|(name, _)| name == "token");
    let token = token.map(|(_, value)| value).unwrap_or_default();
    match guard::check_token(&state, admin, &head, token.trim()) {
        Ok(()) => {}
        Err(Denied::Wrong) => return Ok(Page::Wrong.reply()),
        Err(Denied::Slowed(wait)) => return Ok(Page::Slowed(wait).reply()),
    }
    let Ok(id) = admin.sessions.begin(Instant::now()) else {
        error!("no session can begin: the system has no random bytes");
        return Err(Refused::Failed("no session could begin"));
    };
    info!("somebody logged in with the admin token");
    let cookie = guard::cookie(&id, LIFETIME, guard::is_secure(&head.headers));
    Ok(back_to_login(&cookie))
}

/// Ends the session.
pub(super) async fn logout(
    State(state): State<Arc<AppState>>,
    headers: HeaderMap,
) -> Result<HttpResponse, Refused> {
    let admin = state.admin.as_ref().ok_or(Refused::NotHere)?;
    if !guard::is_from_own_page(&headers) {
        return Err(Refused::CrossSite);
    }
    for id in guard::sessions(&headers) {
        admin.sessions.end(id);
    }
    let gone = guard::cookie("", Duration::ZERO, guard::is_secure(&headers));
    Ok(back_to_login(&gone))
}

/// To the page that says whether one is logged in, with another cookie.
fn back_to_login(cookie: &str) -> HttpResponse {
    let mut reply = Page::Moved.reply();
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        reply.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    reply
}

/// What `sayso report --format json` prints.
pub(super) async fn report(
    State(state): State<Arc<AppState>>,
    wishes: Result<Query<Wishes>, QueryRejection>,
    request: Request,
) -> Result<HttpResponse, Refused> {
    let (head, _) = request.into_parts();
    let admin = guard(&state, &head)?;
    let Ok(Query(Wishes { survey })) = wishes else {
        return Err(Refused::Malformed("the query must be ?survey=ID, or none"));
    };
    match admin.report(survey).await {
        Ok(json) => {
            let headers = [
                (header::CONTENT_TYPE.as_str(), "application/json"),
                (header::CACHE_CONTROL.as_str(), "no-store"),
                ("cross-origin-resource-policy", "same-origin"),
            ];
            Ok((headers, json).into_response())
        }
        Err(StartError::UnknownSurvey { .. }) => Err(Refused::UnknownSurvey),
        Err(cause) => {
            error!(cause = chain(&cause), "a report could not be made");
            Err(Refused::Failed(
                "the log could not be read; the collector's own log says why",
            ))
        }
    }
}

/// Removes a respondent from the log.
pub(super) async fn erase(
    State(state): State<Arc<AppState>>,
    request: Request,
) -> Result<HttpResponse, Refused> {
    let (head, body) = request.into_parts();
    let admin = guard(&state, &head)?;
    let timeout = state.limits.body_timeout;
    let bytes = body::read(&head.headers, body, MAX_BODY_BYTES, timeout).await?;
    let respondent = match serde_json::from_slice::<Erase>(&bytes) {
        Ok(asked) if !asked.respondent.is_empty() => asked.respondent,
        Ok(_) | Err(_) => {
            return Err(Refused::Malformed(
                r#"the body must be {"respondent": "ID"}"#,
            ));
        }
    };
    match admin.erase(respondent).await {
        Some(Ok(erased)) => {
            warn!(lines = erased, "a respondent was erased");
            let headers = [(header::CACHE_CONTROL, "no-store")];
            Ok((headers, Json(Erased { erased })).into_response())
        }
        Some(Err(cause)) => {
            error!(cause, "a respondent could not be erased");
            Err(Refused::Failed(
                "it could not be erased; the collector's own log says why",
            ))
        }
        None => Err(Refused::NotAble),
    }
}
