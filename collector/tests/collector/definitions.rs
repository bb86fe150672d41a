//! `GET /v1/surveys/{id}`: language, encoding and caching.

use std::io::Read;

use serde_json::Value;

use crate::desk::{Desk, SHOP};
use crate::fixtures::{SURVEY, survey};

const PATH: &str = "/v1/surveys/post-purchase";

#[tokio::test]
async fn the_definition_is_the_one_of_core() {
    let reply = Desk::new().get(PATH, &[]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "public, max-age=60");
    assert_eq!(
        reply.header("vary").to_lowercase(),
        "accept-language, accept-encoding, origin"
    );
    let expected = serde_json::to_value(survey(SURVEY).definition("en")).unwrap();
    assert_eq!(reply.json::<Value>(), expected);
    assert_eq!(expected["version"], survey(SURVEY).version().as_str());
}

async fn check_locale(query: &str, accepted: &str, expected: &str) {
    let path = format!("{PATH}{query}");
    let reply = Desk::new()
        .get(&path, &[("accept-language", accepted)])
        .await;
    assert_eq!(
        reply.json::<Value>()["locale"],
        expected,
        "{query} {accepted}"
    );
}

#[tokio::test]
async fn the_page_chooses_the_language_before_the_browser() {
    check_locale("", "", "en").await;
    check_locale("", "de-AT,de;q=0.9,en;q=0.8", "de").await;
    check_locale("", "en;q=0.5,de;q=0.6", "de").await;
    check_locale("", "tlh, de;q=0", "en").await;
    check_locale("?locale=de", "en", "de").await;
    check_locale("?locale=de-CH", "", "de").await;
    check_locale("?locale=tlh", "de", "de").await;
    check_locale("?locale=", "de", "de").await;
    check_locale("?locale=en&locale=de", "de", "de").await;
    check_locale("?other=1&locale=de", "en", "de").await;
}

#[tokio::test]
async fn bodies_are_compressed_as_the_browser_likes_best() {
    let desk = Desk::new();
    let plain = desk.get(PATH, &[]).await;
    assert_eq!(plain.header("content-encoding"), "");
    let brotli = desk
        .get(PATH, &[("accept-encoding", "gzip, deflate, br")])
        .await;
    assert_eq!(brotli.header("content-encoding"), "br");
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut &brotli.body[..], &mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let gzip = desk.get(PATH, &[("accept-encoding", "gzip")]).await;
    assert_eq!(gzip.header("content-encoding"), "gzip");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&gzip.body[..])
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain.body);
    assert!(brotli.body.len() < plain.body.len() && gzip.body.len() < plain.body.len());
    let tags = [&plain, &brotli, &gzip].map(|reply| reply.header("etag"));
    assert!(
        tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2],
        "{tags:?}"
    );
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let desk = Desk::new();
    let first = desk.get(PATH, &[("accept-encoding", "br")]).await;
    let tag = first.header("etag");
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".into(),
    ] {
        let headers = [
            ("accept-encoding", "br"),
            ("if-none-match", &known),
            ("origin", SHOP),
        ];
        let reply = desk.get(PATH, &headers).await;
        assert_eq!(reply.status, 304, "{known}");
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("etag"), tag);
        assert_eq!(reply.header("cache-control"), "public, max-age=60");
        assert_eq!(reply.header("access-control-allow-origin"), SHOP);
        assert_eq!(reply.header("content-type"), "");
    }
    for (known, encoding) in [("\"other\"", "br"), (&*tag, "gzip"), (&*tag, "")] {
        let headers = [("accept-encoding", encoding), ("if-none-match", known)];
        assert_eq!(
            desk.get(PATH, &headers).await.status,
            200,
            "{known} {encoding}"
        );
    }
}

#[tokio::test]
async fn another_language_has_another_tag() {
    let desk = Desk::new();
    let english = desk.get(PATH, &[]).await.header("etag");
    let german = desk
        .get(&format!("{PATH}?locale=de"), &[])
        .await
        .header("etag");
    assert_ne!(english, german);
}

#[tokio::test]
async fn unknown_surveys_are_refused_and_not_cached() {
    let desk = Desk::new();
    for id in [
        "nobody",
        "Post-Purchase",
        "..",
        "%2e%2e%2fsecret",
        "post-purchase@1",
        "a%00b",
    ] {
        let reply = desk.get(&format!("/v1/surveys/{id}"), &[]).await;
        reply.check_refused(404, "unknown_survey");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}
