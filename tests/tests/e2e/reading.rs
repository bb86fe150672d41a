//! What a screen reader reads of each question kind, as `docs/accessibility.md` has it.
//!
//! `UPDATE_READING=1` writes the blocks of the document anew, from the card as it is.

mod computed;
mod document;
mod stumbles;
mod tree;
mod walks;

use crate::{SHOWN, show};
use document::{Blocks, blocks, changes, update};
use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::card::key;
use sayso_tests::stage::{Stage, root};
use serde_json::json;
use std::collections::BTreeSet;
use tree::reading;
use walks::{Step, WALKS, Walk};

/// The thanks of all surveys that have no block of their own for them.
const THANKS: &str = "thanks";

/// JavaScript for the shadow root of the card.
const ROOT: &str = "document.querySelector('sayso-card').shadowRoot";

/// Notes what the live regions say from now on: their role, and their text.
async fn hear(browser: &Browser) {
    let body = format!(
        "window.heard = [];
         new MutationObserver(changes => {{
             for (const region of new Set(changes.map(change => change.target)))
                 if (region.matches?.('[role=alert], [role=status]') && region.textContent)
                     heard.push(region.getAttribute('role') + ': ' + region.textContent);
         }}).observe({ROOT}, {{ childList: true, subtree: true }})"
    );
    browser.run(&body).await;
}

/// What was heard.
async fn heard_since(browser: &Browser) -> Vec<String> {
    let heard = browser.run("return heard").await;
    serde_json::from_value(heard).unwrap()
}

async fn take(browser: &Browser, steps: &[Step]) {
    for step in steps {
        match step {
            Step::Type(keys) => browser.press(keys).await,
            Step::Write(field, text) => {
                let focus = format!("{ROOT}.querySelector('{field}').focus()");
                browser.run(&focus).await;
                browser.press(text).await;
            }
            Step::Press => {
                let focus = format!("{ROOT}.querySelector('.primary').focus()");
                browser.run(&focus).await;
                browser.press(&key::ENTER.to_string()).await;
            }
        }
    }
}

/// What the live regions said between the lines: the alerts of the readings, and
/// that the response is sent and stored.
fn announced(readings: &[String], title: &str) -> Vec<String> {
    let alerts = readings.iter().filter_map(|reading| {
        let said = reading.split_once("alert \"")?.1.split_once('"')?.0;
        Some(format!("alert: {said}"))
    });
    let sent = ["status: Sending …".to_owned(), format!("status: {title}")];
    alerts.chain(sent).collect()
}

/// What is wrong is also said of the field or group it is wrong with.
fn assert_error_is_described(reading: &str, state: &str) {
    let Some((_, error)) = reading.split_once("alert \"") else {
        return;
    };
    let error = error.split_once('"').unwrap().0;
    let is_said = |line: &str| line.contains(", described") && line.contains(error);
    assert!(reading.lines().any(is_said), "{state}: {reading}");
}

/// What was found of one survey.
struct Found {
    /// What is read in each state, by the name of its block.
    blocks: Vec<(String, String)>,
    /// What the live regions said, and what they should have said.
    heard: [Vec<String>; 2],
}

/// Goes through a survey with the keyboard, from the first question to the thanks.
async fn walk(stage: &Stage, walk: &Walk) -> Found {
    let browser = &stage.browser;
    let survey = format!("gallery-{}", walk.survey);
    // The respondent opened the card, so the focus is in it; their name decides the
    // order of shuffled choices.
    let call = format!("'{survey}', {{ force: true, focus: true, respondent: 'ann' }}");
    assert_eq!(show(stage, &call).await, SHOWN);
    browser.wait_for("[part=question]").await;
    browser.wait_for_focus("input, textarea, h2").await;
    hear(browser).await;
    let mut readings = vec![reading(browser).await];
    let mut blocks = vec![(survey.clone(), readings[0].clone())];
    for state in walk.states {
        take(browser, state.steps).await;
        browser.wait_for(state.shows).await;
        browser.wait_for_focus("input, textarea, h2").await;
        let after = reading(browser).await;
        let name = format!("{survey} {}", state.name);
        assert_error_is_described(&after, &name);
        let block = match readings.last() {
            Some(before) if !state.is_another_question => changes(before, &after),
            _ => after.clone(),
        };
        blocks.push((name, block));
        readings.push(after);
    }
    take(browser, walk.answer).await;
    browser.wait_for(".thanks").await;
    browser.wait_for_focus("h2").await;
    blocks.push((format!("{survey} {THANKS}"), reading(browser).await));
    let title = browser.text(".thanks h2").await;
    let heard = heard_since(browser).await;
    let heard = [heard, announced(&readings, &title)];
    browser.run("sayso.destroy()").await;
    Found { blocks, heard }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_is_read_as_written_down() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let written = blocks();
    let mut read = Blocks::new();
    let mut faults = String::new();
    for it in &WALKS {
        let Found { blocks, heard } = walk(&stage, it).await;
        let [heard, expected] = heard;
        if heard != expected {
            faults += &format!("\n{}: heard {heard:#?}, not {expected:#?}", it.survey);
        }
        for (mut name, reading) in blocks {
            if name.ends_with(THANKS) && !written.contains_key(&name) {
                name = THANKS.to_owned();
            }
            let expected = written.get(&name).map_or("", String::as_str);
            if expected != reading {
                faults += &format!("\n{name}, as written:\n{expected}\nas read:\n{reading}");
            }
            read.insert(name, reading);
        }
    }
    if std::env::var_os("UPDATE_READING").is_some() {
        update(&read);
        return;
    }
    let hint = "UPDATE_READING=1 writes the blocks of docs/accessibility.md anew";
    assert!(faults.is_empty(), "{faults}\n{hint}");
}

#[test]
fn every_survey_of_the_gallery_is_written_down_and_nothing_else() {
    let surveys = std::fs::read_dir(root().join("examples/surveys")).unwrap();
    let names = surveys.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let gallery: BTreeSet<String> = names
        .filter_map(|name| {
            Some(
                name.strip_prefix("gallery-")?
                    .strip_suffix(".json")?
                    .to_owned(),
            )
        })
        .collect();
    let walked = WALKS.iter().map(|walk| walk.survey.to_owned()).collect();
    assert_eq!(gallery, walked, "walks.rs goes through each survey");
    let mut expected: BTreeSet<String> = BTreeSet::from([THANKS.to_owned()]);
    for walk in &WALKS {
        expected.insert(format!("gallery-{}", walk.survey));
        let states = walk.states.iter();
        expected.extend(states.map(|state| format!("gallery-{} {}", walk.survey, state.name)));
    }
    let written: BTreeSet<String> = blocks().into_keys().collect();
    let own = written.iter().filter(|name| name.ends_with(" thanks"));
    expected.extend(own.cloned());
    assert_eq!(
        written, expected,
        "docs/accessibility.md has a block for each"
    );
}

/// What is wrong stays in the card while the respondent mends it. It is said once.
async fn an_error_is_said_once_however_much_is_typed_after_it(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    let call = "'gallery-text', { force: true, focus: true }";
    assert_eq!(show(&stage, call).await, SHOWN);
    browser.wait_for_focus("textarea").await;
    hear(browser).await;
    take(browser, &[Step::Press]).await;
    browser.wait_for_error("Please write").await;
    browser.wait_for_focus("textarea").await;
    browser.press("More").await;
    assert_eq!(browser.written().await, "More");
    let heard = browser.run("return heard").await;
    assert_eq!(heard, json!(["alert: Please write a few words."]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_said_once_however_much_is_typed_after_it_in_chromium() {
    an_error_is_said_once_however_much_is_typed_after_it(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_said_once_however_much_is_typed_after_it_in_firefox() {
    an_error_is_said_once_however_much_is_typed_after_it(Engine::Firefox).await;
}
