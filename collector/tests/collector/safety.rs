//! The headers that keep replies from being framed, sniffed and read by others.

use axum::body::Body;
use sayso_collector::headers::own_page_headers;
use serde_json::json;

use crate::desk::{Desk, Reply, SHOP, request};
use crate::fixtures::submission;

#[track_caller]
fn check_safe(what: &str, reply: &Reply) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(reply.header("x-frame-options"), "DENY", "{what}");
    assert_eq!(reply.header("referrer-policy"), "no-referrer", "{what}");
    let policy = reply.header("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "sandbox"] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(
        reply.headers.contains_key("cross-origin-resource-policy"),
        "{what}"
    );
    for unwanted in ["server", "x-powered-by", "set-cookie"] {
        assert!(!reply.headers.contains_key(unwanted), "{what}");
    }
}

#[tokio::test]
async fn every_reply_says_that_it_is_no_page() {
    let desk = Desk::new();
    for path in [
        "/sayso.js",
        "/assets/0/widget.js",
        "/v1/surveys/support",
        "/v1/surveys/nobody",
        "/v1/responses",
        "/healthz",
        "/readyz",
        "/metrics",
        "/nowhere",
    ] {
        for method in ["GET", "POST", "OPTIONS", "PUT"] {
            let headers = [("origin", SHOP)];
            let request = request(method, path, &headers).body(Body::empty()).unwrap();
            check_safe(&format!("{method} {path}"), &desk.send(request).await);
        }
    }
    check_safe("stored", &desk.post(&submission()).await);
    check_safe("malformed", &desk.post(&json!(1)).await);
    check_safe(
        "too long",
        &desk.get(&format!("/?{}", "x".repeat(5_000)), &[]).await,
    );
}

#[tokio::test]
async fn the_widget_is_for_every_page_and_the_rest_for_none_without_asking() {
    let desk = Desk::new();
    for (path, expected) in [
        ("/sayso.js", "cross-origin"),
        ("/assets/0/widget.js", "cross-origin"),
        ("/v1/surveys/support", "same-origin"),
        ("/metrics", "same-origin"),
    ] {
        let reply = desk.get(path, &[]).await;
        assert_eq!(
            reply.header("cross-origin-resource-policy"),
            expected,
            "{path}"
        );
    }
}

#[test]
fn own_pages_load_nothing_from_elsewhere_and_stand_in_no_frame() {
    let headers = own_page_headers();
    let value = |name: &str| headers[name].to_str().unwrap();
    let policy = value("content-security-policy");
    for part in [
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.split("; ").any(|found| found == part), "{policy}");
    }
    for hole in ["unsafe", "*", "data:", "http"] {
        assert!(!policy.contains(hole), "{policy}");
    }
    assert_eq!(value("cache-control"), "no-store");
    assert_eq!(value("x-content-type-options"), "nosniff");
    assert_eq!(value("referrer-policy"), "same-origin");
    assert_eq!(value("cross-origin-opener-policy"), "same-origin");
    assert_eq!(value("cross-origin-resource-policy"), "same-origin");
    assert!(value("permissions-policy").contains("camera=()"));
}
