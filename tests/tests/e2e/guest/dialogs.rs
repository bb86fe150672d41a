//! Dialogs and shortcuts of the page.

use crate::displays::{in_card, show_anew};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::card::key;
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

async fn write_and_send(stage: &Stage, state: &str) {
    let browser = &stage.browser;
    browser.run("heard.length = 0").await;
    browser.click("textarea").await;
    browser.press("More chairs, k?").await;
    let written = browser.written().await;
    assert_eq!(written, "More chairs, k?", "{state}");
    assert_eq!(
        browser.run("return heard").await,
        json!(["click"]),
        "{state}: no shortcut is heard"
    );
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
}

async fn a_card_can_be_written_in_beside_any_dialog_of_the_page(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let browser = &stage.browser;
    let trap =
        "document.querySelector('#trap').hidden = false; document.querySelector('#first').focus()";
    let dialog = "document.querySelector('#dialog').showModal()";
    for (open, holder) in [("", "BODY"), (trap, "trap"), (dialog, "dialog")] {
        stage.open("/tests/host-modal/").await;
        browser.run(open).await;
        for options in [
            "display: 'popover'",
            "display: 'bar', focus: true",
            "display: 'modal'",
        ] {
            let state = format!("{holder} {options}");
            show_anew(&stage, "gallery-text", options).await;
            let parent = in_card(
                &stage,
                "return host.parentElement.id || host.parentElement.tagName",
            );
            assert_eq!(parent.await, holder, "{state}");
            let met =
                "return document.elementFromPoint(box.x + box.width / 2, box.y + 20).localName";
            assert_eq!(in_card(&stage, met).await, "sayso-card", "{state}");
            write_and_send(&stage, &state).await;
        }
        // Escape closes the card, and not what is below it.
        show_anew(&stage, "gallery-text", "focus: true").await;
        browser.wait_for_focus("textarea").await;
        browser.press(&key::ESCAPE.to_string()).await;
        browser
            .wait_until("!document.querySelector('sayso-card')")
            .await;
        let open = "return [!document.querySelector('#trap').hidden, document.querySelector('#dialog').open]";
        assert_eq!(
            browser.run(open).await,
            json!([holder == "trap", holder == "dialog"]),
            "{holder}"
        );
    }
    // A dialog that opens later, with a trap that knows nothing of the card.
    stage.open("/tests/host-modal/").await;
    show_anew(&stage, "gallery-text", "").await;
    browser.run(trap).await;
    write_and_send(&stage, "a later trap").await;
    // The page's own dialog is as it was.
    let focused: Value = browser
        .run("document.querySelector('#opener').focus(); return document.activeElement.id")
        .await;
    assert_eq!(focused, "first", "the trap still works");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_can_be_written_in_beside_any_dialog_of_the_page_in_chromium() {
    a_card_can_be_written_in_beside_any_dialog_of_the_page(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_can_be_written_in_beside_any_dialog_of_the_page_in_firefox() {
    a_card_can_be_written_in_beside_any_dialog_of_the_page(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_can_be_written_in_beside_any_dialog_of_the_page_in_webkit() {
    a_card_can_be_written_in_beside_any_dialog_of_the_page(Engine::WebKit).await;
}
