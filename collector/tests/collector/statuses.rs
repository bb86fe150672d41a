//! Each row of the status table of `POST /v1/responses`, with both content types.

use sayso_core::validate::Problem;
use sayso_core::wire::Stored;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::fixtures::{key, keys_in, submission, with};

const TYPES: [&str; 4] = [
    "application/json",
    "text/plain",
    "text/plain;charset=UTF-8",
    "Application/JSON ; charset=utf-8",
];

/// Sends a body with each content type and expects the same refusal.
async fn check_refused(body: &str, status: u16, code: &str, message: &str) {
    let desk = Desk::new();
    for content_type in TYPES {
        let reply = desk.post_as(content_type, String::from(body)).await;
        let refusal = reply.check_refused(status, code);
        assert!(
            refusal.message.contains(message),
            "{} / {message}",
            refusal.message
        );
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    assert!(desk.disk.state().bytes.is_empty(), "something was written");
    assert_eq!(desk.metrics.totals().rejected, TYPES.len() as u64);
    let row = format!("code=\"{code}\"}} {}\n", TYPES.len());
    assert!(
        desk.metrics.text().contains(&row),
        "{}",
        desk.metrics.text()
    );
}

#[tokio::test]
async fn a_valid_submission_is_stored_and_then_a_duplicate() {
    let desk = Desk::new();
    for content_type in TYPES {
        let submission = submission();
        let reply = desk.post_as(content_type, submission.to_string()).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        let stored: Stored = reply.json();
        assert_eq!(stored.code, "stored");
        assert_eq!(
            (stored.response_id.to_string(), u64::from(stored.seq)),
            key(&submission)
        );
        let again = desk.post_as(content_type, submission.to_string()).await;
        assert_eq!(
            (again.status.as_u16(), again.stored()),
            (200, "duplicate".into())
        );
    }
    assert_eq!(keys_in(&desk.disk.state().synced).len(), TYPES.len());
    let totals = desk.metrics.totals();
    assert_eq!(
        (
            totals.stored,
            totals.duplicate,
            totals.rejected,
            totals.failed
        ),
        (4, 4, 0, 0)
    );
}

#[tokio::test]
async fn the_line_holds_what_was_sent_and_when() {
    let desk = Desk::new();
    let submission = submission();
    assert_eq!(desk.post(&submission).await.status, 201);
    let line: Value = serde_json::from_slice(&desk.disk.state().synced).unwrap();
    for field in [
        "response_id",
        "seq",
        "survey",
        "survey_version",
        "status",
        "answers",
    ] {
        assert_eq!(line[field], submission[field], "{field}");
    }
    assert_eq!(line["schema"], 1);
    assert_eq!(line["context"]["url"], "https://shop.example/thanks");
    assert!(line["received_at"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn the_next_submission_of_a_response_is_no_duplicate() {
    let desk = Desk::new();
    let first = with(submission(), "status", json!("shown"));
    let first = with(first, "answers", json!({}));
    let second = with(first.clone(), "seq", json!(1));
    for submission in [&first, &second] {
        assert_eq!(desk.post(submission).await.status, 201);
    }
    assert_eq!(
        keys_in(&desk.disk.state().synced),
        [key(&first), key(&second)]
    );
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    for (body, message) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("recommend=9", "expected"),
        ("{}", "missing field `response_id`"),
        ("[1]", "line 1"),
        ("\u{0}", "line 1"),
    ] {
        check_refused(body, 400, "malformed_json", message).await;
    }
}

#[tokio::test]
async fn a_malformed_field_is_named() {
    for (field, value, message) in [
        ("seq", json!(-1), "seq: invalid value"),
        ("seq", Value::Null, "missing field `seq`"),
        (
            "status",
            json!("finished"),
            "status: unknown variant `finished`",
        ),
        (
            "response_id",
            json!("nobody"),
            "response_id: must be a UUID",
        ),
        ("survey", json!("No Id"), "survey: must be 1 to 64"),
        (
            "respondent",
            json!({"id": 7}),
            "respondent.id: invalid type",
        ),
        ("context", json!({"order_id": [1]}), "context.order_id: "),
    ] {
        let body = with(submission(), field, value).to_string();
        check_refused(&body, 400, "malformed_json", message).await;
    }
}

#[tokio::test]
async fn nothing_may_follow_the_object() {
    check_refused(
        &format!("{} 1", submission()),
        400,
        "malformed_json",
        "trailing characters",
    )
    .await;
}

#[tokio::test]
async fn deep_nesting_is_malformed_and_nothing_worse() {
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let body = submission().to_string().replacen("\"Delivery.\"", &deep, 1);
    check_refused(&body, 400, "malformed_json", "nested deeper").await;
}

#[tokio::test]
async fn a_message_does_not_grow_with_what_was_sent() {
    let desk = Desk::new();
    let body = with(submission(), "status", json!("x".repeat(10_000)));
    let refusal = desk.post(&body).await.check_refused(400, "malformed_json");
    assert!(refusal.message.chars().count() < 400, "{}", refusal.message);
}

#[tokio::test]
async fn unknown_surveys_and_versions_are_told_apart() {
    let body = with(submission(), "survey", json!("nobody")).to_string();
    check_refused(&body, 404, "unknown_survey", "no survey").await;
    let body = with(submission(), "survey_version", json!("00000000")).to_string();
    check_refused(&body, 404, "unknown_survey_version", "version").await;
}

#[tokio::test]
async fn every_wrong_answer_is_reported_at_once() {
    let answers = json!({"recommend": 9, "liked": "x".repeat(21), "nobody": 1});
    let body = with(submission(), "answers", answers).to_string();
    check_refused(&body, 422, "invalid_answers", "2 answers break the rules").await;
    let refusal = Desk::new()
        .post_as("text/plain", body)
        .await
        .check_refused(422, "invalid_answers");
    let found: Vec<_> = refusal
        .violations
        .iter()
        .map(|violation| (violation.question_id.as_str(), violation.problem))
        .collect();
    assert_eq!(
        found,
        [
            ("liked", Problem::TooLong),
            ("nobody", Problem::UnknownQuestion)
        ]
    );
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let desk = Desk::new();
    let types = [
        "text/html",
        "application/x-www-form-urlencoded",
        "",
        "application/json+x",
        ";",
    ];
    for content_type in types {
        let reply = desk.post_as(content_type, submission().to_string()).await;
        reply.check_refused(415, "unsupported_media_type");
    }
    let request = crate::desk::request("POST", "/v1/responses", &[]);
    let reply = desk
        .send(request.body(submission().to_string().into()).unwrap())
        .await;
    reply.check_refused(415, "unsupported_media_type");
    assert!(desk.disk.state().bytes.is_empty());
}

#[tokio::test]
async fn fields_of_a_newer_widget_are_ignored() {
    let desk = Desk::new();
    assert_eq!(
        desk.post(&with(submission(), "hologram", json!({"x": [1]})))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn unknown_addresses_and_methods_get_json_too() {
    let desk = Desk::new();
    for path in ["/", "/v1", "/v1/surveys", "/v2/responses", "/sayso.js/x"] {
        let reply = desk.get(path, &[]).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.json::<Value>()["code"], "not_found", "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
    for (method, path, allowed) in [
        ("GET", "/v1/responses", "POST"),
        ("DELETE", "/v1/responses", "POST"),
        ("POST", "/v1/surveys/post-purchase", "GET,HEAD"),
        ("POST", "/sayso.js", "GET,HEAD"),
        ("PUT", "/healthz", "GET,HEAD"),
    ] {
        let request = crate::desk::request(method, path, &[]);
        let reply = desk
            .send(request.body(axum::body::Body::empty()).unwrap())
            .await;
        assert_eq!(reply.status, 405, "{method} {path}");
        assert_eq!(reply.header("allow"), allowed, "{method} {path}");
        assert_eq!(
            reply.json::<Value>()["code"],
            "method_not_allowed",
            "{method} {path}"
        );
    }
}
