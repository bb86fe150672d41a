//! A card below a button of the page.

use super::{in_card, show_anew};
use sayso_tests::stage::Stage;
use serde_json::json;

/// How far the card is from a button: below it, above it, and at its left and right edge.
const GAPS: &str = "const at = document.querySelector(BUTTON).getBoundingClientRect();
    return [box.top - at.bottom, at.top - box.bottom, box.left - at.left, at.right - box.right]
        .map(Math.round)";

/// True when all of the card is in view and in front.
const IN_VIEW: &str = "const met = document.elementFromPoint(box.x + box.width / 2, box.y + 20);
    return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0
        && box.right <= document.documentElement.clientWidth && met == host";

async fn gaps(stage: &Stage, button: &str) -> [i64; 4] {
    assert_eq!(in_card(stage, IN_VIEW).await, json!(true), "{button}");
    let body = GAPS.replace("BUTTON", &format!("'{button}'"));
    serde_json::from_value(in_card(stage, &body).await).unwrap()
}

async fn show_at(stage: &Stage, button: &str, more: &str) -> [i64; 4] {
    let options = format!("display: 'tab', anchor: document.querySelector('{button}'), {more}");
    show_anew(stage, "gallery-csat", &options).await;
    gaps(stage, button).await
}

/// A card stands at the button that opened it, and follows it as long as it is in view.
pub(super) async fn walk(stage: &Stage) {
    stage.open("/tests/anchors/").await;
    let browser = &stage.browser;
    let [below, _, left, _] = show_at(stage, "#high", "").await;
    assert_eq!([below, left], [8, 0], "below, where there is room");
    let [below, _, _, right] = show_at(stage, "#high", "locale: 'ar'").await;
    // There is not as much room to the left as the card is wide.
    assert_eq!(below, 8);
    assert!(right <= 0, "{right}");
    let [_, above, _, _] = show_at(stage, "#low", "").await;
    assert_eq!(above, 8, "above, where there is none below");
    let [_, above, _, right] = show_at(stage, "#low", "locale: 'ar'").await;
    assert_eq!([above, right], [8, 0], "at the end of the button");
    show_at(stage, "#inner", "").await;
    browser
        .run(
            "window.before = document.querySelector('#inner').getBoundingClientRect().top;
              document.querySelector('#scroller').scrollTop = 60; scrollBy(0, 10)",
        )
        .await;
    browser
        .wait_until("document.querySelector('#inner').getBoundingClientRect().top == before - 70")
        .await;
    browser
        .wait_until(
            "Math.round(document.querySelector('sayso-card').shadowRoot.querySelector('.card')
                 .getBoundingClientRect().top
             - document.querySelector('#inner').getBoundingClientRect().bottom) == 8",
        )
        .await;
    assert_eq!(gaps(stage, "#inner").await[0], 8, "it follows");
    // A button that has left the view does not take the card along.
    browser.run("scrollTo(0, 700)").await;
    browser.wait_until("scrollY > 600").await;
    let in_view = format!(
        "(() => {{ const host = document.querySelector('sayso-card');
                   const box = host.shadowRoot.querySelector('.card').getBoundingClientRect();
                   {IN_VIEW} }})()"
    );
    browser.wait_until(&in_view).await;
    // Nor does one that is not drawn: then the card stands at the side of the page.
    browser
        .run("document.querySelector('#scroller').style.display = 'none'; scrollTo(0, 0)")
        .await;
    browser
        .wait_until(
            "Math.round(document.documentElement.clientWidth
                 - document.querySelector('sayso-card').shadowRoot.querySelector('.card')
                       .getBoundingClientRect().right) == 56",
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_page_covers_the_tab() {
    let stage = Stage::new().await;
    stage.open("/tests/overlay/").await;
    let browser = &stage.browser;
    browser.wait_until("window.sayso?.show").await;
    // A second tag adds what it names.
    browser
        .run(
            "const tag = document.createElement('script');
             tag.src = document.querySelector('script[src*=\"sayso.js\"]').src;
             tag.dataset.survey = 'tab-feedback';
             document.head.append(tag)",
        )
        .await;
    browser
        .wait_until("document.querySelector('sayso-tab')?.shadowRoot?.querySelector('button')")
        .await;
    let met = browser
        .run(
            "const tab = document.querySelector('sayso-tab').shadowRoot.querySelector('button');
             const { x, y, width, height } = tab.getBoundingClientRect();
             return document.elementFromPoint(x + width / 2, y + height / 2).localName",
        )
        .await;
    assert_eq!(met, "sayso-tab");
}
