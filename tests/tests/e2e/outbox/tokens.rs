//! What an app brings with it has no token, so one is fetched when something is sent.

use super::{answer_all_but_send, assert_one_response, waits};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// Opens the page of an app and answers all of it; `before` is done in the page first.
async fn answer_in_an_app(stage: &Stage, before: &str) -> Vec<Value> {
    let browser = &stage.browser;
    stage.open("/tests/bundled/").await;
    browser.run(before).await;
    answer_all_but_send(stage).await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    stage.collector.wait_for_records(2).await
}

/// Opens the page of an app where there is no network, answers all of it, and closes the card.
async fn answer_without_a_network(stage: &Stage) {
    let browser = &stage.browser;
    stage.open("/tests/bundled/").await;
    browser.run("isOffline = true").await;
    answer_all_but_send(stage).await;
    browser.click(".primary").await;
    browser
        .wait_for_error("Your answer could not be sent")
        .await;
    browser.click(".close").await;
}

/// The marks of what was stored that come of the token.
fn marks(records: &[Value]) -> Vec<&str> {
    let marks = records.iter().filter_map(|record| record.get("suspicious"));
    let marks = marks.filter_map(Value::as_array).flatten();
    // How quick the driver of the browser is, is another matter.
    let marks = marks.filter_map(Value::as_str);
    marks.filter(|mark| *mark != "too_fast").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_came_with_an_app_gets_its_token_from_the_collector() {
    let stage = Stage::new().await;
    let records = answer_in_an_app(&stage, "").await;
    assert_one_response(&records);
    assert_eq!(marks(&records), [""; 0], "{records:#?}");
    // One is enough for all of them.
    assert_eq!(stage.browser.run("return asked").await, 1);
    // And on pages that fetched the survey nobody asks.
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    stage.browser.click(".primary").await;
    stage.browser.wait_for(".thanks").await;
    let asked = "return performance.getEntriesByType('resource')
        .filter(({ name }) => /token|v1.surveys/.test(name)).length";
    assert_eq!(stage.browser.run(asked).await, 1);
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(marks(&records), [""; 0], "{records:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_day_when_the_app_was_built_is_not_sent() {
    let stage = Stage::new().await;
    let old = "bundled = { token: '1.0.00000000000000000000000000000000', work: 20 }";
    let records = answer_in_an_app(&stage, old).await;
    assert_eq!(marks(&records), [""; 0], "{records:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_without_a_network_has_a_token_when_it_is_sent() {
    let stage = Stage::new().await;
    // What was shown, what was chosen, and all of it.
    answer_without_a_network(&stage).await;
    stage.open("/tests/bundled/").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_one_response(&records);
    assert_eq!(marks(&records), [""; 0], "{records:#?}");
    waits(&stage, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_to_be_had_the_answer_goes_all_the_same() {
    for refusal in [
        "Promise.reject(new TypeError())",
        "Promise.resolve(new Response('', { status: 503 }))",
        "Promise.resolve(new Response('<title>Log in</title>'))",
        "Promise.resolve(new Response('{}'))",
    ] {
        let stage = Stage::new().await;
        let before = format!("tokenReply = () => {refusal}");
        let records = answer_in_an_app(&stage, &before).await;
        assert_one_response(&records);
        let marks = marks(&records);
        assert!(marks.iter().all(|mark| *mark == "no_token"), "{marks:?}");
        assert_eq!(marks.len(), records.len(), "{refusal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_new_token_a_response_waits_until_nobody_takes_it_for_too_fast() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    answer_without_a_network(&stage).await;
    // Given out at this moment, at the very beginning of its period.
    let young = "sessionStorage.tokenReply = `(given => new Response(JSON.stringify({
        token: (window.givenAt = Math.floor(Date.now() / 1000)).toString(16) + '.0.' + '0'.repeat(32) })))`";
    browser.run(young).await;
    stage.open("/tests/bundled/").await;
    stage.collector.wait_for_records(2).await;
    waits(&stage, 0).await;
    let age = "const { at, elapsed_ms } = posts.find(({ status }) => status == 'completed');
        return [elapsed_ms > 0, at - givenAt * 1000 >= elapsed_ms]";
    assert_eq!(browser.run(age).await, json!([true, true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_goes_with_the_token_is_done() {
    let stage = Stage::new().await;
    let before = "tokenReply = async (url, init) => {
        const definition = await (await realFetch(url, init)).json();
        return new Response(JSON.stringify({ ...definition, work: 8 }));
    }";
    answer_in_an_app(&stage, before).await;
    let proof = "const { token, response_id, work } = posts.at(-1);
        const text = `${token}:${response_id}:${work}`;
        const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
        return [posts[0].work ?? null, new Uint8Array(hash)[0]]";
    assert_eq!(stage.browser.run(proof).await, json!([null, 0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_out_while_a_token_is_fetched_sends_nothing() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/bundled/").await;
    let slow = "tokenReply = (...given) =>
        new Promise(done => (window.goOn = () => done(realFetch(...given))))";
    browser.run(slow).await;
    browser.wait_until("window.sayso?.show").await;
    browser
        .run("window.show = sayso.show('nps', { force: true })")
        .await;
    browser.wait_until("window.goOn").await;
    browser
        .run("sayso.reset(); goOn(); await new Promise(done => setTimeout(done, 100))")
        .await;
    assert_eq!(browser.run("return posts.length").await, 0);
    waits(&stage, 0).await;
}
