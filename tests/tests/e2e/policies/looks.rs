//! How a card looks, in values that can be compared: every computed style, every box.

use sayso_tests::browser::Browser;
use serde_json::Value;

/// A line for each element and each pseudo-element that is there: what it is, where it is,
/// and all of its computed styles in which it differs from the page's root, which has none.
/// The card has settled, and no mouse is over it.
const LOOK: &str = "
    const root = document.querySelector('sayso-card').shadowRoot;
    // A form takes no clicks for a moment after each step.
    const isOpen = form => !form || getComputedStyle(form).pointerEvents != 'none';
    const settled = () => isOpen(root.querySelector('form'))
        && document.getAnimations().concat(root.getAnimations?.() ?? [])
            .every(it => it.playState == 'finished');
    await new Promise(done => setTimeout(done, 50));
    while (!settled()) await new Promise(done => setTimeout(done, 20));
    const usual = getComputedStyle(document.documentElement);
    const of = (element, pseudo) => {
        const style = getComputedStyle(element, pseudo);
        if (pseudo && /^(none|normal|)$/.test(style.content)) return '';
        let text = (pseudo ?? '') + ' of ' + style.length;
        for (const name of style) {
            const value = style.getPropertyValue(name);
            if (value != usual.getPropertyValue(name)) text += '; ' + name + ': ' + value;
        }
        return text;
    };
    return [root.host, ...root.querySelectorAll('*')].map(element => {
        const { x, y, width, height } = element.getBoundingClientRect();
        const name = element.localName + '.' + element.classList;
        const styles = [null, '::before', '::after'].map(pseudo => of(element, pseudo));
        return [name, x, y, width, height, ...styles].join(' ');
    })";

/// The look of the card as it stands.
pub(super) async fn look(browser: &Browser) -> Vec<String> {
    browser.leave().await;
    let lines = browser.run(LOOK).await;
    let lines = lines.as_array().cloned().unwrap_or_default();
    let lines: Vec<_> = lines
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    assert!(5 < lines.len(), "{lines:#?}");
    lines
}

/// Fails with what looks otherwise.
pub(super) fn assert_same(expected: &[Vec<String>], found: &[Vec<String>], what: &str) {
    let [expected, found] = [expected, found].map(|looks| {
        let lines = looks.iter().flatten();
        lines.map(String::as_str).collect::<Vec<_>>()
    });
    assert_eq!(expected.len(), found.len(), "{what}");
    for (expected, found) in expected.iter().zip(found) {
        let only = |one: &str, other: &str| -> Vec<String> {
            let there: Vec<_> = other.split("; ").collect();
            let parts = one.split("; ").filter(|part| !there.contains(part));
            parts.map(str::to_owned).collect()
        };
        let name = found.split(' ').next();
        let (missing, new) = (only(expected, found), only(found, expected));
        assert_eq!(missing, new, "{what}: {name:?}");
    }
}
