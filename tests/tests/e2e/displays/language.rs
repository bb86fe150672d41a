//! Keys that answer, and a card that goes on in another language.

use super::{in_card, show_anew};
use crate::assert_quiet;
use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::card::key;
use sayso_tests::stage::Stage;
use serde_json::json;

/// Backspace, by its WebDriver name.
const BACKSPACE: char = '\u{e003}';

async fn wait_for_checked(browser: &Browser, value: &str) {
    browser
        .wait_for(&format!("input:checked[value=\"{value}\"]"))
        .await;
}

async fn wait_for_none(browser: &Browser) {
    browser
        .wait_until("!document.querySelector('sayso-card').shadowRoot.querySelector(':checked')")
        .await;
}

async fn typed_keys_answer_and_take_back(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    show_anew(&stage, "nps", "focus: true").await;
    browser.wait_for_focus("input").await;
    browser.press("9").await;
    wait_for_checked(browser, "9").await;
    browser.press("1").await;
    wait_for_checked(browser, "1").await;
    browser.press("0").await;
    wait_for_checked(browser, "10").await;
    browser.press("0").await;
    wait_for_checked(browser, "0").await;
    browser.press("10").await;
    wait_for_checked(browser, "10").await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for_focus("textarea").await;
    // A digit in a text is a digit.
    browser.press("42").await;
    assert_eq!(browser.written().await, "42");
    // An optional rating can be taken back.
    show_anew(&stage, "gallery-stars", "focus: true").await;
    browser.wait_for_focus("input").await;
    browser.press("1").await;
    wait_for_checked(browser, "1").await;
    browser.press("0").await;
    wait_for_checked(browser, "1").await;
    browser.press(&key::RIGHT.to_string().repeat(2)).await;
    wait_for_checked(browser, "3").await;
    browser.press(&BACKSPACE.to_string()).await;
    wait_for_none(browser).await;
    browser.click(".rating:nth-child(4)").await;
    wait_for_checked(browser, "4").await;
    // Not the second half of a double click.
    browser.click("legend").await;
    browser.click(".rating:nth-child(4)").await;
    wait_for_none(browser).await;
    browser.press("2").await;
    wait_for_checked(browser, "2").await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for(".thanks").await;
    // One that must be answered cannot.
    show_anew(&stage, "gallery-csat", "focus: true").await;
    browser.wait_for_focus("input").await;
    browser.press(&format!("3{BACKSPACE}")).await;
    wait_for_checked(browser, "3").await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for(".thanks").await;
    let answers = stage.collector.records();
    let answers: Vec<_> = answers
        .iter()
        .filter(|record| record["status"] == "completed")
        .map(|record| record["answers"]["answer"].clone())
        .collect();
    assert_eq!(answers, [json!(2), json!(3)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_keys_answer_and_take_back_in_chromium() {
    typed_keys_answer_and_take_back(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_keys_answer_and_take_back_in_firefox() {
    typed_keys_answer_and_take_back(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_keys_answer_and_take_back_in_webkit() {
    typed_keys_answer_and_take_back(Engine::WebKit).await;
}

/// Languages, directions and texts of the card.
const WORDS: &str = "const of = selector => root.querySelector(selector);
    return [card.lang, card.dir, of('legend').textContent,
            of('.close').getAttribute('aria-label'), host.popover]";

#[tokio::test(flavor = "multi_thread")]
async fn an_open_card_goes_on_in_another_language_where_it_was() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    show_anew(
        &stage,
        "gallery-nps",
        "focus: true, position: 'bottom_start'",
    )
    .await;
    browser.wait_for_focus("input").await;
    browser.press("7").await;
    wait_for_checked(browser, "7").await;
    let before = in_card(&stage, "return box.left").await;
    browser
        .run("window.host = document.querySelector('sayso-card'); sayso.setLocale('ar')")
        .await;
    browser.wait_for("[lang=\"ar\"]").await;
    wait_for_checked(browser, "7").await;
    browser.wait_for_focus("input[value=\"7\"]").await;
    let close = in_card(&stage, WORDS).await[3].clone();
    assert!(close != "" && close != "Close", "{close}");
    let words = json!([
        "ar",
        "rtl",
        "ما مدى احتمال أن توصي بنا صديقًا؟",
        close,
        "manual"
    ]);
    assert_eq!(in_card(&stage, WORDS).await, words);
    let mirrored = in_card(
        &stage,
        "return document.documentElement.clientWidth - box.right",
    )
    .await;
    assert_eq!(mirrored, before, "at the other side");
    let same = browser
        .run("return document.querySelector('sayso-card') == window.host")
        .await;
    assert_eq!(same, json!(true));
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    let stored = [&records[1]["locale"], &records[1]["answers"]["answer"]];
    assert_eq!(stored, [&json!("ar"), &json!(7)]);
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_and_chosen_stays_in_another_language() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    show_anew(&stage, "gallery-text", "focus: true").await;
    browser.wait_for_focus("textarea").await;
    browser.press("Mehr").await;
    browser.run("sayso.setLocale('de')").await;
    browser.wait_for("[lang=\"de\"]").await;
    browser.wait_for_focus("textarea").await;
    assert_eq!(
        browser.text("legend").await,
        "Was könnten wir besser machen?"
    );
    browser.press(" Licht").await;
    assert_eq!(
        browser.written().await,
        "Mehr Licht",
        "one goes on writing where one was"
    );
    // A complaint is said in the new language, too.
    show_anew(&stage, "gallery-multiple", "locale: 'en'").await;
    browser.click("[value=\"home\"]").await;
    browser.click(".primary").await;
    browser.wait_for(".error:not(:empty)").await;
    let english = browser.text(".error").await;
    browser
        .run("document.querySelector('#name').focus(); sayso.setLocale('de')")
        .await;
    browser.wait_for("[lang=\"de\"]").await;
    wait_for_checked(browser, "home").await;
    let german = browser.text(".error").await;
    assert!(!german.is_empty() && german != english, "{german}");
    let focused = browser.run("return document.activeElement.id").await;
    assert_eq!(focused, "name", "the page keeps its focus");
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persian_card_has_persian_digits_and_takes_them() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    show_anew(
        &stage,
        "in-persian",
        "focus: true, context: { total: 49.5 }",
    )
    .await;
    browser.wait_for_focus("input").await;
    let numerals =
        "return Array.from(root.querySelectorAll('.rating'), rating => rating.textContent
                        + rating.querySelector('input').ariaLabel).join(' ')";
    assert_eq!(
        in_card(&stage, numerals).await,
        "۰۰ ۱۱ ۲۲ ۳۳ ۴۴ ۵۵ ۶۶ ۷۷ ۸۸ ۹۹ ۱۰۱۰"
    );
    browser.press("۷").await;
    wait_for_checked(browser, "7").await;
    browser.press("۱۰").await;
    wait_for_checked(browser, "10").await;
    // So do Arabic keyboards.
    browser.press("٩").await;
    wait_for_checked(browser, "9").await;
    browser.press(&key::ENTER.to_string()).await;
    browser.wait_for_focus("textarea").await;
    let prompt = browser.text("legend").await;
    assert!(prompt.starts_with("۹ برای ۴۹٫۵. چرا؟"), "{prompt}");
    browser.press("خوب").await;
    let count = browser.text(".count").await;
    assert!(count.contains("۱۷"), "{count}");
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    let records = stage.collector.wait_for_records(2).await;
    let stored = records.last().map(|record| &record["answers"]);
    assert_eq!(stored, Some(&json!({ "experience": 9, "why": "خوب" })));
    assert_quiet(&stage).await;
}
