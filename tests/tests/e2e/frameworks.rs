//! The npm package: installed from its archive into the sample projects, and alone.

use crate::{SHOWN, assert_quiet};
use sayso_tests::browser::Window;
use sayso_tests::stage::Stage;
use sayso_tests::tool;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

/// Where the built samples are, and what is in the package.
fn samples() -> PathBuf {
    PathBuf::from(tool("NPM_SAMPLES"))
}

/// What a framework's page has to allow for Sayso, and nothing more for it. The
/// policies' names come from the framework, but for the first.
fn policy(script: &str, trusted_types: &str) -> String {
    format!(
        "default-src 'none'; img-src data:; connect-src {{collector}}; \
         script-src {script} 'wasm-unsafe-eval'; \
         require-trusted-types-for 'script'; trusted-types sayso {trusted_types}"
    )
}

async fn wait_for_completed(stage: &Stage, survey: &str) -> Value {
    let start = std::time::Instant::now();
    loop {
        let records = stage.collector.records();
        let found = records
            .iter()
            .find(|record| record["survey"] == survey && record["status"] == "completed");
        if let Some(record) = found {
            return record.clone();
        }
        let has_patience = start.elapsed() < sayso_tests::collector::PATIENCE;
        assert!(has_patience, "{survey} is not completed: {records:#?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

/// Answers the question with the given rating, and the one after it with words.
async fn answer(stage: &Stage, rating: &str, words: &str) {
    let browser = &stage.browser;
    browser.wait_for(rating).await;
    browser.click(rating).await;
    browser.wait_for("textarea").await;
    browser.click("textarea").await;
    browser.press(words).await;
    browser.click(".primary").await;
    browser.wait_for(".thanks").await;
}

/// Goes through a sample: an inline survey on two articles, a popover on a third
/// page, back and forth without another page load, until nothing is left.
async fn walk(name: &str, trusted_types: &str) {
    let policy = policy("'self' {collector}", trusted_types);
    let stage = Stage::with(Window::Desktop, &[("Content-Security-Policy", &policy)]).await;
    stage.add_pages(&samples().join(name).join("dist"), name);
    stage.open(&format!("/{name}/")).await;
    let browser = &stage.browser;
    browser.run("window.isSamePage = true").await;

    answer(&stage, ".rating:nth-child(2)", "The numbers.").await;
    let said = "document.querySelector('#answer').textContent";
    browser
        .wait_until(&format!("{said} == 'liked: The numbers.'"))
        .await;
    let inline = wait_for_completed(&stage, "rate-article").await;
    let expected = json!({ "helpful": 2, "liked": "The numbers." });
    assert_eq!(inline["answers"], expected);
    assert_eq!(inline["context"]["article"], "first");
    assert_eq!(inline["context"]["sample"], format!("/{name}/"));

    // Another article is another card.
    browser.follow("#to-second").await;
    browser.wait_for(".rating").await;
    assert_eq!(count(&stage, "sayso-survey > sayso-card").await, 1);
    let of = "return document.querySelector('sayso-survey').getAttribute('context-article')";
    assert_eq!(browser.run(of).await, "second");

    browser.follow("#to-help").await;
    gone(&stage).await;
    browser.follow("button").await;
    answer(&stage, ".rating:nth-child(4)", "More of it.").await;
    let popover = wait_for_completed(&stage, "feedback").await;
    assert_eq!(popover["answers"]["experience"], 4);
    browser.run("sayso.dismiss()").await;
    gone(&stage).await;

    // Back, by the browser's own button, and away while the card is still coming.
    browser.run("history.back()").await;
    browser.wait_for(".rating").await;
    browser.follow("#to-help").await;
    gone(&stage).await;
    browser.follow("#to-first").await;
    browser.follow("#to-help").await;
    gone(&stage).await;
    assert_eq!(browser.run("return isSamePage").await, true);
    assert_eq!(count(&stage, "script[src*='sayso.js']").await, 1);
    assert_quiet(&stage).await;
}

async fn count(stage: &Stage, selector: &str) -> Value {
    let body = format!("return document.querySelectorAll(\"{selector}\").length");
    stage.browser.run(&body).await
}

async fn gone(stage: &Stage) {
    stage
        .browser
        .wait_until("!document.querySelector('sayso-card, sayso-survey')")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_react_sample_asks_inline_and_in_a_popover_and_leaves_nothing() {
    walk("react", "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vue_sample_asks_inline_and_in_a_popover_and_leaves_nothing() {
    walk("vue", "vue").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_svelte_sample_asks_inline_and_in_a_popover_and_leaves_nothing() {
    walk("svelte", "svelte-trusted-html").await;
}

/// A page that imports the package as it is, under the policy with a nonce.
async fn alone() -> Stage {
    let policy = policy("'nonce-n0nce' 'strict-dynamic'", "");
    let stage = Stage::with(Window::Desktop, &[("Content-Security-Policy", &policy)]).await;
    stage.add_pages(&samples().join("package/dist"), "tests/npm/dist");
    stage.open("/tests/npm/").await;
    stage.browser.wait_until("window.collector").await;
    stage
}

const LOAD: &str = "bundle.load({ src: collector + '/sayso.js', nonce: 'n0nce' })";

#[tokio::test(flavor = "multi_thread")]
async fn the_types_name_the_calls_that_the_loader_has() {
    let stage = alone().await;
    let types = std::fs::read_to_string(samples().join("package/dist/index.d.ts")).unwrap();
    let (_, object) = types.split_once("export interface Sayso {").unwrap();
    let (object, _) = object.split_once("\n}").unwrap();
    let named: Vec<_> = object
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_once('('))
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    let browser = &stage.browser;
    assert_eq!(browser.run(&format!("return await {LOAD}")).await, true);
    let calls = browser.run("return Object.keys(sayso).sort()").await;
    assert_eq!(
        calls,
        json!(named),
        "in the loader, and in npm/src/index.d.ts"
    );
    let exported = browser.run("return Object.keys(bundle).sort()").await;
    let own = [
        "dismiss",
        "destroy",
        "push",
        "reset",
        "setLocale",
        "show",
        "track",
    ];
    for name in own {
        let is_there = |list: &Value| list.as_array().unwrap().contains(&json!(name));
        assert!(is_there(&calls) && is_there(&exported), "{name}");
    }
    assert_eq!(
        exported.as_array().unwrap().len(),
        own.len() + 1,
        "and load"
    );
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_from_before_the_script_are_carried_out_in_order_and_answered() {
    let stage = alone().await;
    let browser = &stage.browser;
    let body = format!(
        "const early = bundle.show('nps', {{ context: {{ order_id: 'A-17' }} }});
         const busy = bundle.show('feedback');
         bundle.track('purchase', {{ amount: 80, plan: 'pro' }});
         const loads = [{LOAD}, {LOAD}];
         return JSON.stringify([await early, await busy, ...await Promise.all(loads)])"
    );
    let outcome = browser.run(&body).await;
    let busy = r#"{"shown":false,"reason":"busy"}"#;
    assert_eq!(outcome, format!("[{SHOWN},{busy},true,true]"));
    assert_eq!(count(&stage, "script[src*='sayso.js']").await, 1);
    browser.wait_for(".rating").await;
    let records = stage.collector.wait_for_records(1).await;
    assert_eq!(records[0]["context"]["order_id"], "A-17");
    browser.run("bundle.destroy()").await;
    gone(&stage).await;

    // A survey that a later call names is added, with what was tracked before.
    let body = "await bundle.load({ src: collector + '/sayso.js', survey: ['on-purchase', 'dwell'],
                                    traits: { is_new: true } })";
    browser.run(body).await;
    browser.wait_for(".rating").await;
    let records = stage.collector.wait_for_records(2).await;
    assert_eq!(records[1]["survey"], "on-purchase");
    assert_eq!(records[1]["respondent"]["traits"]["is_new"], true);
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_of_the_page_is_used_and_an_element_with_the_name_is_in_nobodys_way() {
    let stage = alone().await;
    let browser = &stage.browser;
    let policy = "const mine = trustedTypes.createPolicy('sayso',
                      { createScriptURL: url => url });";
    let body = format!(
        "document.querySelector('h1').id = 'sayso';
         {policy}
         const tag = document.createElement('script');
         tag.nonce = 'n0nce';
         tag.src = mine.createScriptURL(collector + '/sayso.js');
         document.head.append(tag);
         const loaded = bundle.load({{ src: collector + '/sayso.js', survey: 'on-purchase' }});
         bundle.track('purchase', {{ amount: 80, plan: 'pro' }});
         return await loaded"
    );
    assert_eq!(browser.run(&body).await, true);
    assert_eq!(count(&stage, "script[src*='sayso.js']").await, 1);
    browser.wait_for(".rating").await;
    let records = stage.collector.wait_for_records(1).await;
    assert_eq!(records[0]["survey"], "on-purchase");
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pinned_address_is_checked_by_its_integrity() {
    let stage = alone().await;
    let browser = &stage.browser;
    let pinned = |integrity: &str| {
        format!(
            "return JSON.stringify([
                 await bundle.load({{ src: `${{collector}}/assets/${{assets.hash}}/sayso.js`,
                                      nonce: 'n0nce', integrity: {integrity} }}),
                 document.querySelectorAll('script[src*=\"sayso.js\"]').length])"
        )
    };
    // Of another file; the browser refuses it, and the tag goes.
    let refused = browser.run(&pinned("assets.integrity['tab.js']")).await;
    assert_eq!(refused, "[false,0]");
    let unavailable = r#"{"shown":false,"reason":"unavailable"}"#;
    let body = "const outcome = bundle.show('nps');
                bundle.load({ src: collector + '/gone/sayso.js', nonce: 'n0nce' });
                return JSON.stringify(await outcome)";
    assert_eq!(browser.run(body).await, unavailable);
    drop(browser.console().await);

    let taken = browser.run(&pinned("assets.integrity['sayso.js']")).await;
    assert_eq!(taken, "[true,1]");
    let shown = "return JSON.stringify(await bundle.show('nps'))";
    assert_eq!(browser.run(shown).await, SHOWN);
    browser.wait_for(".rating").await;
    assert_quiet(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_of_the_pages_own_makes_the_address_a_trusted_one() {
    let types = "require-trusted-types-for 'script'; trusted-types mine";
    let stage = Stage::with(Window::Desktop, &[("Content-Security-Policy", types)]).await;
    stage.add_pages(&samples().join("package/dist"), "tests/npm/dist");
    stage.open("/tests/npm/").await;
    let browser = &stage.browser;
    browser.wait_until("window.collector").await;
    let body = "const policy = trustedTypes.createPolicy('mine', { createScriptURL: url => url });
                return bundle.load({ src: collector + '/sayso.js', policy })";
    assert_eq!(browser.run(body).await, true);
    assert_quiet(&stage).await;
}

/// The text between two marks of docs/recipes.md.
fn recipe(heading: &str, from: &str, to: &str) -> String {
    let path = sayso_tests::stage::root().join("docs/recipes.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once(heading).unwrap();
    let (_, rest) = section.split_once(from).unwrap();
    rest.split_once(to).unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_managers_recipe_shows_its_survey_and_hears_its_events() {
    let stage = Stage::new().await;
    stage.add_pages(&samples().join("package/dist"), "tests/npm/dist");
    stage.open("/tests/npm/").await;
    let browser = &stage.browser;
    // As a tag manager does it: a script element of its own for each tag. The event
    // comes before the loader.
    let heading = "## Google Tag Manager";
    let tag = recipe(heading, "<script>", "</script>");
    let tag = tag.replace("https://feedback.example", &stage.collector.url());
    let tag = tag.replace("\"nps\"", "\"on-purchase\"");
    let event = recipe(heading, "An event", "An option");
    let (_, event) = event.split_once("<script>").unwrap();
    let (event, _) = event.split_once("</script>").unwrap();
    let event = event.replace("{{Purchase value}}", "80");
    let event = event.replace("{{Plan}}", "pro");
    for script in [event, tag] {
        let body = format!(
            "const script = document.createElement('script');
             script.text = {};
             document.body.append(script)",
            json!(script)
        );
        browser.run(&body).await;
    }
    browser.wait_for(".rating").await;
    let records = stage.collector.wait_for_records(1).await;
    assert_eq!(records[0]["survey"], "on-purchase");
    assert_quiet(&stage).await;
}

#[test]
fn on_a_server_nothing_happens() {
    let program = "import * as sayso from './index.js';
        const loaded = await sayso.load({ src: 'https://feedback.example/sayso.js' });
        const { shown, reason } = await sayso.show('nps');
        sayso.track('purchase'); sayso.push(['reset']); sayso.dismiss();
        console.log(loaded, shown, reason, typeof globalThis.sayso);";
    let output = Command::new("node")
        .args(["--input-type=module", "--eval", program])
        .current_dir(samples().join("package/dist"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        said.trim(),
        "false false unavailable undefined",
        "{output:?}"
    );
}
