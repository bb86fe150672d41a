//! One card at a time: on the page, across tabs, and not over a dialog of the page.

use super::{answer, armed, arrive, assert_nothing_thrown, came, dismiss, nothing_comes, put_tag};
use crate::{SHOWN, show};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

const CARDS: &str = "return document.querySelectorAll('sayso-card').length";

#[tokio::test(flavor = "multi_thread")]
async fn the_more_important_one_comes_first_and_the_others_in_their_order() {
    let stage = Stage::new().await;
    arrive(&stage, json!({ "data-survey": "usual, on-delay\nurgent" })).await;
    came(&stage, "urgent").await;
    stage.browser.wait_for(".rating").await;
    assert_eq!(stage.browser.run(CARDS).await, 1);
    dismiss(&stage).await;
    came(&stage, "urgent usual").await;
    stage.browser.wait_for(".rating").await;
    assert_eq!(stage.browser.run(CARDS).await, 1);
    dismiss(&stage).await;
    came(&stage, "urgent usual on-delay").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_that_waited_is_looked_at_again_before_it_comes() {
    let stage = Stage::new().await;
    arrive(
        &stage,
        json!({ "data-survey": "urgent not-after-another on-delay" }),
    )
    .await;
    came(&stage, "urgent").await;
    stage.browser.wait_for(".rating").await;
    answer(&stage).await;
    // The second was due before the third; now it is too soon after the first.
    came(&stage, "urgent on-delay").await;
    dismiss(&stage).await;
    nothing_comes(&stage).await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_one_browser_show_one_card_and_the_second_waits() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(&stage, json!({ "data-survey": "on-click" })).await;
    let [first, second] = browser.open_tab().await;
    let click = "const help = document.createElement('i');
                 help.className = 'help';
                 document.body.append(help);
                 help.click()";
    browser.run(click).await;
    came(&stage, "on-click").await;

    browser.go_to_tab(&second).await;
    arrive(&stage, json!({ "data-survey": "on-click" })).await;
    assert_eq!(browser.run("return document.hidden").await, false);
    browser.run(click).await;
    // It tries once a second; the code of the card is there after the first time.
    browser
        .wait_until(
            "performance.getEntriesByType('resource').some(entry =>
                 entry.name.endsWith('/widget.wasm'))",
        )
        .await;
    browser
        .run("await new Promise(done => setTimeout(done, 1200))")
        .await;
    assert_eq!(browser.run("return came").await, json!([]));

    // Who asks for a card gets it in any tab.
    assert_eq!(show(&stage, "'feedback', { force: true }").await, SHOWN);
    browser.run("sayso.dismiss()").await;

    browser.go_to_tab(&first).await;
    dismiss(&stage).await;
    browser.go_to_tab(&second).await;
    came(&stage, "feedback on-click").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dismissed_in_one_tab_does_not_come_in_the_other() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(&stage, json!({ "data-survey": "usual" })).await;
    came(&stage, "usual").await;
    let [first, second] = browser.open_tab().await;
    browser.go_to_tab(&second).await;
    stage.open("/tests/targeting/").await;
    // This tab has been there for longer than the card in the first.
    browser.run("localStorage.removeItem('sayso:usual')").await;
    let both = json!({ "data-survey": "usual on-delay" });
    put_tag(&stage, &both).await;
    armed(&stage, "usual on-delay").await;
    browser.go_to_tab(&first).await;
    dismiss(&stage).await;
    browser.go_to_tab(&second).await;
    came(&stage, "on-delay").await;
    dismiss(&stage).await;
    nothing_comes(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_of_ours_does_not_come_over_what_somebody_writes() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(&stage, json!({ "data-survey": "in-a-dialog" })).await;
    browser.run("document.querySelector('#name').focus()").await;
    browser.run("sayso.track('done')").await;
    // It tries once a second; the code of the card is there after the first time.
    browser
        .wait_until(
            "performance.getEntriesByType('resource').some(entry =>
                 entry.name.endsWith('/full.wasm'))",
        )
        .await;
    for key in ["R", "o", "s", "a"] {
        browser.press(key).await;
        browser
            .run("await new Promise(done => setTimeout(done, 900))")
            .await;
    }
    assert_eq!(browser.run("return came").await, json!([]));
    let state = "const name = document.querySelector('#name');
                 return [name.value, document.activeElement == name]";
    assert_eq!(browser.run(state).await, json!(["Rosa", true]));
    // Some seconds after the last letter, nobody writes any more.
    came(&stage, "in-a-dialog").await;
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_waits_for_an_open_dialog_of_the_page() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    for (open, close) in [
        (
            "document.querySelector('dialog').showModal()",
            "document.querySelector('dialog').close()",
        ),
        (
            "document.querySelector('#place').outerHTML =
                 '<div id=place role=dialog aria-modal=true tabindex=-1>Wait</div>'",
            "document.querySelector('#place').hidden = true",
        ),
    ] {
        stage.open("/tests/targeting/").await;
        browser.run("localStorage.clear()").await;
        browser.run(open).await;
        put_tag(&stage, &json!({ "data-survey": "usual" })).await;
        armed(&stage, "usual").await;
        let has_code = "performance.getEntriesByType('resource').some(entry =>
                            entry.name.endsWith('/widget.wasm'))";
        browser.wait_until(has_code).await;
        browser
            .run("await new Promise(done => setTimeout(done, 1200))")
            .await;
        assert_eq!(browser.run("return came").await, json!([]), "{open}");
        browser.run(close).await;
        came(&stage, "usual").await;
    }
    assert_nothing_thrown(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_asked_for_stands_in_the_open_dialog() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    arrive(&stage, json!({})).await;
    browser
        .run("document.querySelector('dialog').showModal()")
        .await;
    assert_eq!(show(&stage, "'rests'").await, SHOWN);
    browser.wait_for(".rating").await;
    let is_in = "return Boolean(document.querySelector('dialog sayso-card'))";
    assert_eq!(browser.run(is_in).await, Value::Bool(true));
    answer(&stage).await;
    assert_nothing_thrown(&stage).await;
}
