//! The login page: one form, no script, nothing from elsewhere.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response as HttpResponse};

use super::refused::whole_seconds;

/// What the page says. No text in it comes from a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Page {
    /// Log in.
    Login,
    /// Log in again, with the right token.
    Wrong,
    /// Wait.
    Slowed(Duration),
    /// Who is logged in can go on, or out.
    In,
    /// On to the login page, which says how it went.
    Moved,
}

/// The referrer: `same-origin`, because with `no-referrer` browsers write `Origin: null`
/// on the form, and then it cannot be told from another site's.
const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="same-origin">
<title>Sayso</title>
</head>
<body>
<main>
<h1>Sayso</h1>
"#;

const FORM: &str = r#"<form method="post" action="login">
<p><label for="token">Admin token</label><br>
<input id="token" name="token" type="password" required autocomplete="current-password"></p>
<p><button>Log in</button></p>
</form>
"#;

const IN: &str = r#"<p>You are logged in.</p>
<p><a href="../v1/report">The report, as JSON</a></p>
<form method="post" action="logout">
<p><button>Log out</button></p>
</form>
"#;

const FOOT: &str = "</main>\n</body>\n</html>\n";

const POLICY: &str =
    "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

impl Page {
    /// The page as a reply that no cache keeps.
    pub(super) fn reply(self) -> HttpResponse {
        let (status, message, rest) = match self {
            Page::Login => (StatusCode::OK, "", FORM),
            Page::Wrong => (StatusCode::UNAUTHORIZED, "That is not the token.", FORM),
            Page::Slowed(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many wrong tokens. Wait a while, then try again.",
                FORM,
            ),
            Page::In => (StatusCode::OK, "", IN),
            Page::Moved => (StatusCode::SEE_OTHER, "", ""),
        };
        let message = match message {
            "" => String::new(),
            message => format!("<p role=\"alert\">{message}</p>\n"),
        };
        let html = Html([HEAD, &message, rest, FOOT].concat());
        let headers = [
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::REFERRER_POLICY, "same-origin"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let mut reply = (status, headers, html).into_response();
        let (name, value) = match self {
            Page::Slowed(wait) => (header::RETRY_AFTER, whole_seconds(wait)),
            // From where the form was sent to: both forms stand beside it.
            Page::Moved => (header::LOCATION, HeaderValue::from_static("login")),
            Page::Login | Page::Wrong | Page::In => return reply,
        };
        reply.headers_mut().insert(name, value);
        reply
    }
}
