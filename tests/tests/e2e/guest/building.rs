//! What the page does while a card is on its way: fetched, and built in steps.

use crate::displays::{in_card, show_anew};
use crate::{SHOWN, show};
use sayso_tests::browser::Browser;
use sayso_tests::stage::Stage;
use serde_json::json;

/// Has something done once, as soon as the next card is in the page: it is built there, out
/// of sight.
async fn when_it_comes(browser: &Browser, what: &str) {
    let body = format!(
        "let seen = 0;
         new MutationObserver(() => {{
             if (!document.querySelector('sayso-card') || seen++) return;
             {what}
         }}).observe(document.body, {{ childList: true }})"
    );
    browser.run(&body).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_of_the_browser_that_the_page_broke_costs_no_place() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    let broken = "window.thrown = [];
        for (const type of ['error', 'unhandledrejection'])
            addEventListener(type, event => thrown.push(String(event.reason ?? event.message)));
        window.real = HTMLElement.prototype.togglePopover;
        HTMLElement.prototype.togglePopover = () => { throw Error('not here') }";
    browser.run(broken).await;
    let outcome = show(&stage, "'nps'").await;
    assert_eq!(outcome, r#"{"shown":false,"reason":"unavailable"}"#);
    let left = "await new Promise(done => setTimeout(done, 30));
                return [document.querySelectorAll('sayso-card').length, thrown]";
    assert_eq!(browser.run(left).await, json!([0, []]));
    let console = browser.console().await;
    let [line] = &console[..] else {
        panic!("one warning: {console:#?}");
    };
    assert!(
        line.contains("survey nps cannot be shown: Error: not here"),
        "{line}"
    );
    browser
        .run("HTMLElement.prototype.togglePopover = real")
        .await;
    assert_eq!(show(&stage, "'nps'").await, SHOWN, "the place is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dialog_that_opens_while_a_card_is_built_has_the_card_in_it() {
    let stage = Stage::new().await;
    stage.open("/tests/host-modal/").await;
    let browser = &stage.browser;
    let dialog = "document.querySelector('#dialog').showModal()";
    when_it_comes(browser, dialog).await;
    show_anew(&stage, "gallery-csat", "display: 'popover'").await;
    let met = "return [host.parentElement.id, host.matches(':popover-open'),
                       document.elementFromPoint(box.x + box.width / 2, box.y + 20).localName]";
    let within = json!(["dialog", true, "sayso-card"]);
    assert_eq!(in_card(&stage, met).await, within);
    browser.click(".rating:nth-child(3)").await;
    browser.wait_for("input[value=\"3\"]:checked").await;
    // One that closes meanwhile does not take the card with it.
    browser.run("sayso.destroy()").await;
    let close = "let seen = 0;
        const dialog = document.querySelector('#dialog');
        new MutationObserver(() => {
            if (dialog.querySelector('sayso-card') && !seen++) dialog.close();
        }).observe(dialog, { childList: true });
        return JSON.stringify(await sayso.show('gallery-csat', { force: true }))";
    assert_eq!(browser.run(close).await, SHOWN);
    let met = "return [host.parentElement.localName, host.matches(':popover-open')]";
    assert_eq!(in_card(&stage, met).await, json!(["body", true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_came_by_itself_waits_for_a_dialog_that_opens_before_it_is_seen() {
    let stage = Stage::new().await;
    stage.open("/tests/host-modal/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    let dialog = "document.querySelector('#dialog').showModal()";
    when_it_comes(browser, dialog).await;
    let tag = "const tag = document.createElement('script');
        tag.src = document.querySelector('script[src*=\"sayso.js\"]').src;
        tag.dataset.survey = 'usual';
        window.shown = [];
        document.addEventListener('sayso:shown', ({ detail }) => shown.push(detail.survey));
        document.head.append(tag)";
    browser.run(tag).await;
    browser
        .wait_until("document.querySelector('#dialog').open")
        .await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    // It looks again each second.
    let wait = "await new Promise(done => setTimeout(done, 1500)); return shown";
    assert_eq!(browser.run(wait).await, json!([]));
    browser
        .run("document.querySelector('#dialog').close()")
        .await;
    browser.wait_until("shown[0] == 'usual'").await;
}

/// The language of the card, and where the focus is.
const SPOKEN: &str = "return [card.lang, document.activeElement == host]";

#[tokio::test(flavor = "multi_thread")]
async fn a_card_on_its_way_comes_in_the_language_that_was_asked_for_last() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    // Before anything is fetched, then with all of it there.
    for _ in 0..2 {
        stage.open("/tests/blank/").await;
        browser.wait_until("window.sayso?.show").await;
        let at_once = "const coming = sayso.show('gallery-csat', { force: true });
                       sayso.setLocale('ar');
                       return JSON.stringify(await coming)";
        assert_eq!(browser.run(at_once).await, SHOWN);
        assert_eq!(in_card(&stage, SPOKEN).await, json!(["ar", false]));
        // What is asked for afterwards has the last word, and its own language if it names one.
        show_anew(&stage, "gallery-csat", "").await;
        assert_eq!(in_card(&stage, SPOKEN).await, json!(["ar", false]));
        show_anew(&stage, "gallery-csat", "locale: 'de'").await;
        assert_eq!(in_card(&stage, SPOKEN).await, json!(["de", false]));
    }
    // While it is built, for one whom its respondent opened.
    when_it_comes(browser, "sayso.setLocale('en')").await;
    show_anew(&stage, "gallery-csat", "focus: true").await;
    browser.wait_for_focus("input").await;
    assert_eq!(in_card(&stage, SPOKEN).await, json!(["en", true]));
    // An open card, asked twice: the slower answer to the first does not win.
    let twice = "const fetched = window.fetch;
        window.fetch = async (url, ...rest) => {
            const reply = await fetched(url, ...rest);
            if (/locale=de/.test(url)) await new Promise(done => setTimeout(done, 300));
            return reply;
        };
        sayso.setLocale('de');
        sayso.setLocale('ar');
        await new Promise(done => setTimeout(done, 600));
        window.fetch = fetched";
    browser.run(twice).await;
    assert_eq!(in_card(&stage, SPOKEN).await, json!(["ar", true]));
    let locales: Vec<_> = stage
        .collector
        .records()
        .iter()
        .map(|record| record["locale"].clone())
        .collect();
    assert!(locales.contains(&json!("ar")), "{locales:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_element_with_a_language_of_its_own_keeps_it_while_it_comes() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    let body = "document.querySelector('#place').innerHTML =
            '<sayso-survey survey=\"gallery-csat\" locale=\"de\"></sayso-survey>' +
            '<sayso-survey survey=\"gallery-stars\"></sayso-survey>';
        await new Promise(done => setTimeout(done));
        sayso.setLocale('ar');
        const cards = () => Array.from(document.querySelectorAll('sayso-card'),
            card => card.shadowRoot.querySelector('[part=card] form') && card.shadowRoot.querySelector('[part=card]').lang);
        while (cards().filter(Boolean).length < 2) await new Promise(done => setTimeout(done, 20));
        return cards()";
    assert_eq!(browser.run(body).await, json!(["de", "ar"]));
}
