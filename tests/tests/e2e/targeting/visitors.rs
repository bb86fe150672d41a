//! Who is asked: device, language, traits, visits, and a stable share of all.

use super::{LOADED, arrive, gone, later, not_shown, put_tag};
use crate::{SHOWN, show};
use sayso_tests::browser::Window;
use sayso_tests::stage::{Stage, root};
use serde_json::{Value, json};

/// Calls a survey, says what came of it, and takes the card away.
async fn call(stage: &Stage, arguments: &str) -> String {
    let outcome = show(stage, arguments).await;
    stage.browser.run("sayso.destroy()").await;
    gone(stage).await;
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mouse_is_a_desktop_and_language_and_traits_are_those_that_the_page_says() {
    let stage = Stage::new().await;
    arrive(
        &stage,
        json!({ "data-trait-plan": "team", "data-trait-seats": "5" }),
    )
    .await;
    for arguments in [
        "'for-desktops'",
        "'for-germans', { locale: 'de' }",
        "'for-germans', { locale: 'de-AT' }",
        "'for-pros'",
        "'for-pros', { traits: { plan: 'pro', seats: 80 } }",
        "'for-phones', { force: true }",
    ] {
        assert_eq!(call(&stage, arguments).await, SHOWN, "{arguments}");
    }
    for arguments in [
        "'for-phones'",
        // The browser speaks English, and `den` is another language.
        "'for-germans'",
        "'for-germans', { locale: 'den' }",
        "'for-pros', { traits: { plan: 'free' } }",
        "'for-pros', { traits: { seats: 4 } }",
        "'for-pros', { traits: { seats: '80' } }",
    ] {
        let outcome = call(&stage, arguments).await;
        assert_eq!(outcome, not_shown("not_in_audience"), "{arguments}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_screen_for_a_finger_is_a_phone() {
    let stage = Stage::with(Window::Phone, &[]).await;
    arrive(&stage, json!({})).await;
    assert_eq!(call(&stage, "'for-phones'").await, SHOWN);
    assert_eq!(
        call(&stage, "'for-desktops'").await,
        not_shown("not_in_audience")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_half_an_hour_away_a_visitor_returns() {
    let stage = Stage::new().await;
    let refused = not_shown("not_in_audience");
    arrive(&stage, json!({})).await;
    assert_eq!(call(&stage, "'for-first-visits'").await, SHOWN);
    assert_eq!(call(&stage, "'for-returning'").await, refused);
    // The next page of the same visit.
    arrive(&stage, json!({})).await;
    assert_eq!(call(&stage, "'for-first-visits'").await, SHOWN);
    assert_eq!(call(&stage, "'for-returning'").await, refused);
    // The next day.
    stage.open("/tests/targeting/").await;
    later(&stage, 1).await;
    put_tag(&stage, &json!({})).await;
    assert_eq!(call(&stage, "'for-first-visits'").await, refused);
    assert_eq!(call(&stage, "'for-returning'").await, SHOWN);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_draw_of_a_visitor_is_the_one_that_the_collector_computes() {
    let vectors = std::fs::read_to_string(root().join("core/tests/vectors/sampling.json"));
    // As text: the last bit of each number counts.
    let vectors = vectors.unwrap();
    let count = vectors.matches("unit").count();
    assert!(5 < count);
    let stage = Stage::new().await;
    arrive(&stage, json!({ "data-survey": "on-click" })).await;
    let body = format!(
        "const rules = await import({LOADED}.find(name => name.endsWith('/rules.js')));
         const vectors = {vectors};
         return [vectors.length, vectors.filter(({{ survey, visitor, unit }}) =>
                                     rules.unit(survey, visitor) !== unit)]"
    );
    assert_eq!(stage.browser.run(&body).await, json!([count, []]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_visitor_gets_the_same_draw_on_every_page() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(&stage, json!({ "data-survey": "on-click" })).await;
    // Who is who to the page decides; of forty both kinds are there.
    let body = format!(
        "const rules = await import({LOADED}.find(name => name.endsWith('/rules.js')));
         const wrong = [];
         let count = 0;
         for (let respondent = 0; respondent < 40; respondent++) {{
             const {{ reason }} = await sayso.show('for-half', {{ respondent: 'c-' + respondent }});
             const isAsked = rules.unit('for-half', 'c-' + respondent) < 0.5;
             if (reason != (isAsked ? undefined : 'sampled_out')) wrong.push([respondent, reason]);
             if (isAsked) count++;
             sayso.destroy();
         }}
         return [wrong, 0 < count && count < 40, localStorage['sayso.log']?.includes('visitor')]"
    );
    assert_eq!(browser.run(&body).await, json!([[], true, false]));

    // A visitor without a name has one for us, in storage.
    let mut outcomes = Vec::new();
    for _ in 0..3 {
        arrive(&stage, json!({})).await;
        outcomes.push(call(&stage, "'for-half'").await);
    }
    let visitor = "return JSON.parse(localStorage['sayso.log']).visitor";
    let visitor = browser.run(visitor).await;
    assert!(10 < visitor.as_str().unwrap().len(), "{visitor}");
    let unit = format!("return rules.unit('for-half', {visitor}) < 0.5");
    arrive(&stage, json!({ "data-survey": "on-click" })).await;
    let is_asked = browser.run(&format!("{} {unit}", super::rules())).await;
    let expected = if is_asked == Value::Bool(true) {
        SHOWN.to_owned()
    } else {
        not_shown("sampled_out")
    };
    assert_eq!(outcomes, vec![expected; 3]);
}
