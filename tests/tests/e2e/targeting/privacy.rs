//! What is kept, where, and what is forgotten.

use super::{arrive, assert_nothing_thrown, dismiss, gone, not_shown, put_tag};
use crate::{SHOWN, show};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// The names of what is kept, in local and in session storage.
async fn kept(stage: &Stage) -> Value {
    let body = "return [localStorage, sessionStorage].map(store => Object.keys(store).sort())";
    stage.browser.run(body).await
}

/// Meets a survey that draws lots and rests, and dismisses another.
async fn meet(stage: &Stage, attributes: Value) {
    arrive(stage, attributes).await;
    show(stage, "'for-half'").await;
    stage.browser.run("sayso.destroy()").await;
    assert_eq!(show(stage, "'rests'").await, SHOWN);
    stage.browser.wait_for(".rating").await;
    dismiss(stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_says_where_things_are_kept_and_reset_forgets_them() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    let all = json!(["sayso.last_shown", "sayso.log", "sayso:rests"]);
    for (storage, expected) in [
        ("local", json!([all, []])),
        ("session", json!([[], all])),
        ("none", json!([[], []])),
    ] {
        meet(&stage, json!({ "data-storage": storage })).await;
        let resting = not_shown("cooldown");
        assert_eq!(show(&stage, "'rests'").await, resting, "{storage}");
        assert_eq!(kept(&stage).await, expected, "{storage}");
        // What only sounds like ours is the page's.
        let body = "localStorage.setItem('saysomething', 1); sayso.reset()";
        browser.run(body).await;
        assert_eq!(kept(&stage).await, json!([["saysomething"], []]));
        assert_eq!(show(&stage, "'rests'").await, SHOWN, "{storage}");
        browser
            .run("localStorage.clear(); sessionStorage.clear()")
            .await;
    }
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_storage_none_the_next_page_knows_nothing() {
    let stage = Stage::new().await;
    let none = json!({ "data-storage": "none" });
    meet(&stage, none.clone()).await;
    arrive(&stage, none).await;
    assert_eq!(show(&stage, "'rests'").await, SHOWN);
    assert_eq!(kept(&stage).await, json!([[], []]));
}

#[tokio::test(flavor = "multi_thread")]
async fn under_global_privacy_control_nothing_is_known_of_the_person() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    let private = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })";
    for storage in ["local", "none"] {
        stage.open("/tests/targeting/").await;
        browser.run("sessionStorage.clear()").await;
        browser.run(private).await;
        let tag = json!({ "data-storage": storage, "data-trait-plan": "pro",
                          "data-trait-seats": "9" });
        put_tag(&stage, &tag).await;
        let body = "const outcomes = new Set();
                    for (let round = 0; round < 8; round++) {
                        outcomes.add((await sayso.show('for-half')).shown);
                        sayso.destroy();
                    }
                    return outcomes.size";
        assert_eq!(browser.run(body).await, 1, "one draw");
        // Traits decide in the page, and stay there.
        assert_eq!(show(&stage, "'for-pros'").await, SHOWN);
        browser.wait_for(".rating").await;
        dismiss(&stage).await;
        let body = "return Object.keys(localStorage)";
        assert_eq!(browser.run(body).await, json!([]), "{storage}");
        let body = "return JSON.stringify({ ...sessionStorage })";
        let session = browser.run(body).await;
        let session = session.as_str().unwrap();
        assert!(!session.contains("visitor"), "{session}");
        assert_eq!(session == "{}", storage == "none", "{session}");
    }
    let records = stage.collector.records();
    let of_pros: Vec<&Value> = records
        .iter()
        .filter(|record| record["survey"] == "for-pros")
        .collect();
    assert!(2 <= of_pros.len(), "{records:#?}");
    for record in records {
        let traits = record["respondent"].get("traits");
        let is_empty = traits.is_none_or(|traits| *traits == json!({}));
        assert!(is_empty, "{record:#}");
    }
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_reset_the_page_says_nothing_more_of_the_person() {
    let stage = Stage::new().await;
    let tag = json!({ "data-respondent": "c-1", "data-trait-plan": "pro" });
    arrive(&stage, tag).await;
    assert_eq!(show(&stage, "'rests'").await, SHOWN);
    stage.collector.wait_for_records(1).await;
    stage.browser.run("sayso.destroy(); sayso.reset()").await;
    assert_eq!(show(&stage, "'rests'").await, SHOWN);
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[0]["respondent"]["id"], "c-1");
    assert_eq!(records[0]["respondent"]["traits"], json!({ "plan": "pro" }));
    let text = records[1]["respondent"].to_string();
    assert!(!text.contains("c-1") && !text.contains("pro"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_reset_nobody_goes_on_with_the_card_of_another_person() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(&stage, json!({ "data-respondent": "c-1" })).await;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(8)").await;
    browser.wait_for("textarea").await;
    browser.run("sayso.reset()").await;
    gone(&stage).await;
    // Neither does one that is on its way come.
    let body = "const outcome = sayso.show('nps'); sayso.reset(); return await outcome";
    let outcome = browser.run(body).await;
    assert_eq!(outcome["reason"], "destroyed");
    let body = "const element = document.createElement('sayso-survey');
                element.setAttribute('survey', 'rests');
                document.querySelector('#place').append(element);
                const wait = ms => new Promise(done => setTimeout(done, ms));
                const names = () => performance.getEntriesByType('resource').map(({ name }) => name);
                while (!names().some(name => name.endsWith('/v1/surveys/rests'))) await wait(0);
                sayso.reset();
                await wait(300);
                return element.childElementCount";
    assert_eq!(browser.run(body).await, 0);
    assert_eq!(kept(&stage).await, json!([[], []]));
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    assert_nothing_thrown(&stage).await;
}
