//! The outbox: what was answered arrives once, whenever there is a way.

mod tokens;
mod trials;

use crate::{SHOWN, show};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// The keys of what waits in the storage.
const WAITING: &str =
    "Object.keys(localStorage).filter(key => key.startsWith('sayso>') && key != 'sayso>')";

/// Replies of a collector that has no room, and wants to be left alone for an hour.
const NO_ROOM: &str = "window.posts = 0;
    window.realFetch ??= fetch;
    window.fetch = (url, init) => init?.method != 'POST' ? realFetch(url, init)
        : (posts++, Promise.resolve(new Response(JSON.stringify({ code: 'storage_unavailable' }),
              { status: 503, headers: { 'Retry-After': '3600' } })))";

/// No way to the collector, for answers alone.
const NO_WAY: &str = "window.realFetch ??= fetch;
    window.fetch = (url, init) =>
        init?.method != 'POST' ? realFetch(url, init) : Promise.reject(new TypeError())";

/// Shows `nps` and goes to its last question, with a rating of 6 and a text.
async fn answer_all_but_send(stage: &Stage) {
    let browser = &stage.browser;
    assert_eq!(show(stage, "'nps', { force: true }").await, SHOWN);
    browser.click(".rating:nth-child(7)").await;
    browser.wait_for("textarea").await;
    browser.click("textarea").await;
    browser.press("Too slow").await;
}

/// Answers `nps`, but what is made of `fetch` keeps the answer from being sent.
async fn fail_to_send(stage: &Stage, fetch: &str) {
    let browser = &stage.browser;
    answer_all_but_send(stage).await;
    stage.collector.wait_for_records(1).await;
    browser.run(fetch).await;
    browser.click(".primary").await;
    browser
        .wait_for_error("Your answer could not be sent")
        .await;
}

async fn waits(stage: &Stage, count: usize) {
    let expression = format!("{WAITING}.length == {count}");
    stage.browser.wait_until(&expression).await;
}

/// One response, complete, and none of its submissions twice.
fn assert_one_response(records: &[Value]) {
    let mut seqs: Vec<_> = records.iter().map(|record| &record["seq"]).collect();
    seqs.sort_by_key(|seq| seq.as_u64());
    seqs.dedup();
    assert_eq!(seqs.len(), records.len(), "{records:#?}");
    let id = &records[0]["response_id"];
    assert!(
        records.iter().all(|record| &record["response_id"] == id),
        "{records:#?}"
    );
    let last = records
        .iter()
        .max_by_key(|record| record["seq"].as_u64())
        .unwrap();
    assert_eq!(last["status"], "completed");
    assert_eq!(
        last["answers"],
        json!({ "recommend": 6, "why": "Too slow" })
    );
}

async fn go_offline(stage: &Stage, is_offline: bool) {
    let conditions = json!({
        "offline": is_offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    stage.browser.devtools("Network.enable", json!({})).await;
    stage
        .browser
        .devtools("Network.emulateNetworkConditions", conditions)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_answered_closed_and_online_again_is_one_response() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    stage.collector.wait_for_records(1).await;
    go_offline(&stage, true).await;
    browser.click(".primary").await;
    browser
        .wait_for_error("Your answer could not be sent")
        .await;
    browser.click(".close").await;
    waits(&stage, 1).await;
    go_offline(&stage, false).await;
    // Another page of the same site sends it.
    stage.open("/tests/later/").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_one_response(&records);
    waits(&stage, 0).await;
    browser
        .wait_until("localStorage.getItem('sayso>') == null")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_come_by_themselves_when_the_collector_is_back() {
    for page in ["/tests/blank/", "/tests/no-storage/"] {
        let mut stage = Stage::new().await;
        stage.open(page).await;
        answer_all_but_send(&stage).await;
        stage.collector.wait_for_records(1).await;
        stage.collector.kill();
        stage.browser.click(".primary").await;
        stage
            .browser
            .wait_for_error("Your answer could not be sent")
            .await;
        // It has been tried more than once by then.
        stage
            .browser
            .run("await new Promise(done => setTimeout(done, 4000))")
            .await;
        assert!(!stage.browser.has(".thanks").await, "{page}");
        stage.restart_collector();
        stage.browser.wait_for(".thanks").await;
        let records = stage.collector.wait_for_records(2).await;
        assert_one_response(&records);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_tab_could_not_send_another_sends_and_none_twice() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    let [first, second] = browser.open_tab().await;
    fail_to_send(&stage, NO_WAY).await;
    browser.go_to_tab(&second).await;
    stage.open("/tests/blank/").await;
    assert_one_response(&stage.collector.wait_for_records(2).await);
    // And a response of its own.
    answer_all_but_send(&stage).await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    // The first one asks, hears that it is there, and says thanks.
    browser.go_to_tab(&first).await;
    browser
        .run("window.fetch = realFetch; window.dispatchEvent(new Event('online'))")
        .await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.records();
    let own = records[0]["response_id"].clone();
    let (ours, others): (Vec<_>, Vec<_>) = records
        .into_iter()
        .partition(|record| record["response_id"] == own);
    assert_one_response(&ours);
    assert_one_response(&others);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_score_counts_though_there_was_no_way_when_the_visitor_left() {
    for engine in [Engine::Chromium, Engine::Firefox, Engine::WebKit] {
        let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
        let browser = &stage.browser;
        stage.open("/tests/blank/").await;
        assert_eq!(show(&stage, "'nps'").await, SHOWN);
        stage.collector.wait_for_records(1).await;
        browser.run(NO_WAY).await;
        browser.click(".rating:nth-child(9)").await;
        browser.wait_for("textarea").await;
        stage.open("/tests/later/").await;
        let records = stage.collector.wait_for_records(2).await;
        assert_eq!(records[1]["status"], "partial", "{engine:?}");
        assert_eq!(
            records[1]["answers"],
            json!({ "recommend": 8 }),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_asks_for_time_gets_it_also_from_the_next_page() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    fail_to_send(&stage, NO_ROOM).await;
    let wait = browser
        .run("return localStorage.getItem('sayso>') - Date.now()")
        .await;
    assert!(
        (3500e3..=3600e3).contains(&wait.as_f64().unwrap()),
        "{wait}"
    );
    stage.open("/tests/blank/").await;
    browser.wait_until("window.sayso?.show").await;
    let loaded =
        "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('outbox.js'))";
    browser.wait_until(loaded).await;
    // A page that comes back into view is a reason to try, but not yet.
    browser
        .run("document.dispatchEvent(new Event('visibilitychange'))")
        .await;
    waits(&stage, 1).await;
    browser
        .run("localStorage.setItem('sayso>', Date.now() - 1)")
        .await;
    browser
        .run("window.dispatchEvent(new Event('online'))")
        .await;
    let records = stage.collector.wait_for_records(2).await;
    assert_one_response(&records);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_no_ends_it_and_is_said() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    browser.wait_until("window.sayso?.show").await;
    let body = "const id = '0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e';
        const madeAt = Date.now().toString(16).padStart(12, '0');
        const young = madeAt.slice(0, 8) + '-' + madeAt.slice(8) + id.slice(13);
        const body = (id, survey) => JSON.stringify({ response_id: id, seq: 0, survey,
            survey_version: '0badc0de', status: 'shown', answers: {} });
        localStorage.setItem('sayso>' + young + ':0', body(young, 'nobody'));
        localStorage.setItem('sayso>' + id + ':0', body(id, 'nps'));
        localStorage.setItem('sayso>', 1)";
    browser.run(body).await;
    drop(browser.console().await);
    stage.open("/tests/blank/").await;
    waits(&stage, 0).await;
    let console = browser.console().await.join("\n");
    assert!(
        console.contains("not stored, and not tried again: unknown_survey"),
        "{console}"
    );
    assert!(console.contains("it waited for 30 days"), "{console}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_is_bounded_and_the_oldest_go_first() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    stage.collector.wait_for_records(1).await;
    browser.run(NO_WAY).await;
    let body = "for (let at = 0; at < 250; at++)
        localStorage.setItem('sayso>00000000-0000-7000-8000-' + String(at).padStart(12, '0') + ':0', '{}')";
    browser.run(body).await;
    browser.click(".rating:nth-child(9)").await;
    browser.wait_for("textarea").await;
    browser.click(".close").await;
    waits(&stage, 200).await;
    let newest = browser
        .run(&format!("return {WAITING}.sort().at(-1)"))
        .await;
    assert!(
        !newest.as_str().unwrap().contains("-7000-8000-"),
        "what was just said is there"
    );
    let oldest = browser.run(&format!("return {WAITING}.sort()[0]")).await;
    assert!(oldest.as_str().unwrap().ends_with("0051:0"), "{oldest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_destroy_nothing_is_tried_and_the_answers_stay() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/blank/").await;
    answer_all_but_send(&stage).await;
    stage.collector.wait_for_records(1).await;
    browser.run(&format!("{NO_ROOM}; window.timers = new Set();
        const [set, clear] = [setTimeout, clearTimeout];
        window.setTimeout = (...given) => {{ const timer = set(...given); timers.add(timer); return timer }};
        window.clearTimeout = timer => {{ timers.delete(timer); clear(timer) }}")).await;
    browser.click(".primary").await;
    browser
        .wait_for_error("Your answer could not be sent")
        .await;
    browser.run("sayso.destroy()").await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    let posts = browser
        .run("await 0; window.dispatchEvent(new Event('online')); return posts")
        .await;
    assert_eq!(posts, 1);
    waits(&stage, 1).await;
}
