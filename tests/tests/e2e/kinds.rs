//! Every question kind, in every look, in three engines: seen by axe-core in each
//! state, answered as a respondent would, and found in the file.

use crate::axe::assert_axe_finds_nothing;
use crate::{SHOWN, show};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// One thing that a respondent does.
#[derive(Debug, Clone, Copy)]
enum Step {
    Click(&'static str),
    Write(&'static str, &'static str),
}

use Step::{Click, Write};

/// A survey of the gallery, and how it is answered.
struct Kind {
    survey: &'static str,
    /// What is wrong before it is answered, as the survey says it in English; empty for nothing.
    error: &'static str,
    steps: &'static [Step],
    answer: fn() -> Value,
}

/// A kind whose question must be answered first.
macro_rules! kind {
    ($survey:literal, $error:literal, $steps:expr, $($answer:tt)+) => {
        Kind { survey: $survey, error: $error, steps: &$steps, answer: || json!($($answer)+) }
    };
}

fn kinds() -> Vec<Kind> {
    vec![
        kind!("nps", "Please choose", [Click(".rating:nth-child(10)")], 9),
        kind!("csat", "Please choose", [Click(".rating:nth-child(4)")], 4),
        kind!("stars", "", [Click(".rating:nth-child(4)")], 4),
        kind!(
            "smileys",
            "Please choose",
            [Click(".rating:nth-child(5)")],
            5
        ),
        kind!("thumbs", "", [Click(".rating:nth-child(2)")], 2),
        kind!("ces", "Please choose", [Click(".rating:nth-child(7)")], 7),
        kind!("ten", "Please choose", [Click(".rating:nth-child(10)")], 10),
        kind!("ten-stars", "", [Click(".rating:nth-child(1)")], 1),
        kind!("seven-smileys", "", [Click(".rating:nth-child(6)")], 6),
        kind!(
            "text",
            "Please write",
            [Write("textarea", "More chairs")],
            "More chairs"
        ),
        kind!("line", "", [Write("input.line", "Baker")], "Baker"),
        kind!(
            "email",
            "Please write",
            [Write("input.line", "ann@example.com")],
            "ann@example.com"
        ),
        kind!(
            "url",
            "",
            [Write("input.line", "example.com")],
            "example.com"
        ),
        kind!("number", "", [Write("input.line", "12")], "12"),
        kind!(
            "single",
            "Please choose",
            [Click("input[value=\"article\"]")],
            "article"
        ),
        kind!(
            "multiple",
            "Please choose",
            [
                Click("input[value=\"study\"]"),
                Click("input[value=\"other:\"]"),
                Write(".own", "Research"),
            ],
            ["study", "other:Research"]
        ),
        kind!("consent", "Please tick", [Click(".choice")], true),
        kind!("message", "", [], null),
    ]
}

/// How the page and its visitor like it.
#[derive(Debug, Clone, Copy)]
enum Look {
    Light,
    Dark,
    RightToLeft,
    ForcedColours,
}

impl Look {
    fn options(self) -> &'static str {
        match self {
            Look::Light => "force: true, theme: 'light'",
            Look::Dark => "force: true, theme: 'dark'",
            Look::RightToLeft => "force: true, locale: 'ar'",
            Look::ForcedColours => "force: true",
        }
    }
}

async fn walk(stage: &Stage, kind: &Kind, look: Look) {
    let browser = &stage.browser;
    let state = |state: &str| format!("{} {look:?}: {state}", kind.survey);
    stage.open("/tests/blank/").await;
    let call = format!("'gallery-{}', {{ {} }}", kind.survey, look.options());
    assert_eq!(show(stage, &call).await, SHOWN, "{}", state("shown"));
    browser.wait_for("[part=question]").await;
    assert_axe_finds_nothing(stage, &state("question")).await;
    if !kind.error.is_empty() {
        browser.click(".primary").await;
        browser.wait_for(".error:not(:empty)").await;
        if !matches!(look, Look::RightToLeft) {
            browser.wait_for_error(kind.error).await;
        }
        assert_axe_finds_nothing(stage, &state("error")).await;
    }
    for step in kind.steps {
        match step {
            Click(selector) => browser.click(selector).await,
            Write(selector, text) => {
                browser.click(selector).await;
                browser.press(text).await;
            }
        }
    }
    assert_axe_finds_nothing(stage, &state("answered")).await;
    browser.click(".primary").await;
    for _ in 0..100 {
        if browser.has(".thanks").await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let error = browser.text(".error").await;
    assert!(browser.has(".thanks").await, "{}: {error}", state("sent"));
    assert_axe_finds_nothing(stage, &state("thanks")).await;
}

/// All kinds, one after the other, in one browser.
async fn walk_all(stage: &Stage, look: Look) {
    for kind in kinds() {
        walk(stage, &kind, look).await;
        let survey = format!("gallery-{}", kind.survey);
        let records = stage.collector.records();
        let stored = records
            .iter()
            .rev()
            .find(|record| record["survey"] == survey.as_str());
        let stored = stored.map(|record| (&record["status"], &record["answers"]["answer"]));
        let expected = (kind.answer)();
        assert_eq!(
            stored,
            Some((&json!("completed"), &expected)),
            "{survey} {look:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_in_light_in_chromium() {
    walk_all(&Stage::new().await, Look::Light).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_in_the_dark_in_chromium() {
    walk_all(&Stage::new().await, Look::Dark).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_right_to_left_in_chromium() {
    walk_all(&Stage::new().await, Look::RightToLeft).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_in_forced_colours_in_chromium() {
    let stage = Stage::new().await;
    let forced = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    stage
        .browser
        .devtools("Emulation.setEmulatedMedia", forced)
        .await;
    walk_all(&stage, Look::ForcedColours).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_in_firefox() {
    let stage = Stage::in_engine(Engine::Firefox, Window::Desktop, &[]).await;
    walk_all(&stage, Look::Light).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_on_a_small_dark_screen_right_to_left_in_firefox() {
    let stage = Stage::in_the_dark(Engine::Firefox, Window::Phone).await;
    walk_all(&stage, Look::RightToLeft).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_in_webkit() {
    let stage = Stage::in_engine(Engine::WebKit, Window::Desktop, &[]).await;
    walk_all(&stage, Look::Light).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_on_a_small_dark_screen_right_to_left_in_webkit() {
    let stage = Stage::in_the_dark(Engine::WebKit, Window::Phone).await;
    walk_all(&stage, Look::RightToLeft).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_welcome_values_in_texts_progress_and_thanks_by_answer() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    let call = "'gallery-journey', { force: true, traits: { name: 'Zoë <b>' } }";
    assert_eq!(show(&stage, call).await, SHOWN);
    browser.wait_for("progress").await;
    assert_eq!(browser.text("#prompt").await, "Three short questions");
    assert_axe_finds_nothing(&stage, "welcome").await;
    browser.click(".primary").await;
    browser.wait_for(".rating").await;
    assert!(browser.text("#prompt").await.contains("Zoë <b>?"));
    browser.click(".rating:nth-child(5)").await;
    browser.wait_for("textarea").await;
    assert!(
        browser
            .text("#prompt")
            .await
            .starts_with("You gave 5 of 5.")
    );
    assert_eq!(browser.text(".primary").await, "Skip");
    browser.click(".primary").await;
    browser.wait_for(".thumb").await;
    browser.click(".rating:nth-child(2)").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks a").await;
    assert_eq!(browser.text(".thanks h2").await, "Wonderful, thank you!");
    let link = browser
        .run("return document.querySelector('sayso-card').shadowRoot.querySelector('.thanks a').href")
        .await;
    assert_eq!(link, "https://shop.example/review?rating=5");
    assert_axe_finds_nothing(&stage, "thanks by answer").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["answers"], json!({ "rating": 5, "again": 2 }));
}
