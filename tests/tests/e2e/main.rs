//! A respondent in a real browser, a real collector, a real file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin;
mod answering;
mod axe;
mod becoming;
mod displays;
mod engines;
mod framed;
mod frameworks;
mod guest;
mod hosted;
mod kinds;
mod looks;
mod manners;
mod outbox;
mod policies;
mod reading;
mod targeting;
mod trouble;
mod ways;

use sayso_tests::stage::Stage;
use serde_json::Value;

/// What `sayso.show` settles with, as text.
async fn show(stage: &Stage, arguments: &str) -> String {
    stage.browser.wait_until("window.sayso?.show").await;
    let body = format!("return JSON.stringify(await sayso.show({arguments}))");
    stage
        .browser
        .run(&body)
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

const SHOWN: &str = r#"{"shown":true}"#;

/// The page and the browser had nothing to complain about.
async fn assert_quiet(stage: &Stage) {
    let console = stage.browser.console().await;
    assert!(console.is_empty(), "{console:#?}");
}

/// Notes the widget's events on `document`, for [`events`].
async fn listen(stage: &Stage) {
    let body = "window.heard = [];
        for (const name of ['shown', 'answered', 'completed', 'dismissed'])
            document.addEventListener('sayso:' + name, event =>
                heard.push([name, event.detail.question_id ?? event.detail.survey]))";
    stage.browser.run(body).await;
}

/// The events so far: name, and question or survey.
async fn events(stage: &Stage) -> Vec<String> {
    let heard = stage
        .browser
        .run("return heard.map(event => event.join(' '))")
        .await;
    let heard = heard.as_array().cloned().unwrap_or_default();
    heard
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
