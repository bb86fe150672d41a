//! The heads of requests: how long, how many headers, which methods; from both sides of each limit.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::desk::{Desk, request};
use crate::program::Place;
use crate::smuggling::statuses;
use crate::socket::Served;
use axum::body::Body;

const START: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

#[test]
fn a_head_may_be_so_long_and_no_longer() {
    let place = Place::new();
    let served = Served::start(&place, "");
    for (length, status) in [(16_384, 200), (16_385, 431), (200_000, 431)] {
        let padding = "x".repeat(length - START.len() - "X: \r\n\r\n".len());
        let sent = format!("{START}X: {padding}\r\n\r\n");
        assert_eq!(sent.len(), length);
        assert_eq!(statuses(&served, &sent), [status], "{length} bytes");
    }
}

#[test]
fn a_head_may_have_so_many_headers_and_no_more() {
    let place = Place::new();
    let served = Served::start(&place, "");
    for (count, status) in [(100, 200), (101, 431)] {
        // Two are there before.
        let headers: String = (2..count)
            .map(|number| format!("X-{number}: y\r\n"))
            .collect();
        let sent = format!("{START}{headers}\r\n");
        assert_eq!(statuses(&served, &sent), [status], "{count} headers");
    }
}

#[tokio::test]
async fn an_address_may_be_so_long_and_no_longer() {
    let desk = Desk::new();
    for path in ["/v1/surveys/support?locale=", "/healthz?", "/sayso.js?v="] {
        let known = desk.get(path, &[]).await.status;
        for (length, status) in [(4_096, known.as_u16()), (4_097, 414), (60_000, 414)] {
            let address = format!("{path}{}", "x".repeat(length - path.len()));
            let reply = desk.get(&address, &[]).await;
            assert_eq!(reply.status.as_u16(), status, "{length} bytes of {path}");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
        }
    }
    let reply = desk.get(&format!("/{}", "x".repeat(4_095)), &[]).await;
    assert_eq!(reply.status, 404);
}

#[tokio::test]
async fn no_route_takes_a_method_that_it_is_not_for() {
    let desk = Desk::new();
    for path in [
        "/v1/responses",
        "/v1/surveys/support",
        "/sayso.js",
        "/healthz",
        "/readyz",
        "/metrics",
    ] {
        for method in ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"] {
            let reply = desk.send(request(method, path, &[]).body(Body::empty()).unwrap());
            assert_eq!(reply.await.status, 405, "{method} {path}");
        }
    }
}

#[test]
fn nothing_is_a_way_to_elsewhere() {
    let place = Place::new();
    let served = Served::start(&place, "");
    for (sent, status) in [
        (
            "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
            404,
        ),
        (
            "GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
            404,
        ),
        ("GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (
            "GET /assets/..%2f..%2fdata/responses.ndjson HTTP/1.1\r\nHost: a\r\n\r\n",
            404,
        ),
        (
            "GET /assets/0/../../data/responses.ndjson HTTP/1.1\r\nHost: a\r\n\r\n",
            404,
        ),
        (
            "GET /v1/surveys/..%2f..%2fdata HTTP/1.1\r\nHost: a\r\n\r\n",
            404,
        ),
        ("GET /v1/surveys/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("GET /v1/surveys/%ff HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404),
    ] {
        let found = statuses(&served, sent);
        let first = found.first().copied().unwrap_or_default();
        assert!(
            first == status || first == 503,
            "{sent:?}: {found:?}, or 503 where the widget is not built in"
        );
    }
    let mut upgrade = served.connect();
    ask(
        &mut upgrade,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: h2c\r\n\r\n",
    );
    ask(&mut served.connect(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

/// Sends something that is answered somehow, and not with another protocol.
fn ask(stream: &mut TcpStream, sent: &str) {
    stream.write_all(sent.as_bytes()).unwrap();
    let mut text = Vec::new();
    drop(stream.read_to_end(&mut text));
    assert!(!text.starts_with(b"HTTP/1.1 101"), "{sent}");
}
