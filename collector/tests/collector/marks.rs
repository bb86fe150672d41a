//! Marks: doubtful submissions are stored, and say what is doubtful.

use sayso_collector::limits::Limits;
use sayso_collector::time::unix_seconds;
use sayso_collector::trust::token::{Token, TokenKey};
use sayso_collector::trust::work::is_done;
use sayso_collector::trust::{Rules, Trust};
use sayso_core::id::{ResponseId, SurveyId};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::fixtures::{eventually, submission, with};
use crate::program::{Place, Program, SERVE};

const PATH: &str = "/v1/surveys/post-purchase";

fn desk(rules: Rules) -> Desk {
    let limits = Limits {
        rate_limit_per_minute: 0,
        ..Limits::default()
    };
    Desk::changed(limits, |state| {
        state.trust = Trust::new(rules, None, Some(TokenKey::new([7; 32])));
    })
}

/// A token of the desk's key.
fn token(survey: &str, age: i64, bits: u8) -> String {
    let issued_at = unix_seconds() - age;
    let survey = SurveyId::try_from(survey).unwrap();
    TokenKey::new([7; 32]).sign(&survey, Token { issued_at, bits })
}

/// A submission beyond doubt.
fn honest() -> Value {
    let submission = with(submission(), "elapsed_ms", json!(4_000));
    with(submission, "token", json!(token("post-purchase", 60, 0)))
}

/// The line that a desk stored last.
fn last_line(desk: &Desk) -> Value {
    let log = desk.disk.state().synced.clone();
    let text = String::from_utf8(log).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

/// Every submission is stored, and its line has these marks and nothing of the proofs.
async fn check_marks(desk: &Desk, submission: &Value, expected: &Value) {
    assert_eq!(desk.post(submission).await.status, 201, "{submission}");
    let line = last_line(desk);
    assert_eq!(line["response_id"], submission["response_id"]);
    assert_eq!(&line["suspicious"], expected, "{submission}");
    for field in ["token", "work", "website"] {
        assert_eq!(line.get(field), None, "{field}");
    }
}

#[tokio::test]
async fn doubtful_submissions_are_stored_and_marked() {
    let desk = desk(Rules::default());
    check_marks(&desk, &honest(), &Value::Null).await;
    for (field, value, mark) in [
        ("website", json!("https://spam.example"), "honeypot"),
        ("elapsed_ms", json!(599), "too_fast"),
        ("token", Value::Null, "no_token"),
        (
            "token",
            json!("1.0.00000000000000000000000000000000"),
            "bad_token",
        ),
        ("token", json!(token("support", 60, 0)), "bad_token"),
        (
            "token",
            json!(token("post-purchase", 31 * 86_400, 0)),
            "bad_token",
        ),
        ("token", json!("x".repeat(100_000)), "bad_token"),
        ("token", json!(token("post-purchase", 60, 8)), "no_work"),
    ] {
        check_marks(&desk, &with(honest(), field, value), &json!([mark])).await;
    }
    let text = desk.metrics.text();
    for (mark, count) in [
        ("honeypot", 1),
        ("no_token", 1),
        ("bad_token", 4),
        ("no_work", 1),
    ] {
        let row = format!("sayso_suspicious_total{{mark=\"{mark}\"}} {count}\n");
        assert!(text.contains(&row), "{row} is not in {text}");
    }
}

#[tokio::test]
async fn a_repeat_is_not_counted_as_doubtful_again() {
    let desk = desk(Rules::default());
    let doubtful = with(honest(), "website", json!("x"));
    assert_eq!(desk.post(&doubtful).await.status, 201);
    assert_eq!(desk.post(&doubtful).await.status, 200);
    let row = "sayso_suspicious_total{mark=\"honeypot\"} 1\n";
    assert!(desk.metrics.text().contains(row));
}

#[tokio::test]
async fn no_page_can_mark_or_clear_itself() {
    let desk = desk(Rules::default());
    let claims = with(honest(), "suspicious", json!(["no_work"]));
    check_marks(&desk, &claims, &Value::Null).await;
    let claims = with(
        with(honest(), "suspicious", json!([])),
        "website",
        json!("x"),
    );
    check_marks(&desk, &claims, &json!(["honeypot"])).await;
}

/// A proof of work, as the loader makes it.
fn work(token: &str, submission: &Value, bits: u8) -> String {
    let id = ResponseId::try_from(submission["response_id"].as_str().unwrap()).unwrap();
    let mut all = (0_u64..).map(|work| format!("{work:x}"));
    all.find(|work| is_done(token, &id, work, bits)).unwrap()
}

#[tokio::test]
async fn what_the_definition_carries_is_what_makes_a_submission_believed() {
    let desk = desk(Rules {
        work_above_per_minute: 2,
        work_bits: 6,
        ..Rules::default()
    });
    let calm: Value = desk.get(PATH, &[]).await.json();
    assert_eq!(calm.get("work"), None);
    for _ in 0..3 {
        let honest = with(honest(), "token", calm["token"].clone());
        check_marks(&desk, &honest, &Value::Null).await;
    }
    let busy: Value = desk.get(PATH, &[]).await.json();
    assert_eq!(busy["work"], 6);
    assert_ne!(busy["token"], calm["token"]);
    let other: Value = desk.get("/v1/surveys/support", &[]).await.json();
    assert_eq!(
        other.get("work"),
        None,
        "one survey's rush is not the other's"
    );
    let idle = with(honest(), "token", busy["token"].clone());
    check_marks(&desk, &idle, &json!(["no_work"])).await;
    let worker = with(honest(), "token", busy["token"].clone());
    let proof = work(busy["token"].as_str().unwrap(), &worker, 6);
    check_marks(&desk, &with(worker, "work", json!(proof)), &Value::Null).await;
    // Whoever fetched before the rush was asked for nothing, and is believed.
    let early = with(honest(), "token", calm["token"].clone());
    check_marks(&desk, &early, &Value::Null).await;
}

#[tokio::test]
async fn a_definition_with_its_token_is_cached_and_compressed_like_any_other() {
    let desk = desk(Rules::default());
    let first = desk.get(PATH, &[("accept-encoding", "br")]).await;
    assert_eq!(first.header("content-encoding"), "br");
    assert_eq!(first.header("cache-control"), "public, max-age=60");
    let tag = first.header("etag");
    let headers = [("accept-encoding", "br"), ("if-none-match", &*tag)];
    // The token turns every five minutes, perhaps just now; then the page is another one.
    let again = desk.get(PATH, &headers).await;
    assert!(again.status == 304 || again.header("etag") != tag);
}

#[test]
fn tokens_outlive_a_restart_and_marks_reach_the_log_and_the_counters() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let (_, definition) = program.get(PATH);
    let definition: Value = serde_json::from_str(&definition).unwrap();
    program.kill();
    let program = Program::start_as(place.command().args(SERVE).args(["--log-level", "debug"]));
    let known = with(submission(), "token", definition["token"].clone());
    let known = with(known, "elapsed_ms", json!(4_000));
    // The token may be so young that nobody can have answered by now.
    let known = with(known, "status", json!("partial"));
    let unknown = with(known.clone(), "seq", json!(1));
    let unknown = with(unknown, "token", Value::Null);
    for submission in [&known, &unknown] {
        assert_eq!(program.post(submission).unwrap().0, 201);
    }
    let log = String::from_utf8(place.log()).unwrap();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0].get("suspicious"), None, "{log}");
    assert_eq!(lines[1]["suspicious"], json!(["no_token"]), "{log}");
    let row = "sayso_suspicious_total{mark=\"no_token\"} 1\n";
    assert!(program.get("/metrics").1.contains(row));
    eventually("a log line with the mark", || {
        let lines = program.lines();
        let marks = lines.iter().map(|line| &line["fields"]["suspicious"]);
        marks.filter(|marks| **marks == "no_token").count() == 1
    });
}

#[test]
fn a_data_folder_with_a_broken_key_says_how_to_mend_it() {
    let place = Place::new();
    std::fs::create_dir(place.data()).unwrap();
    std::fs::write(place.data().join("token.key"), "short").unwrap();
    let output = place.run(&SERVE);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains("data/token.key is no key of tokens"),
        "{text}"
    );
}
