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

/// Puts a tag into the page that shows a survey by its own trigger.
async fn put_tag(browser: &Browser, survey: &str) {
    let body = format!(
        "const tag = document.createElement('script');
         tag.src = document.querySelector('script[src*=\"sayso.js\"]').src;
         tag.dataset.survey = '{survey}';
         document.head.append(tag)"
    );
    browser.run(&body).await;
}

/// Listens for what is thrown into the page.
const LISTEN: &str = "window.thrown = [];
    for (const type of ['error', 'unhandledrejection'])
        addEventListener(type, event => thrown.push(String(event.reason ?? event.message)))";

/// What is left of a card that did not come: elements, locks, and what was thrown.
const LEFT: &str = "await new Promise(done => setTimeout(done, 50));
    const { held } = await navigator.locks.query();
    return [document.querySelectorAll('sayso-card').length, held.length, thrown]";

#[tokio::test(flavor = "multi_thread")]
async fn a_function_of_the_browser_that_the_page_broke_costs_no_place() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    for (owner, name) in [
        ("HTMLElement.prototype", "togglePopover"),
        ("Element.prototype", "append"),
        ("window", "matchMedia"),
        ("crypto", "getRandomValues"),
    ] {
        stage.open("/tests/blank/").await;
        browser.wait_until("window.sayso?.show").await;
        browser.run(LISTEN).await;
        let broken = format!(
            "window.real = {owner}.{name};
             {owner}.{name} = () => {{ throw Error('not here') }}"
        );
        browser.run(&broken).await;
        let outcome = show(&stage, "'nps'").await;
        let none = r#"{"shown":false,"reason":"unavailable"}"#;
        assert_eq!(outcome, none, "{name}");
        assert_eq!(browser.run(LEFT).await, json!([0, 0, []]), "{name}");
        let console = browser.console().await;
        let [line] = &console[..] else {
            panic!("{name}, one warning: {console:#?}");
        };
        let told = "survey nps failed: Error: not here";
        assert!(line.contains(told), "{name}: {line}");
        // One that came by itself holds a lock over all tabs, and gives it back.
        let head = "document.head.append = Element.prototype.append == real
                        ? real : (...nodes) => nodes.forEach(node => document.head.appendChild(node))";
        browser.run(head).await;
        put_tag(browser, "usual").await;
        let is_told =
            "performance.getEntriesByType('resource').some(({ name }) => /usual/.test(name))";
        browser.wait_until(is_told).await;
        browser
            .run("await new Promise(done => setTimeout(done, 400))")
            .await;
        assert_eq!(browser.run(LEFT).await, json!([0, 0, []]), "{name}");
        browser.run(&format!("{owner}.{name} = real")).await;
        let outcome = show(&stage, "'nps', { force: true }").await;
        assert_eq!(outcome, SHOWN, "{name}: the place is free");
        browser.console().await;
    }
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
    // Nor does one that its page takes away, as frameworks do.
    let body = "sayso.destroy(); document.querySelector('#dialog').showModal()";
    browser.run(body).await;
    let body = close.replace("dialog.close()", "dialog.remove()");
    assert_eq!(browser.run(&body).await, SHOWN);
    assert_eq!(in_card(&stage, met).await, json!(["body", true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_dialogs_never_rest_keeps_nobody_waiting() {
    let stage = Stage::new().await;
    stage.open("/tests/host-modal/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    // Each card in the page is answered by another dialog.
    let body = "new MutationObserver(() => {
            const cards = document.querySelectorAll('sayso-card');
            for (const card of cards) {
                if (card.met) continue;
                card.met = true;
                const dialog = document.createElement('dialog');
                document.body.append(dialog);
                dialog.showModal();
            }
        }).observe(document.body, { childList: true, subtree: true });
        return JSON.stringify(await sayso.show('gallery-csat', { force: true }))";
    assert_eq!(browser.run(body).await, SHOWN);
    let count = "return document.querySelectorAll('sayso-card').length";
    assert_eq!(browser.run(count).await, json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_came_by_itself_waits_for_a_dialog_that_opens_before_it_is_seen() {
    let stage = Stage::new().await;
    stage.open("/tests/host-modal/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    let dialog = "document.querySelector('#dialog').showModal()";
    when_it_comes(browser, dialog).await;
    let note = "window.shown = [];
        document.addEventListener('sayso:shown', ({ detail }) => shown.push(detail.survey))";
    browser.run(note).await;
    put_tag(browser, "usual").await;
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
    // A dialog of the page costs nothing of it.
    when_it_comes(
        browser,
        "document.body.append(document.createElement('dialog'));
         document.querySelector('dialog').showModal(); sayso.setLocale('de')",
    )
    .await;
    show_anew(&stage, "gallery-csat", "focus: true").await;
    browser.wait_for_focus("input").await;
    assert_eq!(in_card(&stage, SPOKEN).await, json!(["de", true]));
    let locales: Vec<_> = stage
        .collector
        .records()
        .iter()
        .map(|record| record["locale"].clone())
        .collect();
    assert!(locales.contains(&json!("ar")), "{locales:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_that_is_slow_or_never_comes_costs_no_card() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    // A language that cannot be fetched costs no card.
    let offline = "const fetched = window.fetch;
        window.fetch = async (url, ...rest) => {
            if (/locale=ar/.test(url)) throw TypeError('no network');
            return fetched(url, ...rest);
        };
        const coming = sayso.show('gallery-csat', { force: true, focus: true });
        sayso.setLocale('ar');
        const { shown } = await coming;
        window.fetch = fetched;
        return shown";
    assert_eq!(browser.run(offline).await, json!(true));
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
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_with_digits_of_its_own_has_them_on_a_card_that_is_on_its_way() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    let at_once = "const coming = sayso.show('persian-too', { force: true });
                   sayso.setLocale('fa');
                   return JSON.stringify(await coming)";
    assert_eq!(browser.run(at_once).await, SHOWN);
    let last = "return [card.lang, root.querySelector('.rating:last-child').textContent]";
    assert_eq!(in_card(&stage, last).await, json!(["fa", "۱۰"]));
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
