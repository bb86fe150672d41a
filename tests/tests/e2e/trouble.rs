//! When something is not there, or says no: nothing is lost, nothing is claimed.

use crate::{SHOWN, assert_quiet, events, listen, show};
use sayso_tests::stage::Stage;
use serde_json::json;

/// Goes to the last question of `nps` with a rating of 6 and a text.
async fn answer_all_but_send(stage: &Stage) {
    let browser = &stage.browser;
    assert_eq!(show(stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(7)").await;
    browser.wait_for("textarea").await;
    browser.click("textarea").await;
    browser.press("Too slow").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_come_only_after_the_line_is_on_disk() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    listen(&stage).await;
    answer_all_but_send(&stage).await;
    stage.collector.wait_for_records(1).await;
    stage.collector.signal("STOP");
    stage.browser.click(".primary").await;
    stage
        .browser
        .run("await new Promise(done => setTimeout(done, 700))")
        .await;
    assert_eq!(stage.browser.text(".primary").await, "Sending …");
    assert!(
        !stage.browser.has(".thanks").await,
        "no thanks without a reply"
    );
    stage.collector.signal("CONT");
    stage.browser.wait_for(".thanks").await;
    assert_eq!(
        stage.collector.records().len(),
        2,
        "thanks, so the line is there"
    );
    assert_eq!(
        events(&stage).await.last().map(String::as_str),
        Some("completed nps")
    );
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_collector_costs_no_answer() {
    let mut stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    stage.collector.wait_for_records(1).await;
    stage.collector.kill();
    let browser = &stage.browser;
    browser.click(".primary").await;
    browser.wait_for_error("").await;
    let error = browser.text(".error").await;
    assert_eq!(error, "Your answer could not be sent. Please try again.");
    assert_eq!(browser.written().await, "Too slow");
    stage.restart_collector();
    let browser = &stage.browser;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(
        records[1]["answers"],
        json!({ "recommend": 6, "why": "Too slow" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_answer_is_shown_as_wrong_and_kept() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    let browser = &stage.browser;
    browser
        .run(
            "window.realFetch = fetch;
             window.fetch = (url, init) => init?.method != 'POST' ? realFetch(url, init)
                 : Promise.resolve(new Response(JSON.stringify({ code: 'invalid_answers', message: '',
                       violations: [{ question_id: 'why', problem: 'too_long' }] }), { status: 422 }))",
        )
        .await;
    browser.click(".primary").await;
    browser.wait_for("textarea[aria-invalid]").await;
    assert_eq!(
        browser.text(".error").await,
        "This text is too long. Please shorten it."
    );
    assert_eq!(browser.written().await, "Too slow");
    browser.wait_for_focus("textarea").await;
    // The same for a no that blames no answer.
    browser
        .run(
            "window.fetch = () => Promise.resolve(new Response(
                 JSON.stringify({ code: 'origin_not_allowed' }), { status: 403 }))",
        )
        .await;
    browser.press("!").await;
    browser.click(".primary").await;
    browser.wait_for_error("Your answer was not accepted").await;
    assert_eq!(browser.written().await, "Too slow!");
    browser.run("window.fetch = realFetch").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["answers"]["why"], "Too slow!");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_200_that_is_not_the_collector_s_is_no_thanks() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    let browser = &stage.browser;
    browser
        .run(
            "window.realFetch = fetch;
             window.fetch = () => Promise.resolve(new Response('<h1>Log in to the network</h1>'))",
        )
        .await;
    browser.click(".primary").await;
    browser.wait_for_error("").await;
    assert!(!browser.has(".thanks").await);
    browser.run("window.fetch = realFetch").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    stage.collector.wait_for_records(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_reply_a_closed_card_leaves_the_completed_response() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    let browser = &stage.browser;
    browser
        .run(
            "const real = fetch;
             window.fetch = (url, init) => real(url, init).then(() => Promise.reject(new TypeError()))",
        )
        .await;
    browser.click(".primary").await;
    browser.wait_for_error("").await;
    stage.collector.wait_for_records(2).await;
    browser.click(".close").await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    browser
        .run("await new Promise(done => setTimeout(done, 300))")
        .await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "completed");
    assert_eq!(records[1]["answers"]["why"], "Too slow");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_stand_beside_the_answer_and_go_when_it_is_right() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.click(".primary").await;
    browser.wait_for("fieldset[aria-invalid]").await;
    assert_eq!(browser.text(".error").await, "Please choose an answer.");
    browser.wait_for_focus("input[type=\"radio\"]").await;
    browser.press(" ").await;
    assert_eq!(browser.text(".error").await, "");
    browser.click(".primary").await;
    browser.wait_for("textarea").await;
    browser
        .run(
            "const field = document.querySelector('sayso-card').shadowRoot.querySelector('textarea');
             field.value = '🙂'.repeat(1001);
             field.dispatchEvent(new Event('input'))",
        )
        .await;
    assert_eq!(browser.text(".count").await, "Characters left: −1");
    browser.click(".primary").await;
    browser.wait_for("textarea[aria-invalid]").await;
    assert_eq!(
        browser.text(".error").await,
        "This text is too long. Please shorten it."
    );
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_rating_counts_though_the_visitor_goes_away() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(1)").await;
    browser.wait_for("textarea").await;
    stage.open("/tests/hostile/").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "partial");
    assert_eq!(records[1]["answers"], json!({ "recommend": 0 }));
    assert_eq!(records[1]["response_id"], records[0]["response_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_storage_stops_nothing() {
    let stage = Stage::new().await;
    stage.open("/tests/no-storage/").await;
    answer_all_but_send(&stage).await;
    stage.browser.click(".primary").await;
    stage.browser.wait_for(".thanks").await;
    stage.collector.wait_for_records(2).await;
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_does_not_exist_is_said_once_and_throws_nothing() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let body = "window.thrown = 0; addEventListener('error', () => thrown++);
                addEventListener('unhandledrejection', () => thrown++)";
    stage.browser.run(body).await;
    assert_eq!(
        show(&stage, "'nobody'").await,
        r#"{"shown":false,"reason":"unknown_survey"}"#
    );
    assert_eq!(stage.browser.run("return thrown").await, 0);
    assert_eq!(
        show(&stage, "'nps'").await,
        SHOWN,
        "and the next one is shown"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_gone_leaves_the_page_alone() {
    let mut stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    stage.browser.wait_until("window.sayso?.show").await;
    let body = "window.thrown = 0; addEventListener('error', () => thrown++);
                addEventListener('unhandledrejection', () => thrown++)";
    stage.browser.run(body).await;
    stage.collector.kill();
    assert_eq!(
        show(&stage, "'nps'").await,
        r#"{"shown":false,"reason":"unavailable"}"#
    );
    assert_eq!(stage.browser.run("return thrown").await, 0);
    assert_eq!(
        stage
            .browser
            .run("return document.querySelectorAll('sayso-card').length")
            .await,
        0
    );
    stage.restart_collector();
    assert_eq!(show(&stage, "'nps'").await, SHOWN, "and it may come back");
}
