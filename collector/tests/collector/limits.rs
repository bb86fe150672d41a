//! Each limit from both sides: size, rate, and places for waiting submissions. Time is in `socket`.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use sayso_collector::limits::Limits;
use serde_json::{Value, json};

use crate::desk::{Desk, Reply, SHOP, request};
use crate::fixtures::{CSAT_SURVEY, keys_in, submission, survey, until, with};

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

#[tokio::test]
async fn a_reply_before_the_end_of_the_body_ends_the_connection_and_says_so() {
    let desk = Desk::with(Limits {
        max_body_bytes: 1_000,
        ..Limits::default()
    });
    for (length, expected) in [(1_000, ""), (1_001, "close")] {
        let reply = post_with_length(&desk, of_length(length)).await;
        assert_eq!(reply.header("connection"), expected, "{length}");
    }
    let reply = desk.post_as("text/html", "unread").await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("connection")),
        (415, "close".into())
    );
    for path in ["/healthz", "/nowhere"] {
        let reply = desk.get(path, &[]).await;
        assert_eq!(reply.header("connection"), "", "{path}");
        let request = request("GET", path, &[]).body(Body::from("x")).unwrap();
        assert_eq!(
            desk.send(request).await.header("connection"),
            "close",
            "{path}"
        );
    }
    // What was read and is wrong keeps the connection.
    let reply = desk.post(&json!({})).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("connection")),
        (400, String::new())
    );
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
async fn a_survey_takes_so_many_and_no_more_whoever_sends() {
    let desk = Desk::with(Limits {
        survey_rate_limit_per_minute: 3,
        ..Limits::default()
    });
    for number in 1..=3 {
        let reply = post_from(&desk, &format!("192.0.2.{number}:1000")).await;
        assert_eq!(reply.status, 201);
    }
    let reply = post_from(&desk, "192.0.2.4:1000").await;
    let refusal = reply.check_refused(429, "rate_limited");
    assert_eq!(refusal.message, "too many submissions to this survey");
    let seconds: u64 = reply.header("retry-after").parse().unwrap();
    assert!((19..=20).contains(&seconds), "{seconds}");
    let other = with(submission(), "survey", json!("support"));
    let version = survey(CSAT_SURVEY).version().clone();
    let other = with(other, "survey_version", json!(version));
    let other = with(other, "answers", json!({ "satisfied": 5 }));
    assert_eq!(desk.post(&other).await.status, 201);
}

fn values(count: usize) -> Value {
    let fields = (0..count).map(|number| (format!("field_{number}"), json!(number)));
    Value::Object(fields.collect())
}

#[tokio::test]
async fn as_many_values_as_a_page_may_add_pass_and_one_more_does_not() {
    let desk = Desk::new();
    for (field, count, status) in [
        ("context", 100, 201),
        ("context", 101, 400),
        ("traits", 100, 201),
        ("traits", 101, 400),
    ] {
        let submission = match field {
            "traits" => with(
                submission(),
                "respondent",
                json!({ "traits": values(count) }),
            ),
            _ => with(submission(), field, values(count)),
        };
        let reply = desk.post(&submission).await;
        assert_eq!(reply.status, status, "{count} in {field}: {reply:?}");
        if status == 400 {
            let message = reply.check_refused(400, "malformed_json").message;
            let expected = format!("{field}: holds 101 values; 100 are allowed");
            assert!(message.ends_with(&expected), "{message}");
        }
    }
}

#[tokio::test]
async fn more_answers_than_a_survey_can_have_are_not_looked_at_one_by_one() {
    let desk = Desk::new();
    let reply = desk.post(&with(submission(), "answers", values(100))).await;
    let refusal = reply.check_refused(422, "invalid_answers");
    assert_eq!(
        refusal.violations.len(),
        101,
        "each, and the one that is missing"
    );
    let reply = desk.post(&with(submission(), "answers", values(101))).await;
    let refusal = reply.check_refused(400, "malformed_json");
    assert!(refusal.message.contains("answers: holds 101 values"));
}

/// A submission with a field that nobody knows, of lists within lists.
fn nested(depth: usize) -> String {
    let lists = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let body = with(submission(), "unknown", json!("lists")).to_string();
    body.replace(r#""lists""#, &lists)
}

#[tokio::test]
async fn json_as_deep_as_may_be_passes_and_one_level_more_does_not() {
    let desk = Desk::new();
    // The submission itself is the first level.
    let reply = desk.post_as("application/json", nested(31)).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    for depth in [32, 100_000] {
        let reply = desk.post_as("application/json", nested(depth)).await;
        let message = reply.check_refused(400, "malformed_json").message;
        assert!(
            message.ends_with("it is nested deeper than 32 levels"),
            "{message}"
        );
    }
    // What is only written in a text is no level.
    let text = format!("\\\"{}", "[{".repeat(100));
    let context = with(submission(), "context", json!({ "note": text }));
    assert_eq!(desk.post(&context).await.status, 201);
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
