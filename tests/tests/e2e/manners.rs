//! The widget as a guest: what it loads and when, what it adds, what it leaves.

mod loading;

use crate::{SHOWN, assert_quiet, listen, show};
use loading::loaded;
use sayso_tests::browser::Window;
use sayso_tests::stage::Stage;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_has_one_more_element_and_none_after_destroy() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    let markup = "const page = document.documentElement.cloneNode(true);
                  page.querySelectorAll('sayso-card').forEach(card => card.remove());
                  return page.outerHTML";
    let before = browser.run(markup).await;
    let globals = "return Object.keys(window).sort().join()";
    browser.wait_until("window.sayso?.show").await;
    let globals_before = browser.run(globals).await;
    for round in 1..=3 {
        assert_eq!(show(&stage, "'nps'").await, SHOWN, "round {round}");
        browser.wait_for(".rating").await;
        let added =
            browser.run("return document.querySelectorAll('sayso-card, sayso-card *').length");
        assert_eq!(
            added.await,
            1,
            "round {round}: everything else is in the shadow root"
        );
        assert_eq!(browser.run(markup).await, before, "round {round}");
        browser.run("sayso.destroy()").await;
        browser
            .wait_until("!document.querySelector('sayso-card')")
            .await;
    }
    assert_eq!(
        browser
            .run("return document.documentElement.outerHTML")
            .await,
        before
    );
    assert_eq!(browser.run(globals).await, globals_before);
    assert_eq!(
        stage.collector.wait_for_records(3).await.len(),
        3,
        "destroy says nothing"
    );
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_surveys_never_stand_on_the_page_at_once() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    stage.browser.wait_until("window.sayso?.show").await;
    let both = stage
        .browser
        .run(
            "return JSON.stringify(await Promise.all([sayso.show('nps'), sayso.show('feedback')]))",
        )
        .await;
    assert_eq!(both, r#"[{"shown":true},{"shown":false,"reason":"busy"}]"#);
    // A page that removes the element itself gets the next one all the same.
    stage.browser.wait_for(".rating").await;
    stage
        .browser
        .run("document.querySelector('sayso-card').remove()")
        .await;
    assert_eq!(show(&stage, "'feedback'").await, SHOWN);
    stage.browser.wait_for(".rating").await;
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_from_before_the_loader_are_carried_out_and_a_second_tag_does_nothing() {
    let stage = Stage::new().await;
    stage.open("/tests/queue/").await;
    stage.browser.wait_for(".rating").await;
    let cards = stage
        .browser
        .run("return document.querySelectorAll('sayso-card').length")
        .await;
    assert_eq!(cards, 1);
    let records = stage.collector.wait_for_records(1).await;
    assert_eq!(records[0]["respondent"]["traits"]["plan"], "pro");
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_survey_may_follow_at_once_when_one_is_dismissed() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    let body = "document.addEventListener('sayso:dismissed', () => {
                    window.next = sayso.show('feedback') }, { once: true });
                sayso.dismiss()";
    browser.run(body).await;
    browser.wait_until("window.next").await;
    assert_eq!(
        browser.run("return JSON.stringify(await next)").await,
        SHOWN
    );
    browser
        .wait_until("document.querySelectorAll('sayso-card').length == 1")
        .await;
    browser.wait_for(".rating:nth-child(5):last-child").await;
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroy_before_the_load_event_disarms_and_odd_globals_do_no_harm() {
    let stage = Stage::new().await;
    stage.open("/tests/odd/").await;
    let browser = &stage.browser;
    browser
        .wait_until("window.sayso?.show && document.readyState == 'complete'")
        .await;
    browser
        .run("await new Promise(done => setTimeout(done, 1500))")
        .await;
    assert_eq!(loaded(&stage).await, ["sayso.js"], "disarmed");
    assert_eq!(browser.run("return thrown").await, 0);
    // Templates leave empty what they do not know.
    let odd = "'nps', { force: true, channel: '', respondent: '',
                        context: { title: 'half an emoji \\ud83d' } }";
    assert_eq!(show(&stage, odd).await, SHOWN);
    let records = stage.collector.wait_for_records(1).await;
    assert_eq!(records[0]["channel"], "web");
    assert_eq!(records[0]["respondent"], Value::Null);
    assert_eq!(records[0]["context"]["title"], "half an emoji \u{fffd}");
    browser.run("sayso.destroy()").await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    let odd = "'post-purchase', { force: true, target: '##' }";
    assert_eq!(show(&stage, odd).await, SHOWN, "behind the tag, then");
    assert_eq!(browser.run("return thrown").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inline_survey_whose_tag_is_in_the_head_is_shown_in_full_width() {
    let stage = Stage::new().await;
    stage.open("/tests/head/").await;
    stage.browser.wait_for(".inline .rating").await;
    let width = "return document.querySelector('sayso-card').getBoundingClientRect().width";
    assert_eq!(stage.browser.run(width).await, 560);
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissal_while_the_card_is_loading_counts() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    stage.browser.wait_until("window.sayso?.show").await;
    let body = "const shown = sayso.show('nps');
                sayso.dismiss();
                return JSON.stringify(await shown)";
    let outcome = stage.browser.run(body).await;
    assert_eq!(outcome, r#"{"shown":false,"reason":"destroyed"}"#);
    assert_eq!(
        show(&stage, "'nps'").await,
        SHOWN,
        "and the next call shows it"
    );
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_focus_is_taken_and_no_layout_shifts() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    browser
        .run(
            "window.shifts = 0;
             new PerformanceObserver(list => list.getEntries().forEach(entry => shifts += entry.value))
                 .observe({ type: 'layout-shift', buffered: true });
             document.querySelector('#name').focus()",
        )
        .await;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.press("Ada").await;
    assert_eq!(
        browser
            .run("return document.querySelector('#name').value")
            .await,
        "Ada"
    );
    assert_eq!(browser.run("return shifts").await, 0);
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dismiss_closes_as_the_respondent_would() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    listen(&stage).await;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    stage.browser.wait_for(".rating").await;
    stage.browser.run("sayso.dismiss()").await;
    stage
        .browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["status"], "dismissed");
    assert_eq!(
        show(&stage, "'nps'").await,
        r#"{"shown":false,"reason":"cooldown"}"#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_in_a_popover_go_by_themselves() {
    let stage = Stage::new().await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    browser.click(".rating").await;
    browser.wait_for("textarea").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    // Neither the focus nor the mouse is with the card any more.
    browser.run("document.querySelector('#name').focus()").await;
    browser.leave().await;
    browser
        .wait_until("!document.querySelector('sayso-card')")
        .await;
    assert_quiet(&stage).await;
}

const STRICT: &str = "default-src 'none'; img-src data:; connect-src {collector}; \
                      script-src {collector} 'wasm-unsafe-eval'; \
                      require-trusted-types-for 'script'";

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_policy_with_trusted_types_has_nothing_to_complain_about() {
    let stage = Stage::with(Window::Desktop, &[("Content-Security-Policy", STRICT)]).await;
    stage.open("/tests/blank/").await;
    let browser = &stage.browser;
    assert_eq!(show(&stage, "'nps'").await, SHOWN);
    browser.wait_for(".rating").await;
    let radius = "return getComputedStyle(document.querySelector('sayso-card').shadowRoot
                      .querySelector('.card')).borderTopLeftRadius";
    assert_eq!(browser.run(radius).await, "14px", "the styles are there");
    browser.click(".rating").await;
    browser.wait_for("textarea").await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    stage.collector.wait_for_records(2).await;
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_styles_of_the_page_do_not_reach_the_card() {
    let look = "const card = document.querySelector('sayso-card').shadowRoot;
        const of = (selector, names) => {
            const style = getComputedStyle(card.querySelector(selector));
            const box = card.querySelector(selector).getBoundingClientRect();
            return names.map(name => style[name]).concat(box.width, box.height);
        };
        return JSON.stringify(['.card', 'legend', '.rating span', '.primary', '.close'].map(part =>
            of(part, ['fontSize', 'fontFamily', 'lineHeight', 'color', 'backgroundColor',
                      'letterSpacing', 'textTransform', 'display', 'margin', 'padding'])))";
    let stage = Stage::new().await;
    let mut looks = Vec::new();
    for page in ["/tests/blank/", "/tests/hostile/"] {
        stage.open(page).await;
        assert_eq!(show(&stage, "'nps'").await, SHOWN);
        stage.browser.wait_for(".rating").await;
        stage
            .browser
            .run("await new Promise(done => setTimeout(done, 400))")
            .await;
        looks.push(stage.browser.run(look).await);
        let opacity = "return getComputedStyle(document.querySelector('sayso-card')).opacity";
        assert_eq!(stage.browser.run(opacity).await, "1", "{page}");
    }
    assert_eq!(looks[0], looks[1]);
}
