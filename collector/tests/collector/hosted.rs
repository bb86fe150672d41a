//! The hosted page: a survey answered form by form, without a script.

mod links;

use std::sync::Arc;

use axum::body::Body;
use sayso_collector::limits::Limits;
use sayso_collector::secret::Secrets;
use sayso_collector::surveys::Surveys;
use sayso_collector::surveys::live::LiveSurveys;
use sayso_collector::trust::site_key::SiteKeys;
use sayso_collector::trust::{Rules, Trust};
use sayso_core::file::SurveyFile;
use serde_json::{Value, json};

use crate::desk::{Desk, Reply, SHOP, request};
use crate::fixtures::{CSAT_SURVEY, SURVEY, survey};

const PAGE: &str = "/s/post-purchase";

const FORM: &str = "application/x-www-form-urlencoded";

/// A collector with more surveys.
fn desk_of(files: Vec<SurveyFile>) -> Desk {
    let limits = Limits {
        rate_limit_per_minute: 0,
        ..Limits::default()
    };
    Desk::changed(limits, |state| {
        state.surveys = Arc::new(LiveSurveys::new(Surveys::new(files, Vec::new())));
    })
}

/// The page as text.
fn html(reply: &Reply) -> String {
    String::from_utf8(reply.body.to_vec()).unwrap()
}

/// The value of an attribute in a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    let plain = value.replace("&quot;", "\"").replace("&#39;", "'");
    let plain = plain.replace("&#x27;", "'").replace("&lt;", "<");
    Some(plain.replace("&gt;", ">").replace("&amp;", "&"))
}

/// What a browser would send of the form: hidden fields, and what is chosen or written.
fn fields(reply: &Reply) -> Vec<(String, String)> {
    let html = html(reply);
    let tags = html.split('<').filter(|tag| tag.starts_with("input "));
    tags.filter(|tag| {
        let kind = attribute(tag, "type").unwrap_or_default();
        kind == "hidden" || kind == "text" || tag.contains(" checked")
    })
    .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)))
    .collect()
}

fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

async fn post_to(desk: &Desk, path: &str, body: String, headers: &[(&str, &str)]) -> Reply {
    let mut all = vec![("content-type", FORM)];
    all.extend(headers);
    desk.send(request("POST", path, &all).body(Body::from(body)).unwrap())
        .await
}

/// Sends the form of a page, with these fields besides.
async fn send(desk: &Desk, page: &Reply, more: &[(&str, &str)]) -> Reply {
    send_to(desk, PAGE, page, more).await
}

async fn send_to(desk: &Desk, path: &str, page: &Reply, more: &[(&str, &str)]) -> Reply {
    let mut pairs = fields(page);
    for (name, value) in more {
        pairs.retain(|(known, _)| known != name);
        pairs.push((String::from(*name), String::from(*value)));
    }
    let own = [("origin", "https://feedback.example")];
    post_to(desk, path, encoded(&pairs), &own).await
}

/// The records in the log.
fn records(desk: &Desk) -> Vec<Value> {
    let log = desk.disk.state().synced.clone();
    let text = String::from_utf8(log).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn a_survey_is_answered_form_by_form() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    assert_eq!(first.status, 200, "{first:?}");
    let text = html(&first);
    assert!(text.contains("How likely are you"), "{text}");
    assert!(text.contains("<form novalidate"), "{text}");
    assert!(!text.contains("name=\"go\" value=\"back\""), "{text}");
    for forbidden in ["<script>", "style=", "<style", "onclick"] {
        assert!(!text.contains(forbidden), "{forbidden} in {text}");
    }
    let second = send(&desk, &first, &[("answer", "9")]).await;
    assert!(
        !html(&second).contains("<script"),
        "a form goes on as a form"
    );
    assert_eq!(second.status, 200, "{}", html(&second));
    let text = html(&second);
    assert!(text.contains("What did you like?"), "{text}");
    assert!(text.contains("value=\"back\""), "{text}");
    let last = send(&desk, &second, &[("answer", "The\r\nprice")]).await;
    assert_eq!(last.status, 200);
    assert!(!html(&last).contains("<form"), "{}", html(&last));
    let records = records(&desk);
    let seen: Vec<_> = records
        .iter()
        .map(|record| (&record["seq"], &record["status"], &record["answers"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!(0), &json!("partial"), &json!({ "recommend": 9 })),
            (
                &json!(1),
                &json!("completed"),
                &json!({ "recommend": 9, "liked": "The\nprice" })
            ),
        ]
    );
    assert_eq!(records[0]["response_id"], records[1]["response_id"]);
    assert_eq!(records[0]["channel"], "link");
    assert_eq!(records[0]["locale"], "en");
}

#[tokio::test]
async fn the_branch_decides_what_is_asked() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    let last = send(&desk, &first, &[("answer", "3")]).await;
    assert!(!html(&last).contains("<form"), "{}", html(&last));
    assert_eq!(records(&desk)[0]["status"], "completed");
}

#[tokio::test]
async fn back_shows_what_was_answered_and_a_change_counts() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    let second = send(&desk, &first, &[("answer", "9")]).await;
    let back = send(&desk, &second, &[("go", "back"), ("answer", "Fast")]).await;
    let chosen = fields(&back);
    assert!(
        chosen.contains(&(String::from("answer"), String::from("9"))),
        "{chosen:?}"
    );
    let again = send(&desk, &back, &[("answer", "10")]).await;
    assert!(html(&again).contains("value=\"Fast\"") || html(&again).contains(">Fast<"));
    send(&desk, &again, &[("answer", "Fast")]).await;
    let last = records(&desk).pop().unwrap();
    assert_eq!(last["answers"], json!({ "recommend": 10, "liked": "Fast" }));
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_said_and_nothing_is_stored() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    for wrong in ["", "99", "eleven"] {
        let again = send(&desk, &first, &[("answer", wrong)]).await;
        assert_eq!(again.status, 422);
        let text = html(&again);
        assert!(text.contains("Please choose an answer."), "{text}");
        assert!(text.contains("<title>⚠ "), "{text}");
    }
    assert!(records(&desk).is_empty());
}

#[tokio::test]
async fn the_same_form_again_is_a_duplicate_and_goes_on() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    for _ in 0..3 {
        let second = send(&desk, &first, &[("answer", "9")]).await;
        assert!(html(&second).contains("What did you like?"));
    }
    assert_eq!(records(&desk).len(), 1);
    assert_eq!(desk.metrics.totals().duplicate, 2);
}

#[tokio::test]
async fn the_browsers_own_way_back_changes_an_answer_too() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    let second = send(&desk, &first, &[("answer", "9")]).await;
    send(&desk, &second, &[("answer", "Fast")]).await;
    // An old form with its old number.
    send(&desk, &first, &[("answer", "2")]).await;
    let records = records(&desk);
    let last = records.last().unwrap();
    assert_eq!(last["answers"], json!({ "recommend": 2 }));
    assert_eq!(last["seq"], 2);
    assert_eq!(last["response_id"], records[0]["response_id"]);
}

#[tokio::test]
async fn who_only_looks_stores_nothing() {
    let desk = Desk::new();
    for path in [
        PAGE,
        "/s/post-purchase?recommend=9",
        "/s/post-purchase?recommend=9&respondent=c-1&touchpoint=mail&channel=email",
        "/s/support?satisfied=5",
    ] {
        for method in ["GET", "HEAD"] {
            let request = request(method, path, &[]);
            let reply = desk.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.status, 200, "{method} {path}");
        }
    }
    assert!(records(&desk).is_empty());
    assert_eq!(desk.metrics.totals(), Default::default());
}

#[tokio::test]
async fn a_link_marks_an_answer_and_says_who_and_where() {
    let desk = Desk::new();
    let path = "/s/post-purchase?recommend=3&respondent=c-7&touchpoint=mail&channel=email";
    let first = desk.get(path, &[]).await;
    let chosen = fields(&first);
    assert!(chosen.contains(&(String::from("answer"), String::from("3"))));
    send(&desk, &first, &[]).await;
    let record = records(&desk).pop().unwrap();
    assert_eq!(record["answers"], json!({ "recommend": 3 }));
    assert_eq!(record["respondent"]["id"], "c-7");
    assert_eq!(record["touchpoint"], "mail");
    assert_eq!(record["channel"], "email");
    for wrong in ["11", "x", "-1", "%3Cscript%3E"] {
        let page = desk.get(&format!("{PAGE}?recommend={wrong}"), &[]).await;
        assert!(!html(&page).contains(" checked"), "{wrong}");
    }
}

#[tokio::test]
async fn the_page_speaks_the_respondents_language() {
    let desk = Desk::new();
    let german = desk
        .get(PAGE, &[("accept-language", "de-AT, en;q=0.5")])
        .await;
    let text = html(&german);
    assert!(text.contains("<html lang=\"de\" dir=\"ltr\""), "{text}");
    assert!(text.contains("Wie wahrscheinlich?"), "{text}");
    let english = desk
        .get("/s/post-purchase?locale=en", &[("accept-language", "de")])
        .await;
    assert!(html(&english).contains("How likely"));
    let next = send(&desk, &english, &[("answer", "9")]).await;
    assert!(html(&next).contains("What did you like?"));
}

#[tokio::test]
async fn a_survey_that_is_not_there_has_a_page_that_says_so() {
    let closed = SURVEY.replacen('{', r#"{ "paused": true,"#, 1);
    let ended = CSAT_SURVEY.replacen('{', r#"{ "ends_at": "2020-01-01T00:00:00Z","#, 1);
    let desk = desk_of(vec![survey(&closed), survey(&ended)]);
    for (path, status, words) in [
        (PAGE, 410, "paused"),
        ("/s/support", 410, "has ended"),
        ("/s/nowhere", 404, "no survey"),
        ("/s/%ff", 404, "no survey"),
    ] {
        let reply = desk.get(path, &[]).await;
        assert_eq!(reply.status, status, "{path}");
        assert!(html(&reply).contains(words), "{}", html(&reply));
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    }
    let german = desk.get("/s/nowhere", &[("accept-language", "de")]).await;
    assert!(html(&german).contains("Hier ist keine Umfrage"));
}

#[tokio::test]
async fn a_full_disk_keeps_the_answers_in_the_form() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    let second = send(&desk, &first, &[("answer", "9")]).await;
    desk.disk.set(|disk| disk.room = Some(0));
    let failed = send(&desk, &second, &[("answer", "Price")]).await;
    assert_eq!(failed.status, 503);
    assert_ne!(failed.header("retry-after"), "");
    let text = html(&failed);
    assert!(text.contains("could not be sent"), "{text}");
    assert!(text.contains("Price"), "{text}");
    let chosen = fields(&failed);
    let number = chosen.iter().find(|(name, _)| name == "seq").unwrap();
    assert_eq!(number.1, "1", "the same number again");
}

#[tokio::test]
async fn forms_of_other_pages_are_refused() {
    let desk = Desk::new();
    let first = desk.get(PAGE, &[]).await;
    let mut pairs = fields(&first);
    pairs.push((String::from("answer"), String::from("9")));
    let body = encoded(&pairs);
    for origin in [SHOP, "https://evil.example", "null"] {
        let reply = post_to(&desk, PAGE, body.clone(), &[("origin", origin)]).await;
        assert_eq!(reply.status, 403, "{origin}");
    }
    assert!(records(&desk).is_empty());
    let reply = post_to(&desk, PAGE, body, &[]).await;
    assert_eq!(reply.status, 200, "text browsers send no origin");
    let headers = [("content-type", "multipart/form-data; boundary=x")];
    let reply = desk
        .send(request("POST", PAGE, &headers).body(Body::empty()).unwrap())
        .await;
    assert_eq!(reply.status, 415);
}

#[tokio::test]
async fn the_rate_limit_holds_for_forms_too() {
    let desk = Desk::with(Limits {
        rate_limit_per_minute: 1,
        ..Limits::default()
    });
    let first = desk.get(PAGE, &[]).await;
    assert_eq!(send(&desk, &first, &[("answer", "9")]).await.status, 200);
    let slowed = send(&desk, &first, &[("answer", "9")]).await;
    assert_eq!(slowed.status, 429);
    assert_ne!(slowed.header("retry-after"), "");
}
