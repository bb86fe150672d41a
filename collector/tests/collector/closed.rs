//! Surveys that are paused or have ended, as a page meets them.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sayso_collector::limits::Limits;
use sayso_collector::surveys::Surveys;
use sayso_collector::surveys::live::LiveSurveys;
use serde_json::Value;

use crate::desk::{Desk, Reply, SHOP};
use crate::fixtures::{SURVEY, submission, survey};

const PATH: &str = "/v1/surveys/post-purchase";

const PAST: &str = r#""ends_at": "2020-01-01T00:00:00Z""#;

/// A collector whose survey has these fields beside its own.
fn desk(fields: &str) -> Desk {
    let text = SURVEY.replacen('{', &format!("{{ {fields},"), 1);
    let limits = Limits {
        rate_limit_per_minute: 0,
        ..Limits::default()
    };
    Desk::changed(limits, |state| {
        let surveys = Surveys::new(vec![survey(&text)], Vec::new());
        state.surveys = Arc::new(LiveSurveys::new(surveys));
    })
}

async fn get(desk: &Desk) -> Reply {
    desk.get(PATH, &[("origin", SHOP)]).await
}

/// An end so many seconds from now.
fn ends_in(seconds: u64) -> String {
    let end = SystemTime::now() + Duration::from_secs(seconds);
    let end = jiff::Timestamp::try_from(end).unwrap();
    format!(r#""ends_at": "{end}""#)
}

#[track_caller]
fn check_closed(reply: &Reply, code: &str) {
    assert_eq!(reply.status, 410, "{reply:?}");
    let body: Value = reply.json();
    assert_eq!(body["code"], code);
    assert!(!body["message"].as_str().unwrap().is_empty());
    assert_eq!(body.as_object().unwrap().len(), 2, "{body}");
    assert_eq!(reply.header("cache-control"), "public, max-age=60");
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    assert_eq!(reply.header("etag"), "");
}

#[tokio::test]
async fn a_closed_survey_is_not_given_out_but_its_answers_are_taken() {
    for (fields, code) in [
        (String::from(r#""paused": true"#), "survey_paused"),
        (String::from(PAST), "survey_ended"),
        (format!("{PAST}, \"paused\": true"), "survey_ended"),
    ] {
        let desk = desk(&fields);
        check_closed(&get(&desk).await, code);
        let known = [("origin", SHOP), ("if-none-match", "*")];
        check_closed(&desk.get(PATH, &known).await, code);
        assert_eq!(desk.post(&submission()).await.status, 201, "{fields}");
    }
}

#[tokio::test]
async fn a_definition_is_kept_no_longer_than_its_survey_lasts() {
    let far = get(&desk(&ends_in(3_600))).await;
    assert_eq!(far.header("cache-control"), "public, max-age=60");
    let desk = desk(&ends_in(50));
    let near = get(&desk).await;
    assert_eq!(near.status, 200);
    let age = near.header("cache-control");
    let seconds = age.strip_prefix("public, max-age=").unwrap();
    assert!((1..=50).contains(&seconds.parse().unwrap()), "{age}");
    let headers = [("if-none-match", &*near.header("etag"))];
    let again = desk.get(PATH, &headers).await;
    assert_eq!(again.status, 304);
    assert_ne!(again.header("cache-control"), "public, max-age=60");
}

#[tokio::test]
async fn a_survey_ends_when_its_last_response_is_completed() {
    let desk = desk(r#""response_limit": 2"#);
    for _ in 0..2 {
        assert_eq!(get(&desk).await.status, 200);
        let submission = submission();
        assert_eq!(desk.post(&submission).await.status, 201);
        assert_eq!(desk.post(&submission).await.status, 200, "no repeat counts");
    }
    check_closed(&get(&desk).await, "survey_ended");
    assert_eq!(desk.post(&submission()).await.status, 201);
}
