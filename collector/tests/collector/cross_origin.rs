//! Whose pages may send and read, also when they are refused for something else.

use axum::body::Body;
use sayso_collector::origin::AllowedOrigins;
use serde_json::json;

use crate::desk::{Desk, Reply, SHOP, request};
use crate::fixtures::{submission, with};
use crate::program::{Place, Program};

async fn post_with(desk: &Desk, headers: &[(&str, &str)]) -> Reply {
    let headers: Vec<_> = headers
        .iter()
        .copied()
        .chain([("content-type", "text/plain")])
        .collect();
    let request = request("POST", "/v1/responses", &headers);
    desk.send(request.body(submission().to_string().into()).unwrap())
        .await
}

#[tokio::test]
async fn pages_of_listed_origins_and_our_own_may_send() {
    let desk = Desk::new();
    assert_eq!(post_with(&desk, &[("origin", SHOP)]).await.status, 201);
    assert_eq!(
        post_with(&desk, &[("origin", "https://feedback.example")])
            .await
            .status,
        201
    );
    assert_eq!(post_with(&desk, &[]).await.status, 201);
}

#[tokio::test]
async fn pages_of_other_origins_may_not() {
    let desk = Desk::new();
    for origin in [
        "https://evil.example",
        "http://shop.example",
        "https://shop.example:444",
        "null",
        "",
    ] {
        let reply = post_with(&desk, &[("origin", origin)]).await;
        reply.check_refused(403, "origin_not_allowed");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
    }
    assert_eq!(desk.metrics.totals().rejected, 5);
    assert!(desk.disk.state().bytes.is_empty());
}

#[tokio::test]
async fn without_a_list_only_our_own_pages_may_send() {
    let desk = Desk::changed(Default::default(), |state| {
        state.origins = Default::default()
    });
    assert_eq!(
        post_with(&desk, &[("origin", "https://feedback.example")])
            .await
            .status,
        201
    );
    post_with(&desk, &[("origin", SHOP)])
        .await
        .check_refused(403, "origin_not_allowed");
}

/// A collector that allows these patterns alone.
fn allowing(patterns: &[&str]) -> Desk {
    let patterns = patterns.iter().map(|text| text.parse().unwrap()).collect();
    Desk::changed(Default::default(), |state| {
        state.origins = AllowedOrigins::new(patterns)
    })
}

#[tokio::test]
async fn subdomains_may_send_where_a_wildcard_asks_for_them() {
    let desk = allowing(&["https://*.shop.example"]);
    for origin in ["https://www.shop.example", "https://a.b.shop.example"] {
        let reply = post_with(&desk, &[("origin", origin)]).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        assert_eq!(reply.header("access-control-allow-origin"), origin);
    }
    for origin in [
        SHOP,
        "https://evilshop.example",
        "http://www.shop.example",
        "https://www.shop.example:8443",
        "https://www.shop.example.evil.example",
        "null",
    ] {
        let reply = post_with(&desk, &[("origin", origin)]).await;
        reply.check_refused(403, "origin_not_allowed");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{origin}");
    }
}

#[tokio::test]
async fn webviews_may_send_where_their_scheme_is_named() {
    let webviews = [
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
        "app://shop.example",
    ];
    for webview in webviews {
        let desk = allowing(&[webview]);
        let reply = post_with(&desk, &[("origin", webview)]).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        assert_eq!(reply.header("access-control-allow-origin"), webview);
        let reply = preflight(&desk, "/v1/responses", webview).await;
        assert_eq!(reply.header("access-control-allow-origin"), webview);
        let reply = post_with(&desk, &[("origin", "capacitor://elsewhere")]).await;
        reply.check_refused(403, "origin_not_allowed");
    }
}

#[tokio::test]
async fn pages_without_an_origin_may_send_only_where_null_is_named() {
    let desk = allowing(&["null"]);
    for origin in ["null", "file://"] {
        let reply = post_with(&desk, &[("origin", origin)]).await;
        assert_eq!(reply.status, 201, "{reply:?}");
        assert_eq!(reply.header("access-control-allow-origin"), origin);
    }
    let desk = allowing(&["https://*.shop.example", SHOP, "capacitor://localhost"]);
    for origin in ["null", "file://"] {
        let reply = post_with(&desk, &[("origin", origin)]).await;
        reply.check_refused(403, "origin_not_allowed");
    }
}

async fn preflight(desk: &Desk, path: &str, origin: &str) -> Reply {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    desk.send(
        request("OPTIONS", path, &headers)
            .body(Body::empty())
            .unwrap(),
    )
    .await
}

#[tokio::test]
async fn a_preflight_is_answered_for_allowed_origins() {
    let desk = Desk::new();
    let reply = preflight(&desk, "/v1/responses", SHOP).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    assert!(
        reply
            .header("access-control-allow-methods")
            .contains("POST")
    );
    assert_eq!(reply.header("access-control-allow-headers"), "content-type");
    assert_eq!(reply.header("access-control-max-age"), "3600");
    assert!(reply.header("vary").contains("origin"));
    let reply = preflight(&desk, "/v1/responses", "https://evil.example").await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
    assert_eq!(
        desk.metrics.totals(),
        Default::default(),
        "a preflight is no submission"
    );
}

#[tokio::test]
async fn refusals_can_be_read_by_the_page_that_sent() {
    let desk = Desk::new();
    for (submission, status) in [
        (json!("nonsense"), 400),
        (with(submission(), "survey", json!("nobody")), 404),
        (with(submission(), "answers", json!({})), 422),
    ] {
        let reply = desk.post(&submission).await;
        assert_eq!(reply.status, status);
        assert_eq!(reply.header("access-control-allow-origin"), SHOP);
        assert!(reply.header("vary").contains("origin"));
    }
    desk.disk.set(|disk| disk.room = Some(0));
    let reply = desk.post(&submission()).await;
    reply.check_refused(503, "storage_unavailable");
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    assert_eq!(reply.header("access-control-expose-headers"), "retry-after");
}

#[tokio::test]
async fn definitions_are_for_allowed_origins_and_the_widget_for_everyone() {
    let desk = Desk::new();
    let reply = desk.get("/v1/surveys/support", &[("origin", SHOP)]).await;
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    let reply = desk
        .get("/v1/surveys/support", &[("origin", "https://evil.example")])
        .await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
    let reply = desk.get("/v1/surveys/nobody", &[("origin", SHOP)]).await;
    reply.check_refused(404, "unknown_survey");
    assert_eq!(reply.header("access-control-allow-origin"), SHOP);
    let reply = desk
        .get("/sayso.js", &[("origin", "https://anyone.example")])
        .await;
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let reply = desk.get("/metrics", &[("origin", SHOP)]).await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
}

/// The origins that the log names as refused.
fn named(program: &Program) -> Vec<String> {
    let lines = program.lines().into_iter();
    lines
        .filter_map(|line| Some(String::from(line["fields"]["origin"].as_str()?)))
        .collect()
}

fn get_as(program: &Program, origin: &str) {
    let address = format!("http://{}/v1/surveys/support", program.address);
    let reply = ureq::get(address).header("origin", origin).call().unwrap();
    assert_eq!(reply.status(), 200);
}

#[test]
fn a_refused_origin_is_named_once_with_what_allows_it() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let own = format!("http://{}", program.address);
    for origin in ["https://shop.example", "https://shop.example", &own, "x y"] {
        get_as(&program, origin);
    }
    get_as(&program, "null");
    let line = program.wait_for(
        "pages of this origin may not send; --allow-origin, or allow_origin in sayso.toml, \
         allows it",
    );
    assert_eq!(line["level"], "WARN");
    program.wait_for(
        "pages without an origin of their own, as files and sandboxed frames, may not send; \
         --allow-origin null allows them, and docs/deploy.md says what that opens",
    );
    assert_eq!(named(&program), ["https://shop.example", "null"]);
}

#[test]
fn only_so_many_refused_origins_are_named() {
    let place = Place::new();
    let mut program = Program::start(&place);
    for number in 0..30 {
        get_as(&program, &format!("https://shop-{number}.example"));
    }
    program.signal(rustix::process::Signal::TERM);
    program.wait_for("stopped");
    assert_eq!(named(&program).len(), 20);
}
