//! Whose pages may send: origins, as browsers write them, and the patterns that allow them.

mod pattern;

pub use pattern::Pattern;

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue, header};
use tracing::warn;

/// An exact origin: scheme, host, and port where it is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// A text that is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no origin: {reason}; write one like https://shop.example")]
pub struct InvalidOrigin {
    given: String,
    reason: &'static str,
}

impl Origin {
    /// The origin as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        parse(text).map_err(|reason| InvalidOrigin {
            given: String::from(text),
            reason,
        })
    }
}

fn parse(text: &str) -> Result<Origin, &'static str> {
    let text = text.to_ascii_lowercase();
    let (scheme, rest) = text.split_once("://").ok_or("it has no scheme")?;
    if !scheme.starts_with(|first: char| first.is_ascii_lowercase())
        || !scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    {
        return Err("its scheme has characters that no scheme has");
    }
    if rest.is_empty() && scheme == "file" {
        return Err("pages from files send the origin `null`, which is allowed by that name");
    }
    if rest.contains('*') {
        return Err("a wildcard stands for subdomains alone, as in https://*.shop.example");
    }
    if rest.contains(['/', '?', '#']) {
        return Err("it goes on after the host and port, not even a / may stand there");
    }
    if rest.contains('@') {
        return Err("it has a user name");
    }
    let (host, port) = split_port(rest);
    if !is_host(host) {
        return Err(match host.is_ascii() {
            true => "its host is no host name or address",
            false => "its host must be written in ASCII, as xn--…",
        });
    }
    let port = match port {
        Some(port) => Some(
            port.parse::<u16>()
                .map_err(|_| "its port is no number up to 65535")?,
        ),
        None => None,
    };
    Ok(Origin(
        match port.filter(|port| usual_port(scheme) != Some(*port)) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        },
    ))
}

/// The port that browsers leave out.
fn usual_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        // The colons within brackets belong to an IPv6 address.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    match host
        .strip_prefix('[')
        .and_then(|inner| inner.strip_suffix(']'))
    {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    }
}

/// The origins whose pages may send.
#[derive(Debug, Clone, Default)]
pub struct AllowedOrigins(Vec<Pattern>);

impl AllowedOrigins {
    /// These, besides the collector's own.
    pub fn new(patterns: Vec<Pattern>) -> Self {
        Self(patterns)
    }

    /// Whether a request may send, by its `Origin` header.
    ///
    /// Browsers send the header with every `POST`. A request without it comes
    /// from a server or a tool, which could write any origin anyway.
    pub fn allow(&self, request: &HeaderMap) -> bool {
        let mut origins = request.get_all(header::ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => true,
            (Some(origin), None) => self.is_welcome(origin, request),
            (Some(_), Some(_)) => false,
        }
    }

    /// Whether a page may read by a script what is given to allowed pages alone: by its
    /// `Origin`, which browsers send where a tag asks for CORS, else by its `Referer`.
    ///
    /// A page that says neither is not known.
    pub(crate) fn let_read(&self, request: &HeaderMap) -> bool {
        if request.contains_key(header::ORIGIN) {
            return self.allow(request);
        }
        let page = referrer(request).and_then(|origin| HeaderValue::try_from(origin).ok());
        page.is_some_and(|origin| self.is_welcome(&origin, request))
    }

    /// Whether an origin is in the list, or the collector's own.
    pub(crate) fn is_welcome(&self, origin: &HeaderValue, request: &HeaderMap) -> bool {
        self.contains(origin) || is_own(origin, request)
    }

    /// The list, as policies write it. Pages without an origin have no name there.
    pub(crate) fn named(&self) -> impl Iterator<Item = String> {
        let patterns = self.0.iter();
        patterns
            .filter(|pattern| !matches!(pattern, Pattern::Null))
            .map(ToString::to_string)
    }

    /// Whether a pattern of the list allows an origin.
    pub fn contains(&self, origin: &HeaderValue) -> bool {
        let origin = origin.to_str();
        origin.is_ok_and(|origin| self.0.iter().any(|pattern| pattern.allows(origin)))
    }
}

/// The origin of the page that made the browser ask, as far as it says so.
pub(crate) fn referrer(request: &HeaderMap) -> Option<String> {
    let address = request.get(header::REFERER)?.to_str().ok()?;
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(format!("{scheme}://{host}"))
}

/// Whether a page of this origin was served under the name the request was sent to.
///
/// The scheme is not compared: behind a proxy that ends TLS it is not known.
pub(crate) fn is_own(origin: &HeaderValue, request: &HeaderMap) -> bool {
    let text = |value: &HeaderValue| value.to_str().map(str::to_ascii_lowercase).ok();
    let host = request.get(header::HOST).and_then(text);
    let (Some(origin), Some(host)) = (text(origin), host) else {
        return false;
    };
    let Some((scheme, own)) = origin.split_once("://") else {
        return false;
    };
    let (name, port) = split_port(&host);
    let is_usual =
        port.is_some() && port == usual_port(scheme).map(|port| port.to_string()).as_deref();
    own == host || (is_usual && own == name)
}

/// Most refused origins that are named in the log: they are sent by anybody.
const MAX_NAMED: usize = 20;

/// The origins that were refused, so that each is named once in the log.
#[derive(Debug, Default)]
pub struct RefusedOrigins(Mutex<HashSet<String>>);

impl RefusedOrigins {
    /// Says that an origin was refused, if that was not said before.
    ///
    /// What no browser writes is not named: a tool sent it, and knows what it sent.
    pub fn note(&self, origin: &HeaderValue) {
        let Ok(text) = origin.to_str() else {
            return;
        };
        let origin = text.parse::<Origin>().ok();
        let name = match &origin {
            Some(origin) if origin.as_str() == text => text,
            None if text == "null" => text,
            _ => return,
        };
        let mut named = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if MAX_NAMED <= named.len() || !named.insert(String::from(name)) {
            return;
        }
        match origin {
            Some(origin) => warn!(
                %origin,
                "pages of this origin may not send; --allow-origin, or allow_origin in \
                 sayso.toml, allows it"
            ),
            None => warn!(
                origin = name,
                "pages without an origin of their own, as files and sandboxed frames, may not \
                 send; --allow-origin null allows them, and docs/deploy.md says what that opens"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_kept_as_browsers_write_them() {
        for (given, expected) in [
            ("https://shop.example", "https://shop.example"),
            ("https://Shop.Example:443", "https://shop.example"),
            ("http://shop.example:80", "http://shop.example"),
            ("http://shop.example:443", "http://shop.example:443"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://[::1]:8000", "http://[::1]:8000"),
            ("http://[::1]", "http://[::1]"),
            ("capacitor://localhost", "capacitor://localhost"),
        ] {
            assert_eq!(
                given.parse::<Origin>().unwrap().as_str(),
                expected,
                "{given}"
            );
        }
    }

    #[test]
    fn what_is_no_exact_origin_is_refused_with_the_reason() {
        for (given, reason) in [
            ("shop.example", "no scheme"),
            ("null", "no scheme"),
            ("*", "no scheme"),
            ("https://*.shop.example", "wildcard"),
            ("https://shop.example/", "not even a /"),
            ("https://shop.example/path", "goes on after"),
            ("https://shop.example?x", "goes on after"),
            ("https://me@shop.example", "user name"),
            ("https://", "no host name"),
            ("https://shop example", "no host name"),
            ("https://bücher.example", "ASCII"),
            ("file://", "`null`"),
            ("https://shop.example:99999", "port"),
            ("https://shop.example:", "port"),
            ("https://[::g]", "no host name"),
            ("ht_tp://shop.example", "scheme"),
        ] {
            let message = given.parse::<Origin>().unwrap_err().to_string();
            assert!(message.contains(reason), "{given}: {message}");
        }
    }

    #[track_caller]
    fn check_allowed(origin: &str, host: &str, expected: bool) {
        let allowed = AllowedOrigins::new(vec!["https://shop.example".parse().unwrap()]);
        let mut request = HeaderMap::new();
        request.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        request.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        assert_eq!(allowed.allow(&request), expected, "{origin} to {host}");
    }

    #[test]
    fn listed_origins_and_the_own_one_may_send() {
        check_allowed("https://shop.example", "feedback.example", true);
        check_allowed("https://feedback.example", "feedback.example", true);
        check_allowed("https://feedback.example", "feedback.example:443", true);
        check_allowed("http://127.0.0.1:8080", "127.0.0.1:8080", true);
        check_allowed("http://[::1]:8080", "[::1]:8080", true);
    }

    #[test]
    fn all_other_origins_may_not() {
        check_allowed("https://evil.example", "feedback.example", false);
        check_allowed("http://shop.example", "feedback.example", false);
        check_allowed("https://shop.example:8443", "feedback.example", false);
        check_allowed(
            "https://shop.example.evil.example",
            "feedback.example",
            false,
        );
        check_allowed("https://feedback.example:8443", "feedback.example", false);
        check_allowed("https://feedback.example", "feedback.example:80", false);
        check_allowed("null", "feedback.example", false);
        check_allowed("", "", false);
    }

    #[test]
    fn a_request_without_an_origin_is_not_from_a_browser() {
        assert!(AllowedOrigins::default().allow(&HeaderMap::new()));
    }

    #[test]
    fn two_origin_headers_are_none() {
        let mut request = HeaderMap::new();
        request.append(
            header::ORIGIN,
            HeaderValue::from_static("https://a.example"),
        );
        request.append(
            header::ORIGIN,
            HeaderValue::from_static("https://a.example"),
        );
        let allowed = AllowedOrigins::new(vec!["https://a.example".parse().unwrap()]);
        assert!(!allowed.allow(&request));
    }
}
