//! `require-trusted-types-for 'script'` with every kind of question, in every place of the
//! page. All three engines know it by now.

use std::fs;
use std::time::{Duration, Instant};

use sayso_tests::browser::Engine;
use sayso_tests::collector::PATIENCE;
use sayso_tests::stage::root;
use serde_json::{Value, json};

use super::{Grounds, TAG, docs, looks};

/// Answers what is asked in the card, whatever it is. True when the thanks are there.
const STEP: &str = "
    const root = document.querySelector('sayso-card')?.shadowRoot;
    if (!root || root.querySelector('.thanks')) return !!root;
    const prompt = root.querySelector('#prompt')?.textContent;
    if (!prompt || window.done == prompt) return false;
    window.done = prompt;
    const [first] = root.querySelectorAll('fieldset input, .choice input');
    if (first) first.click();
    for (const field of root.querySelectorAll('textarea, input.line')) {
        const values = { email: 'a@example.com', url: 'https://example.com', number: '7' };
        field.value = values[field.type] ?? (field.inputMode == 'decimal' ? '7' : 'Quite fine, thank you');
        field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    await new Promise(done => setTimeout(done, 50));
    if (root.querySelector('#prompt')?.textContent == prompt)
        root.querySelector('.primary').click();
    return false";

/// What is shown: every survey of the gallery, and one in each place of the page.
fn calls() -> Vec<String> {
    let mut calls: Vec<_> = fs::read_dir(root().join("examples/surveys"))
        .unwrap()
        .filter_map(|file| {
            let name = file.unwrap().file_name().into_string().unwrap();
            let id = name.strip_suffix(".json")?;
            id.starts_with("gallery-")
                .then(|| format!("'{id}', {{ force: true }}"))
        })
        .collect();
    assert!(15 < calls.len(), "{calls:#?}");
    for place in ["modal", "bar", "inline", "tab"] {
        calls.push(format!("'nps', {{ force: true, display: '{place}' }}"));
    }
    calls.sort();
    calls
}

/// How a card of the full build looks on a page, which stays open.
async fn full(grounds: &Grounds, name: &str) -> Vec<String> {
    let browser = &grounds.browser;
    grounds.open(name).await;
    browser.wait_until("window.sayso?.show").await;
    let show = "await sayso.show('gallery-journey', { force: true, theme: 'dark' })";
    browser.run(show).await;
    browser.wait_for("progress").await;
    let seen = looks::look(browser).await;
    browser.run("sayso.destroy()").await;
    seen
}

async fn try_all(engine: Engine) {
    let grounds = Grounds::new(engine).await;
    let browser = &grounds.browser;
    let cases = docs::cases();
    let mut cases = cases.iter();
    let case = cases
        .find(|case| case.title == "With Trusted Types")
        .unwrap();
    let tag = TAG.replace(" data-survey=\"nps\"", "");
    grounds.put("free", &[], &tag);
    grounds.put("typed", &case.headers, &tag);
    let free = full(&grounds, "free").await;
    let typed = full(&grounds, "typed").await;
    looks::assert_same(&[free], &[typed], &format!("{engine:?}, the full build"));
    let known = browser.run("return !!window.trustedTypes").await;
    assert_eq!(known, true, "{engine:?}");
    for call in calls() {
        let show = format!("window.done = ''; return (await sayso.show({call})).shown");
        assert_eq!(browser.run(&show).await, true, "{call}");
        let begun = Instant::now();
        while browser.run(STEP).await != Value::Bool(true) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{engine:?}: no thanks for {call}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        browser.run("sayso.destroy()").await;
    }
    let records = grounds.collector.records();
    let completed = records
        .iter()
        .filter(|it| it["status"] == json!("completed"));
    assert_eq!(completed.count(), calls().len());
    grounds.expect_reports("typed", &[], "typed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_with_trusted_types_in_chromium() {
    try_all(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_with_trusted_types_in_firefox() {
    try_all(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_with_trusted_types_in_webkit() {
    try_all(Engine::WebKit).await;
}
