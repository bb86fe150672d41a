//! The login page in each engine: what browsers say of themselves is what the collector goes by.

use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::stage::{ADMIN_TOKEN, Stage};
use serde_json::{Value, json};

/// Waits for a page with this text.
async fn wait_for_text(browser: &Browser, text: &str) {
    let is_there = format!("document.body?.textContent.includes({})", json!(text));
    browser.wait_until(&is_there).await;
}

/// Fills in the form as a person does, and sends it.
async fn log_in(browser: &Browser, token: &str) {
    browser.fill("#token", token).await;
    browser.follow("button").await;
}

async fn somebody_logs_in_reads_and_logs_out(engine: Engine) {
    let stage = Stage::in_engine(engine, Window::Desktop, &[]).await;
    let browser = &stage.browser;
    let own = stage.collector.url();
    let login = format!("{own}/admin/login");
    browser.open(&login).await;
    log_in(browser, "wrong").await;
    wait_for_text(browser, "That is not the token").await;
    log_in(browser, ADMIN_TOKEN).await;
    wait_for_text(browser, "You are logged in").await;
    let cookie = browser.run("return document.cookie").await;
    assert_eq!(
        cookie,
        Value::String(String::new()),
        "scripts see no cookie"
    );
    browser.open(&format!("{own}/v1/report")).await;
    // Without quotes: Firefox shows JSON as a tree.
    wait_for_text(browser, "unreadable_lines").await;

    // A page of another origin on this very machine, as bad as a subdomain gets: the
    // browser sends the cookie with it, and says where it came from.
    stage.open("/tests/blank/").await;
    let read = format!(
        "return fetch('{own}/v1/report', {{ credentials: 'include' }})
             .then(reply => reply.status, () => 'refused')"
    );
    assert_eq!(browser.run(&read).await, "refused");
    let send = format!(
        "await fetch('{own}/admin/logout', {{ method: 'POST', mode: 'no-cors',
                     credentials: 'include' }}).catch(() => {{}})"
    );
    browser.run(&send).await;
    browser.open(&login).await;
    wait_for_text(browser, "You are logged in").await;

    browser.follow("button").await;
    wait_for_text(browser, "Admin token").await;
    browser.open(&format!("{own}/v1/report")).await;
    wait_for_text(browser, "token_required").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_logs_in_reads_and_logs_out_in_chromium() {
    somebody_logs_in_reads_and_logs_out(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_logs_in_reads_and_logs_out_in_firefox() {
    somebody_logs_in_reads_and_logs_out(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_logs_in_reads_and_logs_out_in_webkit() {
    somebody_logs_in_reads_and_logs_out(Engine::WebKit).await;
}
