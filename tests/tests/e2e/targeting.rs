//! When, where, to whom and how often: what the survey files ask for, in real pages.
//!
//! A test opens `/tests/targeting/`, makes the page as it needs it, and then puts
//! the tag in.

mod embedding;
mod frequency;
mod leaving;
mod moments;
mod pages;
mod privacy;
mod tabs;
mod turns;
mod visitors;

use crate::show;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// What `sayso.show` says when nothing is shown.
fn not_shown(reason: &str) -> String {
    format!(r#"{{"shown":false,"reason":"{reason}"}}"#)
}

/// Opens the page, puts a tag with these attributes into it, and waits until all
/// that it names is armed.
async fn arrive(stage: &Stage, attributes: Value) {
    stage.open("/tests/targeting/").await;
    put_tag(stage, &attributes).await;
    armed(
        stage,
        attributes["data-survey"].as_str().unwrap_or_default(),
    )
    .await;
}

/// Puts one more tag into the page.
async fn put_tag(stage: &Stage, attributes: &Value) {
    let url = stage.collector.url();
    let body = format!(
        "const attributes = {attributes};
         const tag = document.createElement('script');
         for (const name in attributes) tag.setAttribute(name, attributes[name]);
         tag.src = '{url}/sayso.js';
         const isThere = new Promise(done => tag.onload = done);
         document.body.append(tag);
         await isThere"
    );
    stage.browser.run(&body).await;
}

/// JavaScript for the addresses of all that the page has loaded.
const LOADED: &str = "performance.getEntriesByType('resource').map(entry => entry.name)";

/// Waits until these surveys have been fetched, and what they need to be armed.
async fn armed(stage: &Stage, surveys: &str) {
    for id in surveys.split([' ', ',', '\n']).filter(|id| !id.is_empty()) {
        let body = format!(
            r"const wait = ms => new Promise(done => setTimeout(done, ms));
             const find = async pattern => {{
                 for (;;) {{
                     const found = {LOADED}.find(name => pattern.test(name));
                     if (found) return found;
                     await wait(10);
                 }}
             }};
             const definition = await fetch(await find(/\/v1\/surveys\/{id}($|\?)/));
             // The same module as the loader's, which has waited longer for it.
             if ((await definition.json()).rules) await import(await find(/\/rules\.js$/));
             await wait(60)"
        );
        stage.browser.run(&body).await;
    }
}

/// JavaScript that imports `rules`, from where the loader has it.
fn rules() -> String {
    format!("const rules = await import({LOADED}.find(name => name.endsWith('/rules.js')));")
}

/// Waits until exactly these surveys were shown on the page, in this order.
#[track_caller]
fn came<'a>(stage: &'a Stage, surveys: &str) -> impl Future<Output = ()> + use<'a> {
    let caller = std::panic::Location::caller();
    let surveys: Vec<String> = surveys.split(' ').map(str::to_owned).collect();
    async move {
        let enough = format!("{} <= came.length", surveys.len());
        stage.browser.wait_until(&enough).await;
        let came = stage.browser.run("return came").await;
        assert_eq!(came, json!(surveys), "{caller}");
    }
}

/// No card is in the page, and none is on its way.
#[track_caller]
fn nothing_comes(stage: &Stage) -> impl Future<Output = ()> + use<'_> {
    let caller = std::panic::Location::caller();
    async move {
        // A moment that has come takes the place of the card in the next turn or two.
        let body = "await new Promise(done => setTimeout(done, 100))";
        stage.browser.run(body).await;
        let outcome = show(stage, "'no-such-survey'").await;
        assert_eq!(outcome, not_shown("unknown_survey"), "{caller}");
    }
}

/// Closes the card as the respondent would, and waits until it has gone.
async fn dismiss(stage: &Stage) {
    stage.browser.run("sayso.dismiss()").await;
    gone(stage).await;
}

/// Answers the one question, and takes the card away.
async fn answer(stage: &Stage) {
    let browser = &stage.browser;
    browser.click(".rating:nth-child(4)").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    browser
        .run("document.querySelector('sayso-card').remove()")
        .await;
    gone(stage).await;
}

async fn gone(stage: &Stage) {
    stage
        .browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
}

/// What the page is told that the time is: now, and so many days.
async fn later(stage: &Stage, days: u32) {
    let body = format!(
        "window.realNow ??= Date.now;
         Date.now = () => realNow.call(Date) + {days} * 864e5"
    );
    stage.browser.run(&body).await;
}

/// Clicks the middle of an element with the mouse, once it takes clicks; the
/// expression finds it.
async fn click(stage: &Stage, element: &str) {
    let takes_clicks = format!("getComputedStyle({element}).pointerEvents != 'none'");
    stage.browser.wait_until(&takes_clicks).await;
    let body = format!(
        "const box = ({element}).getBoundingClientRect();
         return [box.x + box.width / 2, box.y + box.height / 2]"
    );
    let middle: [f64; 2] = serde_json::from_value(stage.browser.run(&body).await).unwrap();
    click_at(stage, middle).await;
}

/// Clicks a place in the window with the mouse.
async fn click_at(stage: &Stage, [x, y]: [f64; 2]) {
    let duration = None;
    let button = MOUSE_BUTTON_LEFT;
    let mouse = MouseActions::new("mouse".into())
        .then(PointerAction::MoveTo { duration, x, y })
        .then(PointerAction::Down { button })
        .then(PointerAction::Up { button });
    stage.browser.client.perform_actions(mouse).await.unwrap();
}

/// A button that comes after the tag, and after the survey was armed.
async fn add_help(stage: &Stage) {
    let body = "document.querySelector('#place').innerHTML =
                    '<button class=help><b>Help</b></button>'";
    stage.browser.run(body).await;
}

/// Nothing of ours has thrown into the page.
async fn assert_nothing_thrown(stage: &Stage) {
    assert_eq!(stage.browser.run("return thrown").await, json!([]));
}
