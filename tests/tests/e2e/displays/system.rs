//! What the respondent's system asks for: print, less motion, more contrast, a keyboard
//! on the screen.

use super::{DISPLAYS, in_card, show_anew};
use crate::assert_quiet;
use sayso_tests::browser::Window;
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

async fn emulate(stage: &Stage, media: Value) {
    stage
        .browser
        .devtools("Emulation.setEmulatedMedia", media)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printed_page_has_no_floating_card_but_keeps_the_inline_one() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let is_drawn = "return getComputedStyle(card).display != 'none' && box.width > 0";
    for options in DISPLAYS {
        show_anew(&stage, "gallery-csat", options).await;
        assert_eq!(
            in_card(&stage, is_drawn).await,
            json!(true),
            "{options}, on screen"
        );
        emulate(&stage, json!({ "media": "print" })).await;
        let is_inline = options.contains("inline");
        assert_eq!(
            in_card(&stage, is_drawn).await,
            json!(is_inline),
            "{options}, printed"
        );
        emulate(&stage, json!({ "media": "screen" })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_for_those_who_want_less_motion() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    // `settle` keeps clicks off for a moment, and moves nothing.
    let moving = |names: Vec<String>| names.into_iter().filter(|name| name != "settle").count();
    let changing = "return [...root.querySelectorAll('*')].filter(e =>
        /[1-9]/.test(getComputedStyle(e).transitionDuration)).map(e => e.className || e.localName)";
    for survey in ["nps", "gallery-journey", "gallery-multiple"] {
        for options in DISPLAYS {
            emulate(&stage, json!({ "features": [] })).await;
            let moves = moving(show_anew(&stage, survey, options).await);
            assert_eq!(0 < moves, !options.contains("inline"), "{options}");
            let reduce = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
            emulate(&stage, json!({ "features": reduce })).await;
            let moves = moving(show_anew(&stage, survey, options).await);
            assert_eq!(moves, 0, "{survey} {options}");
            assert_eq!(
                in_card(&stage, changing).await,
                json!([]),
                "{survey} {options}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_contrast_draws_lines_and_lesser_texts_as_strong_as_the_text() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let look = "const style = (selector, name) =>
            getComputedStyle(root.querySelector(selector))[name];
        const text = style('.card', 'color');
        return [style('.card', 'borderTopWidth') + style('.card', 'borderBottomWidth') != '0px0px',
                style('.card', 'borderTopColor') == text, style('.ends', 'color') == text,
                style('.rating span', 'borderTopColor') == text,
                style('.rating span', 'backgroundColor') == style('.card', 'backgroundColor')]";
    for (survey, theme) in [("nps", "light"), ("gallery-csat", "dark")] {
        for options in DISPLAYS {
            let options = format!("{options}, theme: '{theme}'");
            emulate(&stage, json!({ "features": [] })).await;
            show_anew(&stage, survey, &options).await;
            let usual = in_card(&stage, look).await;
            assert_eq!(usual[2], json!(false), "{options}: otherwise it is lesser");
            let more = json!([{ "name": "prefers-contrast", "value": "more" }]);
            emulate(&stage, json!({ "features": more })).await;
            show_anew(&stage, survey, &options).await;
            let found = in_card(&stage, look).await;
            assert_eq!(
                found,
                json!([true, true, true, true, true]),
                "{survey} {options}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_says_whether_it_is_dark_has_cards_to_match() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let scheme = "return getComputedStyle(host).colorScheme";
    for system in ["light", "dark"] {
        let media = json!([{ "name": "prefers-color-scheme", "value": system }]);
        emulate(&stage, json!({ "features": media })).await;
        for (page, option, expected) in [
            ("normal", "", system),
            ("light dark", "", system),
            ("light", "", "light"),
            ("only dark", "", "dark"),
            ("light", "theme: 'dark'", "dark"),
            ("dark", "theme: 'auto'", system),
        ] {
            let body = format!("document.documentElement.style.colorScheme = '{page}'");
            stage.browser.run(&body).await;
            show_anew(&stage, "nps", option).await;
            let found = in_card(&stage, scheme).await;
            assert_eq!(found, expected, "{system} system, {page} page, {option}");
        }
    }
}

/// A visual viewport that a test can make smaller, as a keyboard does.
const FAKE_VIEW: &str = "const view = new EventTarget();
    Object.assign(view, { width: innerWidth, height: innerHeight, scale: 1,
                          offsetTop: 0, offsetLeft: 0, pageTop: 0, pageLeft: 0 });
    Object.defineProperty(window, 'visualViewport', { configurable: true, value: view });
    window.shrink = height => { view.height = height; view.dispatchEvent(new Event('resize')) }";

#[tokio::test(flavor = "multi_thread")]
async fn a_keyboard_on_the_screen_covers_neither_the_field_nor_the_way_on() {
    let stage = Stage::with(Window::Phone, &[]).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    browser.run(FAKE_VIEW).await;
    let anchored = "display: 'tab', anchor: document.querySelector('#name')";
    let cards = DISPLAYS
        .iter()
        .filter(|options| !options.contains("inline"))
        .chain([&anchored]);
    for options in cards {
        for (survey, field) in [("gallery-text", "textarea"), ("gallery-email", ".line")] {
            show_anew(&stage, survey, options).await;
            browser.run("shrink(innerHeight)").await;
            let focus = format!("root.querySelector('{field}').focus()");
            in_card(&stage, &focus).await;
            // Its own height, and less with a toolbar.
            for height in [400, 300] {
                browser.run(&format!("shrink({height})")).await;
                let in_view = format!(
                    "const at = root.querySelector('{field}').getBoundingClientRect();
                     return [0 <= at.top, at.bottom <= {height} + 0.5, box.bottom <= {height} + 0.5]"
                );
                let found = in_card(&stage, &in_view).await;
                assert_eq!(
                    found,
                    json!([true, true, true]),
                    "{survey} {options} {height}"
                );
                let button = format!(
                    "const button = root.querySelector('.primary');
                     button.scrollIntoView({{ block: 'nearest' }});
                     const at = button.getBoundingClientRect();
                     return 0 <= at.top && at.bottom <= {height} + 0.5"
                );
                assert_eq!(
                    in_card(&stage, &button).await,
                    json!(true),
                    "{survey} {options}"
                );
                in_card(
                    &stage,
                    "root.activeElement.scrollIntoView({ block: 'nearest' })",
                )
                .await;
            }
        }
    }
    assert_quiet(&stage).await;
}
