//! What is seen and read out: axe-core on each state, sizes of targets, the small screen.

use crate::axe::assert_axe_finds_nothing;
use crate::{SHOWN, show};
use sayso_tests::browser::Window;
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// Walks through a survey of a rating and a text, with axe at each state.
async fn walk(stage: &Stage, name: &str) {
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    assert_axe_finds_nothing(stage, &format!("{name}: question")).await;
    browser.click(".primary").await;
    browser.wait_for("fieldset[aria-invalid]").await;
    assert_axe_finds_nothing(stage, &format!("{name}: error")).await;
    browser.click(".rating:nth-child(5)").await;
    browser.wait_for("textarea").await;
    assert_axe_finds_nothing(stage, &format!("{name}: text")).await;
    browser.click(".back").await;
    browser.wait_for("input:checked").await;
    assert_axe_finds_nothing(stage, &format!("{name}: chosen")).await;
    browser.click(".primary").await;
    browser.wait_for("textarea").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    assert_axe_finds_nothing(stage, &format!("{name}: thanks")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_any_state_light_or_dark() {
    let stage = Stage::new().await;
    for theme in ["light", "dark"] {
        stage.open("/tests/blank/").await;
        assert_eq!(
            show(
                &stage,
                &format!("'nps', {{ force: true, theme: '{theme}' }}")
            )
            .await,
            SHOWN
        );
        walk(&stage, theme).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_right_to_left_or_inline() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    assert_eq!(
        show(&stage, "'nps', { force: true, locale: 'ar' }").await,
        SHOWN
    );
    walk(&stage, "right to left").await;
    stage.open("/tests/blank/").await;
    let inline = "'post-purchase', { force: true, target: '#place' }";
    assert_eq!(show(&stage, inline).await, SHOWN);
    assert_eq!(
        stage
            .browser
            .run("return document.querySelector('#place').children.length")
            .await,
        1
    );
    walk(&stage, "inline").await;
}

/// The pages that people copy, and the gallery.
const EXAMPLES: [&str; 5] = [
    "/",
    "/gallery/",
    "/script-tag/",
    "/post-purchase/",
    "/webview/",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_no_wider_than_a_phone() {
    let stage = Stage::with(Window::Phone, &[]).await;
    for page in EXAMPLES {
        stage.open(page).await;
        let width = "return document.documentElement.scrollWidth";
        assert_eq!(stage.browser.run(width).await, json!(360), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_the_examples() {
    let stage = Stage::new().await;
    for page in EXAMPLES {
        stage.open(page).await;
        assert_axe_finds_nothing(&stage, page).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_s_dark_mode_is_followed() {
    let stage = Stage::new().await;
    let dark = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
    stage
        .browser
        .devtools("Emulation.setEmulatedMedia", dark)
        .await;
    stage.open("/tests/blank/").await;
    let background = "return getComputedStyle(document.querySelector('sayso-card').shadowRoot
                          .querySelector('.card')).backgroundColor";
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    assert_eq!(stage.browser.run(background).await, "rgb(28, 31, 38)");
    stage.browser.run("sayso.destroy()").await;
    assert_eq!(show(&stage, "'nps', { theme: 'light' }").await, SHOWN);
    assert_eq!(stage.browser.run(background).await, "rgb(255, 255, 255)");
    // The tab has the colours of the card's button.
    let tab = "const tag = document.createElement('script');
        tag.src = document.querySelector('script[src*=\"sayso.js\"]').src;
        tag.dataset.survey = 'tab-feedback';
        document.head.append(tag);
        const tab = () => document.querySelector('sayso-tab')?.shadowRoot.querySelector('button');
        while (!tab()) await new Promise(done => setTimeout(done, 20));
        const { color, backgroundColor } = getComputedStyle(tab());
        return [color, backgroundColor]";
    assert_eq!(
        stage.browser.run(tab).await,
        json!(["rgb(16, 21, 43)", "rgb(157, 178, 255)"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_everything_is_in_view_and_easy_to_hit() {
    let stage = Stage::with(Window::Phone, &[]).await;
    stage.open("/tests/blank/").await;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    browser
        .run("await new Promise(done => setTimeout(done, 400))")
        .await;
    let boxes = browser
        .run(
            "const card = document.querySelector('sayso-card').shadowRoot;
             return [...card.querySelectorAll('.rating, button')].map(e => {
                 const { left, top, right, bottom } = e.getBoundingClientRect();
                 return [left, top, right, bottom];
             })",
        )
        .await;
    let boxes: Vec<Vec<f64>> = serde_json::from_value(boxes).unwrap();
    assert_eq!(boxes.len(), 13);
    for [left, top, right, bottom] in boxes.iter().map(|it| [it[0], it[1], it[2], it[3]]) {
        assert!(
            0.0 <= left && 0.0 <= top && right <= 360.0 && bottom <= 740.0,
            "out of view"
        );
        assert!(
            44.0 <= right - left && 44.0 <= bottom - top,
            "{} by {}",
            right - left,
            bottom - top
        );
    }
    let sideways = "return document.documentElement.scrollWidth > innerWidth";
    assert_eq!(browser.run(sideways).await, Value::Bool(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_four_hundred_per_cent_zoom_all_of_the_card_can_be_reached() {
    let stage = Stage::new().await;
    // 1280 by 1024 at 400 % is 320 by 256 (WCAG 1.4.10).
    let metrics = json!({ "width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": false });
    stage
        .browser
        .devtools("Emulation.setDeviceMetricsOverride", metrics)
        .await;
    stage.open("/tests/blank/").await;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(11)").await;
    browser.wait_for("textarea").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    stage.collector.wait_for_records(2).await;
}
