//! Pages in odd places: without an origin of their own, and in another site's frame.

use sayso_tests::browser::{Browser, Engine, Window};

use super::{Grounds, ROOT, TAG, Way, answer_frame, meet};

const FRAME: &str = "document.querySelector('iframe')";

/// A page around another one.
fn around(address: &str, sandbox: &str) -> String {
    format!(r#"<iframe {sandbox} src="{address}" width="600" height="600"></iframe>"#)
}

async fn grounds(engine: Engine, origins: &[&str]) -> Grounds {
    Grounds::with(Browser::start(engine, Window::Desktop).await, origins)
}

/// The page goes on, and its owner learns what to allow.
async fn assert_told_to_allow_null(browser: &Browser) {
    browser.wait_until("window.sayso?.show").await;
    let outcome = browser.run("return (await sayso.show('nps')).reason").await;
    assert_eq!(outcome, "unavailable");
    let found = browser.run("return await sayso.diagnose()").await;
    assert_eq!(found["page"], "null", "{found}");
    let advice = found["advice"].to_string();
    assert!(advice.contains("--allow-origin null"), "{advice}");
    assert_eq!(browser.run("return faults").await, 0);
    let cards = "return document.querySelectorAll('sayso-card').length";
    assert_eq!(browser.run(cards).await, 0);
}

/// Counts what a page's own handlers would hear of.
const FAULTS: &str = "<script>
    faults = 0;
    addEventListener('error', () => faults++);
    addEventListener('unhandledrejection', () => faults++);
</script>";

/// Answers the survey of the page in the frame of another.
async fn answer_within(grounds: &Grounds, name: &str) {
    let browser = &grounds.browser;
    let rating = format!("{ROOT}.querySelector('.rating')");
    browser.wait_until(&rating).await;
    answer_frame(browser).await;
    grounds.wait_for_answer(name).await;
}

async fn without_an_origin(engine: Engine) {
    let grounds = grounds(engine, &["null"]).await;
    let browser = &grounds.browser;
    let file = grounds.write_file("file.html", TAG);
    browser.open(&file).await;
    meet(&grounds, "file.html", Way::InPage).await;

    let frames = [
        ("sandbox", "allow-scripts", "null"),
        // With an origin, but without forms.
        (
            "formless",
            "allow-scripts allow-same-origin",
            &grounds.pages.origin(),
        ),
    ];
    for (name, sandbox, origin) in frames {
        grounds.put(name, &[], TAG);
        let sandbox = format!("sandbox=\"{sandbox}\"");
        grounds.put("around", &[], &around(&format!("/{name}/"), &sandbox));
        grounds.open("around").await;
        browser.enter_frame(FRAME).await;
        assert_eq!(browser.run("return origin").await, origin);
        answer_within(&grounds, name).await;
        browser.leave_frame().await;
    }

    let header = "Content-Security-Policy: sandbox allow-scripts";
    grounds.put("header", &[header.to_owned()], TAG);
    grounds.open("header").await;
    meet(&grounds, "header", Way::InPage).await;
    grounds
        .expect_reports("header", &[], "a sandbox by header")
        .await;
}

/// No page without an origin may frame the collector.
async fn without_an_origin_or_webassembly(engine: Engine) {
    let grounds = grounds(engine, &["null"]).await;
    let browser = &grounds.browser;
    let policy = "Content-Security-Policy: script-src https://feedback.example";
    grounds.put("inner", &[policy.to_owned()], TAG);
    let sandbox = "sandbox=\"allow-scripts allow-popups\"";
    grounds.put("outer", &[], &around("/inner/", sandbox));
    grounds.open("outer").await;
    browser.enter_frame(FRAME).await;
    meet(&grounds, "inner", Way::Link).await;
}

async fn where_null_is_not_allowed(engine: Engine) {
    let grounds = grounds(engine, &[]).await;
    let browser = &grounds.browser;
    let page = format!("{FAULTS}{TAG}");
    browser.open(&grounds.write_file("page.html", &page)).await;
    assert_told_to_allow_null(browser).await;
    grounds.put("inner", &[], &page);
    grounds.put(
        "outer",
        &[],
        &around("/inner/", "sandbox=\"allow-scripts\""),
    );
    grounds.open("outer").await;
    browser.enter_frame(FRAME).await;
    assert_told_to_allow_null(browser).await;
    if engine == Engine::Chromium {
        let console = browser.console().await.join("\n");
        assert!(console.contains("see sayso.diagnose()"), "{console}");
        assert!(console.contains("--allow-origin null"), "{console}");
    }
}

/// Opens a page of another site that has a page of ours in a frame, and goes in.
async fn open_elsewhere(grounds: &Grounds, name: &str, headers: &[String]) {
    let inner = format!("{}/{name}/", grounds.pages.origin());
    grounds.put(name, headers, TAG);
    grounds.put("elsewhere", &[], &around(&inner, ""));
    let address = format!("{}/elsewhere/", grounds.pages.other_site());
    grounds.browser.open(&address).await;
    grounds.browser.enter_frame(FRAME).await;
    let parent = "try { return parent.origin } catch (_) { return 'another' }";
    assert_eq!(grounds.browser.run(parent).await, "another");
}

async fn in_another_sites_frame(engine: Engine) {
    let stranger = grounds(engine, &[]).await;
    open_elsewhere(&stranger, "inner", &[]).await;
    answer_within(&stranger, "inner").await;

    // Where that page refuses WebAssembly: a frame in the frame, if all around are allowed.
    let policy = "Content-Security-Policy: script-src https://feedback.example";
    let policy = [policy.to_owned()];
    let allowed = Grounds::with(stranger.browser, &["{other site}"]);
    open_elsewhere(&allowed, "inner_2", &policy).await;
    meet(&allowed, "inner_2", Way::InFrame).await;
    if engine == Engine::Chromium {
        let stranger = Grounds::with(allowed.browser, &[]);
        open_elsewhere(&stranger, "inner_3", &policy).await;
        meet(&stranger, "inner_3", Way::Link).await;
    }
}

macro_rules! in_each_engine {
    ($($name:ident: $way:path, $engine:ident;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            $way(Engine::$engine).await;
        }
    )+};
}

in_each_engine! {
    pages_without_an_origin_ask_in_chromium: without_an_origin, Chromium;
    pages_without_an_origin_ask_in_firefox: without_an_origin, Firefox;
    pages_without_an_origin_ask_in_webkit: without_an_origin, WebKit;
    without_origin_or_webassembly_it_is_a_link_in_chromium: without_an_origin_or_webassembly, Chromium;
    where_null_is_not_allowed_the_owner_is_told_in_chromium: where_null_is_not_allowed, Chromium;
    where_null_is_not_allowed_the_owner_is_told_in_firefox: where_null_is_not_allowed, Firefox;
    where_null_is_not_allowed_the_owner_is_told_in_webkit: where_null_is_not_allowed, WebKit;
    a_page_in_another_sites_frame_in_chromium: in_another_sites_frame, Chromium;
    a_page_in_another_sites_frame_in_firefox: in_another_sites_frame, Firefox;
    a_page_in_another_sites_frame_in_webkit: in_another_sites_frame, WebKit;
}
