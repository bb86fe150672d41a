//! The wire: golden files, and what is passed over or refused.

#![cfg(feature = "json")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use sayso_core::wire::{Refusal, Submission};

const SUBMISSION: &str = include_str!("golden/submission.json");

const PROVEN: &str = include_str!("golden/submission.proven.json");

#[test]
fn the_golden_submissions_read_and_write_as_themselves() {
    for golden in [SUBMISSION, PROVEN] {
        let submission: Submission = serde_json::from_str(golden).unwrap();
        let written = serde_json::to_string_pretty(&submission).unwrap();
        assert_eq!(written, golden.trim_end());
    }
}

#[test]
fn the_golden_refusal_reads_and_writes_as_itself() {
    let golden = include_str!("golden/refusal.json");
    let refusal: Refusal = serde_json::from_str(golden).unwrap();
    assert_eq!(
        serde_json::to_string_pretty(&refusal).unwrap(),
        golden.trim_end()
    );
}

#[test]
fn fields_of_a_newer_widget_are_ignored() {
    let newer = SUBMISSION.replacen('{', r#"{"hologram":{"x":[1]},"#, 1);
    let newer = newer.replacen(
        r#""id": "c-1042","#,
        r#""id": "c-1042", "mood": "fine","#,
        1,
    );
    let submission: Submission = serde_json::from_str(&newer).unwrap();
    assert_eq!(submission, serde_json::from_str(SUBMISSION).unwrap());
}

#[track_caller]
fn check_refused(from: &str, to: &str, expected: &str) {
    let changed = SUBMISSION.replacen(from, to, 1);
    assert_ne!(changed, SUBMISSION, "nothing replaced for {from}");
    let error = serde_json::from_str::<Submission>(&changed)
        .unwrap_err()
        .to_string();
    assert!(error.contains(expected), "{error} / {expected}");
}

#[test]
fn what_a_submission_must_have_is_asked_for_by_name() {
    check_refused(r#""seq": 1,"#, "", "missing field `seq`");
    check_refused(
        r#""survey": "post-purchase","#,
        "",
        "missing field `survey`",
    );
    check_refused(
        r#""survey_version": "9f2c61d0","#,
        "",
        "missing field `survey_version`",
    );
    check_refused(r#""status": "completed","#, "", "missing field `status`");
}

#[test]
fn values_of_the_wrong_sort_are_refused() {
    check_refused(r#""seq": 1"#, r#""seq": -1"#, "expected u32");
    check_refused("0199d0a4-7c1e", "0199D0A4-7C1E", "must be a UUID");
    check_refused(
        r#""completed""#,
        r#""finished""#,
        "unknown variant `finished`",
    );
    check_refused(
        r#""plan": "pro""#,
        r#""plan": ["pro"]"#,
        "a text, a number, true or false",
    );
    check_refused(
        r#""order_id": "A-17""#,
        r#""order_id": null"#,
        "a text, a number",
    );
    check_refused(
        r#""channel": "web""#,
        r#""channel": "pigeon""#,
        "unknown variant `pigeon`",
    );
}

#[test]
fn null_is_as_a_field_that_is_missing() {
    let submission: serde_json::Value = serde_json::from_str(PROVEN).unwrap();
    for field in [
        "answers",
        "touchpoint",
        "channel",
        "locale",
        "respondent",
        "context",
        "elapsed_ms",
        "token",
        "work",
        "website",
    ] {
        let (mut missing, mut null) = (submission.clone(), submission.clone());
        missing.as_object_mut().unwrap().remove(field).unwrap();
        null[field] = serde_json::Value::Null;
        let read = |value| serde_json::from_value::<Submission>(value).unwrap();
        assert_eq!(read(null), read(missing), "{field}");
    }
    for field in ["id", "signature", "traits", "verified"] {
        let mut null = submission.clone();
        null["respondent"][field] = serde_json::Value::Null;
        serde_json::from_value::<Submission>(null).unwrap();
    }
}
