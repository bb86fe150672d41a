//! What people try with a server that anybody may write to, as `docs/security.md` lists it.
//!
//! Here is what no other file has: contents that want to be more than text,
//! addresses that want to be paths, headers that want to be believed, and numbers
//! that want to be large.

use std::collections::BTreeMap;
use std::io::Write;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, Reply, SHOP};
use crate::fixtures::{key, keys_in, submission, with};

/// Texts that mean something to a browser, a spreadsheet, a terminal or a reader of lines.
const TRICKS: [&str; 12] = [
    "<script>alert(1)",
    "\"><img onerror=x()>",
    "=HYPERLINK(\"x\")",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "a\n{\"schema\":1}\nb",
    "a\r\nb",
    "\u{0}\u{1b}[31mred",
    "\u{202e}evil\u{2066}",
    "\u{2028}\u{feff}\u{fffe}",
];

/// The log as records, one a line. No byte of it is a control character but the line feeds.
fn records(desk: &Desk) -> Vec<Value> {
    let log = desk.disk.state().synced.clone();
    let is_plain = |byte: &u8| *byte == b'\n' || !byte.is_ascii_control();
    assert!(
        log.iter().all(is_plain),
        "a control character is in the log"
    );
    let text = String::from_utf8(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn texts_with_tricks_are_stored_as_text_in_one_line_each() {
    let desk = Desk::new();
    for trick in TRICKS {
        let answers = json!({ "recommend": 9, "liked": trick });
        let trap = with(submission(), "answers", answers);
        let trap = with(trap, "respondent", json!({ "id": trick }));
        let trap = with(trap, "context", json!({ trick: trick }));
        assert_eq!(desk.post(&trap).await.status, 201, "{trick:?}");
    }
    let records = records(&desk);
    assert_eq!(records.len(), TRICKS.len());
    for (record, trick) in records.iter().zip(TRICKS) {
        assert_eq!(record["answers"]["liked"], trick);
        assert_eq!(record["respondent"]["id"], trick);
        assert_eq!(record["context"][trick], trick);
    }
}

#[tokio::test]
async fn half_a_surrogate_and_bytes_that_are_no_text_are_malformed() {
    let desk = Desk::new();
    let text = submission().to_string();
    for half in ["\\ud800", "\\udc00", "\\ud800\\ud800"] {
        let body = text.replace("Delivery.", half);
        desk.post_as("text/plain", body)
            .await
            .check_refused(400, "malformed_json");
    }
    for bytes in [&b"\xff\xfe"[..], b"\xc0\xaf", b"\xed\xa0\x80"] {
        let (before, after) = text.split_once("Delivery.").unwrap();
        let body = [before.as_bytes(), bytes, after.as_bytes()].concat();
        desk.post_as("text/plain", body)
            .await
            .check_refused(400, "malformed_json");
    }
    assert!(records(&desk).is_empty());
}

/// What serde derives takes the values of the fields in their order for an object of them.
#[tokio::test]
async fn an_array_is_no_submission_and_no_respondent() {
    let desk = Desk::new();
    let whole = submission();
    let names = ["response_id", "seq", "survey", "survey_version", "status"];
    let mut values: Vec<_> = names.iter().map(|name| whole[name].clone()).collect();
    let rest = json!([{}, null, "web", null, {}, {}, null, null, null, null]);
    values.extend(rest.as_array().unwrap().iter().cloned());
    for respondent in [json!(["q", null, null]), json!(["q", null, false, {}])] {
        let reply = desk
            .post(&with(whole.clone(), "respondent", respondent))
            .await;
        let message = reply.check_refused(400, "malformed_json").message;
        assert!(message.contains("respondent: invalid type"), "{message}");
        assert!(message.contains("expected a JSON object"), "{message}");
    }
    for body in [
        json!(values),
        json!([whole]),
        json!([]),
        json!("text"),
        json!(null),
    ] {
        let reply = desk.post_as("text/plain", body.to_string()).await;
        let message = reply.check_refused(400, "malformed_json").message;
        assert!(message.contains("expected a JSON object"), "{message}");
    }
    assert!(records(&desk).is_empty());
}

#[tokio::test]
async fn a_field_that_is_given_twice_is_malformed() {
    let desk = Desk::new();
    let text = submission().to_string();
    for twice in [
        text.replacen('{', "{\"seq\":1,", 1),
        text.replace("\"recommend\":9", "\"recommend\":9,\"recommend\":1"),
    ] {
        desk.post_as("text/plain", twice)
            .await
            .check_refused(400, "malformed_json");
    }
}

#[tokio::test]
async fn numbers_that_fit_nowhere_are_refused() {
    let desk = Desk::new();
    let text = submission().to_string();
    for (number, status, code) in [
        ("\"seq\":4294967296", 400, "malformed_json"),
        ("\"seq\":1e400", 400, "malformed_json"),
        ("\"seq\":0.5", 400, "malformed_json"),
        ("\"seq\":-0", 400, "malformed_json"),
    ] {
        let body = text.replace("\"seq\":0", number);
        let reply = desk.post_as("text/plain", body).await;
        reply.check_refused(status, code);
    }
    for (number, status, code) in [
        ("1e400", 400, "malformed_json"),
        ("1e308", 422, "invalid_answers"),
        ("-1", 422, "invalid_answers"),
        ("10.5", 422, "invalid_answers"),
        ("18446744073709551616", 422, "invalid_answers"),
    ] {
        let body = text.replace("\"recommend\":9", &format!("\"recommend\":{number}"));
        let reply = desk.post_as("text/plain", body).await;
        reply.check_refused(status, code);
    }
    assert!(records(&desk).is_empty());
}

/// Each answer is looked for among those before it: without a bound, tens of
/// thousands of them would cost seconds. An attack that fuzzing led to.
#[tokio::test]
async fn more_answers_than_any_survey_asks_for_are_malformed() {
    let answers: BTreeMap<_, _> = (0..2_000).map(|at| (format!("q{at}"), 1)).collect();
    let body = with(submission(), "answers", json!(answers));
    let refusal = Desk::new().post(&body).await;
    refusal.check_refused(400, "malformed_json");
}

#[tokio::test]
async fn a_compressed_body_is_not_unpacked() {
    let desk = Desk::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed
        .write_all(submission().to_string().as_bytes())
        .unwrap();
    let packed = packed.finish().unwrap();
    for encoding in ["gzip", "br", "deflate", "zstd", "identity, gzip"] {
        let headers = [
            ("content-type", "application/json"),
            ("content-encoding", encoding),
            ("origin", SHOP),
        ];
        let request = crate::desk::request("POST", "/v1/responses", &headers);
        let reply = desk
            .send(request.body(packed.clone().into()).unwrap())
            .await;
        assert!(reply.status.is_client_error(), "{encoding}: {reply:?}");
    }
    assert!(records(&desk).is_empty());
}

#[tokio::test]
async fn addresses_that_want_to_be_paths_find_nothing() {
    let desk = Desk::new();
    for path in [
        "/assets/../../etc/passwd",
        "/assets/..%2f..%2fetc/passwd",
        "/assets/%2e%2e/%2e%2e",
        "/assets/0badc0de/..%2fsayso.toml",
        "/assets/0badc0de/%00",
        "/assets/%ff/%fe",
        "//etc/passwd",
        "/./sayso.js",
        "/%2e/sayso.js",
        "/v1/surveys/..",
        "/v1/surveys/../surveys/post-purchase",
        "/v1/surveys/..%2f..%2fetc%2fpasswd",
        "/v1/surveys/%2e%2e%5csayso.toml",
        "/v1/surveys/post-purchase%00",
        "/v1/surveys/post-purchase%0d%0aset-cookie:x",
        "/v1/surveys/post-purchase.json",
        "/v1/surveys/POST-PURCHASE",
        "/v1/surveys/%ff",
        "/v1/surveys/%c0%ae%c0%ae",
    ] {
        let reply = desk.get(path, &[]).await;
        assert!(
            matches!(reply.status.as_u16(), 404 | 503),
            "{path}: {reply:?}"
        );
        if path.starts_with("/v1/") || reply.status == 404 {
            assert!(reply.json::<Value>()["code"].is_string(), "{path}");
        }
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("set-cookie"), "", "{path}");
    }
}

/// All of a reply that a cache keeps or a browser follows.
fn seen(reply: &Reply) -> (StatusCode, Vec<u8>, Vec<(String, String)>) {
    let headers = reply.headers.iter();
    let headers = headers.map(|(name, value)| {
        let value = value.to_str().unwrap();
        (name.to_string(), String::from(value))
    });
    (reply.status, reply.body.to_vec(), headers.collect())
}

#[tokio::test]
async fn headers_that_want_to_be_believed_change_no_reply() {
    let desk = Desk::new();
    for path in [
        "/v1/surveys/post-purchase",
        "/sayso.js",
        "/nothing",
        "/healthz",
    ] {
        let plain = seen(&desk.get(path, &[]).await);
        for (name, value) in [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-prefix", "/evil"),
            ("forwarded", "host=evil.example"),
            ("x-original-url", "/metrics"),
            ("x-rewrite-url", "/metrics"),
            ("x-http-method-override", "DELETE"),
            ("range", "bytes=0-1"),
            ("cookie", "a=b"),
            ("authorization", "Bearer x"),
        ] {
            let reply = desk.get(path, &[(name, value)]).await;
            assert_eq!(seen(&reply), plain, "{path} with {name}");
        }
    }
}

#[tokio::test]
async fn a_definition_depends_on_nothing_that_a_cache_does_not_see() {
    let desk = Desk::new();
    let plain = seen(&desk.get("/v1/surveys/post-purchase", &[]).await);
    for query in [
        "?",
        "?utm=<script>",
        "?locale=<script>",
        "?locale=%ff",
        "?locale",
    ] {
        let path = format!(
            "/v1/surveys/post-purchase{}",
            query.replace(['<', '>'], "%3c")
        );
        assert_eq!(seen(&desk.get(&path, &[]).await), plain, "{query}");
    }
    let reply = desk
        .get("/v1/surveys/post-purchase", &[("origin", SHOP)])
        .await;
    let vary = reply.header("vary").to_lowercase();
    for name in ["accept-language", "accept-encoding", "origin"] {
        assert!(vary.contains(name), "{name} is not in {vary}");
    }
}

#[tokio::test]
async fn a_replay_with_another_content_changes_nothing() {
    let desk = Desk::new();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    let forged = with(first.clone(), "answers", json!({ "recommend": 0 }));
    assert_eq!(desk.post(&forged).await.stored(), "duplicate");
    assert_eq!(records(&desk)[0]["answers"], first["answers"]);
    assert_eq!(keys_in(&desk.disk.state().synced), [key(&first)]);
}

#[tokio::test]
async fn whoever_guesses_an_id_overwrites_no_line_and_reads_nothing() {
    let desk = Desk::new();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    let later = with(first.clone(), "seq", json!(1));
    let later = with(later, "answers", json!({ "recommend": 0 }));
    let reply = desk.post(&later).await;
    assert_eq!(
        reply.json::<Value>().as_object().unwrap().len(),
        3,
        "{reply:?}"
    );
    let records = records(&desk);
    assert_eq!(
        records[0]["answers"], first["answers"],
        "the first line stays"
    );
    assert_eq!(records[1]["answers"], later["answers"]);
}

#[tokio::test]
async fn names_that_nobody_knows_leave_nothing_behind() {
    let desk = Desk::new();
    let ask = async |number: u32| {
        let name = format!("survey-{number}");
        let body = with(submission(), "survey", json!(name.clone()));
        desk.post(&body).await.check_refused(404, "unknown_survey");
        let path = format!("/v1/surveys/{name}?locale=x{number}");
        assert_eq!(desk.get(&path, &[]).await.status, 404);
    };
    ask(0).await;
    let lines = desk.metrics.text().lines().count();
    for number in 1..200 {
        ask(number).await;
    }
    assert_eq!(desk.metrics.text().lines().count(), lines);
    assert!(!desk.metrics.text().contains("survey-1"));
}
