//! Everything can be reached and hit: on a small screen, in large text, zoomed in.

use super::{DISPLAYS, in_card, show_anew};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::{Stage, root};
use serde_json::json;

/// The surveys of the gallery, one for each kind and look.
pub(crate) fn gallery() -> Vec<String> {
    let files = std::fs::read_dir(root().join("examples/surveys")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut surveys: Vec<String> = names
        .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
        .filter(|name| name.starts_with("gallery-"))
        .collect();
    surveys.sort();
    assert!(18 < surveys.len(), "{surveys:?}");
    surveys
}

/// What a mouse or finger goes for. The field beside "other" is there once it is chosen.
const PARTS: &str = "root.querySelector('[value=\"other:\"]:not(:checked)')?.click();
    await new Promise(done => setTimeout(done));
    for (const animation of root.getAnimations()) animation.finish();
    const parts = [...root.querySelectorAll('button, a, .rating, .choice, textarea, .line')];";

/// What cannot be brought into view and hit in its middle, or is wider than the page.
const LOST: &str = "const lost = parts.filter(part => {
        part.scrollIntoView({ block: 'center' });
        const { x, y, width, height, left, right } = part.getBoundingClientRect();
        const met = root.elementFromPoint(x + width / 2, y + height / 2);
        return left < -0.5 || right > innerWidth + 0.5 || !part.contains(met);
    }).map(part => part.outerHTML);
    // The way out stays in view however far the card is scrolled.
    for (const end of host.popover ? [0, card.scrollHeight] : []) {
        card.scrollTop = end;
        const { x, y, width, height } = root.querySelector('.close').getBoundingClientRect();
        if (!root.elementFromPoint(x + width / 2, y + height / 2)?.matches('.close'))
            lost.push('no way out at ' + end);
    }
    for (const wide of [card, document.documentElement])
        if (wide.scrollWidth > wide.clientWidth && getComputedStyle(wide).overflowX != 'hidden')
            lost.push('sideways: ' + wide.localName + ' ' + wide.scrollWidth);
    return parts.length < 2 ? ['nothing to hit'] : lost";

async fn assert_all_can_be_reached(stage: &Stage) {
    let mut lost = Vec::new();
    for survey in [
        "nps",
        "gallery-journey",
        "gallery-multiple",
        "gallery-single",
        "gallery-text",
        "gallery-ten-stars",
        "gallery-consent",
    ] {
        for options in DISPLAYS {
            show_anew(stage, survey, &format!("{options}, locale: 'de'")).await;
            let found = in_card(stage, &format!("{PARTS} {LOST}")).await;
            if found != json!([]) {
                lost.push(format!("{survey} {options}: {found}"));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_four_hundred_per_cent_zoom_every_part_of_every_card_can_be_hit() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    // 1280 by 1024 at 400 % is 320 by 256 (WCAG 1.4.10).
    stage.browser.resize(320, 256).await;
    assert_all_can_be_reached(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_text_of_twice_the_size_every_part_of_every_card_can_be_hit() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let sizes = json!({ "fontSizes": { "standard": 32, "fixed": 26 }, "forScripts": [] });
    stage.browser.devtools("Page.enable", json!({})).await;
    stage.browser.devtools("Page.setFontSizes", sizes).await;
    // The page's own field is wider than a phone then.
    let hide = "for (const own of document.querySelectorAll('h1, label')) own.hidden = true";
    stage.browser.run(hide).await;
    for (width, height) in [(1280, 720), (360, 740)] {
        stage.browser.resize(width, height).await;
        show_anew(&stage, "nps", "").await;
        let size = in_card(&stage, "return getComputedStyle(card).fontSize").await;
        assert_eq!(size, "30px", "the reader's own size is followed");
        assert_all_can_be_reached(&stage).await;
    }
}

/// Expects each part of each survey of the gallery in the page, with sides of so many pixels.
async fn assert_targets(stage: &Stage, side: u32) {
    let small = format!(
        "const small = parts.filter(part => {{
             const {{ width, height }} = part.getBoundingClientRect();
             return Math.min(width, height) < {side} - 0.01;
         }}).map(part => part.className + ' ' + part.offsetWidth + ' x ' + part.offsetHeight);"
    );
    let lost = LOST.replace(": lost", ": small.concat(lost)");
    let mut wrong = Vec::new();
    for survey in gallery() {
        show_anew(stage, &survey, "locale: 'de'").await;
        let found = in_card(stage, &format!("{PARTS} {small} {lost}")).await;
        if found != json!([]) {
            wrong.push(format!("{survey}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "not {side} px: {wrong:#?}");
}

/// With a mouse, in a page as narrow as WCAG's reflow asks for.
async fn a_narrow_page_fits_and_has_targets_for_a_mouse(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.browser.resize(320, 640).await;
    stage.open("/tests/blank/").await;
    let is_fine = stage
        .browser
        .run("return matchMedia('(pointer: fine)').matches")
        .await;
    assert_eq!(is_fine, json!(true));
    assert_targets(&stage, 24).await;
}

/// On a phone, and on one that is as narrow as any.
async fn a_phone_fits_and_has_targets_for_a_finger(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Phone, &[]).await;
    stage.open("/tests/blank/").await;
    let is_coarse = stage
        .browser
        .run("return matchMedia('(pointer: coarse)').matches")
        .await;
    assert_eq!(is_coarse, json!(true));
    for (width, height) in [(320, 568), (360, 740)] {
        stage.browser.resize(width, height).await;
        assert_targets(&stage, 44).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_page_fits_and_has_targets_for_a_mouse_in_firefox() {
    a_narrow_page_fits_and_has_targets_for_a_mouse(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_page_fits_and_has_targets_for_a_mouse_in_webkit() {
    a_narrow_page_fits_and_has_targets_for_a_mouse(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_fits_and_has_targets_for_a_finger_in_chromium() {
    a_phone_fits_and_has_targets_for_a_finger(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_fits_and_has_targets_for_a_finger_in_firefox() {
    a_phone_fits_and_has_targets_for_a_finger(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_bar_on_a_phone_no_rating_lies_below_the_button_that_closes() {
    let stage = Stage::with(Window::Phone, &[]).await;
    stage.open("/tests/blank/").await;
    for position in ["top", "bottom"] {
        let options = format!("display: 'bar', position: '{position}'");
        show_anew(&stage, "gallery-csat", &options).await;
        let covered = in_card(
            &stage,
            "const out = root.querySelector('.close').getBoundingClientRect();
             return [...root.querySelectorAll('.rating')].filter(rating => {
                 const it = rating.getBoundingClientRect();
                 return it.top < out.bottom && out.top < it.bottom
                     && it.left < out.right && out.left < it.right;
             }).length",
        )
        .await;
        assert_eq!(covered, json!(0), "{position}");
    }
}
