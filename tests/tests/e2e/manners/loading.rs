//! What a page loads for a survey, and when.

use crate::{SHOWN, assert_quiet, show};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// The files that the page has loaded from the collector, without its address.
pub(super) async fn loaded(stage: &Stage) -> Vec<String> {
    let names = stage
        .browser
        .run("return performance.getEntriesByType('resource').map(entry => entry.name)")
        .await;
    let base = format!("{}/", stage.collector.url());
    let names = names.as_array().cloned().unwrap_or_default();
    names
        .iter()
        .filter_map(|name| name.as_str()?.strip_prefix(&base).map(str::to_owned))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_survey_is_due_only_loader_and_definition_are_fetched() {
    let stage = Stage::new().await;
    stage.open("/tests/later/").await;
    stage
        .browser
        .wait_until("performance.getEntriesByType('resource').length > 1")
        .await;
    // Due after seven seconds; the code comes in the last two.
    let early = loaded(&stage).await;
    let is_shown = stage.browser.has(".card").await;
    assert!(
        !is_shown && early == ["sayso.js", "v1/surveys/later"],
        "{early:?} {is_shown}"
    );
    stage.browser.wait_for(".rating").await;
    let late = loaded(&stage).await;
    let code: Vec<_> = late
        .iter()
        .filter(|name| name.starts_with("assets/") && !name.ends_with("/outbox.js"))
        .collect();
    assert_eq!(
        code.len(),
        2,
        "glue and wasm, and the outbox behind them: {late:?}"
    );
    let at_once = stage
        .browser
        .run(
            "const of = name => performance.getEntriesByType('resource')
                 .find(entry => entry.name.endsWith(name));
             return of('widget.wasm').startTime <= of('widget.js').responseEnd",
        )
        .await;
    assert_eq!(
        at_once,
        Value::Bool(true),
        "glue and wasm are fetched at once"
    );
    assert_quiet(&stage).await;
}

async fn a_survey_that_the_script_brings_along_is_not_asked_for(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.open("/tests/known/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    assert_eq!(show(&stage, "'gallery-csat'").await, SHOWN);
    let all = loaded(&stage).await;
    let asked: Vec<_> = all
        .iter()
        .filter(|name| !name.starts_with("assets/"))
        .collect();
    assert_eq!(asked, ["sayso.js?survey=gallery-csat&locale=de"]);
    let language =
        "return document.querySelector('sayso-card').shadowRoot.querySelector('.card').lang";
    assert_eq!(browser.run(language).await, "de");
    browser.click(".rating:nth-child(4)").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert!(records.iter().all(|record| record["locale"] == "de"));
    let marks: Vec<_> = records
        .iter()
        .filter_map(|record| record["suspicious"].as_array())
        .flatten()
        .collect();
    assert!(!marks.contains(&&json!("no_token")), "{marks:?}");
    // The next time it is asked for, as it is by then.
    browser.run("sayso.destroy()").await;
    assert_eq!(show(&stage, "'gallery-csat', { force: true }").await, SHOWN);
    let all = loaded(&stage).await;
    assert!(
        all.contains(&String::from("v1/surveys/gallery-csat?locale=de")),
        "{all:?}"
    );
    if engine == Engine::Chromium {
        assert_quiet(&stage).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_the_script_brings_along_is_not_asked_for_in_chromium() {
    a_survey_that_the_script_brings_along_is_not_asked_for(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_the_script_brings_along_is_not_asked_for_in_firefox() {
    a_survey_that_the_script_brings_along_is_not_asked_for(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_the_script_brings_along_is_not_asked_for_in_webkit() {
    a_survey_that_the_script_brings_along_is_not_asked_for(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_due_survey_pays_for_the_loader_alone() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    stage
        .browser
        .wait_until("window.sayso?.show && document.readyState == 'complete'")
        .await;
    stage
        .browser
        .run("await new Promise(done => setTimeout(done, 300))")
        .await;
    assert_eq!(loaded(&stage).await, ["sayso.js"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn within_the_cooldown_not_even_the_definition_is_fetched() {
    let stage = Stage::new().await;
    stage.open("/script-tag/").await;
    stage.browser.wait_for(".rating").await;
    stage.browser.click(".close").await;
    stage
        .browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    stage.open("/script-tag/?again").await;
    stage
        .browser
        .wait_until("window.sayso?.show && document.readyState == 'complete'")
        .await;
    stage
        .browser
        .run("await new Promise(done => setTimeout(done, 1500))")
        .await;
    assert_eq!(loaded(&stage).await, ["sayso.js"]);
    assert_eq!(
        show(&stage, "'nps'").await,
        r#"{"shown":false,"reason":"cooldown"}"#
    );
    assert_eq!(show(&stage, "'nps', { force: true }").await, SHOWN);
    assert_quiet(&stage).await;
}
