//! The loader under its pinned address, checked by its hash.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sayso_tests::browser::Engine;
use serde_json::json;
use sha2::{Digest, Sha384};

use super::Grounds;
use super::docs::{self, Case};

/// What goes into an integrity attribute for a file.
fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(content)))
}

/// A file of the widget, as the collector serves it.
fn file(grounds: &Grounds, path: &str) -> Vec<u8> {
    let reply = ureq::get(format!("{}/{path}", grounds.collector.url())).call();
    reply.unwrap().into_body().read_to_vec().unwrap()
}

/// The documented tag with the release of this collector, and the hash of each file after
/// its name.
pub(super) fn fill_in(grounds: &Grounds, tag: &str) -> String {
    let loader = String::from_utf8(file(grounds, "sayso.js")).unwrap();
    let (_, rest) = loader.split_once("\"assets/").unwrap();
    let release = rest.split('/').next().unwrap();
    let folder = format!("assets/{release}/");
    let tag = tag.replace("assets/0123456789abcdef/", &folder);
    let mut parts = tag.split("sha384-…").peekable();
    let mut filled = String::new();
    while let Some(part) = parts.next() {
        filled += part;
        if parts.peek().is_some() {
            let (_, name) = part.rsplit_once(&folder).unwrap();
            let name = name.split('"').next().unwrap();
            filled += &integrity(&file(grounds, &format!("{folder}{name}")));
        }
    }
    filled
}

fn case(beginning: &str) -> Case {
    let mut cases = docs::cases().into_iter();
    cases.find(|it| it.title.starts_with(beginning)).unwrap()
}

/// The documented tag, with a hash of something else.
async fn with_another_hash(engine: Engine) {
    let grounds = Grounds::new(engine).await;
    let browser = &grounds.browser;
    let right = fill_in(&grounds, &case("Pinned, with").tag);
    let (before, rest) = right.split_once("sha384-").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let wrong = format!("{before}{}\"{after}", integrity(b"something else"));
    let queue = "<script>faults = 0; addEventListener('unhandledrejection', () => faults++);
        (window.sayso = window.sayso || []).push(['show', 'nps'])</script>";
    grounds.put(
        "wrong",
        &[],
        &format!("{queue}{wrong}<p id=end>The end</p>"),
    );
    grounds.open("wrong").await;
    // The load event has come, and the page's own script holds what it asked for.
    let state = "return [document.readyState, Array.isArray(sayso), sayso.length, faults,
        document.querySelector('#end').textContent, document.querySelectorAll('sayso-card').length]";
    let expected = json!(["complete", true, 1, 0, "The end", 0]);
    assert_eq!(browser.run(state).await, expected, "{engine:?}");
    if engine == Engine::Chromium {
        let console = browser.console().await.join("\n");
        assert!(console.contains("integrity"), "{console}");
    }
    // Another release is 404: the same.
    let gone = right.replace("/assets/", "/assets/0");
    grounds.put("gone", &[], &format!("{queue}{gone}<p id=end>The end</p>"));
    grounds.open("gone").await;
    assert_eq!(browser.run(state).await, expected, "{engine:?}");
    // What the loader imports: the first hash is that of the card.
    let case = case("Pinned, and");
    let right = fill_in(&grounds, &case.tag);
    let (before, rest) = right.split_once("sha384-").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let wrong = format!("{before}{}\"{after}", integrity(b"something else"));
    grounds.put("map", &case.headers, &wrong);
    grounds.open("map").await;
    browser.wait_until("window.sayso?.show").await;
    // Busy for as long as the tag itself is at it.
    let outcome = "(await sayso.show('nps', { force: true })).reason == 'unavailable'";
    browser.wait_until(outcome).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loader_with_another_hash_is_refused_in_chromium() {
    with_another_hash(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loader_with_another_hash_is_refused_in_firefox() {
    with_another_hash(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loader_with_another_hash_is_refused_in_webkit() {
    with_another_hash(Engine::WebKit).await;
}
