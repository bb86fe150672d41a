//! The bridge in Chromium, with a stand-in for each host that it knows.

use crate::schema::assert_valid;
use crate::story;
use sayso_tests::stage::Stage;
use serde_json::Value;

const SHOW: &str = "{ sayso: 1, type: 'show', survey: 'nps', force: true }";
const DISMISS: &str = "{ sayso: 1, type: 'dismiss' }";

/// How a host sends a message, as JavaScript.
type Way<'a> = &'a dyn Fn(&str) -> String;

/// What the host was told.
async fn said(stage: &Stage) -> Vec<Value> {
    let said = stage.browser.run("return said").await;
    said.as_array().cloned().unwrap_or_default()
}

/// Waits for a message to the host.
async fn wait_for(stage: &Stage, kind: &str) {
    let expression = format!("window.said?.some(message => message.type == '{kind}')");
    stage.browser.wait_until(&expression).await;
}

/// Answers both questions of `nps`.
async fn answer(stage: &Stage) {
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(7)").await;
    browser.wait_for("textarea").await;
    browser.click("textarea").await;
    browser.press("Too slow").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_host_is_found_and_told_and_heard() {
    let stage = Stage::new().await;
    let to_itself = |message: &str| format!("postMessage({message}, '*')");
    let call = |message: &str| format!("saysoBridge.receive({message})");
    let text = |place: &str, message: &str| {
        format!(
            "{place}.dispatchEvent(new MessageEvent('message', {{ data: JSON.stringify({message}) }}))"
        )
    };
    let hosts: [(&str, Way); 7] = [
        ("ios", &call),
        ("android", &to_itself),
        ("android-sayso", &|message| text("window", message)),
        ("react-native", &|message| text("document", message)),
        ("flutter", &call),
        ("wry", &call),
        ("webview2", &|message| {
            format!("fromApp({{ data: {message} }})")
        }),
    ];
    for (at, (host, send)) in hosts.into_iter().enumerate() {
        stage.open(&format!("/tests/bridge/?host={host}")).await;
        wait_for(&stage, "ready").await;
        stage.browser.run(&send(SHOW)).await;
        answer(&stage).await;
        wait_for(&stage, "completed").await;
        stage.browser.run(&send(DISMISS)).await;
        wait_for(&stage, "dismissed").await;
        let said = said(&stage).await;
        said.iter().for_each(assert_valid);
        assert_eq!(
            story(&said),
            [
                "ready",
                "shown",
                "answered",
                "answered",
                "completed",
                "dismissed"
            ],
            "{host}: {said:#?}"
        );
        assert!(
            said.iter().any(|message| message["type"] == "resize"),
            "{host}"
        );
        let records = stage.collector.wait_for_records(2 * (at + 1)).await;
        let completed = said.iter().find(|message| message["type"] == "completed");
        assert_eq!(
            completed.unwrap()["response_id"],
            records.last().unwrap()["response_id"]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_survey_follows_the_host_and_closes() {
    let stage = Stage::new().await;
    stage.open("/tests/bridge/?host=ios").await;
    // Before the loader is there, and all the same not lost.
    stage
        .browser
        .run(&format!("saysoBridge.receive(JSON.stringify({SHOW}))"))
        .await;
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    browser
        .run("saysoBridge.receive({ sayso: 1, type: 'set', theme: 'dark', locale: 'de' })")
        .await;
    let card = "document.querySelector('sayso-card')";
    browser
        .wait_until(&format!("{card}.dataset.theme == 'dark'"))
        .await;
    browser
        .wait_until(&format!(
            "{card}.shadowRoot.textContent.includes('Wie wahrscheinlich')"
        ))
        .await;
    browser
        .run("saysoBridge.receive({ sayso: 1, type: 'set', theme: null })")
        .await;
    browser.wait_until(&format!("!{card}.dataset.theme")).await;
    browser
        .run(&format!("saysoBridge.receive({DISMISS})"))
        .await;
    browser.wait_until(&format!("!{card}")).await;
    wait_for(&stage, "dismissed").await;
    let said = said(&stage).await;
    said.iter().for_each(assert_valid);
    assert_eq!(story(&said), ["ready", "shown", "dismissed"]);
    assert!(said.last().unwrap()["response_id"].is_string(), "{said:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_cannot_be_shown_is_an_error_with_its_reason() {
    let stage = Stage::new().await;
    stage.open("/tests/bridge/?host=android").await;
    let show = "saysoBridge.receive({ sayso: 1, type: 'show', survey: 'no-such-survey' })";
    stage.browser.run(show).await;
    wait_for(&stage, "error").await;
    let said = said(&stage).await;
    said.iter().for_each(assert_valid);
    let error = said.last().unwrap();
    assert_eq!(error["reason"], "unknown_survey");
    assert_eq!(error["survey"], "no-such-survey");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_loader_the_host_is_told() {
    let mut stage = Stage::new().await;
    stage.open("/tests/bridge/?host=flutter").await;
    wait_for(&stage, "ready").await;
    let bridge = stage
        .browser
        .run("return (await fetch(document.querySelector('script[src*=bridge]').src)).text()")
        .await;
    stage.collector.kill();
    // A bundled bridge, and a loader that does not come.
    stage.open("/tests/blank/").await;
    let page = format!(
        "window.said = []; delete window.sayso; delete window.saysoBridge;
         window.Sayso = {{ postMessage: text => said.push(JSON.parse(text)) }};
         (0, eval)({bridge});
         const tag = document.createElement('script');
         tag.src = '{}/sayso.js?not-cached';
         document.head.append(tag)",
        stage.collector.url()
    );
    stage.browser.run(&page).await;
    wait_for(&stage, "error").await;
    let said = said(&stage).await;
    said.iter().for_each(assert_valid);
    assert_eq!(said.last().unwrap()["reason"], "not_loaded");
}

/// A page on another origin, with the survey page in a frame.
async fn open_around(stage: &Stage, query: &str) {
    stage.open("/tests/blank/").await;
    let origin = stage.browser.run("return location.origin").await;
    let around = origin.as_str().unwrap().replace("127.0.0.1", "localhost");
    let address = format!("{around}/tests/bridge-parent/{query}");
    stage.browser.open(&address).await;
}

/// Goes into the frame.
async fn enter(stage: &Stage) {
    stage.browser.client.clone().enter_frame(0).await.unwrap();
}

/// Goes back to the page around it.
async fn leave(stage: &Stage) {
    let client = stage.browser.client.clone();
    client.enter_parent_frame().await.unwrap();
}

/// Sends a message from the page around into the frame.
async fn send_in(stage: &Stage, message: &str) {
    let body =
        format!("document.querySelector('iframe').contentWindow.postMessage({message}, '*')");
    stage.browser.run(&body).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_around_that_was_named_is_told_and_heard() {
    let stage = Stage::new().await;
    open_around(&stage, "").await;
    wait_for(&stage, "ready").await;
    send_in(&stage, SHOW).await;
    wait_for(&stage, "shown").await;
    enter(&stage).await;
    answer(&stage).await;
    leave(&stage).await;
    wait_for(&stage, "completed").await;
    let said = said(&stage).await;
    said.iter().for_each(assert_valid);
    assert_eq!(
        story(&said),
        ["ready", "shown", "answered", "answered", "completed"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_around_that_was_not_named_is_neither_told_nor_heard() {
    let stage = Stage::new().await;
    for query in ["?parent=", "?parent=*", "?parent=https://shop.example"] {
        open_around(&stage, query).await;
        enter(&stage).await;
        stage.browser.wait_until("window.sayso?.show").await;
        leave(&stage).await;
        send_in(&stage, SHOW).await;
        enter(&stage).await;
        stage.browser.wait_until("heard.length == 1").await;
        // The page itself may ask, and the answer reaches nobody.
        stage
            .browser
            .run(&format!(
                "postMessage({}, '*')",
                SHOW.replace("nps", "feedback")
            ))
            .await;
        stage
            .browser
            .wait_until("document.querySelector('sayso-card')")
            .await;
        let asked = stage.browser.text("#prompt").await;
        assert!(!asked.contains("recommend"), "{query}: {asked}");
        leave(&stage).await;
        assert_eq!(said(&stage).await, [Value::Null; 0], "{query}");
    }
}
