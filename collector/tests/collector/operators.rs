//! `/healthz`, `/readyz` and `/metrics`, and who asks them: `sayso health`.

use std::fs;
use std::net::TcpListener;

use rustix::process::Signal;

use crate::desk::Desk;
use crate::fixtures::{eventually, submission};
use crate::program::{Place, Program};

/// The value of the series that this begins.
fn metric(program: &Program, series: &str) -> f64 {
    let text = program.get("/metrics").1;
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let value = value.unwrap_or_else(|| panic!("no {series} in\n{text}"));
    value.parse().unwrap()
}

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

#[tokio::test]
async fn requests_are_timed_by_route_and_never_by_address() {
    let desk = Desk::new();
    assert_eq!(desk.post(&submission()).await.status, 201);
    for path in [
        "/v1/surveys/support",
        "/v1/surveys/c-1042",
        "/c-1042",
        "/x/y?z",
    ] {
        desk.get(path, &[]).await;
    }
    let reply = desk.get("/metrics", &[]).await;
    let text = std::str::from_utf8(&reply.body).unwrap();
    for line in [
        r#"sayso_request_seconds_count{route="/v1/responses"} 1"#,
        r#"sayso_request_seconds_count{route="/v1/surveys/{id}"} 2"#,
        r#"sayso_request_seconds_count{route="other"} 2"#,
        "sayso_sync_seconds_count 1",
        r#"sayso_sync_seconds_bucket{le="+Inf"} 1"#,
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
    assert!(!text.contains("c-1042"), "{text}");
}

#[test]
fn the_running_program_tells_sizes_and_ages() {
    let place = Place::new();
    let program = Program::start(&place);
    let build = format!(
        "sayso_build_info{{version=\"{}\"}}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(metric(&program, &build), 1.0);
    assert_eq!(metric(&program, "sayso_newest_line_timestamp_seconds"), 0.0);
    assert_eq!(metric(&program, "sayso_surveys"), 2.0);
    assert_eq!(metric(&program, "sayso_survey_problems"), 0.0);
    assert_eq!(metric(&program, "sayso_disk_writable"), 1.0);
    assert!(0.0 < metric(&program, "sayso_disk_free_bytes"));
    assert!(0.0 < metric(&program, "sayso_uptime_seconds"));
    // The one that asks.
    assert_eq!(metric(&program, "sayso_connections"), 1.0);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    let newest = metric(&program, "sayso_newest_line_timestamp_seconds");
    let now = jiff::Timestamp::now().as_second() as f64;
    assert!((now - 60.0..=now).contains(&newest), "{newest}");
    let length = place.log().len() as f64;
    eventually("the size of the log", || {
        metric(&program, "sayso_log_bytes") == length
    });
    assert_eq!(metric(&program, "sayso_log_files"), 1.0);
    drop(program);
    let program = Program::start(&place);
    assert_eq!(
        metric(&program, "sayso_newest_line_timestamp_seconds"),
        newest
    );
    assert_eq!(metric(&program, "sayso_log_bytes"), length);
}

#[test]
fn a_data_folder_that_is_lost_is_noticed_before_a_submission_does() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let elsewhere = place.path().join("elsewhere");
    fs::rename(place.data(), &elsewhere).unwrap();
    program.wait_for("cannot write to the data folder; not ready until it can be");
    let expected = (503, String::from("the data folder cannot be written\n"));
    assert_eq!(program.get("/readyz"), expected);
    assert_eq!(program.get("/healthz").0, 200);
    eventually("the metric", || {
        metric(&program, "sayso_disk_writable") == 0.0
    });
    fs::rename(&elsewhere, place.data()).unwrap();
    program.wait_for("the data folder can be written again");
    assert_eq!(program.get("/readyz").0, 200);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    program.signal(Signal::TERM);
    assert!(program.wait().success());
    assert!(!place.data().join(".probe").exists());
}

#[test]
fn health_asks_a_running_collector() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let address = program.address.to_string();
    let everywhere = format!("0.0.0.0:{}", program.address.port());
    let url = format!("http://{address}/");
    let args: [&[&str]; 3] = [
        &["health", "--listen", &address],
        &["health", "--listen", &everywhere],
        &["health", "--url", &url],
    ];
    for args in args {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(output.stdout, b"ready\n");
    }
    let output = place
        .command()
        .arg("health")
        .env("SAYSO_LISTEN", &address)
        .output();
    assert_eq!(output.unwrap().status.code(), Some(0));
    let elsewhere = place.path().join("elsewhere");
    fs::rename(place.data(), &elsewhere).unwrap();
    program.wait_for("cannot write to the data folder; not ready until it can be");
    let output = place.run(&["health", "--url", &url]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"the data folder cannot be written\n");
}

#[test]
fn health_says_when_nobody_answers_or_the_address_is_none() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = place.run(&["health", "--url", &url]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("no answer from 127.0.0.1:"), "{text}");
    let output = place.run(&["health", "--url", "ftp://127.0.0.1"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("write one as `http://127.0.0.1:8080`"),
        "{text}"
    );
}
