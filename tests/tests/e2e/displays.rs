//! Where the card stands in the page, and that all of it can be seen and reached there.

mod anchored;
mod language;
pub(crate) mod reach;
mod system;

use crate::assert_quiet;
use sayso_tests::browser::{Engine, Window};
use sayso_tests::card::key;
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// Every display at every position, and where its card is to be found in a
/// left-to-right language.
const PLACES: [(&str, &str); 12] = [
    ("display: 'popover', position: 'bottom_end'", "right bottom"),
    ("position: 'bottom_start'", "left bottom"),
    ("display: 'popover', position: 'top_end'", "right top"),
    ("display: 'popover', position: 'top_start'", "left top"),
    ("position: 'center'", "middle middle"),
    ("display: 'bar'", "whole bottom"),
    ("display: 'bar', position: 'bottom'", "whole bottom"),
    ("display: 'bar', position: 'top'", "whole top"),
    ("display: 'modal'", "middle middle"),
    ("display: 'tab'", "right middle"),
    ("display: 'tab', position: 'end'", "right middle"),
    ("display: 'tab', position: 'start'", "left middle"),
];

/// One of each display, and the inline one.
pub(crate) const DISPLAYS: [&str; 7] = [
    "display: 'popover'",
    "display: 'popover', position: 'center'",
    "display: 'bar'",
    "display: 'bar', position: 'top'",
    "display: 'modal'",
    "display: 'tab'",
    "display: 'inline', target: '#place'",
];

/// Takes away the card that is there, shows a survey, and brings what moves to its
/// end. Returns the names of the animations.
pub(crate) async fn show_anew(stage: &Stage, survey: &str, options: &str) -> Vec<String> {
    stage.browser.wait_until("window.sayso?.show").await;
    let body = format!(
        "sayso.destroy();
         while (document.querySelector('sayso-card')) await new Promise(done => setTimeout(done, 5));
         const outcome = await sayso.show('{survey}', {{ force: true, {options} }});
         if (!outcome.shown) throw `{survey} {options}: ${{outcome.reason}}`;
         const animations = document.querySelector('sayso-card').shadowRoot.getAnimations();
         return animations.map(animation => {{
             animation.finish();
             return animation.animationName ?? animation.transitionProperty;
         }})"
    );
    let names = stage.browser.run(&body).await;
    serde_json::from_value(names).unwrap()
}

/// Runs a script that knows the `host`, its `root`, the `card` in it, and its `box`.
#[track_caller]
pub(crate) fn in_card(stage: &Stage, body: &str) -> impl Future<Output = Value> {
    let caller = std::panic::Location::caller();
    let body = format!(
        "const host = document.querySelector('sayso-card');
         if (!host) throw 'no card at {caller}';
         const root = host.shadowRoot, card = root.querySelector('[part=card]');
         const box = card.getBoundingClientRect();
         {body}"
    );
    async move { stage.browser.run(&body).await }
}

/// Says in words where the card stands, and whether it is what a click in its middle meets.
const WHERE: &str = "const place = (before, after, names) =>
        before < -0.5 || after < -0.5 ? 'out of view'
        : before < 0.5 && after < 0.5 ? 'whole'
        : Math.abs(before - after) < 1.5 ? 'middle'
        // A card of the tab leaves the tab itself in view.
        : Math.min(before, after) > 56.5 ? before + ' ' + after
        : before < after ? names[0] : names[1];
    const width = document.documentElement.clientWidth;
    const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return [place(box.left, width - box.right, ['left', 'right'])
                + ' ' + place(box.top, innerHeight - box.bottom, ['top', 'bottom']),
            met && met.localName, card.dir]";

async fn every_card_stands_in_its_place_above_the_page(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.open("/tests/overlay/").await;
    for (locale, direction) in [("en", "ltr"), ("ar", "rtl")] {
        for (options, place) in PLACES {
            let options = format!("{options}, locale: '{locale}'");
            show_anew(&stage, "gallery-csat", &options).await;
            let place = match (direction, place.split_once(' ').unwrap()) {
                ("rtl", ("left", rest)) => format!("right {rest}"),
                ("rtl", ("right", rest)) => format!("left {rest}"),
                _ => place.to_owned(),
            };
            let found = in_card(&stage, WHERE).await;
            assert_eq!(found, json!([place, "sayso-card", direction]), "{options}");
        }
    }
    // Not only on top: a mouse meets it, too.
    show_anew(&stage, "gallery-csat", "display: 'popover'").await;
    stage.browser.click(".rating:nth-child(2)").await;
    stage.browser.wait_for("[value=\"2\"]:checked").await;
    anchored::walk(&stage).await;
}

async fn a_modal_card_stops_the_page_until_it_is_gone(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    let tab = key::TAB.to_string();
    for close in ["Escape", "button"] {
        browser.run("document.querySelector('#name').focus()").await;
        show_anew(&stage, "gallery-csat", "display: 'modal'").await;
        browser.wait_for("dialog:modal").await;
        browser.wait_for_focus("#prompt").await;
        // A key that the dialog came under answers nothing.
        browser.press("4").await;
        assert!(!browser.has(":checked").await);
        let inert = "const name = document.querySelector('#name');
            const at = name.getBoundingClientRect();
            name.focus();
            return [document.activeElement.localName,
                    document.elementFromPoint(at.x + 5, at.y + 5).localName]";
        assert_eq!(
            browser.run(inert).await,
            json!(["sayso-card", "sayso-card"])
        );
        let mut visited = Vec::new();
        for _ in 0..8 {
            browser.press(&tab).await;
            let outside =
                "return ['sayso-card', 'body'].includes(document.activeElement.localName)";
            assert_eq!(browser.run(outside).await, json!(true), "{visited:?}");
            visited.push(browser.focused().await);
        }
        for part in ["button", "input 1"] {
            assert!(
                1 < visited.iter().filter(|it| *it == part).count(),
                "{visited:?}"
            );
        }
        if close == "Escape" {
            browser.press(&key::ESCAPE.to_string()).await;
        } else {
            browser.click(".close").await;
        }
        browser
            .wait_until("!document.querySelector('sayso-card')")
            .await;
        browser
            .wait_until("document.activeElement.id == 'name'")
            .await;
        browser.press("a").await;
    }
    let written = browser
        .run("return document.querySelector('#name').value")
        .await;
    assert_eq!(written, "aa", "the page is usable again");
    let records = stage.collector.wait_for_records(4).await;
    assert_eq!(records[3]["status"], "dismissed");
}

async fn escape_in_a_dialog_ends_the_writing_first(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    let escape = key::ESCAPE.to_string();
    for (survey, field) in [
        ("gallery-text", "textarea"),
        ("gallery-email", ".line"),
        ("gallery-multiple", ".own"),
    ] {
        show_anew(&stage, survey, "display: 'modal'").await;
        browser.wait_for("dialog:modal").await;
        if field == ".own" {
            browser.click(".choice:last-child").await;
        }
        browser.click(field).await;
        browser.wait_for_focus(field).await;
        browser.press("somebody").await;
        browser.press(&escape).await;
        browser.wait_for_focus(".primary").await;
        assert!(browser.has("dialog:modal").await, "{engine:?} {survey}");
        browser.press(&escape).await;
        browser
            .wait_until("!document.querySelector('sayso-card')")
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_in_a_dialog_ends_the_writing_first_in_chromium() {
    escape_in_a_dialog_ends_the_writing_first(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_in_a_dialog_ends_the_writing_first_in_firefox() {
    escape_in_a_dialog_ends_the_writing_first(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_in_a_dialog_ends_the_writing_first_in_webkit() {
    escape_in_a_dialog_ends_the_writing_first(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_card_stands_in_its_place_above_the_page_in_chromium() {
    every_card_stands_in_its_place_above_the_page(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_card_stands_in_its_place_above_the_page_in_firefox() {
    every_card_stands_in_its_place_above_the_page(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_card_stands_in_its_place_above_the_page_in_webkit() {
    every_card_stands_in_its_place_above_the_page(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_modal_card_stops_the_page_until_it_is_gone_in_chromium() {
    a_modal_card_stops_the_page_until_it_is_gone(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_modal_card_stops_the_page_until_it_is_gone_in_firefox() {
    a_modal_card_stops_the_page_until_it_is_gone(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_modal_card_stops_the_page_until_it_is_gone_in_webkit() {
    a_modal_card_stops_the_page_until_it_is_gone(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inline_card_is_a_part_of_the_page() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    show_anew(
        &stage,
        "gallery-csat",
        "display: 'inline', target: '#place'",
    )
    .await;
    let part = "const place = document.querySelector('#place').getBoundingClientRect();
        return [host.parentElement.id, host.popover, getComputedStyle(card).position,
                place.height >= box.height && box.height > 100, box.left == place.left, card.role]";
    let expected = json!(["place", null, "relative", true, true, "region"]);
    assert_eq!(in_card(&stage, part).await, expected);
    // It is no layer of its own that Escape would close.
    stage.browser.click(".rating").await;
    stage.browser.press(&key::ESCAPE.to_string()).await;
    stage.browser.wait_for("[value=\"1\"]:checked").await;
    let dialogs = in_card(
        &stage,
        "return root.querySelectorAll('dialog, [role=dialog]').length",
    );
    assert_eq!(dialogs.await, 0);
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_there_is_not_is_said_and_the_card_comes_all_the_same() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    for (options, told) in [
        ("display: 'popup'", "display popup is unknown"),
        (
            "position: 'bottom-right'",
            "position bottom-right is unknown",
        ),
        (
            "display: 'inline', target: '#no-where'",
            "#no-where is not in the page",
        ),
    ] {
        show_anew(&stage, "gallery-csat", options).await;
        let console = stage.browser.console().await;
        assert!(
            console.len() == 1 && console[0].contains(told),
            "{options}: {console:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_page_moves_when_a_card_comes_or_goes() {
    let stage = Stage::new().await;
    stage.open("/tests/overlay/").await;
    let browser = &stage.browser;
    let observe = "document.querySelector('#place').style.marginTop = '150vh';
        await new Promise(done => setTimeout(done, 600));
        window.shifts = 0;
        new PerformanceObserver(list => list.getEntries().forEach(entry => shifts += entry.value))
            .observe({ type: 'layout-shift' });
        const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
        window.frames = async () => { await frame(); await frame(); }";
    browser.run(observe).await;
    let frames = "await window.frames(); return shifts";
    // Of what it adds to the page itself, an inline card moves what follows it:
    // here that is out of sight.
    for options in DISPLAYS {
        show_anew(&stage, "gallery-nps", options).await;
        assert_eq!(browser.run(frames).await, 0, "{options}");
        browser.run("sayso.destroy()").await;
        assert_eq!(browser.run(frames).await, 0, "{options}, gone");
    }
    let moved = "document.querySelector('#name').style.marginTop = '200px';".to_owned() + frames;
    let moved = browser.run(&moved).await;
    assert_ne!(moved, 0, "what moves is noticed");
}
