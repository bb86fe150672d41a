//! A card in a frame, where the page refuses WebAssembly: it goes as one in the page goes,
//! and keeps as little.

use crate::becoming::wait_for_widget;
use crate::ways::{ENGINES, NO_WASM, enter, press, stage};
use crate::{SHOWN, events, listen, show};
use sayso_tests::browser::{Browser, Engine};
use sayso_tests::card::key;
use serde_json::{Value, json};

/// Something of the page that has the focus before the card comes.
const OPENER: &str = "
    const opener = Object.assign(document.createElement('button'), { id: 'before', textContent: 'Open' });
    document.body.append(opener);
    window.before ??= opener;
    before.focus()";

async fn assert_gone(browser: &Browser, what: &str) {
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    let focused = browser.run("return document.activeElement.id").await;
    assert_eq!(focused, "before", "{what}");
}

async fn answer(browser: &Browser) {
    press(browser, "[value=\"5\"]").await;
    press(browser, ".primary").await;
    browser.wait_for(".thanks").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_in_a_frame_can_be_closed_and_leave_nothing_in_the_way() {
    for engine in ENGINES {
        let stage = stage(engine, NO_WASM).await;
        let browser = &stage.browser;
        listen(&stage).await;
        browser.run(OPENER).await;
        for display in ["popover", "modal"] {
            let what = format!("{engine:?} {display}");
            browser.run("heard.length = 0; before.focus()").await;
            let options =
                format!("'gallery-csat', {{ force: true, focus: true, display: '{display}' }}");
            assert_eq!(show(&stage, &options).await, SHOWN, "{what}");
            enter(browser).await;
            wait_for_widget(browser).await;
            answer(browser).await;
            // Later: the frame goes with it, and with the frame what the driver runs in it.
            browser
                .run(
                    "const card = document.querySelector('sayso-card').shadowRoot;
                      setTimeout(() => card.querySelector('.close').click(), 100)",
                )
                .await;
            browser.leave_frame().await;
            assert_gone(browser, &what).await;
            let expected = [
                "shown gallery-csat",
                "answered answer",
                "completed gallery-csat",
            ];
            assert_eq!(events(&stage).await, expected, "{what}");
        }
        // What the page hears is the response in the log.
        let said = "document.addEventListener('sayso:shown',
                ({ detail }) => (window.said = detail.response_id));
            sayso.show('gallery-csat', { force: true })";
        browser.run(said).await;
        browser.wait_until("window.said").await;
        let id = browser.run("return said").await;
        enter(browser).await;
        wait_for_widget(browser).await;
        answer(browser).await;
        let records = stage.collector.records();
        assert_eq!(records.last().unwrap()["response_id"], id, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_in_a_frame_goes_with_escape_and_by_itself() {
    let stage = stage(Engine::Chromium, NO_WASM).await;
    let browser = &stage.browser;
    listen(&stage).await;
    browser.run(OPENER).await;
    for display in ["popover", "modal"] {
        browser.run("heard.length = 0; before.focus()").await;
        let options =
            format!("'gallery-csat', {{ force: true, focus: true, display: '{display}' }}");
        assert_eq!(show(&stage, &options).await, SHOWN);
        enter(browser).await;
        wait_for_widget(browser).await;
        browser.wait_until("document.hasFocus()").await;
        browser.leave_frame().await;
        browser.press(&key::ESCAPE.to_string()).await;
        assert_gone(browser, display).await;
        let expected = ["shown gallery-csat", "dismissed gallery-csat"];
        assert_eq!(events(&stage).await, expected, "{display}");
    }
    // In what was written the key ends the writing first.
    let options = "'gallery-text', { force: true, focus: true, position: 'top_start' }";
    assert_eq!(show(&stage, options).await, SHOWN);
    let corner = "const host = document.querySelector('sayso-card');
        const box = host.shadowRoot.querySelector('.card').getBoundingClientRect();
        return [box.left < 40, box.top < 40]";
    assert_eq!(browser.run(corner).await, json!([true, true]));
    enter(browser).await;
    wait_for_widget(browser).await;
    browser.wait_for_focus("textarea").await;
    browser.press("half a thou").await;
    browser.press(&key::ESCAPE.to_string()).await;
    browser.wait_for_focus(".primary").await;
    assert_eq!(browser.written().await, "half a thou");
    browser.leave_frame().await;
    browser.press(&key::ESCAPE.to_string()).await;
    assert_gone(browser, "gallery-text").await;
    // Thanks that nobody is with go by themselves, and when the page says so.
    for call in ["", "sayso.dismiss()"] {
        assert_eq!(show(&stage, "'gallery-csat', { force: true }").await, SHOWN);
        enter(browser).await;
        wait_for_widget(browser).await;
        answer(browser).await;
        browser.leave_frame().await;
        browser.run("before.focus()").await;
        browser.run(call).await;
        assert_gone(browser, call).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_frame_keeps_is_what_its_page_lets_be_kept() {
    for (storage, kept) in [("none", 0), ("local", 1)] {
        let stage = stage(Engine::Chromium, NO_WASM).await;
        let browser = &stage.browser;
        let copy = format!(
            "sayso.destroy();
             const tag = document.createElement('script');
             tag.src = document.querySelector('script[src*=sayso]').src;
             tag.dataset.storage = '{storage}';
             delete window.sayso;
             document.head.append(tag)"
        );
        browser.wait_until("window.sayso?.show").await;
        browser.run(&copy).await;
        assert_eq!(show(&stage, "'gallery-csat', { force: true }").await, SHOWN);
        enter(browser).await;
        wait_for_widget(browser).await;
        let offline = "window.fetch = () => Promise.reject(new TypeError('no network'))";
        browser.run(offline).await;
        press(browser, "[value=\"5\"]").await;
        press(browser, ".primary").await;
        browser.wait_for(".error:not(:empty)").await;
        let waiting = "return Object.keys(localStorage).filter(key => /^sayso>./.test(key)).length";
        assert_eq!(browser.run(waiting).await, kept, "{storage}");
        browser.leave_frame().await;
        let silent =
            "window.said = []; document.addEventListener('sayso:dismissed', () => said.push(1))";
        browser.run(silent).await;
        browser.run("sayso.reset()").await;
        browser
            .wait_until("!document.querySelector('sayso-card')")
            .await;
        assert_eq!(browser.run("return said").await, json!([]));
        let of_page = "return Object.keys(localStorage)";
        assert_eq!(browser.run(of_page).await, json!([]), "{storage}");
        // The next person's card finds nothing in the frame that it could send.
        assert_eq!(show(&stage, "'gallery-csat'").await, SHOWN);
        enter(browser).await;
        wait_for_widget(browser).await;
        assert_eq!(browser.run(waiting).await, json!(0));
        let none: Vec<Value> = Vec::new();
        let answers = stage.collector.records();
        let answers: Vec<_> = answers
            .into_iter()
            .filter(|record| record["answers"] != json!({}))
            .collect();
        assert_eq!(answers, none);
    }
}
