//! The log lines, at their most talkative: no answer, no id, no address, nothing that was sent.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::fixtures::{submission, with};
use crate::program::{Place, Program, SERVE};

/// Whatever is sent has one of these in it.
const SECRETS: [&str; 12] = [
    "Delivery",
    "delivery-",
    "c-1042",
    "0199d0a4",
    "shop.example",
    "t-plan-gold",
    "x-order-17",
    "anna@example.org",
    "s3cr3t",
    "feedbeef",
    "honeyjar",
    "203.0.113.7",
];

/// A submission with everything in it that a person could be known by.
fn telling() -> Value {
    let mut submission = submission();
    submission["respondent"] = json!({
        "id": "c-1042",
        "traits": { "plan": "t-plan-gold", "mail": "anna@example.org" },
        "signature": "feedbeef"
    });
    submission["context"] = json!({
        "order_id": "x-order-17",
        "url": "https://shop.example/thanks?token=s3cr3t",
        "referrer": "https://shop.example/anna@example.org"
    });
    submission["website"] = "honeyjar".into();
    submission["token"] = "s3cr3t".into();
    submission
}

/// Good and bad, each with its status.
fn sendings() -> Vec<(Value, u16)> {
    let good = telling();
    let bad = |field: &str, value: Value| with(telling(), field, value);
    let long = json!({"recommend": 9, "liked": "Delivery took twenty-one days."});
    vec![
        (good.clone(), 201),
        (good, 200),
        (bad("answers", long), 422),
        (bad("answers", json!({"recommend": "Delivery"})), 422),
        (bad("answers", json!({"delivery-c-1042": 1})), 422),
        (bad("answers", json!({"Delivery": 1})), 400),
        (bad("answers", json!("Delivery")), 400),
        (bad("seq", "Delivery.".into()), 400),
        (bad("status", "Delivery".into()), 400),
        (bad("response_id", "c-1042".into()), 400),
        (bad("respondent", "anna@example.org".into()), 400),
        (bad("respondent", json!({"id": ["c-1042"]})), 400),
        (bad("context", "x-order-17".into()), 400),
        (bad("survey", "c-1042".into()), 404),
        (bad("survey", "anna@example.org".into()), 400),
        (bad("survey_version", "feedbeef".into()), 404),
        (bad("touchpoint", json!({"c-1042": 1})), 400),
    ]
}

/// Sends something as it is, and reads whatever comes back.
fn send_raw(program: &Program, request: &str) {
    let mut stream = TcpStream::connect(program.address).unwrap();
    let limit = Some(Duration::from_secs(20));
    stream.set_read_timeout(limit).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    // An error means that the other side has hung up already.
    drop(stream.read_to_end(&mut reply));
}

fn send_oddities(program: &Program) {
    let headers = "Host: localhost\r\nCookie: id=c-1042; session=s3cr3t\r\n\
                   User-Agent: anna@example.org\r\nX-Forwarded-For: 203.0.113.7\r\n\
                   Referer: http://localhost/?c-1042\r\nAuthorization: Bearer s3cr3t\r\n";
    for path in [
        "/v1/surveys/post-purchase?locale=c-1042&order=x-order-17",
        "/v1/surveys/c-1042",
        "/assets/feedbeef/anna@example.org.js",
        "/anna@example.org?s3cr3t",
        "/metrics?c-1042",
    ] {
        let head = format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        send_raw(program, &head);
    }
    let body = telling().to_string();
    let length = body.len();
    let head = format!(
        "POST /v1/responses HTTP/1.1\r\n{headers}Content-Type: text/plain\r\nConnection: close\r\n"
    );
    for request in [
        format!("{head}Content-Length: {length}\r\n\r\n{body}"),
        // With a length that is none, with a header that is none, cut off, and no HTTP at all.
        format!("{head}Content-Length: c-1042\r\n\r\n{body}"),
        format!("{head}Bad Header anna@example.org\r\n\r\n{body}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\n{body}"),
        format!("{body}\r\n\r\n"),
    ] {
        send_raw(program, &request);
    }
}

/// Everything that the program says about all of it.
fn said(format: &[&str]) -> String {
    let place = Place::new();
    let args = [&SERVE[..], &["--log-level", "trace"], format].concat();
    let mut program = Program::start_as(place.command().args(args));
    for (sending, status) in sendings() {
        let (found, body) = program.post(&sending).unwrap();
        assert_eq!(found, status, "{sending}: {body}");
    }
    send_oddities(&program);
    program.signal(Signal::TERM);
    program.wait();
    program.wait_for("stopped");
    serde_json::to_string(&program.lines()).unwrap()
}

#[test]
fn the_log_lines_hold_nothing_that_was_sent() {
    let lines = said(&[]);
    for expected in [
        "submission ended",
        "invalid_answers",
        "malformed_json",
        "unknown_survey",
        "post-purchase",
    ] {
        assert!(lines.contains(expected), "{expected} is not in {lines}");
    }
    for secret in SECRETS {
        assert!(!lines.contains(secret), "{secret}: {lines}");
    }
    // Its own address, and nobody else's.
    assert_eq!(lines.matches("127.0.0.1").count(), 1, "{lines}");
}
