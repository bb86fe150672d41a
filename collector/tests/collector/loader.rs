//! `GET /sayso.js?survey=…`: the loader with a survey in it, for pages that may have it.

use jiff::{SignedDuration, Timestamp};
use sayso_collector::assets::Assets;
use sayso_collector::packed::Packed;
use sayso_collector::surveys::Surveys;
use sayso_collector::surveys::live::LiveSurveys;
use serde_json::{Value, json};

use crate::desk::{Desk, SHOP};
use crate::fixtures::{CSAT_SURVEY, SURVEY, survey};

/// A page of the shop, as browsers name it to other origins.
const FROM_SHOP: (&str, &str) = ("referer", "https://shop.example/");

/// A loader with a place for a definition, and these surveys besides the usual ones.
fn desk(more: &[&str]) -> Desk {
    Desk::changed(Default::default(), |state| {
        let loader = Packed::compressed_when_asked_for("let known={$:0};go(known)");
        state.assets = Some(Assets::new("0badc0de", [("sayso.js", loader)]));
        let files = [SURVEY, CSAT_SURVEY].iter().chain(more);
        let files = files.map(|text| survey(text)).collect();
        state.surveys = LiveSurveys::new(Surveys::new(files, Vec::new())).into();
    })
}

/// What a loader knows: paths, and what was said at them.
async fn known(desk: &Desk, query: &str, headers: &[(&str, &str)]) -> Value {
    let reply = desk.get(&format!("/sayso.js{query}"), headers).await;
    assert_eq!(reply.status, 200, "{query}");
    let text = std::str::from_utf8(&reply.body).unwrap();
    let object = text
        .strip_prefix("let known=")
        .and_then(|rest| rest.strip_suffix(";go(known)"))
        .unwrap_or_else(|| panic!("{text}"));
    serde_json::from_str(&object.replace("{$:0}", "{}")).unwrap()
}

#[tokio::test]
async fn the_loader_brings_along_the_survey_that_its_address_names() {
    let desk = desk(&[]);
    for (query, path, accepted) in [
        ("?survey=post-purchase", "v1/surveys/post-purchase", "en"),
        ("?survey=post-purchase", "v1/surveys/post-purchase", "de"),
        (
            "?survey=post-purchase&locale=",
            "v1/surveys/post-purchase",
            "de-AT, en",
        ),
        (
            "?survey=post-purchase&locale=de",
            "v1/surveys/post-purchase?locale=de",
            "en",
        ),
        ("?v=3&survey=support", "v1/surveys/support", "en"),
    ] {
        let headers = [("accept-language", accepted), FROM_SHOP];
        let definition = desk.get(&format!("/{path}"), &headers).await;
        let definition: Value = definition.json();
        let known = known(&desk, query, &headers).await;
        assert_eq!(known, json!({ path: definition }), "{query} {accepted}");
    }
    let headers = [("accept-encoding", "br"), FROM_SHOP];
    let reply = desk.get("/sayso.js?survey=support", &headers).await;
    assert_eq!(reply.header("content-encoding"), "br");
    assert_eq!(reply.header("cache-control"), "private, max-age=60");
    assert_eq!(reply.header("vary"), "Accept-Language, Accept-Encoding");
    let tag = reply.header("etag");
    let headers = [
        ("accept-encoding", "br"),
        FROM_SHOP,
        ("if-none-match", &*tag),
    ];
    let again = desk.get("/sayso.js?survey=support", &headers).await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn a_survey_that_cannot_be_brought_along_is_asked_for_by_the_loader() {
    let desk = desk(&[]);
    for query in [
        "",
        "?",
        "?survey=",
        "?survey=none",
        "?survey=post-purchase,support",
        "?survey=post-purchase&locale=d%22e",
        // It would be in English, as everything that is not there: an address for each.
        "?survey=post-purchase&locale=fr",
        "?survey=post-purchase&locale=DE",
        "?survey=%22",
        "?survey=a&survey=b",
        "?%ff",
    ] {
        assert_eq!(
            known(&desk, query, &[FROM_SHOP]).await,
            json!({}),
            "{query}"
        );
    }
    let reply = desk.get("/sayso.js", &[FROM_SHOP]).await;
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    let reply = desk.get("/sayso.js?survey=none", &[FROM_SHOP]).await;
    assert_eq!(reply.header("cache-control"), "private, max-age=60");
}

#[tokio::test]
async fn a_survey_is_brought_along_for_pages_that_may_have_it_alone() {
    let desk = desk(&[]);
    let is_given = async |headers: &[(&str, &str)]| {
        let headers = [headers, &[("host", "feedback.example")]].concat();
        known(&desk, "?survey=support", &headers).await != json!({})
    };
    for welcome in [
        &[FROM_SHOP][..],
        &[("referer", "https://shop.example/thanks?order=17")],
        &[("referer", "https://feedback.example/s/support")],
        &[("origin", SHOP)],
        // A tag that asks for CORS says its origin, and that counts.
        &[("origin", SHOP), ("referer", "https://evil.example/")],
    ] {
        assert!(is_given(welcome).await, "{welcome:?}");
    }
    for foreign in [
        &[][..],
        &[("referer", "https://evil.example/")],
        &[("referer", "https://shop.example.evil.example/")],
        &[("referer", "https://evil.example/https://shop.example/")],
        &[("referer", "shop.example")],
        &[("origin", "https://evil.example"), FROM_SHOP],
        &[("origin", "null"), FROM_SHOP],
        &[("origin", SHOP), ("origin", "https://evil.example")],
    ] {
        assert!(!is_given(foreign).await, "{foreign:?}");
    }
}

#[tokio::test]
async fn a_survey_that_is_not_given_out_is_not_brought_along() {
    let survey = |id: &str, more: &str| {
        format!(
            r#"{{"schema": 1, "id": "{id}", {more},
                "questions": [{{"id": "a", "kind": "nps", "prompt": "How?"}}]}}"#
        )
    };
    let soon = Timestamp::now() + SignedDuration::from_secs(20);
    let paused = survey("paused", r#""paused": true"#);
    let ended = survey("ended", r#""ends_at": "2020-01-01T00:00:00Z""#);
    let ending = survey("ending", &format!(r#""ends_at": "{soon:.0}""#));
    let desk = desk(&[&paused, &ended, &ending]);
    for id in ["paused", "ended"] {
        let query = format!("?survey={id}");
        assert_eq!(known(&desk, &query, &[FROM_SHOP]).await, json!({}), "{id}");
    }
    let reply = desk.get("/sayso.js?survey=ending", &[FROM_SHOP]).await;
    let age = reply.header("cache-control");
    let seconds: u64 = age
        .strip_prefix("private, max-age=")
        .unwrap()
        .parse()
        .unwrap();
    assert!(seconds <= 20, "{age}");
    let known = known(&desk, "?survey=ending", &[FROM_SHOP]).await;
    assert_eq!(known["v1/surveys/ending"]["id"], "ending");
}
