//! Tags and elements: several surveys, several copies, and `<sayso-survey>`.

use super::{
    add_help, armed, arrive, assert_nothing_thrown, came, click, dismiss, nothing_comes, put_tag,
};
use crate::{SHOWN, show};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_of_the_tag_adds_what_it_names_and_repeats_nothing() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(
        &stage,
        json!({ "data-survey": "on-click", "data-touchpoint": "first" }),
    )
    .await;
    browser.run("window.firstSayso = sayso").await;
    put_tag(&stage, &json!({ "data-survey": "on-click" })).await;
    let other = json!({ "data-survey": "on-purchase on-click", "data-touchpoint": "second" });
    put_tag(&stage, &other).await;
    armed(&stage, "on-purchase").await;
    assert_eq!(browser.run("return sayso === firstSayso").await, true);
    add_help(&stage).await;
    click(&stage, "document.querySelector('.help')").await;
    came(&stage, "on-click").await;
    dismiss(&stage).await;
    nothing_comes(&stage).await;
    browser
        .run("sayso.track('purchase', { amount: 80, plan: 'pro' })")
        .await;
    came(&stage, "on-click on-purchase").await;
    // Each survey has what its own tag says.
    let records = stage.collector.wait_for_records(3).await;
    assert_eq!(records[0]["touchpoint"], "first");
    assert_eq!(records[2]["touchpoint"], "second");
    assert_nothing_thrown(&stage).await;
}

/// JavaScript: the card's shadow root in the element of a survey.
fn inline(survey: &str) -> String {
    format!("document.querySelector('sayso-survey[survey={survey}] sayso-card')?.shadowRoot")
}

async fn elements_live_with_the_page(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let browser = &stage.browser;
    let (usual, feedback) = (inline("usual"), inline("feedback"));
    arrive(&stage, json!({ "data-trait-plan": "pro" })).await;
    let body = "document.querySelector('#place').innerHTML =
        '<sayso-survey survey=usual touchpoint=faq context-article=7 trait-seats=3></sayso-survey>' +
        '<sayso-survey survey=feedback locale=de></sayso-survey>'";
    browser.run(body).await;
    for card in [&usual, &feedback] {
        browser
            .wait_until(&format!("{card}?.querySelector('.rating')"))
            .await;
    }
    let legend = format!("return {feedback}.querySelector('legend').textContent");
    assert_eq!(browser.run(&legend).await, "Wie gefällt es Ihnen bisher?");
    let is_inline = format!("return Boolean({usual}.querySelector('.inline'))");
    assert_eq!(browser.run(&is_inline).await, true);

    // Beside them a popover, as ever.
    assert_eq!(show(&stage, "'rests'").await, SHOWN);
    let cards = "return document.querySelectorAll('sayso-card').length";
    assert_eq!(browser.run(cards).await, 3);
    dismiss_popover(&stage).await;

    move_one(&stage).await;

    // Taken away, and back: a new card.
    let body = "window.element = document.querySelector('[survey=feedback]');
                element.remove()";
    browser.run(body).await;
    browser
        .wait_until("!element.querySelector('sayso-card')?.shadowRoot?.querySelector('.card')")
        .await;
    assert_eq!(browser.run(cards).await, 1);
    browser
        .run("document.querySelector('#place').append(element)")
        .await;
    browser
        .wait_until(&format!("{feedback}?.querySelector('.rating')"))
        .await;
    assert_its_own_attributes(&stage);
    assert_nothing_thrown(&stage).await;
}

/// What is written in a card that is moved stays.
async fn move_one(stage: &Stage) {
    let browser = &stage.browser;
    let feedback = inline("feedback");
    click(
        stage,
        &format!("{feedback}.querySelector('.rating:nth-child(2)')"),
    )
    .await;
    let area = format!("{feedback}.querySelector('textarea')");
    browser
        .wait_until(&format!("{feedback}?.querySelector('textarea')"))
        .await;
    click(stage, &area).await;
    browser.press("Halb").await;
    browser.wait_until(&format!("{area}.value == 'Halb'")).await;
    let body = "const moved = document.querySelector('[survey=feedback]');
                document.querySelector('#other-place').append(moved)";
    browser.run(body).await;
    assert_eq!(browser.run(&format!("return {area}.value")).await, "Halb");
}

/// The attributes of the element, and what the tag says besides.
fn assert_its_own_attributes(stage: &Stage) {
    let records = stage.collector.records();
    let faq = records
        .iter()
        .find(|record| record["survey"] == "usual")
        .unwrap();
    assert_eq!(faq["touchpoint"], "faq");
    assert_eq!(faq["context"]["article"], 7);
    assert_eq!(
        faq["respondent"]["traits"],
        json!({ "plan": "pro", "seats": 3 })
    );
}

/// The one card that is in no element.
async fn dismiss_popover(stage: &Stage) {
    stage.browser.run("sayso.dismiss()").await;
    stage
        .browser
        .wait_until("!document.querySelector('body > sayso-card')")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_live_with_the_page_in_chromium() {
    elements_live_with_the_page(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_live_with_the_page_in_firefox() {
    elements_live_with_the_page(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn elements_live_with_the_page_in_webkit() {
    elements_live_with_the_page(Engine::WebKit).await;
}
