//! How often: cooldowns, a cap, a gentle second ask, waves. The clock is moved.

use super::{answer, arrive, came, dismiss, later, not_shown, nothing_comes, put_tag};
use crate::{SHOWN, show};
use sayso_tests::stage::Stage;
use serde_json::json;

/// A new page, so many days after the first.
async fn arrive_later(stage: &Stage, days: u32) {
    stage.open("/tests/targeting/").await;
    later(stage, days).await;
    put_tag(stage, &json!({})).await;
}

/// What a call says, so many days after the first.
async fn ask(stage: &Stage, survey: &str, days: u32) -> String {
    arrive_later(stage, days).await;
    let outcome = show(stage, &format!("'{survey}'")).await;
    if outcome == SHOWN {
        stage.browser.wait_for(".rating").await;
    }
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_rests_after_an_answer_and_after_a_dismissal() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "rests", 0).await, SHOWN);
    dismiss(&stage).await;
    assert_eq!(ask(&stage, "rests", 29).await, not_shown("cooldown"));
    assert_eq!(ask(&stage, "capped", 29).await, SHOWN, "another one may");
    assert_eq!(ask(&stage, "rests", 31).await, SHOWN);
    answer(&stage).await;
    assert_eq!(ask(&stage, "rests", 60).await, not_shown("cooldown"));
    assert_eq!(ask(&stage, "rests", 62).await, SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_is_one() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "nps", 0).await, SHOWN);
    stage.browser.click(".rating:nth-child(8)").await;
    stage.browser.wait_for("textarea").await;
    // The visitor goes on to another page.
    assert_eq!(ask(&stage, "nps", 1).await, not_shown("cooldown"));
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "partial");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_nobody_cared_for_comes_again_a_day_later() {
    let stage = Stage::new().await;
    let named = json!({ "data-survey": "usual" });
    for (days, expected) in [(0, "usual"), (0, ""), (2, "usual"), (2, "")] {
        stage.open("/tests/targeting/").await;
        later(&stage, days).await;
        put_tag(&stage, &named).await;
        if expected.is_empty() {
            nothing_comes(&stage).await;
            // Who asks for it gets it no sooner, as after a dismissal.
            let outcome = show(&stage, "'usual'").await;
            assert_eq!(outcome, not_shown("cooldown"));
        } else {
            came(&stage, expected).await;
        }
    }
    // A card that somebody asked for is met once.
    assert_eq!(ask(&stage, "rests", 2).await, SHOWN);
    assert_eq!(ask(&stage, "rests", 2).await, SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cooldown_looks_at_all_surveys() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "rests-after-any", 0).await, SHOWN);
    assert_eq!(
        ask(&stage, "rests-after-any", 6).await,
        not_shown("asked_recently")
    );
    assert_eq!(ask(&stage, "rests-after-any", 8).await, SHOWN);
    // A survey without any rules counts as well.
    assert_eq!(ask(&stage, "feedback", 16).await, SHOWN);
    assert_eq!(
        ask(&stage, "rests-after-any", 22).await,
        not_shown("asked_recently")
    );
    assert_eq!(ask(&stage, "rests-after-any", 24).await, SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_is_shown_no_more_often_than_its_cap() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "capped", 0).await, SHOWN);
    answer(&stage).await;
    assert_eq!(ask(&stage, "capped", 0).await, SHOWN);
    dismiss(&stage).await;
    assert_eq!(ask(&stage, "capped", 0).await, not_shown("asked_enough"));
    assert_eq!(ask(&stage, "capped", 3000).await, not_shown("asked_enough"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_dismissal_a_survey_asks_so_many_times_more_and_then_stops() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "asks-again", 0).await, SHOWN);
    dismiss(&stage).await;
    assert_eq!(ask(&stage, "asks-again", 29).await, not_shown("cooldown"));
    assert_eq!(ask(&stage, "asks-again", 31).await, SHOWN);
    dismiss(&stage).await;
    assert_eq!(ask(&stage, "asks-again", 60).await, not_shown("cooldown"));
    assert_eq!(ask(&stage, "asks-again", 62).await, SHOWN);
    dismiss(&stage).await;
    assert_eq!(
        ask(&stage, "asks-again", 100).await,
        not_shown("asked_enough")
    );
    assert_eq!(
        ask(&stage, "asks-again", 3000).await,
        not_shown("asked_enough")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_rests_as_long_as_it_says_although_a_dismissal_asks_again() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "asks-again", 0).await, SHOWN);
    dismiss(&stage).await;
    assert_eq!(ask(&stage, "asks-again", 31).await, SHOWN);
    answer(&stage).await;
    assert_eq!(ask(&stage, "asks-again", 100).await, not_shown("cooldown"));
    assert_eq!(ask(&stage, "asks-again", 397).await, SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_each_wave_one_answer_whatever_the_cooldown_says() {
    let stage = Stage::new().await;
    // Days from now to the middle of the next wave.
    arrive(&stage, json!({})).await;
    let body = "const days = (Date.now() - Date.parse('2026-01-01')) / 864e5;
                return Math.ceil(Math.max(0, days) / 90) * 90 + 45 - Math.floor(days)";
    let middle = stage.browser.run(body).await.as_u64().unwrap();
    let middle = u32::try_from(middle).unwrap();
    assert_eq!(ask(&stage, "in-waves", middle).await, SHOWN);
    answer(&stage).await;
    assert_eq!(
        ask(&stage, "in-waves", middle + 30).await,
        not_shown("cooldown")
    );
    assert_eq!(ask(&stage, "in-waves", middle + 60).await, SHOWN);
    dismiss(&stage).await;
    assert_eq!(
        ask(&stage, "in-waves", middle + 80).await,
        not_shown("cooldown")
    );
    assert_eq!(ask(&stage, "in-waves", middle + 150).await, SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_wave_nobody_is_asked() {
    let stage = Stage::new().await;
    stage.open("/tests/targeting/").await;
    let stub = "Date.now = () => Date.parse('2025-12-31T23:00:00Z')";
    stage.browser.run(stub).await;
    put_tag(&stage, &json!({})).await;
    assert_eq!(show(&stage, "'in-waves'").await, not_shown("cooldown"));
    let stub = "Date.now = () => Date.parse('2026-01-01T01:00:00Z')";
    stage.browser.run(stub).await;
    assert_eq!(show(&stage, "'in-waves'").await, SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_why_a_survey_does_not_come() {
    let stage = Stage::new().await;
    let named = json!({ "data-survey": "usual for-germans capped in-a-dialog" });
    stage.open("/tests/targeting/").await;
    stage
        .browser
        .run("localStorage['sayso:usual'] = Date.UTC(2099, 0, 2)")
        .await;
    put_tag(&stage, &named).await;
    let found = stage.browser.run("return await sayso.diagnose()").await;
    let said = |at: usize| {
        (
            found["surveys"][at]["reason"].as_str(),
            found["surveys"][at]["until"].as_str(),
        )
    };
    let until = "2099-01-02T00:00:00.000Z";
    assert_eq!(said(0), (Some("cooldown"), Some(until)), "{found}");
    assert_eq!(said(1), (Some("not_in_audience"), None), "{found}");
    assert_eq!(said(2), (None, None), "{found}");
    assert_eq!(found["surveys"][3]["trigger"]["on"], "event", "{found}");
    let console = stage.browser.console().await.join("\n");
    for told in [
        format!("survey usual rests for this visitor until {until}"),
        "survey for-germans is not for this visitor: look at its audience".to_owned(),
        "survey capped waits for sayso.show".to_owned(),
    ] {
        assert!(console.contains(&told), "{told}: {console}");
    }
}
