//! From the question to the line on disk: by mouse, by keyboard, by finger.

use crate::{SHOWN, assert_quiet, events, listen, show};
use sayso_tests::browser::Window;
use sayso_tests::card::key;
use sayso_tests::stage::Stage;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_answers_by_mouse_and_every_field_of_the_lines_is_right() {
    let stage = Stage::new().await;
    stage.open("/script-tag/?utm_source=mail#top").await;
    let browser = &stage.browser;
    listen(&stage).await;
    browser.wait_for(".rating").await;
    assert_eq!(browser.text(".primary").await, "Next");
    browser.click(".rating:nth-child(10)").await;
    browser.wait_for("textarea").await;
    browser.click("textarea").await;
    browser.press("Quick delivery 🙂").await;
    assert_eq!(browser.text(".primary").await, "Send");
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    let (shown, completed) = (&records[0], &records[1]);

    assert_eq!(shown["status"], "shown");
    assert_eq!(shown["seq"], 0);
    assert_eq!(shown["answers"], json!({}));
    assert_eq!(completed["schema"], 1);
    assert_eq!(completed["seq"], 1);
    assert_eq!(completed["status"], "completed");
    assert_eq!(completed["survey"], "nps");
    assert_eq!(
        completed["answers"],
        json!({ "recommend": 9, "why": "Quick delivery 🙂" })
    );
    assert_eq!(completed["touchpoint"], "relationship");
    assert_eq!(completed["channel"], "web");
    assert_eq!(completed["locale"], "en");
    assert!(
        completed.get("respondent").is_none(),
        "the page said nothing of the respondent"
    );
    let url = completed["context"]["url"].as_str().unwrap();
    assert!(
        url.ends_with("/script-tag/"),
        "no query and no fragment: {url}"
    );
    assert!(completed["elapsed_ms"].as_u64() >= shown["elapsed_ms"].as_u64());
    let id = completed["response_id"].as_str().unwrap();
    assert_eq!(shown["response_id"], id);
    assert_eq!(id.as_bytes().get(14), Some(&b'7'), "a UUIDv7: {id}");
    let version = completed["survey_version"].as_str().unwrap();
    assert!(version.len() == 8 && version.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let received = completed["received_at"].as_str().unwrap();
    assert!(
        received.ends_with('Z') && received.len() == 24,
        "{received}"
    );
    assert_eq!(
        events(&stage).await,
        [
            "shown nps",
            "answered recommend",
            "answered why",
            "completed nps"
        ]
    );
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_answers_with_the_keyboard_alone() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    assert_eq!(
        browser.focused().await,
        "",
        "no focus is taken that was not given"
    );
    // From the page's one field: the close button, then the ratings.
    browser.run("document.querySelector('#name').focus()").await;
    browser.press(&key::TAB.to_string()).await;
    assert_eq!(browser.focused().await, "button");
    browser.press(&key::TAB.to_string()).await;
    assert_eq!(browser.focused().await, "input 0");
    browser.press(" ").await;
    browser.press(&key::RIGHT.to_string().repeat(8)).await;
    assert_eq!(browser.focused().await, "input 8");
    assert!(browser.has("input[value=\"8\"]:checked").await);
    assert!(
        !browser.has("textarea").await,
        "arrows pass over ratings and send nothing"
    );
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for("textarea").await;
    browser.wait_for_focus("textarea").await;
    browser.press("Fine").await;
    // Back and forth: the answer is still there.
    browser.press(&key::TAB.to_string()).await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for(".rating").await;
    browser.wait_for_focus("input[value=\"8\"]").await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for("textarea").await;
    assert_eq!(browser.written().await, "Fine");
    browser.wait_for_focus("textarea").await;
    browser
        .press(&format!("{0}{0}{1}", key::TAB, key::ENTER))
        .await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(
        records[1]["answers"],
        json!({ "recommend": 8, "why": "Fine" })
    );
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_answers_with_a_finger_on_a_phone() {
    let stage = Stage::with(Window::Phone, &[]).await;
    stage.open("/script-tag/").await;
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    browser.tap(".rating:nth-child(3)").await;
    browser.wait_for("textarea").await;
    assert_eq!(
        browser.focused().await,
        "legend",
        "no keyboard jumps up by itself"
    );
    browser.tap(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["answers"], json!({ "recommend": 2 }));
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_passes_order_touchpoint_and_segment() {
    let stage = Stage::new().await;
    stage.open("/post-purchase/").await;
    let browser = &stage.browser;
    // The place of the card is below the fold: shown is what can be seen.
    browser
        .run("await new Promise(done => setTimeout(done, 2500))")
        .await;
    assert!(!browser.has(".card").await && stage.collector.records().is_empty());
    browser
        .run("document.querySelector('.ask').scrollIntoView()")
        .await;
    browser.wait_for(".inline .rating").await;
    browser.click(".rating:nth-child(4)").await;
    browser.wait_for("textarea").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    let record = &records[1];
    assert_eq!(record["survey"], "post-purchase");
    assert_eq!(record["touchpoint"], "post_purchase");
    assert_eq!(record["answers"], json!({ "recommend": 3 }));
    assert_eq!(record["context"]["order_id"], "A-17");
    let traits = &record["respondent"]["traits"];
    assert!(traits["segment"].is_string(), "{record}");
    assert_eq!(traits["first_order"], false);
    assert!(record["respondent"]["id"].is_string(), "{record}");
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_in_app_page_says_that_it_is_a_webview() {
    let stage = Stage::with(Window::Phone, &[]).await;
    stage.open("/webview/?locale=de").await;
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    browser.tap(".rating:nth-child(11)").await;
    browser.wait_for("textarea").await;
    browser.tap(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["channel"], "webview");
    assert_eq!(records[1]["locale"], "de");
    assert_eq!(records[1]["answers"], json!({ "recommend": 10 }));
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unhappy_and_happy_customers_are_asked_different_things() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(
        show(&stage, "'support-closed', { force: true }").await,
        SHOWN
    );
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(2)").await;
    browser.wait_for("textarea").await;
    let unhappy = browser.text("legend").await;
    browser.click(".back").await;
    browser.wait_for(".rating").await;
    assert!(
        browser.has("input[value=\"2\"]:checked").await,
        "the answer is kept"
    );
    browser.click(".rating:nth-child(5)").await;
    browser.wait_for("textarea").await;
    let happy = browser.text("legend").await;
    assert_ne!(unhappy, happy);
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["answers"], json!({ "satisfied": 5 }));
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn options_of_a_call_go_into_the_line_and_odd_values_do_not() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let options =
        "'feedback', { touchpoint: 'footer', respondent: 1042, channel: 'web', focus: true,
        traits: { plan: 'pro', seats: 7, trial: false, nested: {}, none: null },
        context: { order_id: 'A-17' } }";
    assert_eq!(show(&stage, options).await, SHOWN);
    let browser = &stage.browser;
    browser.wait_for(".rating").await;
    browser.wait_for_focus("input[type=\"radio\"]").await;
    let records = stage.collector.wait_for_records(1).await;
    assert_eq!(records[0]["touchpoint"], "footer");
    assert_eq!(
        records[0]["respondent"],
        json!({ "id": "1042", "traits": { "plan": "pro", "seats": 7, "trial": false } })
    );
    assert_eq!(records[0]["context"]["order_id"], "A-17");
    let console = browser.console().await;
    assert_eq!(
        console.len(),
        2,
        "one warning for each odd value: {console:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_answers_one_question() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'feedback', { force: true }").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.click(".rating:nth-child(3)").await;
    browser.click_again().await;
    browser.wait_for("textarea").await;
    browser.click(".back").await;
    browser.wait_for("input[value=\"3\"]:checked").await;
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_its_user_opened_has_the_focus_and_gives_it_back() {
    let stage = Stage::new().await;
    stage.open("/script-tag/").await;
    let browser = &stage.browser;
    let body = "sayso.destroy();
                document.documentElement.style.scrollBehavior = 'auto';
                document.querySelector('#feedback').scrollIntoView()";
    browser.run(body).await;
    let button = browser
        .client
        .find(fantoccini::Locator::Css("#feedback"))
        .await
        .unwrap();
    button.click().await.unwrap();
    browser.wait_for(".rating").await;
    browser.wait_for_focus("input[type=\"radio\"]").await;
    browser.press(&key::ESCAPE.to_string()).await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    let focused = "return document.activeElement.id";
    assert_eq!(browser.run(focused).await, "feedback");

    // So does one that goes with its thanks.
    button.click().await.unwrap();
    browser.wait_for_focus("input[type=\"radio\"]").await;
    browser.press("4").await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for_focus("textarea").await;
    browser.press(&key::TAB.to_string()).await;
    browser.press(&key::TAB.to_string()).await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for(".thanks").await;
    browser.press(&key::ESCAPE.to_string()).await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    assert_eq!(browser.run(focused).await, "feedback");
}

/// Shows the NPS survey and gives it a 7; the text is asked for next.
async fn rate(stage: &Stage) {
    assert_eq!(show(stage, "'nps'").await, SHOWN);
    stage.browser.wait_for(".rating").await;
    stage.browser.click(".rating:nth-child(8)").await;
    stage.browser.wait_for("textarea").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_counts_when_the_page_takes_the_card_away() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    rate(&stage).await;
    browser
        .run("document.querySelector('sayso-card').remove()")
        .await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "partial");
    assert_eq!(records[1]["answers"], json!({ "recommend": 7 }));
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn escape_ends_the_writing_before_it_closes_the_card() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    rate(&stage).await;
    browser.wait_for_focus("textarea").await;
    browser.press("half a thou").await;
    // A key that is part of how a word is written closes nothing, and is not ours.
    let body = "const field = document.querySelector('sayso-card').shadowRoot.activeElement;
                const init = { key: 'Escape', isComposing: true, bubbles: true, cancelable: true };
                return field.dispatchEvent(new KeyboardEvent('keydown', init))";
    assert_eq!(browser.run(body).await, true);
    assert!(browser.has("textarea").await);
    browser.press(&key::ESCAPE.to_string()).await;
    browser.wait_for_focus(".primary").await;
    assert_eq!(browser.written().await, "half a thou");
    browser.press(&key::ESCAPE.to_string()).await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_card_is_a_dismissal_with_what_was_chosen() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    listen(&stage).await;
    let browser = &stage.browser;
    rate(&stage).await;
    browser.press("half a thou").await;
    browser.click(".close").await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "dismissed");
    assert_eq!(
        records[1]["answers"],
        json!({ "recommend": 7 }),
        "no unsent text"
    );
    assert_eq!(
        events(&stage).await,
        ["shown nps", "answered recommend", "dismissed nps"]
    );
    assert_quiet(&stage).await;
}
