//! The hosted page in real browsers without a script, in a text browser, and under the eyes
//! of a mail scanner.

use crate::axe::assert_axe_finds_nothing;
use crate::becoming::wait_for_widget;
use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::stage::{Stage, root};
use sayso_tests::tool;
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// After this long, a page does not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Every survey of the gallery: each kind of question.
pub(crate) fn gallery() -> Vec<String> {
    let folder = fs::read_dir(root().join("examples/surveys")).unwrap();
    let mut ids: Vec<String> = folder
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let id = name.strip_suffix(".json")?.to_owned();
            id.starts_with("gallery-").then_some(id)
        })
        .collect();
    ids.sort();
    assert!(10 < ids.len(), "{ids:?}");
    ids
}

/// Answers whatever is asked: the last rating or choice, a text, a tick. It is the driver
/// that does it; the page has no script, which its policy sees to.
async fn answer(browser: &Browser) {
    let body = "
        const inputs = [...document.querySelectorAll('form [name=answer]')];
        const field = inputs.at(-1);
        if (!field) return;
        if (field.matches('[type=radio], [type=checkbox]')) {
            const own = document.querySelector('[name=own_words]');
            (own ? inputs.at(0) : field).checked = true;
            if (field.type == 'checkbox' && inputs.length > 1) {
                inputs.at(1).checked = true;
            }
            return;
        }
        field.value = { email: 'a@example.com', url: 'https://example.com' }[field.type]
            ?? (field.inputMode == 'decimal' ? '7' : 'Quite good, thank you');";
    browser.run(body).await;
}

async fn step(browser: &Browser) {
    answer(browser).await;
    press(browser).await;
}

/// Sends the form, and waits for the page that comes back.
async fn press(browser: &Browser) {
    // A double click answers one question: the form waits a moment.
    browser
        .wait_until("getComputedStyle(document.forms[0]).pointerEvents != 'none'")
        .await;
    browser.run("window.isOld = true").await;
    browser.follow(".primary").await;
    // No promise: one that is under way while the page goes is an error in WebKit.
    let script = "return !window.isOld && document.readyState == 'complete'";
    let begun = Instant::now();
    while !matches!(
        browser.client.execute(script, vec![]).await,
        Ok(Value::Bool(true))
    ) {
        assert!(begun.elapsed() < PATIENCE, "no page came back");
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

async fn is_asking(browser: &Browser) -> bool {
    browser.run("return !!document.querySelector('form')").await == true
}

async fn every_kind_is_answered_in(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let (browser, own) = (&stage.browser, stage.collector.url());
    if engine == Engine::Chromium {
        // The driver's own scripts run all the same.
        let off = json!({ "value": true });
        browser
            .devtools("Emulation.setScriptExecutionDisabled", off)
            .await;
    }
    // The other drivers cannot switch scripts off: the page does without.
    let wish = match engine {
        Engine::Chromium => "",
        Engine::Firefox | Engine::WebKit => "?plain=1",
    };
    for id in gallery() {
        browser.open(&format!("{own}/s/{id}{wish}")).await;
        for _ in 0..20 {
            if !is_asking(browser).await {
                break;
            }
            step(browser).await;
        }
        let text = browser
            .run("return document.querySelector('.thanks')?.textContent")
            .await;
        assert!(text.is_string(), "{engine:?} {id}: no thanks");
    }
    let completed = stage
        .collector
        .records()
        .into_iter()
        .filter(|record| record["status"] == "completed")
        .count();
    assert_eq!(completed, gallery().len(), "{engine:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_answered_by_form_in_chromium() {
    every_kind_is_answered_in(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_answered_by_form_in_firefox() {
    every_kind_is_answered_in(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_answered_by_form_in_webkit() {
    every_kind_is_answered_in(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_question_error_and_thanks() {
    let stage = Stage::new().await;
    let (browser, own) = (&stage.browser, stage.collector.url());
    for wishes in ["", "&theme=dark", "&locale=ar"] {
        let page = format!("{own}/s/gallery-nps?plain=1{wishes}");
        browser.open(&page).await;
        assert_axe_finds_nothing(&stage, &format!("question {wishes}")).await;
        press(browser).await;
        let title = browser.run("return document.title").await;
        assert!(title.as_str().unwrap().starts_with('⚠'), "{title}");
        assert_axe_finds_nothing(&stage, &format!("error {wishes}")).await;
        while is_asking(browser).await {
            step(browser).await;
        }
        assert_axe_finds_nothing(&stage, &format!("thanks {wishes}")).await;
    }
    browser.open(&format!("{own}/s/nowhere")).await;
    assert_axe_finds_nothing(&stage, "nothing here").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_browser_shows_the_question_and_its_answers() {
    let stage = Stage::new().await;
    let own = stage.collector.url();
    for (id, expected) in [
        ("gallery-nps", &["10", "[Send]"][..]),
        ("gallery-smileys", &["5", "[Send]"]),
        ("gallery-multiple", &["[ ]", "[Send]"]),
    ] {
        let shown = Command::new(tool("W3M"))
            .args(["-dump", "-T", "text/html", "-cols", "80"])
            .arg(format!("{own}/s/{id}"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&shown.stdout).into_owned();
        for part in expected {
            let part = part.trim_matches(['[', ']']);
            assert!(text.contains(part), "{part} not in {id}:\n{text}");
        }
    }
}

/// The addresses of a block of HTML.
fn links(html: &str) -> Vec<String> {
    let parts = html.split("href=\"").skip(1);
    parts
        .filter_map(|part| part.split('"').next())
        .map(|address| address.replace("&amp;", "&"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_scanner_that_opens_every_link_stores_nothing() {
    let stage = Stage::new().await;
    let own = stage.collector.url();
    let mut addresses = Vec::new();
    for survey in ["gallery-nps", "gallery-smileys"] {
        let printed = Command::new(tool("SAYSO_BIN"))
            .args(["email-snippet", survey, "--base-url", &own])
            .args(["--respondent-field", "c-1"])
            .arg("--surveys")
            .arg(root().join("examples/surveys"))
            .output()
            .unwrap();
        assert!(printed.status.success(), "{printed:?}");
        addresses.extend(links(&String::from_utf8(printed.stdout).unwrap()));
    }
    assert_eq!(addresses.len(), 11 + 5, "{addresses:?}");
    for address in &addresses {
        let head = ureq::head(address).call().unwrap();
        assert_eq!(head.status(), 200, "{address}");
        let reply = ureq::get(address).call().unwrap();
        assert_eq!(reply.status(), 200, "{address}");
        stage.browser.open(address).await;
        // It runs scripts, and presses nothing.
        wait_for_widget(&stage.browser).await;
        assert!(stage.browser.has(":checked").await, "{address}");
    }
    stage.browser.open(&format!("{own}/s/nowhere")).await;
    assert_eq!(stage.collector.records(), Vec::<Value>::new());
}
