//! What `sayso.destroy` leaves: no listener, no timer, no node.

use super::{armed, assert_nothing_thrown, came, click, nothing_comes, put_tag};
use crate::{SHOWN, show};
use sayso_tests::stage::Stage;
use serde_json::json;

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
    for has_navigation_api in [true, false] {
        stage.open("/tests/targeting/").await;
        browser.run("localStorage.clear()").await;
        if !has_navigation_api {
            browser
                .run("Object.defineProperty(window, 'navigation', { value: undefined })")
                .await;
        }
        browser.run(COUNT).await;
        let before = browser.run(ELEMENTS).await;
        meet_much(&stage).await;
        let many = browser.run("return left().length").await.as_u64().unwrap();
        assert!(10 < many, "{many}");

        browser.run("sayso.destroy()").await;
        let body = "!document.querySelector('sayso-card, sayso-tab')";
        browser.wait_until(body).await;
        let body = "document.querySelector('#place').innerHTML = '';
                    document.querySelector('script[data-survey]').remove()";
        browser.run(body).await;
        assert_eq!(browser.run(ELEMENTS).await, before);
        assert_eq!(browser.run("return left()").await, json!([]));

        // It is over, and what is called for comes all the same.
        let body = "window.came = [];
                    scrollTo(0, 3000);
                    sayso.track('purchase', { amount: 80, plan: 'pro' })";
        browser.run(body).await;
        nothing_comes(&stage).await;
        assert_eq!(show(&stage, "'rests'").await, SHOWN);
        came(&stage, "rests").await;
        assert_nothing_thrown(&stage).await;
    }
}

/// Arms a survey of each sort, and opens a card, an element and the tab.
async fn meet_much(stage: &Stage) {
    let browser = &stage.browser;
    let surveys = "on-scroll on-inner-scroll on-exit on-click on-all on-purchase dwell \
                   on-shop-pages nps usual tab-feedback own-button";
    put_tag(stage, &json!({ "data-survey": surveys })).await;
    armed(stage, surveys).await;
    browser
        .wait_until("document.querySelector('sayso-tab')")
        .await;
    came(stage, "usual").await;
    let body = "document.querySelector('#place').innerHTML =
                    '<sayso-survey survey=feedback></sayso-survey>'";
    browser.run(body).await;
    let two = "document.querySelectorAll('sayso-card').length == 2";
    browser.wait_until(two).await;
    let tab = "document.querySelector('sayso-tab').shadowRoot.querySelector('button')";
    click(stage, tab).await;
    browser.wait_until("came.includes('tab-feedback')").await;
}
