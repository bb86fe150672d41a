//! Each limit from both sides: size, rate, and places for waiting submissions. Time is in `socket`.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use sayso_collector::limits::Limits;
use serde_json::json;

use crate::desk::{Desk, Reply, SHOP, request};
use crate::fixtures::{keys_in, submission, until, with};

/// A valid submission of exactly this many bytes.
pub(crate) fn of_length(length: usize) -> String {
    let bare = with(submission(), "padding", json!("")).to_string();
    let padding = "x".repeat(length - bare.len());
    let body = bare.replace(r#""padding":"""#, &format!(r#""padding":"{padding}""#));
    assert_eq!(body.len(), length);
    body
}

async fn post_with_length(desk: &Desk, body: String) -> Reply {
    let length = body.len().to_string();
    let headers = [
        ("content-type", "application/json"),
        ("origin", SHOP),
        ("content-length", &length),
    ];
    desk.send(
        request("POST", "/v1/responses", &headers)
            .body(body.into())
            .unwrap(),
    )
    .await
}

#[tokio::test]
async fn the_largest_body_passes_and_one_byte_more_does_not() {
    for max_body_bytes in [1_000, 65_536] {
        let desk = Desk::with(Limits {
            max_body_bytes,
            ..Limits::default()
        });
        for content_type in ["application/json", "text/plain"] {
            // Without a length, as a chunked body arrives.
            let reply = desk.post_as(content_type, of_length(max_body_bytes)).await;
            assert_eq!(reply.status, 201, "{reply:?}");
            let reply = desk
                .post_as(content_type, of_length(max_body_bytes + 1))
                .await;
            reply.check_refused(413, "body_too_large");
        }
        let reply = post_with_length(&desk, of_length(max_body_bytes)).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        let reply = post_with_length(&desk, of_length(max_body_bytes + 1)).await;
        reply.check_refused(413, "body_too_large");
        assert_eq!(
            (desk.metrics.totals().stored, desk.metrics.totals().rejected),
            (3, 3)
        );
    }
}

#[tokio::test]
async fn other_routes_do_not_read_what_is_sent_to_them() {
    let desk = Desk::with(Limits {
        max_body_bytes: 10,
        ..Limits::default()
    });
    for path in ["/v1/surveys/support", "/healthz", "/readyz", "/metrics"] {
        let request = request("GET", path, &[])
            .body(Body::from("x".repeat(100)))
            .unwrap();
        assert_eq!(desk.send(request).await.status, 200, "{path}");
    }
}

async fn post_from(desk: &Desk, address: &str) -> Reply {
    let headers = [("content-type", "text/plain"), ("origin", SHOP)];
    let request = request("POST", "/v1/responses", &headers);
    let address: SocketAddr = address.parse().unwrap();
    let request = request.extension(ConnectInfo(address));
    desk.send(request.body(submission().to_string().into()).unwrap())
        .await
}

#[tokio::test]
async fn an_address_may_send_so_often_and_no_oftener() {
    let desk = Desk::with(Limits {
        rate_limit_per_minute: 3,
        ..Limits::default()
    });
    for _ in 0..3 {
        assert_eq!(post_from(&desk, "192.0.2.1:1000").await.status, 201);
    }
    let reply = post_from(&desk, "192.0.2.1:2000").await;
    reply.check_refused(429, "rate_limited");
    let seconds: u64 = reply.header("retry-after").parse().unwrap();
    assert!((19..=20).contains(&seconds), "{seconds}");
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    assert_eq!(reply.header("access-control-expose-headers"), "retry-after");
    assert_eq!(post_from(&desk, "192.0.2.2:1000").await.status, 201);
    assert_eq!(post_from(&desk, "[2001:db8::1]:1000").await.status, 201);
    let totals = desk.metrics.totals();
    assert_eq!((totals.stored, totals.rejected), (5, 1));
}

#[tokio::test]
async fn reading_is_not_limited_in_rate() {
    let desk = Desk::with(Limits {
        rate_limit_per_minute: 1,
        ..Limits::default()
    });
    for _ in 0..20 {
        assert_eq!(desk.get("/v1/surveys/support", &[]).await.status, 200);
    }
}

#[tokio::test]
async fn as_many_submissions_wait_as_may_and_no_more() {
    const PLACES: usize = 5;
    let limits = Limits {
        max_waiting: PLACES,
        rate_limit_per_minute: 0,
        ..Limits::default()
    };
    let desk = std::sync::Arc::new(Desk::with(limits));
    desk.disk.set(|disk| disk.holds_sync = true);
    let accepted: Vec<_> = (0..PLACES)
        .map(|_| {
            let desk = std::sync::Arc::clone(&desk);
            tokio::spawn(async move { desk.post(&submission()).await.status })
        })
        .collect();
    until("all places taken", || {
        desk.metrics.waiting.get() == PLACES as i64
    })
    .await;
    let refused = desk.post(&submission()).await;
    refused.check_refused(503, "storage_unavailable");
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(refused.header("access-control-allow-origin"), SHOP);
    desk.disk.set(|disk| disk.holds_sync = false);
    for accepted in accepted {
        assert_eq!(accepted.await.unwrap(), 201);
    }
    assert_eq!(desk.metrics.waiting.get(), 0);
    assert_eq!(desk.post(&submission()).await.status, 201);
    assert_eq!(keys_in(&desk.disk.state().synced).len(), PLACES + 1);
    let totals = desk.metrics.totals();
    assert_eq!((totals.stored, totals.failed), (PLACES as u64 + 1, 1));
}
