//! The same survey in each engine: Chromium, Firefox and WebKitGTK.
//!
//! The other files have the many cases, in Chromium. These few say that the
//! engines agree where a respondent would notice.

use crate::{SHOWN, show};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::card::key;
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

async fn a_mouse_answers(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(10)").await;
    browser.wait_for("textarea").await;
    browser.click("textarea").await;
    browser.press("Schnell & gut, für mich 🙂").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "completed");
    assert_eq!(records[1]["channel"], "web");
    assert_eq!(records[1]["locale"], "en");
    assert_eq!(
        records[1]["answers"],
        json!({ "recommend": 9, "why": "Schnell & gut, für mich 🙂" })
    );
}

/// From the start of the page to the thanks, without a mouse and without a
/// script that moves the focus.
async fn keys_answer(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    let tab = key::TAB.to_string();
    browser.press(&tab).await;
    browser
        .wait_until("document.activeElement.id == 'name'")
        .await;
    browser.press(&tab).await;
    browser.wait_for_focus("button").await;
    browser.press(&tab).await;
    browser.wait_for_focus("input[value=\"0\"]").await;
    browser.press(" ").await;
    browser.press(&key::RIGHT.to_string().repeat(9)).await;
    browser.wait_for("input[value=\"9\"]:checked").await;
    assert_eq!(browser.focused().await, "input 9");
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for_focus("textarea").await;
    browser.press("Fine").await;
    // Over the way back to the button that sends.
    browser
        .press(&format!("{tab}{tab}{enter}", enter = key::ENTER))
        .await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "completed");
    assert_eq!(
        records[1]["answers"],
        json!({ "recommend": 9, "why": "Fine" })
    );
}

/// A narrow page of a user who prefers dark colours: all of the card is in view.
async fn a_dark_phone_shows_all(engine: Engine) {
    let stage = Stage::in_the_dark(engine, Window::Phone).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    assert_eq!(
        browser.run("return [innerWidth, innerHeight]").await,
        json!([360, 740])
    );
    let root = "document.querySelector('sayso-card').shadowRoot";
    let background =
        format!("return getComputedStyle({root}.querySelector('.card')).backgroundColor");
    assert_eq!(browser.run(&background).await, "rgb(28, 31, 38)");
    let in_view = format!(
        "[...{root}.querySelectorAll('.rating, button')].every(e => {{
             const {{ left, top, right, bottom }} = e.getBoundingClientRect();
             return 0 <= left && 0 <= top && right <= 360 && bottom <= 740;
         }})"
    );
    browser.wait_until(&in_view).await;
    let sideways = "return document.documentElement.scrollWidth > innerWidth";
    assert_eq!(browser.run(sideways).await, Value::Bool(false));
    browser.tap(".rating:nth-child(11)").await;
    browser.wait_for("textarea").await;
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("card.png");
    browser.screenshot(&picture).await;
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mouse_answers_in_chromium() {
    a_mouse_answers(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mouse_answers_in_firefox() {
    a_mouse_answers(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mouse_answers_in_webkit() {
    a_mouse_answers(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_answer_in_chromium() {
    keys_answer(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_answer_in_firefox() {
    keys_answer(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_answer_in_webkit() {
    keys_answer(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dark_phone_shows_all_in_chromium() {
    a_dark_phone_shows_all(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dark_phone_shows_all_in_firefox() {
    a_dark_phone_shows_all(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dark_phone_shows_all_in_webkit() {
    a_dark_phone_shows_all(Engine::WebKit).await;
}
