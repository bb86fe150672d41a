//! Any bytes as a request: its method, address, headers and body.
//!
//! The first line is method and address, the next ones are headers, and the body
//! stands behind an empty line. What no server would let through is left out.

use std::cell::RefCell;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri};
use tempfile::TempDir;

use crate::desk::{Desk, Reply, SHOP, folder};

thread_local! {
    static PLACE: RefCell<Option<(Desk, TempDir)>> = const { RefCell::new(None) };
}

/// Sends the request, and looks at the reply.
pub(crate) fn run(bytes: &[u8]) {
    let Some(request) = request(bytes) else {
        return;
    };
    let (method, path) = (request.method().clone(), String::from(request.uri().path()));
    PLACE.with_borrow_mut(|place| {
        let (desk, _) = place.get_or_insert_with(|| {
            let folder = folder();
            (Desk::open(folder.path()), folder)
        });
        check(&method, &path, &desk.send(request));
    });
}

/// The request that the bytes say; none if they say none.
fn request(bytes: &[u8]) -> Option<Request<Body>> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let first = lines.next()?;
    let space = first.iter().position(|byte| *byte == b' ')?;
    let (method, address) = first.split_at(space);
    let mut request = Request::new(Body::empty());
    *request.method_mut() = Method::from_bytes(method).ok()?;
    *request.uri_mut() = Uri::try_from(address.get(1..)?).ok()?;
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            request.headers_mut().append(name, value);
        }
    }
    let body = lines.collect::<Vec<_>>().join(&b'\n');
    *request.body_mut() = Body::from(body);
    Some(request)
}

/// What holds for every reply, whatever was asked.
fn check(method: &Method, path: &str, reply: &Reply) {
    let asked = format!("{method} {path}: {reply:?}");
    assert_ne!(reply.status.as_u16(), 500, "{asked}");
    let header = |name: &str| {
        reply
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    assert_eq!(header("x-content-type-options"), Some("nosniff"), "{asked}");
    let is_own = path.starts_with("/v1/");
    if is_own {
        let allowed = header("access-control-allow-origin");
        assert!(matches!(allowed, None | Some(SHOP)), "{asked}");
    }
    assert!(
        header("set-cookie").is_none() && header("location").is_none(),
        "{asked}"
    );
    if is_own && reply.status.is_client_error() && !reply.body.is_empty() {
        assert!(!reply.code().is_empty());
    }
    if path.starts_with("/v1/surveys/") && reply.status.is_success() && method == Method::GET {
        let vary = header("vary").unwrap_or_default().to_lowercase();
        assert!(vary.contains("accept-language"), "{asked}");
        assert!(vary.contains("accept-encoding"), "{asked}");
    }
}
