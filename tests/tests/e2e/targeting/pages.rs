//! Which pages a survey belongs to, and moves within a single page.

use super::{LOADED, armed, arrive, assert_nothing_thrown, came, gone, not_shown, nothing_comes};
use crate::show;
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// A move that takes its time: the browser may not tell of it, and then the address
/// is looked at twice a second.
async fn move_on(stage: &Stage, body: &str) {
    let body = format!("{body}; await new Promise(done => setTimeout(done, 600))");
    stage.browser.run(&body).await;
}

/// A visitor of a shop whose pages are one page.
async fn moves_within_a_page(engine: Engine, has_navigation_api: bool) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let browser = &stage.browser;
    stage.open("/tests/targeting/").await;
    if !has_navigation_api {
        browser
            .run("Object.defineProperty(window, 'navigation', { value: undefined })")
            .await;
    }
    super::put_tag(&stage, &json!({ "data-survey": "on-shop-pages" })).await;
    armed(&stage, "on-shop-pages").await;
    nothing_comes(&stage).await;
    let call = "'on-shop-pages'";
    assert_eq!(show(&stage, call).await, not_shown("wrong_page"));
    move_on(&stage, "history.pushState({}, '', '/shop/checkout')").await;
    nothing_comes(&stage).await;
    move_on(&stage, "history.pushState({}, '', '/shop/bread?day=1')").await;
    came(&stage, "on-shop-pages").await;
    browser.run("sayso.dismiss()").await;
    gone(&stage).await;

    // Away and back is another visit of the page.
    move_on(&stage, "history.pushState({}, '', '/about')").await;
    assert_eq!(show(&stage, call).await, not_shown("wrong_page"));
    browser.run("history.back()").await;
    came(&stage, "on-shop-pages on-shop-pages").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_within_a_page_are_followed_in_chromium() {
    moves_within_a_page(Engine::Chromium, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_within_a_page_are_followed_where_the_browser_does_not_tell_of_them() {
    moves_within_a_page(Engine::Chromium, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_within_a_page_are_followed_in_firefox() {
    moves_within_a_page(Engine::Firefox, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moves_within_a_page_are_followed_in_webkit() {
    moves_within_a_page(Engine::WebKit, false).await;
}

/// Rules, addresses that fit, and addresses that do not.
fn rules() -> Value {
    json!([
        [{ "is": "/shop/" }, ["https://a.example/shop/", "https://a.example/shop/?day=1#top"],
                             ["https://a.example/shop", "https://a.example/shop/bread"]],
        [{ "is": "/shop/?day=1" }, ["https://a.example/shop/?day=1"],
                                   ["https://a.example/shop/", "https://a.example/shop/?day=2"]],
        [{ "is": "https://a.example/shop/" }, ["https://a.example/shop/#top"],
                                              ["https://b.example/shop/"]],
        [{ "starts_with": "/shop/" }, ["https://a.example/shop/bread"],
                                      ["https://a.example/en/shop/"]],
        [{ "starts_with": "https://a." }, ["https://a.example/"], ["https://b.example/?https://a."]],
        [{ "contains": "/checkout" }, ["https://a.example/shop/checkout/2"],
                                      ["https://a.example/shop?from=/checkout"]],
        [{ "contains": "bäcker" }, ["https://a.example/b%C3%A4cker"], ["https://a.example/backer"]],
        [{ "glob": "/shop/*/review" }, ["https://a.example/shop/bread/review"],
                                       ["https://a.example/shop/bread/rye/review"]],
        [{ "glob": "/shop/**" }, ["https://a.example/shop/", "https://a.example/shop/bread/rye"],
                                 ["https://a.example/shop"]],
        [{ "glob": "https://*.example/a.b" }, ["https://x.example/a.b"],
                                              ["https://x.example/a-b", "https://x/y.example/a.b"]],
        [{ "glob": "/app#/orders/*" }, ["https://a.example/app#/orders/7"],
                                       ["https://a.example/app", "https://a.example/app#/orders/7/x"]],
        [{ "regex": "^https://a\\.example/orders/\\d+$" }, ["https://a.example/orders/17"],
                                                           ["https://a.example/orders/x"]],
        [{ "regex": "/orders/\\d+$" }, ["https://a.example/en/orders/17?x=1"],
                                       ["https://a.example/orders/"]],
        [{ "regex": "/(" }, [], ["https://a.example/("]]
    ])
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_held_against_each_kind_of_rule() {
    let stage = Stage::new().await;
    arrive(&stage, json!({ "data-survey": "on-shop-pages" })).await;
    let body = format!(
        "const rules = await import({LOADED}.find(name => name.endsWith('/rules.js')));
         const wrong = [];
         let count = 0;
         for (const [rule, ...groups] of {})
             groups.forEach((group, index) => group.forEach(address => {{
                 count++;
                 if (rules.matches(rule, address) != (index == 0))
                     wrong.push([rule, address]);
             }}));
         return [wrong, count]",
        rules()
    );
    assert_eq!(stage.browser.run(&body).await, json!([[], 33]));
}
