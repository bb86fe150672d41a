//! Where scripts are switched off: what the tag's `<noscript>` has instead.

use std::time::{Duration, Instant};

use fantoccini::Locator;
use sayso_tests::browser::{Browser, Engine};
use sayso_tests::collector::PATIENCE;

use super::{Grounds, docs};

/// A part of a plain page, found without a script of ours.
async fn find(browser: &Browser, selector: &str) -> fantoccini::elements::Element {
    let begun = Instant::now();
    loop {
        match browser.client.find(Locator::Css(selector)).await {
            Ok(found) => return found,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{selector}: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Presses a part of the page. What a page has just begun to show may still move.
async fn press(browser: &Browser, selector: &str) {
    let begun = Instant::now();
    while let Err(error) = find(browser, selector).await.click().await {
        assert!(begun.elapsed() < PATIENCE, "{selector}: {error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Goes through the forms of the hosted page.
async fn answer(browser: &Browser) {
    press(browser, "label:has(input[value='9'])").await;
    press(browser, ".primary").await;
    find(browser, "textarea")
        .await
        .send_keys("Fine")
        .await
        .unwrap();
    press(browser, ".primary").await;
    find(browser, ".thanks").await;
}

async fn without_scripts(engine: Engine) {
    let grounds = Grounds::with(Browser::start_without_scripts(engine).await, &[]);
    let browser = &grounds.browser;
    let text = docs::document("docs/csp.md");
    let (_, section) = text.split_once("\n## Without a script\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let tags = docs::blocks(section, "html");
    assert_eq!(tags.len(), 2, "a link and a frame: {tags:#?}");
    for (tag, name) in tags.iter().zip(["link", "frame"]) {
        let tag = tag
            .replace("/s/nps?", &format!("/s/nps?touchpoint={name}&"))
            .replace("/s/nps\"", &format!("/s/nps?touchpoint={name}\""));
        grounds.put(name, &[], &tag);
        let address = format!("{}/{name}/", grounds.pages.origin());
        browser.open(&address).await;
        assert!(
            browser
                .client
                .find(Locator::Css("sayso-card"))
                .await
                .is_err(),
            "{engine:?}: no script runs"
        );
        match name {
            "link" => press(browser, "noscript a").await,
            _ => {
                let frame = find(browser, "noscript iframe").await;
                frame.enter_frame().await.unwrap();
            }
        }
        answer(browser).await;
        let record = grounds.wait_for_answer(name).await;
        assert_eq!(record["answers"]["why"], "Fine");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_link_and_a_frame_lead_to_the_survey_in_chromium() {
    without_scripts(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_link_and_a_frame_lead_to_the_survey_in_firefox() {
    without_scripts(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_link_and_a_frame_lead_to_the_survey_in_webkit() {
    without_scripts(Engine::WebKit).await;
}
