//! Surveys and submissions that the tests share, and how to wait.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sayso_core::file::SurveyFile;
use serde_json::{Value, json};

/// A rating, and a text that promoters alone are asked for; in two languages.
pub(crate) const SURVEY: &str = r#"{
  "schema": 1,
  "id": "post-purchase",
  "trigger": { "on": "load", "delay_ms": 1500 },
  "questions": [
    { "id": "recommend", "kind": "nps", "is_required": true,
      "prompt": { "en": "How likely are you to recommend us?", "de": "Wie wahrscheinlich?" },
      "next": [{ "if": { "at_least": 9 }, "go_to": "liked" }, { "go_to": "end" }] },
    { "id": "liked", "kind": "free_text", "max_chars": 20,
      "prompt": { "en": "What did you like?", "de": "Was war gut?" } }
  ]
}"#;

/// One satisfaction question.
pub(crate) const CSAT_SURVEY: &str = r#"{
  "schema": 1,
  "id": "support",
  "questions": [{ "id": "satisfied", "kind": "csat", "prompt": "How satisfied are you?" }]
}"#;

pub(crate) fn survey(text: &str) -> SurveyFile {
    SurveyFile::parse(text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// A submission that is accepted, with an id that no other has.
pub(crate) fn submission() -> Value {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    json!({
        "response_id": format!("0199d0a4-7c1e-7b52-9d0e-{number:012x}"),
        "seq": 0,
        "survey": "post-purchase",
        "survey_version": survey(SURVEY).version(),
        "status": "completed",
        "answers": { "recommend": 9, "liked": "Delivery." },
        "respondent": { "id": "c-1042" },
        "context": { "url": "https://shop.example/thanks?order=17" }
    })
}

/// The submission with one field changed; `null` takes it away.
pub(crate) fn with(mut submission: Value, field: &str, value: Value) -> Value {
    match (submission.as_object_mut(), value) {
        (Some(fields), Value::Null) => drop(fields.remove(field)),
        (Some(fields), value) => drop(fields.insert(String::from(field), value)),
        (None, _) => panic!("a submission is an object"),
    }
    submission
}

/// What names a submission: its response and its number.
pub(crate) fn key(submission: &Value) -> (String, u64) {
    let id = submission["response_id"].as_str().unwrap();
    (String::from(id), submission["seq"].as_u64().unwrap())
}

/// The submissions that a log holds, in order. Every line must be a record.
pub(crate) fn keys_in(log: &[u8]) -> Vec<(String, u64)> {
    let text = std::str::from_utf8(log).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "torn: {text:?}");
    text.lines()
        .map(|line| key(&serde_json::from_str(line).unwrap()))
        .collect()
}

/// Writes the surveys into a folder.
pub(crate) fn write_surveys(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("post-purchase.json"), SURVEY).unwrap();
    fs::write(folder.join("support.json"), CSAT_SURVEY).unwrap();
}

/// After this long, what is waited for does not come.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Waits until something is so.
#[track_caller]
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONGEST_WAIT, "never: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until something is so, and lets the other tasks of the test go on.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONGEST_WAIT, "never: {what}");
        tokio::task::yield_now().await;
    }
}
