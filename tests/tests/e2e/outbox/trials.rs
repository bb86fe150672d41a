//! What stood in the way of an outbox once: bad entries, idle tabs, an end in mid-flight, work.

use super::{NO_WAY, answer_all_but_send, assert_one_response, fail_to_send, waits};
use sayso_tests::stage::Stage;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_never_taken_does_not_hold_up_the_others() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    fail_to_send(&stage, NO_WAY).await;
    // A filter on the way that dislikes one of them answers without a code.
    let body = "const madeAt = (Date.now() - 1e6).toString(16).padStart(12, '0');
        const key = 'sayso>' + madeAt.slice(0, 8) + '-' + madeAt.slice(8) + '-7000-8000-000000000000:0';
        localStorage.setItem(key, 'filtered');
        window.fetch = (url, init) => init?.body != 'filtered' ? realFetch(url, init)
            : Promise.resolve(new Response('{}', { status: 404 }));
        window.dispatchEvent(new Event('online'))";
    browser.run(body).await;
    browser.wait_for(".thanks").await;
    assert_one_response(&stage.collector.wait_for_records(2).await);
    waits(&stage, 1).await;
    // A log-out forgets what waits, too.
    browser.run("sayso.reset()").await;
    waits(&stage, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_is_merely_open_sends_what_another_one_could_not() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    let [first, second] = browser.open_tab().await;
    browser.go_to_tab(&second).await;
    stage.open("/tests/blank/").await;
    browser.wait_until("window.sayso?.show").await;
    browser.go_to_tab(&first).await;
    answer_all_but_send(&stage).await;
    stage.collector.wait_for_records(1).await;
    browser.run(NO_WAY).await;
    browser.click(".primary").await;
    // The other tab hears of it by the storage, and nobody reloads anything.
    assert_one_response(&stage.collector.wait_for_records(2).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_on_its_way_at_the_end_arms_nothing_again() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    stage.collector.wait_for_records(1).await;
    let body = "window.posts = 0;
        window.realFetch = fetch;
        window.fetch = (url, init) => init?.method != 'POST' ? realFetch(url, init)
            : (posts++, new Promise((_, fail) => window.failNow = () => fail(new TypeError())))";
    browser.run(body).await;
    browser.click(".primary").await;
    browser.wait_until("window.failNow").await;
    browser
        .run("sayso.destroy(); await new Promise(done => setTimeout(done, 50)); failNow()")
        .await;
    let posts = browser
        .run(
            "await new Promise(done => setTimeout(done, 50));
             window.dispatchEvent(new Event('online'));
             document.dispatchEvent(new Event('visibilitychange'));
             await new Promise(done => setTimeout(done, 50));
             return posts",
        )
        .await;
    assert_eq!(posts, 1);
    waits(&stage, 1).await;
    // And the next card works.
    browser.run("window.fetch = realFetch").await;
    answer_all_but_send(&stage).await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_is_asked_for_is_done_and_the_answer_is_kept_meanwhile() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    // As the collector's definitions in a rush; the token is not for so much work.
    let body = "window.realFetch = fetch;
        window.sent = [];
        window.fetch = async (url, init) => {
            if (init?.method == 'POST') sent.push(JSON.parse(init.body));
            const reply = await realFetch(url, init);
            if (!/v1.surveys/.test(url)) return reply;
            return new Response(JSON.stringify({ ...await reply.json(), work: 8 }));
        }";
    browser.run(body).await;
    answer_all_but_send(&stage).await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let proofs = "const [{ token, response_id }, last] = [sent[0], sent.at(-1)];
        const text = `${token}:${response_id}:${last.work}`;
        const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
        return [sent[0].work ?? null, new Uint8Array(hash)[0]]";
    assert_eq!(browser.run(proofs).await, json!([null, 0]));
    assert_eq!(stage.collector.records().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_of_a_signed_link_is_no_age() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    fail_to_send(&stage, NO_WAY).await;
    // The same under an id of version 8, which looks as if it came from 1970; and one that does.
    let body = "const [key] = Object.keys(localStorage).filter(key => /^sayso>./.test(key));
        const body = localStorage.getItem(key);
        for (const version of [7, 8]) {
            const id = '00000000-0000-' + version + '000-8000-000000000000';
            localStorage.setItem('sayso>' + id + ':1',
                body.replace(/\"response_id\":\"[^\"]+\"/, '\"response_id\":\"' + id + '\"'));
        }
        window.fetch = realFetch;
        window.dispatchEvent(new Event('online'))";
    browser.run(body).await;
    browser.wait_for(".thanks").await;
    waits(&stage, 0).await;
    let records = stage.collector.wait_for_records(3).await;
    let ids: Vec<_> = records
        .iter()
        .filter_map(|record| record["response_id"].as_str())
        .filter(|id| id.starts_with("00000000"))
        .collect();
    assert_eq!(ids, ["00000000-0000-8000-8000-000000000000"]);
}
