//! What lasts: nothing after a card has gone, or where none was seen, and the card when
//! the page is left and comes back.

use crate::displays::show_anew;
use crate::{SHOWN, assert_quiet, show};
use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::card::key;
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// Nodes, listeners and bytes of the page, after all that is not used any more has gone.
async fn metrics(browser: &Browser) -> [f64; 3] {
    browser.run("performance.clearResourceTimings()").await;
    for _ in 0..2 {
        browser
            .devtools("HeapProfiler.collectGarbage", json!({}))
            .await;
    }
    let all = browser.devtools("Performance.getMetrics", json!({})).await;
    let rows = all["metrics"].as_array().cloned().unwrap_or_default();
    ["Nodes", "JSEventListeners", "JSHeapUsedSize"].map(|name| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        row["value"].as_f64().unwrap()
    })
}

/// Mounts and destroys cards of both builds and several displays, by turns.
async fn mount(browser: &Browser, count: usize) {
    let body = format!(
        "const cards = [['nps'], ['gallery-multiple', {{ display: 'modal' }}],
             ['gallery-journey', {{ display: 'tab', anchor: document.querySelector('#name') }}],
             ['gallery-csat', {{ display: 'bar', focus: true }}]];
         for (let round = 0; round < {count}; round++) {{
             const [survey, options] = cards[round % cards.length];
             const {{ shown }} = await sayso.show(survey, {{ force: true, ...options }});
             if (!shown) throw survey;
             document.querySelector('sayso-card').shadowRoot.querySelector('input, .primary').click();
             sayso.destroy();
             while (document.querySelector('sayso-card')) await new Promise(done => setTimeout(done));
         }}"
    );
    browser.run(&body).await;
}

/// Remembers the memory of each wasm that is made ready from here on.
const WATCH_WASM: &str = "window.memories = [];
    const Real = WebAssembly.Instance;
    WebAssembly.Instance = function (...given) {
        const made = new Real(...given);
        memories.push(Object.values(made.exports).find(it => it instanceof WebAssembly.Memory));
        return made;
    }";

/// The size of the memory of each build's wasm, as far as it is loaded.
const WASM_BYTES: &str = "return memories.map(memory => memory.buffer.byteLength)";

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_cards_leave_nothing_behind() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    browser.devtools("Performance.enable", json!({})).await;
    browser.wait_until("window.sayso?.show").await;
    browser.run(WATCH_WASM).await;
    mount(browser, 20).await;
    let wasm_before = browser.run(WASM_BYTES).await;
    assert_eq!(
        wasm_before.as_array().map(Vec::len),
        Some(2),
        "{wasm_before}"
    );
    let before = metrics(browser).await;
    mount(browser, 100).await;
    let after = metrics(browser).await;
    let [nodes, listeners, bytes] = [0, 1, 2].map(|at| after[at] - before[at]);
    let grown = format!("{nodes} nodes, {listeners} listeners, {bytes} bytes more than {before:?}");
    // Some fetches of the last cards may still be on their way.
    assert!(nodes < 20.0 && listeners < 10.0, "{grown}");
    assert!(bytes < 100_000.0, "{grown}");
    assert_eq!(browser.run(WASM_BYTES).await, wasm_before);
}

async fn a_page_that_is_come_back_to_has_its_card(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    show_anew(&stage, "nps", "focus: true").await;
    browser.wait_for_focus("input").await;
    browser.press("7").await;
    browser.wait_for("input[value=\"7\"]:checked").await;
    let note = "window.mark = 'kept';
                addEventListener('pageshow', event => window.back = event.persisted)";
    browser.run(note).await;
    stage.open("/tests/overlay/").await;
    assert_eq!(
        browser.run("return window.mark ?? 'another page'").await,
        "another page"
    );
    browser.client.back().await.unwrap();
    browser
        .wait_until("window.back !== undefined || window.mark === undefined")
        .await;
    assert_eq!(
        browser.run("return [window.mark, window.back]").await,
        json!(["kept", true])
    );
    browser.wait_for("input[value=\"7\"]:checked").await;
    let on_top = "const card = document.querySelector('sayso-card');
                  return [card.matches(':popover-open'), document.querySelectorAll('sayso-card').length]";
    assert_eq!(browser.run(on_top).await, json!([true, 1]));
    browser.click(".primary").await;
    browser.wait_for("textarea").await;
    browser.click("textarea").await;
    browser.press("Back again").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.records();
    let ids: Vec<&Value> = records
        .iter()
        .map(|record| &record["response_id"])
        .collect();
    assert!(
        ids.windows(2).all(|pair| pair[0] == pair[1]),
        "one response: {records:#?}"
    );
    let last = records.last().unwrap();
    assert_eq!(last["status"], "completed");
    assert_eq!(
        last["answers"],
        json!({ "recommend": 7, "why": "Back again" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_come_back_to_has_its_card_in_chromium() {
    a_page_that_is_come_back_to_has_its_card(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_come_back_to_has_its_card_in_firefox() {
    a_page_that_is_come_back_to_has_its_card(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_came_by_itself_does_not_keep_its_page_from_being_kept() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/script-tag/").await;
    browser.wait_for(".rating").await;
    let is_held = "return (await navigator.locks.query()).held.map(lock => lock.name)";
    assert_eq!(browser.run(is_held).await, json!(["sayso"]));
    browser.run("window.mark = 1").await;
    stage.open("/tests/blank/").await;
    assert_eq!(
        browser.run(is_held).await,
        json!([]),
        "another page may have the next card"
    );
    browser.client.back().await.unwrap();
    browser.wait_until("window.mark").await;
    browser.wait_for(".rating").await;
    browser
        .wait_until(
            "navigator.locks.query().then(({ held }) => window.held = held.length) && window.held",
        )
        .await;
    browser
        .run("document.querySelector('sayso-card').shadowRoot.querySelector('input').focus()")
        .await;
    browser.press(&key::ESCAPE.to_string()).await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    browser.wait_until("navigator.locks.query().then(({ held }) => window.held = held.length) && window.held === 0").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_seen_nobody_has_dismissed() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    stage.browser.wait_until("window.sayso?.show").await;
    // It is in the page, and built there, out of sight.
    let body = "window.told = [];
                for (const name of ['shown', 'dismissed'])
                    document.addEventListener('sayso:' + name, () => told.push(name));
                let seen = 0;
                new MutationObserver(() => {
                    if (!document.querySelector('sayso-card') || seen++) return;
                    sayso.dismiss();
                }).observe(document.body, { childList: true });
                return JSON.stringify(await sayso.show('nps'))";
    let outcome = stage.browser.run(body).await;
    assert_eq!(outcome, r#"{"shown":false,"reason":"destroyed"}"#);
    assert_eq!(
        stage
            .browser
            .run("return [told, localStorage.getItem('sayso:nps')]")
            .await,
        json!([[], null])
    );
    assert_eq!(
        show(&stage, "'nps'").await,
        SHOWN,
        "and the next call shows it"
    );
    assert_quiet(&stage).await;
}
