//! The ways in: in the page, in a frame where WebAssembly is refused, a link where frames are.

use crate::becoming::wait_for_widget;
use crate::{SHOWN, events, listen, show};
use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::json;

pub(crate) const NO_WASM: &str = "default-src 'none'; img-src data:; connect-src {collector}; \
                       script-src {collector}; frame-src {collector}";

const NO_FRAME: &str = "default-src 'none'; img-src data:; connect-src {collector}; \
                        script-src {collector}";

pub(crate) const ENGINES: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

pub(crate) async fn stage(engine: Engine, policy: &str) -> Stage {
    let headers = [("Content-Security-Policy", policy)];
    let stage = Stage::in_engine(engine, Window::Desktop, &headers).await;
    stage.open("/tests/blank/").await;
    stage
}

/// The frame of the card.
const FRAME: &str = "document.querySelector('sayso-card')?.shadowRoot?.querySelector('iframe')";

/// Goes into the frame of the card.
pub(crate) async fn enter(browser: &Browser) {
    browser.enter_frame(FRAME).await;
}

/// Presses a control of the card, once it is there.
pub(crate) async fn press(browser: &Browser, selector: &str) {
    browser.wait_for(selector).await;
    let card = "document.querySelector('sayso-card').shadowRoot";
    let body = format!("{card}.querySelector('{selector}').click()");
    browser.run(&body).await;
}

/// The computed styles and sizes of the question and all in it, but for where they stand.
const STYLES: &str = "
    const root = document.querySelector('sayso-card').shadowRoot;
    const isPlace = /^(inset|top|left|right|bottom|block|inline|perspective|transform|--)/;
    return [...root.querySelectorAll('form, form *, .close')].map(part => {
        const style = getComputedStyle(part);
        const { width, height } = part.getBoundingClientRect();
        const values = [...style].filter(name => !isPlace.test(name))
            .map(name => name + ': ' + style.getPropertyValue(name));
        return [part.localName + '.' + part.className, Math.round(width), Math.round(height), ...values];
    })";

#[tokio::test(flavor = "multi_thread")]
async fn a_card_in_a_frame_looks_like_one_in_the_page() {
    for engine in ENGINES {
        let mut seen = Vec::new();
        for policy in ["img-src *", NO_WASM] {
            let stage = stage(engine, policy).await;
            let browser = &stage.browser;
            let options = "'gallery-seven-smileys', { theme: 'dark' }";
            assert_eq!(show(&stage, options).await, SHOWN, "{engine:?}");
            if policy == NO_WASM {
                browser.wait_for("iframe").await;
                enter(browser).await;
                wait_for_widget(browser).await;
            }
            browser.wait_for("form").await;
            // What moves has come to rest.
            browser
                .run("await new Promise(done => setTimeout(done, 700))")
                .await;
            seen.push(browser.run(STYLES).await);
        }
        let [page, frame] = [0, 1].map(|way| seen[way].as_array().unwrap().clone());
        assert!(12 < page.len(), "{engine:?}");
        assert_eq!(page.len(), frame.len(), "{engine:?}");
        for (one, other) in page.iter().zip(&frame) {
            let [one, other] = [one, other].map(|part| part.as_array().unwrap());
            let others: Vec<_> = one
                .iter()
                .zip(other)
                .filter(|(one, other)| one != other)
                .collect();
            assert!(others.is_empty(), "{engine:?} {}: {others:?}", one[0]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_engine_has_a_form_in_the_frame_that_knows_as_much() {
    let stage = stage(Engine::Chromium, "img-src *").await;
    let browser = &stage.browser;
    let old = json!({ "source": "delete window.WebAssembly" });
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", old)
        .await;
    stage.open("/tests/blank/").await;
    listen(&stage).await;
    let options = "'nps', { context: { order_id: 'A-17' }, traits: { plan: 'pro' } }";
    assert_eq!(show(&stage, options).await, SHOWN);
    browser.wait_for("iframe").await;
    enter(browser).await;
    browser
        .wait_until("document.querySelector('input[value=\"9\"]')")
        .await;
    browser
        .run(
            "document.querySelector('input[value=\"9\"]').click();
              document.querySelector('button.primary').click()",
        )
        .await;
    browser
        .wait_until("document.querySelector('textarea')")
        .await;
    let records = stage.collector.records();
    assert_eq!(records[0]["answers"], json!({ "recommend": 9 }));
    assert_eq!(records[0]["context"]["order_id"], "A-17");
    assert_eq!(records[0]["respondent"]["traits"], json!({ "plan": "pro" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_webassembly_is_refused_the_survey_comes_in_a_frame() {
    for engine in ENGINES {
        let stage = stage(engine, NO_WASM).await;
        let browser = &stage.browser;
        listen(&stage).await;
        let options = "'nps', { touchpoint: 'checkout', respondent: 'c-1042', theme: 'dark',
            context: { order_id: 'A-17' }, traits: { plan: 'pro' } }";
        assert_eq!(show(&stage, options).await, SHOWN, "{engine:?}");
        // It is as high as what is in it, and stands in its corner, above the page.
        let in_place = "(() => {
            const host = document.querySelector('sayso-card');
            const box = host.shadowRoot.querySelector('iframe').getBoundingClientRect();
            return box.height > 180 && box.height < 500 && box.right > innerWidth - 40
                && document.elementFromPoint(box.x + box.width / 2, box.y + 20) == host })()";
        browser.wait_until(in_place).await;
        enter(browser).await;
        // The policy of the page around is not that of the frame, which becomes the widget.
        wait_for_widget(browser).await;
        press(browser, "input[value=\"9\"]").await;
        press(browser, "button.primary").await;
        browser.wait_for("textarea").await;
        let write = "const field = document.querySelector('sayso-card').shadowRoot.querySelector('textarea');
            field.value = 'Quick.';
            field.dispatchEvent(new Event('input', { bubbles: true }))";
        browser.run(write).await;
        press(browser, "button.primary").await;
        browser.wait_for(".thanks").await;
        browser.leave_frame().await;
        browser.wait_until("heard.length >= 4").await;
        let expected = [
            "shown nps",
            "answered recommend",
            "answered why",
            "completed nps",
        ];
        assert_eq!(events(&stage).await, expected, "{engine:?}");
        let records = stage.collector.records();
        assert_eq!(records[0]["status"], "shown", "{engine:?}");
        let last = records.last().unwrap();
        assert_eq!(last["context"]["order_id"], "A-17", "{engine:?}");
        let url = last["context"]["url"].as_str().unwrap();
        assert!(url.ends_with("/tests/blank/"), "{url}");
        assert_eq!(last["respondent"]["traits"], json!({ "plan": "pro" }));
        assert_eq!(last["status"], "completed", "{engine:?}");
        assert_eq!(last["answers"], json!({ "recommend": 9, "why": "Quick." }));
        assert_eq!(last["touchpoint"], "checkout");
        assert_eq!(last["respondent"]["id"], "c-1042");
        browser.run("sayso.destroy()").await;
        browser
            .wait_until("!document.querySelector('sayso-card')")
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_frames_are_refused_too_it_is_a_link() {
    for engine in ENGINES {
        let stage = stage(engine, NO_FRAME).await;
        let browser = &stage.browser;
        listen(&stage).await;
        assert_eq!(show(&stage, "'nps'").await, SHOWN, "{engine:?}");
        browser
            .wait_until("document.querySelector('sayso-card').shadowRoot.querySelector('a')")
            .await;
        let link = "const root = document.querySelector('sayso-card').shadowRoot;
            const { href, target, rel } = root.querySelector('a');
            return [new URL(href).pathname, target, rel, root.querySelector('#prompt').textContent]";
        let expected = json!([
            "/s/nps",
            "_blank",
            "noopener",
            "How likely are you to recommend us to a friend or colleague?"
        ]);
        assert_eq!(browser.run(link).await, expected, "{engine:?}");
        browser
            .run("document.querySelector('sayso-card').shadowRoot.querySelector('button').click()")
            .await;
        browser
            .wait_until("!document.querySelector('sayso-card')")
            .await;
        assert_eq!(events(&stage).await, ["shown nps", "dismissed nps"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_which_directive_to_add() {
    let cases = [
        (NO_WASM, "frame", "add 'wasm-unsafe-eval' to script-src"),
        (NO_FRAME, "link", "to frame-src"),
    ];
    for (policy, way, advice) in cases {
        let stage = stage(Engine::Chromium, policy).await;
        let browser = &stage.browser;
        browser
            .run("document.querySelector('script[src]').dataset.survey = 'nps'")
            .await;
        browser.wait_until("window.sayso?.show").await;
        let found = browser.run("return await sayso.diagnose()").await;
        assert_eq!(found["way"], way, "{found}");
        let nps = json!([{
            "survey": "nps",
            "status": 200,
            "trigger": { "on": "load", "delay_ms": 1000 }
        }]);
        assert_eq!(found["surveys"], nps);
        assert!(found["advice"].to_string().contains(advice), "{found}");
        let console = browser.console().await.join("\n");
        assert!(console.contains(advice), "{console}");
        assert_eq!(
            browser
                .run("return document.querySelectorAll('iframe').length")
                .await,
            0
        );
    }
}
