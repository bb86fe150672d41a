//! Headers that keep a reply from being taken for what it is not, and the policy of our own pages.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response as HttpResponse;

/// For the server's own TLS: browsers come back by TLS alone for a year.
pub(crate) const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// What every reply carries that says nothing else: it is no page, stands in no
/// frame, and belongs to nobody's page but through CORS.
const USUAL: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What a page of our own carries. See [`own_page_headers`].
const OWN_PAGE: [(HeaderName, &str); 9] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // `no-referrer` would make the browser send `Origin: null` with our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// The headers of an HTML page of our own, as the log-in of the operator.
///
/// Scripts, styles and images come from files of the collector and from nowhere
/// else, nothing stands inline, forms go to the collector alone, no other site
/// may frame or open the page, and no cache keeps it.
pub fn own_page_headers() -> HeaderMap {
    map(&OWN_PAGE)
}

/// Marks a reply that other pages may frame; its policy says which.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MayBeFramed;

/// Adds to a reply what it does not say itself.
pub(crate) async fn complete(mut reply: HttpResponse) -> HttpResponse {
    let may_be_framed = reply.extensions().get::<MayBeFramed>().is_some();
    for (name, value) in USUAL {
        // This header knows no list; `frame-ancestors` does.
        if may_be_framed && name == header::X_FRAME_OPTIONS {
            continue;
        }
        let headers = reply.headers_mut();
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    reply
}

fn map(headers: &[(HeaderName, &'static str)]) -> HeaderMap {
    let headers = headers.iter();
    headers
        .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
        .collect()
}
