//! `/healthz`, `/readyz` and `/metrics`.

use crate::desk::Desk;
use crate::fixtures::submission;

#[tokio::test]
async fn a_new_collector_is_live_and_ready() {
    let desk = Desk::new();
    for path in ["/healthz", "/readyz"] {
        let reply = desk.get(path, &[]).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    }
}

#[tokio::test]
async fn metrics_tell_what_happened_and_not_who_said_what() {
    let desk = Desk::new();
    let submission = submission();
    assert_eq!(desk.post(&submission).await.status, 201);
    assert_eq!(desk.post(&submission).await.status, 200);
    assert_eq!(desk.post_as("text/html", "").await.status, 415);
    let reply = desk.get("/metrics", &[]).await;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!(reply.header("content-type"), kind);
    let text = std::str::from_utf8(&reply.body).unwrap();
    for line in [
        r#"sayso_submissions_total{outcome="stored",code="stored"} 1"#,
        r#"sayso_submissions_total{outcome="duplicate",code="duplicate"} 1"#,
        r#"sayso_submissions_total{outcome="rejected",code="unsupported_media_type"} 1"#,
        r#"sayso_submissions_total{outcome="failed",code="storage_unavailable"} 0"#,
        "sayso_syncs_total 1",
        "sayso_waiting 0",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
    for secret in ["Delivery.", "c-1042", "0199d0a4", "shop.example"] {
        assert!(!text.contains(secret), "{text}");
    }
}
