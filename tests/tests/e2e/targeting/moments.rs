//! The triggers: load, dwell, scroll, exit, click, event, several together, call.

use super::{
    add_help, armed, arrive, assert_nothing_thrown, came, click, dismiss, gone, nothing_comes,
    put_tag,
};
use crate::{SHOWN, show};
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, PointerAction, TouchActions};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_is_waited_for_and_so_much_time_in_view() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/targeting/").await;
    browser
        .run(
            "window.at = performance.now();
             document.addEventListener('sayso:shown', () => window.took = performance.now() - at)",
        )
        .await;
    put_tag(&stage, &json!({ "data-survey": "on-delay" })).await;
    came(&stage, "on-delay").await;
    let took = browser.run("return took").await.as_f64().unwrap();
    assert!(699.0 <= took, "{took}");

    // Hidden, seen for an instant, hidden again: only what is spent in sight counts.
    stage.open("/tests/targeting/").await;
    browser
        .run(
            "window.isHidden = true;
             Object.defineProperty(document, 'hidden', { get: () => isHidden });
             window.turn = (hidden) => {
                 isHidden = hidden;
                 document.dispatchEvent(new Event('visibilitychange'));
             }",
        )
        .await;
    put_tag(&stage, &json!({ "data-survey": "dwell" })).await;
    armed(&stage, "dwell").await;
    let body = "turn(false);
                turn(true);
                await new Promise(done => setTimeout(done, 700))";
    browser.run(body).await;
    assert_eq!(browser.run("return came").await, json!([]));
    let body = "window.at = performance.now();
                document.addEventListener('sayso:shown', () => window.took = performance.now() - at);
                turn(false)";
    browser.run(body).await;
    came(&stage, "dwell").await;
    let took = browser.run("return took").await.as_f64().unwrap();
    assert!(500.0 <= took, "{took}");
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scrolling_half_of_the_page_or_most_of_an_inner_scroller_is_a_moment() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(
        &stage,
        json!({ "data-survey": "on-scroll on-inner-scroll" }),
    )
    .await;
    let half = "const way = document.documentElement.scrollHeight - innerHeight;";
    browser.run(&format!("{half} scrollTo(0, way * 0.4)")).await;
    nothing_comes(&stage).await;
    browser
        .run(&format!("{half} scrollTo(0, way * 0.51)"))
        .await;
    came(&stage, "on-scroll").await;
    dismiss(&stage).await;
    browser
        .run("document.querySelector('#inner').scrollTop = 400")
        .await;
    nothing_comes(&stage).await;
    browser
        .run("document.querySelector('#inner').scrollTop = 900")
        .await;
    came(&stage, "on-scroll on-inner-scroll").await;

    // A page that is seen as a whole has been scrolled to its end.
    browser.run("localStorage.clear()").await;
    stage.open("/tests/targeting/").await;
    browser.run("document.querySelector('main').remove()").await;
    put_tag(
        &stage,
        &json!({ "data-survey": "on-scroll on-inner-scroll" }),
    )
    .await;
    came(&stage, "on-scroll").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mouse_that_leaves_through_the_top_is_a_moment() {
    let stage = Stage::new().await;
    arrive(&stage, json!({ "data-survey": "on-exit" })).await;
    let move_to = async |x: i32, y: i32| {
        let mouse = json!({ "type": "mouseMoved", "x": x, "y": y });
        stage
            .browser
            .devtools("Input.dispatchMouseEvent", mouse)
            .await;
    };
    move_to(300, 300).await;
    move_to(-5, 300).await;
    nothing_comes(&stage).await;
    move_to(300, 300).await;
    // From one element to the next, at the very top: it has not left.
    let body = "document.querySelector('h1').dispatchEvent(new MouseEvent('mouseout', {
                    bubbles: true, clientY: 0, relatedTarget: document.body }))";
    stage.browser.run(body).await;
    nothing_comes(&stage).await;
    move_to(300, -5).await;
    came(&stage, "on-exit").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finger_s_quick_way_back_up_is_a_moment() {
    let stage = Stage::with(Window::Phone, &[]).await;
    arrive(&stage, json!({ "data-survey": "on-exit" })).await;
    stroke(&stage, -60.0).await;
    stroke(&stage, -60.0).await;
    stage.browser.wait_until("900 < scrollY").await;
    nothing_comes(&stage).await;
    // On a busy machine the first one may be no quick one.
    for _ in 0..5 {
        stroke(&stage, 60.0).await;
        if stage.browser.run("return came.length").await != 0 {
            break;
        }
        stroke(&stage, -60.0).await;
    }
    came(&stage, "on-exit").await;
    assert_nothing_thrown(&stage).await;
}

/// A finger goes over the screen in ten steps of so many pixels down.
async fn stroke(stage: &Stage, step: f64) {
    let (x, button) = (180.0, MOUSE_BUTTON_LEFT);
    let move_to = |at: u8, duration: Option<Duration>| PointerAction::MoveTo {
        duration,
        x,
        y: 370.0 + step * (f64::from(at) - 5.0),
    };
    let mut finger = TouchActions::new("finger".into())
        .then(move_to(0, None))
        .then(PointerAction::Down { button });
    for at in 1..=10 {
        finger = finger.then(move_to(at, Some(Duration::from_millis(16))));
    }
    let finger = finger.then(PointerAction::Up { button });
    stage.browser.client.perform_actions(finger).await.unwrap();
}

/// Scrolls with a clock of its own: `go(px, steps, ms)`, the time for each step.
const SCROLL_BY_HAND: &str = "
    let clock = performance.now();
    performance.now = () => clock;
    window.go = async (px, steps, ms) => {
        for (let step = 0; step < steps; step++) {
            const scrolled = new Promise(done =>
                document.addEventListener('scroll', done, { once: true }));
            clock += ms;
            scrollBy(0, px);
            await scrolled;
        }
    }";

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_way_up_is_no_moment_and_hides_none_that_follows() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(&stage, json!({ "data-survey": "on-exit" })).await;
    browser.run(SCROLL_BY_HAND).await;
    browser
        .run("await go(200, 10, 16); await go(-60, 10, 16)")
        .await;
    nothing_comes(&stage).await;
    let finger = "dispatchEvent(new TouchEvent('touchstart')); await go(200, 5, 16)";
    browser.run(finger).await;
    // A link to the top is no stroke.
    browser
        .run("await go(-2000, 1, 16); await go(200, 10, 16)")
        .await;
    nothing_comes(&stage).await;
    browser.run("await go(-10, 30, 50)").await;
    nothing_comes(&stage).await;
    browser.run("await go(-60, 10, 16)").await;
    came(&stage, "on-exit").await;
    assert_nothing_thrown(&stage).await;
}

async fn a_click_on_a_button_that_comes_later(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    arrive(&stage, json!({ "data-survey": "on-click" })).await;
    click(&stage, "document.querySelector('#own-help')").await;
    nothing_comes(&stage).await;
    add_help(&stage).await;
    // The page keeps its clicks to itself.
    let body =
        "document.querySelector('.help').addEventListener('click', e => e.stopPropagation())";
    stage.browser.run(body).await;
    click(&stage, "document.querySelector('.help b')").await;
    came(&stage, "on-click").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_button_that_comes_later_is_a_moment_in_chromium() {
    a_click_on_a_button_that_comes_later(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_button_that_comes_later_is_a_moment_in_firefox() {
    a_click_on_a_button_that_comes_later(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_a_button_that_comes_later_is_a_moment_in_webkit() {
    a_click_on_a_button_that_comes_later(Engine::WebKit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_the_page_is_a_moment_if_its_properties_fit() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    let survey = json!({ "data-survey": "on-purchase" });
    arrive(&stage, survey.clone()).await;
    for unfit in [
        "sayso.track('purchase')",
        "sayso.track('purchase', { amount: 49, plan: 'pro' })",
        "sayso.track('purchase', { amount: '80', plan: 'pro' })",
        "sayso.track('purchase', { amount: 80, plan: 'free' })",
        "sayso.track('refund', { amount: 80, plan: 'pro' })",
        "document.dispatchEvent(new CustomEvent('purchase'))",
        "document.dispatchEvent(new CustomEvent('purchase', { detail: { amount: 80 } }))",
    ] {
        browser.run(unfit).await;
        nothing_comes(&stage).await;
    }
    browser
        .run("sayso.track('purchase', { amount: 80, plan: 'team' })")
        .await;
    came(&stage, "on-purchase").await;

    // As an event of the DOM, and tracked before the survey was there.
    for fit in [
        "document.dispatchEvent(new CustomEvent('purchase',
             { detail: { amount: 50, plan: 'pro' } }))",
        "",
    ] {
        stage.open("/tests/targeting/").await;
        if fit.is_empty() {
            let early = "window.sayso = [['track', 'purchase', { amount: 80, plan: 'pro' }]]";
            browser.run(early).await;
        }
        put_tag(&stage, &survey).await;
        armed(&stage, "on-purchase").await;
        browser.run(fit).await;
        came(&stage, "on-purchase").await;
    }
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_moments_one_is_enough_or_all_must_come() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    let buy = "sayso.track('purchase', { amount: 80, plan: 'pro' })";
    arrive(&stage, json!({ "data-survey": "on-all" })).await;
    add_help(&stage).await;
    click(&stage, "document.querySelector('.help')").await;
    click(&stage, "document.querySelector('.help')").await;
    nothing_comes(&stage).await;
    browser.run(buy).await;
    came(&stage, "on-all").await;

    arrive(&stage, json!({ "data-survey": "on-any" })).await;
    add_help(&stage).await;
    browser.run("sayso.track('purchase')").await;
    nothing_comes(&stage).await;
    click(&stage, "document.querySelector('.help')").await;
    came(&stage, "on-any").await;
    dismiss(&stage).await;
    browser.run(buy).await;
    came(&stage, "on-any on-any").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_on_call_comes_when_it_is_called() {
    let stage = Stage::new().await;
    arrive(&stage, json!({ "data-survey": "capped on-click" })).await;
    nothing_comes(&stage).await;
    assert_eq!(show(&stage, "'capped'").await, SHOWN);
    came(&stage, "capped").await;
    stage.browser.run("sayso.dismiss()").await;
    gone(&stage).await;
    // What is not on the tag can be called as well.
    assert_eq!(show(&stage, "'rests'").await, SHOWN);
    came(&stage, "capped rests").await;
    let count = "return document.querySelectorAll('sayso-card').length";
    assert_eq!(stage.browser.run(count).await, Value::from(1));
}
