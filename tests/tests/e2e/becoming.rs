//! The hosted page in browsers with scripts: the form becomes the widget, and nobody notices.

use crate::axe::assert_axe_finds_nothing;
use crate::hosted::gallery;
use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::collector::Collector;
use sayso_tests::stage::{Stage, root};
use sayso_tests::tool;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::Duration;

/// Where each part of a card stands, in a page or a shadow root, by what it is.
const PLACES: &str = "
    const root = document.querySelector('sayso-card')?.shadowRoot ?? document;
    const parts = '.card, legend, h2, .help, .rating span, .choice span, .ends, textarea, input.line, '
        + '.primary, .link, progress';
    return [...root.querySelectorAll(parts)]
        .filter(part => part.checkVisibility?.() ?? part.offsetParent)
        .map(part => {
            const { x, y, width, height } = part.getBoundingClientRect();
            return [part.className || part.localName, x, y, width, height].join(' ');
        })";

/// Counts what moves, and what the policy refuses, from before the first script of the page.
const WATCH: &str = "
    window.moved = [];
    window.refused = [];
    new PerformanceObserver((list) => moved.push(...list.getEntries().map((entry) => entry.value)))
        .observe({ type: 'layout-shift', buffered: true });
    document.addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective))";

/// Waits for the widget in the place of the form. A machine that is busy may take longer
/// than the page waits, which then stays a form: that is no fault, and is tried again.
pub(crate) async fn wait_for_widget(browser: &Browser) {
    for _ in 0..4 {
        let ended = "document.querySelector('.place.filled')
            || document.readyState == 'complete' && window.sayso?.show && !document.querySelector('.place')";
        browser.wait_until(ended).await;
        let is_there = "return !!document.querySelector('.place.filled')";
        if browser.run(is_there).await == true {
            break;
        }
        browser.run("setTimeout(() => location.reload(), 0)").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    browser
        .wait_until("document.querySelector('.place.filled')")
        .await;
    // A double click answers one question: the form waits a moment.
    browser
        .wait_until(
            "getComputedStyle(document.querySelector('sayso-card').shadowRoot
                .querySelector('form')).pointerEvents != 'none'",
        )
        .await;
}

async fn places(browser: &Browser) -> Value {
    browser.run(PLACES).await
}

async fn becomes_without_a_jump_in(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let (browser, own) = (&stage.browser, stage.collector.url());
    if engine == Engine::Chromium {
        let watch = json!({ "source": WATCH });
        browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", watch)
            .await;
    }
    for id in gallery() {
        browser.open(&format!("{own}/s/{id}?plain=1")).await;
        assert_eq!(browser.run("return document.scripts.length").await, 0);
        let form = places(browser).await;
        browser.open(&format!("{own}/s/{id}")).await;
        wait_for_widget(browser).await;
        assert_eq!(places(browser).await, form, "{engine:?} {id}");
        assert_eq!(
            browser.run("return document.forms.length").await,
            0,
            "{engine:?} {id}: the form is still there"
        );
        let asked = "return performance.getEntriesByType('resource')
                         .filter(({ name }) => name.includes('/v1/surveys/')).length";
        assert_eq!(
            browser.run(asked).await,
            0,
            "{engine:?} {id}: the script brings the survey along"
        );
        if engine == Engine::Chromium {
            let noted = browser.run("return [moved, refused]").await;
            assert_eq!(noted, json!([[], []]), "{id}: moved, refused");
        }
    }
    assert_eq!(stage.collector.records(), Vec::<Value>::new());
    if engine == Engine::Chromium {
        crate::assert_quiet(&stage).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_becomes_the_widget_without_a_jump_in_chromium() {
    becomes_without_a_jump_in(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_becomes_the_widget_without_a_jump_in_firefox() {
    becomes_without_a_jump_in(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_becomes_the_widget_without_a_jump_in_webkit() {
    becomes_without_a_jump_in(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_link_says_is_in_the_widget_and_its_answer_counts_when_it_is_sent() {
    for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
        let stage = Stage::in_engine(engine, Window::Phone, &[]).await;
        let (browser, own) = (&stage.browser, stage.collector.url());
        let link = format!(
            "{own}/s/nps?recommend=9&respondent=c-1042&touchpoint=mail&channel=email&theme=dark"
        );
        browser.open(&link).await;
        wait_for_widget(browser).await;
        assert!(browser.has("[value=\"9\"]:checked").await, "{engine:?}");
        let theme = "return document.querySelector('sayso-card').dataset.theme";
        assert_eq!(browser.run(theme).await, "dark");
        let id = browser
            .run("return document.documentElement.dataset.response")
            .await;
        // Who goes away has merely opened the link.
        browser.open(&format!("{own}/s/nowhere")).await;
        assert_eq!(stage.collector.records(), Vec::<Value>::new(), "{engine:?}");
        browser.open(&link).await;
        wait_for_widget(browser).await;
        browser.click(".primary").await;
        browser.wait_for("textarea").await;
        browser.click(".primary").await;
        browser.wait_for(".thanks").await;
        let records = stage.collector.records();
        let last = records.last().unwrap();
        assert_eq!(last["answers"], json!({ "recommend": 9 }), "{engine:?}");
        assert_eq!(last["status"], "completed");
        assert_eq!(last["channel"], "email");
        assert_eq!(last["touchpoint"], "mail");
        assert_eq!(last["respondent"]["id"], "c-1042");
        assert_ne!(last["response_id"], id, "each visit is a response");
        assert!(records.iter().all(|record| record["status"] != "shown"));
        assert_eq!(last["suspicious"], Value::Null, "{last}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_begins_with_the_form_goes_on_with_it() {
    let stage = Stage::new().await;
    let (browser, own) = (&stage.browser, stage.collector.url());
    // The wasm does not come before the respondent has begun.
    let held = json!({ "patterns": [{ "urlPattern": "*.wasm" }] });
    browser.devtools("Fetch.enable", held).await;
    browser.open(&format!("{own}/s/nps")).await;
    browser
        .wait_until("document.querySelector('.place') && window.sayso?.show")
        .await;
    browser.follow("[value=\"7\"]").await;
    assert_eq!(
        browser.run("return document.querySelector('.place')").await,
        Value::Null
    );
    browser.devtools("Fetch.disable", json!({})).await;
    browser
        .run("await new Promise(done => setTimeout(done, 2000))")
        .await;
    let there = "return [!!document.querySelector('sayso-card'), document.forms.length]";
    assert_eq!(browser.run(there).await, json!([false, 1]));
    browser.follow(".primary").await;
    browser
        .wait_until("document.querySelector('textarea')")
        .await;
    let records = stage.collector.records();
    assert_eq!(records[0]["answers"], json!({ "recommend": 7 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_webassembly_the_page_stays_a_form() {
    let stage = Stage::new().await;
    let (browser, own) = (&stage.browser, stage.collector.url());
    let off = json!({ "source": "delete window.WebAssembly" });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", off)
        .await;
    browser.open(&format!("{own}/s/nps")).await;
    browser.wait_until("window.sayso?.show").await;
    let there = "return [!!document.querySelector('.place'), document.forms.length]";
    assert_eq!(browser.run(there).await, json!([false, 1]));
    // One that is there, and refuses: no frame in the frame, no link in the page.
    let off = json!({ "source": "WebAssembly.compile = () => Promise.reject(new Error('no'))" });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", off)
        .await;
    browser
        .devtools(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": "window.WebAssembly ??= { compile: () => Promise.reject(new Error('no')) }" }),
        )
        .await;
    browser.open(&format!("{own}/s/nps")).await;
    browser
        .wait_until("window.sayso?.show && !document.querySelector('.place')")
        .await;
    let there = "return [!!document.querySelector('sayso-card'), document.forms.length]";
    assert_eq!(browser.run(there).await, json!([false, 1]));
    browser.follow("[value=\"7\"]").await;
    browser.follow(".primary").await;
    browser
        .wait_until("document.querySelector('textarea')")
        .await;
    assert_eq!(
        stage.collector.records()[0]["answers"],
        json!({ "recommend": 7 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_the_page_that_became_the_widget() {
    let stage = Stage::new().await;
    let (browser, own) = (&stage.browser, stage.collector.url());
    for wishes in ["", "?theme=dark", "?locale=ar"] {
        browser.open(&format!("{own}/s/gallery-csat{wishes}")).await;
        wait_for_widget(browser).await;
        assert_axe_finds_nothing(&stage, &format!("question {wishes}")).await;
        browser.click(".rating:nth-child(4)").await;
        browser.click(".primary").await;
        browser.wait_for(".thanks").await;
        assert_axe_finds_nothing(&stage, &format!("thanks {wishes}")).await;
    }
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_link_gives_one_verified_response_in_the_widget_too() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("site.key");
    fs::write(&key, KEY).unwrap();
    let key = key.to_str().unwrap();
    let surveys = root().join("examples/surveys");
    let collector = Collector::start_with(
        folder.path(),
        &surveys,
        &[
            "--site-key-file",
            key,
            "--require-verified-respondents",
            "--rate-limit-per-minute",
            "0",
        ],
    );
    let printed = Command::new(tool("SAYSO_BIN"))
        .args([
            "link",
            "gallery-csat",
            "--respondent",
            "c-1042",
            "--expires",
            "30d",
        ])
        .args(["--site-key-file", key, "--base-url", &collector.url()])
        .arg("--surveys")
        .arg(&surveys)
        .output()
        .unwrap();
    assert!(printed.status.success(), "{printed:?}");
    let link = String::from_utf8(printed.stdout).unwrap();
    let browser = Browser::start(Engine::Chromium, Window::Desktop).await;
    for rating in [5, 2] {
        browser.open(link.trim()).await;
        wait_for_widget(&browser).await;
        browser.click(&format!("[value=\"{rating}\"] + span")).await;
        if rating == 2 {
            // One submission more than the first visit: its end comes first all the same.
            browser.run("dispatchEvent(new Event('pagehide'))").await;
        }
        browser.click(".primary").await;
        browser.wait_for(".thanks").await;
    }
    let records = collector.records();
    let done: Vec<&Value> = records
        .iter()
        .filter(|record| record["status"] == "completed")
        .collect();
    assert_eq!(done.len(), 1, "{records:#?}");
    assert_eq!(done[0]["answers"], json!({ "answer": 5 }));
    for record in &records {
        assert_eq!(record["respondent"]["verified"], true);
        assert_eq!(record["response_id"], done[0]["response_id"]);
        assert!(record["seq"].as_u64() <= done[0]["seq"].as_u64());
    }
}
