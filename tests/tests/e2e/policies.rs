//! Every policy that docs/csp.md names, in each engine: the survey comes in the way that is
//! written there, is answered and stored, and the browser refuses nothing that it should not.

mod advice;
mod docs;
mod looks;
mod noscript;
mod pinned;
mod places;
mod types;

use std::fs;
use std::time::{Duration, Instant};

use sayso_tests::browser::{Browser, Engine, Window};
use sayso_tests::collector::{Collector, PATIENCE};
use sayso_tests::pages::Pages;
use sayso_tests::stage::root;
use serde_json::{Value, json};
use tempfile::TempDir;

use docs::{Case, Way};

/// A site with any number of pages, two collectors, and a browser to look at them.
struct Grounds {
    // Before the others, so that it goes first.
    browser: Browser,
    pages: Pages,
    /// On an origin of its own.
    collector: Collector,
    /// Behind a path of the site.
    own: Collector,
    folder: TempDir,
}

impl Grounds {
    async fn new(engine: Engine) -> Self {
        Self::with(Browser::start(engine, Window::Desktop).await, &[])
    }

    /// As [`new`](Self::new), with more origins that the collector allows; `{other site}` is
    /// that of the same pages under another name.
    fn with(browser: Browser, origins: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let surveys = folder.path().join("surveys");
        fs::create_dir(&surveys).unwrap();
        for file in fs::read_dir(root().join("examples/surveys")).unwrap() {
            let file = file.unwrap();
            let text = fs::read_to_string(file.path()).unwrap();
            // What is due at once makes many pages quick.
            let text = text.replace("\"delay_ms\": 1000", "\"delay_ms\": 0");
            fs::write(surveys.join(file.file_name()), text).unwrap();
        }
        let pages = Pages::start();
        let mut settings = vec!["--rate-limit-per-minute", "0"];
        let own = Collector::start_with(&folder.path().join("own"), &surveys, &settings);
        pages.lead_to(own.address());
        let other_site = pages.other_site();
        let others = origins
            .iter()
            .map(|origin| origin.replace("{other site}", &other_site));
        let allowed: Vec<_> = others.chain([pages.origin()]).collect();
        for origin in &allowed {
            settings.extend(["--allow-origin", origin]);
        }
        let collector = Collector::start_with(&folder.path().join("data"), &surveys, &settings);
        Self {
            browser,
            pages,
            collector,
            own,
            folder,
        }
    }

    /// What the docs write, with the collector's own address in it.
    fn fill_in(&self, text: &str) -> String {
        text.replace("https://feedback.example", &self.collector.url())
    }

    /// The text of a page with a tag, whose records have this touchpoint.
    fn page(&self, name: &str, tag: &str) -> String {
        let mark = format!("data-survey=\"nps\" data-touchpoint=\"{name}\"");
        let tag = self.fill_in(tag).replace("data-survey=\"nps\"", &mark);
        format!("<!doctype html><html lang=\"en\"><title>{name}</title><h1>A page</h1>{tag}")
    }

    /// Writes a page into a file, and says where it is.
    fn write_file(&self, name: &str, tag: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, self.page(name, tag)).unwrap();
        format!("file://{}", path.display())
    }

    /// Puts a page with a tag at a path. Its records and reports have this name.
    fn put(&self, name: &str, headers: &[String], tag: &str) {
        let headers: Vec<_> = headers
            .iter()
            .map(|header| self.fill_in(header))
            .map(
                |header| match header.starts_with("Content-Security-Policy:") {
                    true => format!("{header}; report-uri /reports/{name}"),
                    false => header,
                },
            )
            .collect();
        self.pages
            .put(&format!("/{name}/"), &headers, &self.page(name, tag));
    }

    /// Opens a page as a visitor who was never there.
    async fn open(&self, name: &str) {
        // The last page's cooldown would keep the survey away.
        let forget = "try { localStorage.clear() } catch (_) {}";
        self.browser.run(forget).await;
        let address = format!("{}/{name}/", self.pages.origin());
        self.browser.open(&address).await;
    }

    /// Waits for the whole answer that a page's visitor gave.
    async fn wait_for_answer(&self, name: &str) -> Value {
        let begun = Instant::now();
        loop {
            let records = [self.collector.records(), self.own.records()].concat();
            let is_it =
                |it: &&Value| it["touchpoint"] == name && it["status"] == json!("completed");
            if let Some(record) = records.iter().find(is_it) {
                assert_eq!(record["answers"]["recommend"], 9, "{record}");
                return record.clone();
            }
            assert!(begun.elapsed() < PATIENCE, "{name}: {records:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the browser has reported that much of a page, and expects nothing more.
    async fn expect_reports(&self, name: &str, expected: &[(&str, &str)], title: &str) {
        let begun = Instant::now();
        while self.pages.reports(name).len() < expected.len() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let said = self.pages.reports(name);
        let said: Vec<_> = said.iter().map(|(what, of)| (&**what, &**of)).collect();
        assert_eq!(said, expected, "{:?} {title}", self.browser.engine());
    }
}

const ROOT: &str = "document.querySelector('sayso-card')?.shadowRoot?";

/// Answers the card of the page with the mouse, and notes how it looked on the way.
async fn answer_card(browser: &Browser) -> Vec<Vec<String>> {
    browser.wait_for(".rating").await;
    let mut seen = vec![looks::look(browser).await];
    browser.click(".rating:nth-child(10)").await;
    browser.wait_for("textarea").await;
    seen.push(looks::look(browser).await);
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
    seen
}

/// One thing that a respondent does, be it in the widget or in the plain page: chooses
/// nine, leaves the text, says thanks. True when the thanks are there.
const STEP: &str = "
    const root = document.querySelector('sayso-card')?.shadowRoot ?? document;
    const prompt = root.querySelector('#prompt')?.textContent;
    const rating = root.querySelector('input[value=\"9\"]');
    if (root.querySelector('.thanks')) return true;
    if (document.readyState != 'complete' || window.done == prompt) return false;
    if (rating && !rating.checked) rating.click();
    else if (prompt) {
        window.done = prompt;
        root.querySelector('.primary').click();
    }
    return false";

/// Answers the survey of the document that the driver is in.
async fn answer_frame(browser: &Browser) {
    let begun = Instant::now();
    // Not as a promise: one that is under way while a page goes is an error in WebKit.
    while !matches!(
        browser.client.execute(STEP, vec![]).await,
        Ok(Value::Bool(true))
    ) {
        assert!(begun.elapsed() < PATIENCE, "no thanks in the frame");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Meets the survey in the way it should come, and answers it. Of a link only that it leads
/// to the page: what is there, the tests of the hosted page know.
async fn meet(grounds: &Grounds, name: &str, way: Way) -> Vec<Vec<String>> {
    let browser = &grounds.browser;
    let mut seen = Vec::new();
    match way {
        Way::InPage => seen = answer_card(browser).await,
        Way::InFrame => {
            browser
                .enter_frame(&format!("{ROOT}.querySelector('iframe')"))
                .await;
            answer_frame(browser).await;
            browser.leave_frame().await;
        }
        Way::Link => {
            browser
                .wait_until(&format!("{ROOT}.querySelector('a')"))
                .await;
            let link = format!("return {ROOT}.querySelector('a').href");
            let link = browser.run(&link).await;
            browser.open(link.as_str().unwrap()).await;
            answer_frame(browser).await;
        }
    }
    grounds.wait_for_answer(name).await;
    seen
}

/// What the browser reports of a way: directive, and what it refused. WebKit refuses
/// WebAssembly without a word.
fn refused(way: Way, engine: Engine, collector: &str) -> Vec<(&str, &str)> {
    let frame = (way == Way::Link).then_some(("frame-src", collector));
    let wasm = way != Way::InPage && engine != Engine::WebKit;
    let wasm = wasm.then_some(("script-src", "wasm-eval"));
    frame.into_iter().chain(wasm).collect()
}

/// Nothing in Chromium's console is about a page where all is well; where the survey comes
/// in another way, the widget says what to add.
async fn look_at_console(grounds: &Grounds, case: &Case) {
    let said = grounds.browser.console().await;
    let said: Vec<_> = said
        .iter()
        .filter(|line| !line.contains("/favicon.ico"))
        .collect();
    match case.way {
        Way::InPage => assert!(said.is_empty(), "{}: {said:#?}", case.title),
        Way::InFrame => {
            let advice = said.iter().all(|line| line.contains("'wasm-unsafe-eval'"));
            assert!(advice && said.len() == 1, "{}: {said:#?}", case.title);
        }
        Way::Link => {
            let advice = said.iter().any(|line| line.contains("to frame-src"));
            assert!(advice, "{}: {said:#?}", case.title);
        }
    }
}

/// Whether a page with these headers is isolated from other origins. WebKit does not know
/// `credentialless`, and passes it over.
fn is_isolated(case: &Case, engine: Engine) -> bool {
    let asks = |what: &str| case.headers.iter().any(|header| header.ends_with(what));
    asks(": require-corp") || asks(": credentialless") && engine != Engine::WebKit
}

async fn try_all(engine: Engine) {
    let grounds = Grounds::new(engine).await;
    grounds.put("free", &[], TAG);
    grounds.open("free").await;
    let free = meet(&grounds, "free", Way::InPage).await;
    let cases = docs::cases();
    for (number, case) in cases.iter().enumerate() {
        let name = format!("case_{number}");
        let tag = pinned::fill_in(&grounds, &case.tag);
        grounds.put(&name, &case.headers, &tag);
        grounds.open(&name).await;
        let browser = &grounds.browser;
        let isolated = browser.run("return window.crossOriginIsolated").await;
        assert_eq!(isolated, is_isolated(case, engine), "{}", case.title);
        let seen = meet(&grounds, &name, case.way).await;
        if case.way == Way::InPage {
            looks::assert_same(&free, &seen, &format!("{engine:?}, {}", case.title));
        }
        if engine == Engine::Chromium {
            look_at_console(&grounds, case).await;
        }
    }
    // By now the early pages have said all that they had to say.
    let collector = grounds.collector.url();
    for (number, case) in cases.iter().enumerate() {
        let expected = refused(case.way, engine, &collector);
        let name = format!("case_{number}");
        grounds.expect_reports(&name, &expected, &case.title).await;
    }
}

/// The tag as the README has it.
const TAG: &str =
    r#"<script async src="https://feedback.example/sayso.js" data-survey="nps"></script>"#;

#[tokio::test(flavor = "multi_thread")]
async fn every_policy_of_the_docs_holds_in_chromium() {
    try_all(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_policy_of_the_docs_holds_in_firefox() {
    try_all(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_policy_of_the_docs_holds_in_webkit() {
    try_all(Engine::WebKit).await;
}
