//! What every request to an admin route passes.

use std::time::{Duration, Instant};

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, header};
use tracing::warn;

use super::refused::Refused;
use crate::admin::{Admin, Denied};
use crate::metrics::Attempt;
use crate::origin;
use crate::state::AppState;

/// The cookie that holds a session.
const COOKIE: &str = "sayso_admin";

/// Most sessions that one request may show: browsers send one.
const MAX_SHOWN: usize = 4;

/// Browsers write it on their own, and no page can.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The admin part, for a request that shows the token or an open session.
pub(super) fn guard<'a>(state: &'a AppState, head: &Parts) -> Result<&'a Admin, Refused> {
    let admin = state.admin.as_ref().ok_or(Refused::NotHere)?;
    if let Some(given) = head.headers.get(header::AUTHORIZATION) {
        // No page of another site can make a browser send this header unasked.
        let given = given.to_str().unwrap_or_default();
        return match given.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                match check_token(state, admin, head, token.trim()) {
                    Ok(()) => Ok(admin),
                    Err(Denied::Wrong) => Err(Refused::WrongToken),
                    Err(Denied::Slowed(wait)) => Err(Refused::Slowed(wait)),
                }
            }
            Some(_) | None => Err(Refused::NoToken),
        };
    }
    let now = Instant::now();
    if !sessions(&head.headers).any(|id| admin.sessions.contains(id, now)) {
        return Err(Refused::NoToken);
    }
    let only_reads = [Method::GET, Method::HEAD].contains(&head.method);
    match only_reads || is_from_own_page(&head.headers) {
        true => Ok(admin),
        false => Err(Refused::CrossSite),
    }
}

/// Whether a token is right, counted and slowed by where it comes from.
pub(super) fn check_token(
    state: &AppState,
    admin: &Admin,
    head: &Parts,
    token: &str,
) -> Result<(), Denied> {
    let from = state.proxies.client_of(head);
    let result = admin.check(token, from, Instant::now());
    let outcome = match result {
        Ok(()) => "passed",
        Err(Denied::Wrong) => "wrong",
        Err(Denied::Slowed(_)) => "slowed",
    };
    if result == Err(Denied::Wrong) {
        // Guesses are slowed, and so are these lines.
        warn!("a wrong admin token was shown");
    }
    let attempts = &state.metrics.admin_attempts;
    attempts.get_or_create(&Attempt { outcome }).inc();
    result
}

/// The sessions that a browser shows.
pub(super) fn sessions(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(header::COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE)
        .map(|(_, id)| id)
        .take(MAX_SHOWN)
}

/// Whether a browser says that a page of ours sent this.
///
/// `Sec-Fetch-Site` says it plainly. Browsers leave it out where there is neither TLS
/// nor this machine, and then `Origin` says it. Without either it is no browser, and a
/// program has the token to show.
pub(super) fn is_from_own_page(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(SEC_FETCH_SITE).iter().peekable();
    if said.peek().is_some() {
        return said.all(|site| site == "same-origin");
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) => origin::is_own(origin, headers),
        _ => false,
    }
}

/// Whether the cookie may go over TLS alone: unless the browser says that the page came without.
///
/// It knows better than we do: behind a proxy that ends TLS, we see none.
pub(super) fn is_secure(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).map(|origin| origin.as_bytes());
    !origin.is_some_and(|origin| origin.starts_with(b"http://"))
}

/// The line that gives a browser a session, or takes it away.
pub(super) fn cookie(id: &str, lifetime: Duration, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    let seconds = lifetime.as_secs();
    format!("{COOKIE}={id}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}
