//! The strictest policies that a page can have with WebAssembly in it.

use crate::assert_quiet;
use crate::displays::{DISPLAYS, in_card, reach::gallery, show_anew};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::json;

const STRICT: &str = "default-src 'none'; img-src data:; connect-src {collector}; \
                      script-src {collector} 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'";

/// Shows each survey of the gallery and each display. Nothing is refused, no part has a
/// style of its own, and the styles of the card are there.
async fn walk(stage: &Stage) {
    let browser = &stage.browser;
    browser
        .run(
            "window.refused = [];
              document.addEventListener('securitypolicyviolation', event =>
                  refused.push(event.violatedDirective + ' ' + event.blockedURI))",
        )
        .await;
    let all = gallery();
    let gallery = all.iter().map(|survey| (survey.as_str(), ""));
    let anchored = "display: 'tab', anchor: document.body.firstElementChild";
    let displays = DISPLAYS
        .into_iter()
        .chain([anchored])
        .map(|options| ("gallery-csat", options));
    for (survey, options) in gallery.chain(displays) {
        show_anew(stage, survey, options).await;
        let look = "const styled = [host, ...root.querySelectorAll('*')].filter(e =>
                e.hasAttribute('style') || e.localName == 'style' || e.localName == 'link');
            return [styled.length, getComputedStyle(root.querySelector('.primary')).cursor]";
        let found = in_card(stage, look).await;
        assert_eq!(found, json!([0, "pointer"]), "{survey} {options}");
    }
    browser.click(".rating").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    assert_eq!(browser.run("return refused").await, json!([]));
    // A violation would be heard.
    browser
        .run("document.body.setAttribute('style', 'color: red')")
        .await;
    browser.wait_until("refused.length").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_policy_with_trusted_types_refuses_nothing_in_chromium() {
    let policy = format!("{STRICT}; require-trusted-types-for 'script'; trusted-types 'none'");
    let stage = Stage::with(Window::Desktop, &[("Content-Security-Policy", &policy)]).await;
    // Loader, tab, rules and card.
    stage.open("/tests/strict/").await;
    stage
        .browser
        .wait_until("document.querySelector('sayso-tab')")
        .await;
    stage
        .browser
        .run("document.querySelector('sayso-tab').shadowRoot.querySelector('button').click()")
        .await;
    stage.browser.wait_for(".tab .face").await;
    show_anew(&stage, "dwell", "").await;
    assert_quiet(&stage).await;
    stage.open("/tests/blank/").await;
    walk(&stage).await;
    // All that it says is of the violation at the end.
    let console = stage.browser.console().await;
    assert!(
        console.iter().all(|line| line.contains("style")) && console.len() < 3,
        "{console:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_policy_refuses_nothing_in_firefox() {
    let headers = [("Content-Security-Policy", STRICT)];
    let stage = Stage::in_engine(Engine::Firefox, Window::Desktop, &headers).await;
    stage.open("/tests/blank/").await;
    walk(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_policy_refuses_nothing_in_webkit() {
    let headers = [("Content-Security-Policy", STRICT)];
    let stage = Stage::in_engine(Engine::WebKit, Window::Desktop, &headers).await;
    stage.open("/tests/blank/").await;
    walk(&stage).await;
}
