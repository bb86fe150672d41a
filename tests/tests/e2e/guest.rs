//! The card as a guest: pages with hostile styles, dialogs and shortcuts of their own,
//! strict policies, pages that are rebuilt under it, left, and come back to.

mod building;
mod dialogs;
mod lasting;
mod policy;

use crate::displays::{in_card, show_anew};
use sayso_tests::browser::{Engine, Window};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// How each part of the card looks: what is set on it, and where it is drawn.
const LOOK: &str =
    "const names = ['animationName', 'appearance', 'backgroundColor', 'borderRadius',
        'borderTopColor', 'borderTopStyle', 'borderTopWidth', 'boxShadow', 'boxSizing', 'clipPath',
        'color', 'cursor', 'direction', 'display', 'filter', 'fontFamily', 'fontSize', 'fontStyle',
        'fontWeight', 'gap', 'letterSpacing', 'lineHeight', 'listStyleType', 'margin', 'maxHeight',
        'maxWidth', 'minHeight', 'opacity', 'outlineStyle', 'overflowX', 'overflowY', 'padding',
        'pointerEvents', 'position', 'rotate', 'scale', 'textAlign', 'textDecorationLine',
        'textIndent', 'textShadow', 'textTransform', 'transform', 'userSelect', 'visibility',
        'whiteSpace', 'wordSpacing', 'zIndex'];
    const look = {};
    const note = (name, style, more) => {
        for (const property of names) look[name + ' ' + property] = style[property];
        Object.assign(look, more);
    };
    const parts = [card, ...card.querySelectorAll('*')];
    for (const [index, part] of parts.entries()) {
        const name = index + ' ' + (part.className || part.localName);
        const { x, y, width, height } = part.getBoundingClientRect();
        note(name, getComputedStyle(part), { [name + ' box']: [x, y, width, height].join() });
        for (const pseudo of ['::before', '::after'])
            note(name + pseudo, getComputedStyle(part, pseudo));
    }
    if (card.localName == 'dialog') note('backdrop', getComputedStyle(card, '::backdrop'));
    const { display, visibility, opacity, transform, pointerEvents } = getComputedStyle(host);
    return { ...look, host: [display, visibility, opacity, transform, pointerEvents].join() }";

async fn assert_same_look(engine: Engine, hostile: &str) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let cards = [
        ("nps", "display: 'popover', position: 'top_end'"),
        ("gallery-smileys", "display: 'popover', position: 'center'"),
        ("gallery-multiple", "display: 'modal'"),
        ("gallery-journey", "display: 'bar'"),
        ("gallery-text", "display: 'tab'"),
        ("gallery-thumbs", "display: 'popover', locale: 'ar'"),
        // From the small build.
        ("nps", ""),
    ];
    let mut plain = Vec::new();
    let mut changed = Vec::new();
    for page in ["/tests/blank/", hostile] {
        stage.open(page).await;
        for (index, (survey, options)) in cards.iter().enumerate() {
            show_anew(&stage, survey, options).await;
            let look = in_card(&stage, LOOK).await;
            let Some(before) = plain.get(index) else {
                plain.push(look);
                continue;
            };
            for (name, before) in Value::as_object(before).unwrap() {
                if look[name] != *before {
                    let after = &look[name];
                    changed.push(format!("{survey} {options}: {name}: {before} -> {after}"));
                }
            }
        }
    }
    assert!(
        4_000 < plain[0].as_object().unwrap().len(),
        "it looks at a lot"
    );
    assert!(
        changed.is_empty(),
        "{}: {:#?}",
        changed.len(),
        &changed[..changed.len().min(40)]
    );
    show_anew(&stage, "nps", "").await;
    stage.browser.click(".rating:nth-child(4)").await;
    stage.browser.wait_for("textarea").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_styles_change_nothing_in_the_card_in_chromium() {
    assert_same_look(Engine::Chromium, "/tests/hostile/").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_styles_change_nothing_in_the_card_in_firefox() {
    assert_same_look(Engine::Firefox, "/tests/hostile/").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_styles_change_nothing_in_the_card_in_webkit() {
    assert_same_look(Engine::WebKit, "/tests/hostile/").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_properties_of_the_page_change_nothing_in_the_card() {
    assert_same_look(Engine::Chromium, "/tests/names/").await;
}

/// What pages do under a card, by whatever framework they are built with.
const REBUILDS: [&str; 6] = [
    "host.remove()",
    "document.body.innerHTML = ''",
    "document.body.replaceWith(document.createElement('body'))",
    "document.body.replaceChildren(document.createElement('main'))",
    "host.replaceWith(document.createElement('div'))",
    // In the middle of what the respondent does.
    "document.addEventListener('sayso:answered', () => document.body.replaceChildren(),
        { once: true }); root.querySelector('[value=\"2\"]').click();
        root.querySelector('.primary').click()",
];

/// Gives a page that was rebuilt the place of the inline card back.
const PLACE: &str = "if (!document.querySelector('#place'))
    document.body.append(Object.assign(document.createElement('div'), { id: 'place' }))";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_rebuilt_under_the_card_hears_no_complaint() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    for options in crate::displays::DISPLAYS {
        stage.open("/tests/blank/").await;
        for rebuild in REBUILDS {
            browser.run(PLACE).await;
            show_anew(&stage, "gallery-csat", &format!("{options}, focus: true")).await;
            in_card(&stage, rebuild).await;
            browser
                .wait_until("!document.querySelector('sayso-card')")
                .await;
            // Calls that come too late do nothing, and a window that changes finds no card.
            browser
                .run("sayso.dismiss(); sayso.setLocale('de'); sayso.setLocale('en');
                      sayso.track('late'); dispatchEvent(new Event('resize'));
                      dispatchEvent(new Event('pagehide')); visualViewport.dispatchEvent(new Event('resize'));
                      await new Promise(done => setTimeout(done, 30))")
                .await;
        }
        browser.run(PLACE).await;
        show_anew(&stage, "gallery-csat", options).await;
        browser.click(".rating:nth-child(3)").await;
        browser.click(".primary").await;
        browser.wait_for(".thanks").await;
    }
    // One that is merely moved stays on top, and what was chosen in it stays.
    for options in ["display: 'popover'", "display: 'bar'", "display: 'modal'"] {
        stage.open("/tests/overlay/").await;
        show_anew(&stage, "gallery-csat", options).await;
        browser.click(".rating:nth-child(3)").await;
        in_card(&stage, "document.querySelector('#place').append(host)").await;
        let on_top = "await new Promise(done => setTimeout(done, 30));
            return [root.querySelector(':checked').value,
                    document.elementFromPoint(box.x + box.width / 2, box.y + 20).localName]";
        assert_eq!(
            in_card(&stage, on_top).await,
            json!(["3", "sayso-card"]),
            "{options}"
        );
    }
    crate::assert_quiet(&stage).await;
}
