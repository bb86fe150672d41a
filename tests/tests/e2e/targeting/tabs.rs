//! The always-on tab, and a button of the page's own.

use super::{LOADED, armed, arrive, assert_nothing_thrown, click, click_at, gone};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::card::key;
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// JavaScript for the button of the tab.
const TAB: &str = "document.querySelector('sayso-tab').shadowRoot.querySelector('button')";

async fn expanded(stage: &Stage, button: &str, value: &str) {
    let expression = format!("String({button}.getAttribute('aria-expanded')) == '{value}'");
    stage.browser.wait_until(&expression).await;
}

async fn has_focus(stage: &Stage, element: &str) {
    let expression = format!("{element}.matches(':focus')");
    stage.browser.wait_until(&expression).await;
}

/// Clicks the half of the tab that is no edge of the window: WebKitGTK has its
/// scroll bar there, above the page.
async fn click_tab(stage: &Stage) {
    let body = format!(
        "const box = {TAB}.getBoundingClientRect();
         return [box.x + box.width / 4, box.y + box.height / 2]"
    );
    let place = stage.browser.run(&body).await;
    click_at(stage, serde_json::from_value(place).unwrap()).await;
}

/// The card of `usual` has come by itself, and the tab of `tab-feedback` is there.
async fn a_tab_beside_a_card() -> Stage {
    let stage = Stage::new().await;
    arrive(&stage, json!({ "data-survey": "usual tab-feedback" })).await;
    super::came(&stage, "usual").await;
    let is_there = "document.querySelector('sayso-tab')";
    stage.browser.wait_until(is_there).await;
    stage
}

/// Answers `tab-feedback` without a word.
async fn answer(stage: &Stage) {
    let browser = &stage.browser;
    browser.click(".rating:nth-child(4)").await;
    browser.wait_for("textarea").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
}

async fn a_tab_opens_and_closes_its_card(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let browser = &stage.browser;
    arrive(&stage, json!({ "data-survey": "tab-feedback" })).await;
    browser
        .wait_until(&format!(
            "document.querySelector('sayso-tab') && {TAB}.textContent == 'Feedback'"
        ))
        .await;
    assert_eq!(
        browser
            .run(&format!("return {TAB}.getAttribute('aria-haspopup')"))
            .await,
        "dialog"
    );
    expanded(&stage, TAB, "false").await;

    // With the mouse, and the mouse again.
    click_tab(&stage).await;
    browser.wait_for(".rating").await;
    expanded(&stage, TAB, "true").await;
    let is_within = "document.activeElement.localName == 'sayso-card'";
    browser.wait_until(is_within).await;
    click_tab(&stage).await;
    gone(&stage).await;
    expanded(&stage, TAB, "false").await;
    has_focus(&stage, TAB).await;

    // With keys, and Escape.
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for(".rating").await;
    browser.wait_until(is_within).await;
    browser.press(&key::ESCAPE.to_string()).await;
    gone(&stage).await;
    expanded(&stage, TAB, "false").await;
    has_focus(&stage, TAB).await;

    // After an answer it is still there, and opens again.
    browser.press(" ").await;
    browser.wait_for(".rating").await;
    answer(&stage).await;
    browser.press(&key::ESCAPE.to_string()).await;
    gone(&stage).await;
    expanded(&stage, TAB, "false").await;
    click_tab(&stage).await;
    browser.wait_for(".rating").await;
    let count = "return [document.querySelectorAll('sayso-tab').length,
                         document.querySelectorAll('sayso-card').length]";
    assert_eq!(browser.run(count).await, json!([1, 1]));
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_opens_and_closes_its_card_in_chromium() {
    a_tab_opens_and_closes_its_card(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_opens_and_closes_its_card_in_firefox() {
    a_tab_opens_and_closes_its_card(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_opens_and_closes_its_card_in_webkit() {
    a_tab_opens_and_closes_its_card(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_the_page_opens_the_card_below_itself() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    let button = "document.querySelector('#own-help')";
    arrive(&stage, json!({ "data-survey": "own-button" })).await;
    armed(&stage, "own-button").await;
    let body = format!(
        "const find = () => {LOADED}.find(name => name.endsWith('/tab.js'));
         const wait = ms => new Promise(done => setTimeout(done, ms));
         while (!find()) await wait(10);
         await import(find());
         await wait(60)"
    );
    browser.run(&body).await;
    click(&stage, button).await;
    browser.wait_for(".rating").await;
    expanded(&stage, button, "true").await;
    assert_eq!(
        browser
            .run("return document.querySelectorAll('sayso-tab').length")
            .await,
        0
    );
    let is_below = format!(
        "(() => {{
             const card = document.querySelector('sayso-card').shadowRoot.querySelector('.card');
             const [below, above] = [card, {button}].map(e => e.getBoundingClientRect());
             return above.bottom <= below.top && below.top < above.bottom + 20 &&
                 Math.abs(below.left - above.left) < 20;
         }})()"
    );
    browser.wait_until(&is_below).await;
    browser
        .run("document.querySelector('h1').style.height = '150px'")
        .await;
    browser.wait_until(&is_below).await;

    click(&stage, button).await;
    gone(&stage).await;
    expanded(&stage, button, "null").await;
    has_focus(&stage, button).await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for(".rating").await;
    browser.press(&key::ESCAPE.to_string()).await;
    gone(&stage).await;
    has_focus(&stage, button).await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_respondent_opens_takes_the_place_of_another_card() {
    let stage = a_tab_beside_a_card().await;
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    click_tab(&stage).await;
    super::came(&stage, "usual tab-feedback").await;
    browser
        .wait_until("document.querySelectorAll('sayso-card').length == 1")
        .await;
    expanded(&stage, TAB, "true").await;
    assert_eq!(
        browser
            .run("return Boolean(document.querySelector('sayso-tab'))")
            .await,
        Value::Bool(true)
    );
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_slips_into_the_place_that_the_respondent_has_cleared() {
    let stage = a_tab_beside_a_card().await;
    let browser = &stage.browser;
    let body = format!(
        "{TAB}.click();
         const calls = [];
         for (let turn = 0; turn < 100; turn++) {{
             await 0;
             calls.push(sayso.show('rests', {{ force: true }}));
         }}
         return (await Promise.all(calls)).some(call => call.shown)"
    );
    assert_eq!(browser.run(&body).await, Value::Bool(false));
    super::came(&stage, "usual tab-feedback").await;
    expanded(&stage, TAB, "true").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_destroyed_while_another_card_goes_does_not_come() {
    let stage = a_tab_beside_a_card().await;
    let browser = &stage.browser;
    let body = format!("{TAB}.click(); await 0; sayso.destroy()");
    browser.run(&body).await;
    gone(&stage).await;
    super::nothing_comes(&stage).await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_sending_keeps_its_place() {
    let stage = a_tab_beside_a_card().await;
    let browser = &stage.browser;
    let body = "const real = fetch;
                window.held = 0;
                window.fetch = (url, init) =>
                    init?.method == 'POST' ? new Promise(() => held++) : real(url, init)";
    browser.run(body).await;
    browser.click(".rating:nth-child(4)").await;
    browser.click(".primary").await;
    browser.wait_until("held").await;
    let body = format!("{TAB}.click(); await new Promise(done => setTimeout(done, 300))");
    browser.run(&body).await;
    super::came(&stage, "usual").await;
    let count = "return document.querySelectorAll('sayso-card').length";
    assert_eq!(browser.run(count).await, json!(1));
    expanded(&stage, TAB, "false").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_of_the_page_keep_what_the_page_says_of_them() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    let [one, other] = [0, 1].map(|at| format!("document.querySelectorAll('#own-help')[{at}]"));
    arrive(&stage, json!({ "data-survey": "own-button" })).await;
    armed(&stage, "own-button").await;
    let body = format!(
        "const find = () => {LOADED}.find(name => name.endsWith('/tab.js'));
         while (!find()) await new Promise(done => setTimeout(done, 10));
         await import(find());
         {one}.after({one}.cloneNode(true));
         {one}.setAttribute('aria-expanded', 'false');
         let seen;
         new MutationObserver(() => {{
             if (!document.querySelector('sayso-card') || seen) return;
             sayso.dismiss();
             window.seen = seen = true;
         }}).observe(document.body, {{ childList: true }});
         window.changes = 0;
         new MutationObserver(() => changes++).observe({one}, {{ attributes: true }})"
    );
    browser.run(&body).await;
    // Called off before anybody has seen it: nothing has opened, and nothing closes.
    click(&stage, &one).await;
    browser.wait_until("window.seen").await;
    gone(&stage).await;
    super::nothing_comes(&stage).await;
    expanded(&stage, &one, "false").await;
    click(&stage, &one).await;
    browser.wait_for(".rating").await;
    expanded(&stage, &one, "true").await;
    // Another button that the survey may be opened with closes it; it is still the first one's.
    click(&stage, &other).await;
    gone(&stage).await;
    expanded(&stage, &one, "false").await;
    expanded(&stage, &other, "null").await;
    assert_eq!(browser.run("return changes").await, json!(2));
    click(&stage, &other).await;
    browser.wait_for(".rating").await;
    expanded(&stage, &other, "true").await;
    expanded(&stage, &one, "false").await;
    assert_nothing_thrown(&stage).await;
}
