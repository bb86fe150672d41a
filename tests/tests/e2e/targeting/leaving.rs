//! What `sayso.destroy` leaves: no listener, no timer, no node.

use super::{armed, assert_nothing_thrown, came, click, put_tag};
use crate::{SHOWN, show};
use sayso_tests::stage::Stage;
use serde_json::{Value, json};

/// Counts what is under way: listeners on what outlives a card, timers, observers.
const COUNT: &str = r"
    window.held = new Set();
    const add = EventTarget.prototype.addEventListener;
    const remove = EventTarget.prototype.removeEventListener;
    const captures = how => Boolean(how?.capture ?? how);
    const same = (one, target, type, listener, how) => one.target == target &&
        one.type == type && one.listener == listener && one.capture == captures(how);
    EventTarget.prototype.addEventListener = function (type, listener, how) {
        const target = this ?? window;
        add.call(target, type, listener, how);
        if (target instanceof AbortSignal || how?.signal?.aborted) return;
        if ([...held].some(one => same(one, target, type, listener, how))) return;
        const one = { target, type, listener, capture: captures(how) };
        held.add(one);
        how?.signal && add.call(how.signal, 'abort', () => held.delete(one));
        how?.once && add.call(target, type, () => held.delete(one), how);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, how) {
        const target = this ?? window;
        remove.call(target, type, listener, how);
        for (const one of held) if (same(one, target, type, listener, how)) held.delete(one);
    };
    for (const [start, stop] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval'],
                                 ['requestAnimationFrame', 'cancelAnimationFrame']]) {
        const [begin, end] = [window[start], window[stop]];
        window[start] = (go, ...more) => {
            const one = { type: start, go: String(go).slice(0, 200) };
            const id = one.id = begin((...values) => {
                if (start != 'setInterval') held.delete(one);
                go(...values);
            }, ...more);
            held.add(one);
            return id;
        };
        window[stop] = id => {
            end(id);
            for (const one of held) if (one.id === id && one.type == start) held.delete(one);
        };
    }
    for (const name of ['IntersectionObserver', 'ResizeObserver', 'MutationObserver']) {
        const { observe, disconnect } = window[name].prototype;
        window[name].prototype.observe = function (...values) {
            this.one ??= { type: name };
            held.add(this.one);
            return observe.apply(this, values);
        };
        window[name].prototype.disconnect = function () {
            held.delete(this.one);
            return disconnect.call(this);
        };
    }
    // What hangs on an element that is gone goes with it.
    window.left = () => [...held].filter(({ target }) => !(target instanceof Node) || target.isConnected)
        .map(({ target, type, go }) => [String(target?.constructor?.name), type, go ?? '']);";

/// JavaScript for the names of all the elements in the page.
const ELEMENTS: &str = "return [...document.querySelectorAll('*')].map(e => e.localName).join()";

#[tokio::test(flavor = "multi_thread")]
async fn destroy_leaves_no_listener_no_timer_and_no_node() {
    let stage = Stage::new().await;
    let browser = &stage.browser;
    stage.open("/tests/targeting/").await;
    browser.run("delete window.navigation; Object.defineProperty(window, 'navigation', { value: undefined })").await;
    browser.run(COUNT).await;
    let before = browser.run(ELEMENTS).await;
    let surveys = "on-scroll on-inner-scroll on-exit on-click on-all on-purchase dwell \
                   on-shop-pages nps usual tab-feedback own-button";
    put_tag(&stage, &json!({ "data-survey": surveys })).await;
    armed(&stage, surveys).await;
    browser
        .wait_until("document.querySelector('sayso-tab')")
        .await;
    came(&stage, "usual").await;
    let body = "document.querySelector('#place').innerHTML =
                    '<sayso-survey survey=feedback></sayso-survey>'";
    browser.run(body).await;
    browser
        .wait_until("document.querySelectorAll('sayso-card').length == 2")
        .await;
    browser.run("sayso.dismiss()").await;
    browser
        .wait_until("!document.querySelector('body > sayso-card')")
        .await;
    click(
        &stage,
        "document.querySelector('sayso-tab').shadowRoot.querySelector('button')",
    )
    .await;
    browser.wait_until("came.includes('tab-feedback')").await;
    let many = browser.run("return left().length").await.as_u64().unwrap();
    assert!(10 < many, "{many}");

    browser.run("sayso.destroy()").await;
    browser
        .wait_until("!document.querySelector('sayso-card, sayso-tab')")
        .await;
    let body = "document.querySelector('#place').innerHTML = '';
                document.querySelector('body > script[data-survey]').remove()";
    browser.run(body).await;
    assert_eq!(browser.run(ELEMENTS).await, before);
    // The card's own animations may take a moment to be told.
    let body = "for (let round = 0; round < 40 && left().length; round++)
                    await new Promise(done => held.size && queueMicrotask(done));
                return left()";
    let left = browser.run(body).await;
    assert_eq!(left, json!([]), "{left:#}");

    // What it was is over, and it can be asked again.
    browser.run("window.came = []").await;
    browser
        .run("scrollTo(0, 3000); sayso.track('purchase', { amount: 80, plan: 'pro' })")
        .await;
    super::nothing_comes(&stage).await;
    assert_eq!(show(&stage, "'rests'").await, SHOWN);
    assert_eq!(browser.run("return came").await, Value::from(vec!["rests"]));
    assert_nothing_thrown(&stage).await;
}
