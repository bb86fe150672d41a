//! What `sayso.diagnose()` says of a policy: the way in, and the very words to add.

use sayso_tests::browser::Engine;
use serde_json::json;

use super::{Grounds, TAG, Way, meet};

/// A page, and what is said of it.
struct Told {
    policy: &'static str,
    /// Whether the collector is behind a path of the page's own host.
    is_own: bool,
    way: &'static str,
    advice: &'static [&'static str],
}

const TOLD: [Told; 5] = [
    Told {
        policy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
        is_own: true,
        way: "wasm",
        advice: &[],
    },
    Told {
        policy: "default-src 'self'",
        is_own: true,
        way: "frame",
        // A script-src without 'self' would refuse the page's own scripts.
        advice: &["refuses WebAssembly: add the directive script-src 'self' 'wasm-unsafe-eval'"],
    },
    Told {
        policy: "script-src 'self'",
        is_own: true,
        way: "frame",
        advice: &["refuses WebAssembly: add 'wasm-unsafe-eval' to script-src"],
    },
    Told {
        policy: "default-src 'self'; script-src 'self' https://feedback.example; \
                 connect-src https://feedback.example",
        is_own: false,
        way: "link",
        advice: &[
            "refuses WebAssembly: add 'wasm-unsafe-eval' to script-src",
            "refuses frames of the collector: add the directive frame-src 'self' \
             https://feedback.example",
        ],
    },
    Told {
        policy: "default-src 'self'; script-src https://feedback.example 'wasm-unsafe-eval'",
        is_own: false,
        way: "wasm",
        advice: &[
            "refuses connections to the collector: add the directive connect-src 'self' \
             https://feedback.example",
        ],
    },
];

async fn told(engine: Engine) {
    let grounds = Grounds::new(engine).await;
    let browser = &grounds.browser;
    for (number, told) in TOLD.iter().enumerate() {
        let name = format!("told_{number}");
        let policy = format!("Content-Security-Policy: {}", told.policy);
        let tag = match told.is_own {
            true => TAG.replace("https://feedback.example", "/feedback"),
            false => TAG.to_owned(),
        };
        grounds.put(&name, &[policy], &tag);
        grounds.open(&name).await;
        browser.wait_until("window.sayso?.diagnose").await;
        let found = browser.run("return await sayso.diagnose()").await;
        assert_eq!(
            found["way"], told.way,
            "{engine:?} {}: {found}",
            told.policy
        );
        let advice = found["advice"].as_array().unwrap();
        assert_eq!(advice.len(), told.advice.len(), "{engine:?}: {found}");
        for (said, expected) in advice.iter().zip(told.advice) {
            let expected = grounds.fill_in(expected);
            // WebKit refuses WebAssembly without a word of which policy it was.
            let expected = match engine {
                Engine::WebKit => expected.replace(
                    "the directive script-src 'self' 'wasm-unsafe-eval'",
                    "'wasm-unsafe-eval' to script-src",
                ),
                Engine::Chromium | Engine::Firefox => expected,
            };
            let said = said.as_str().unwrap();
            assert!(
                said.ends_with(&expected),
                "{engine:?}: {said}, not {expected}"
            );
        }
        let surveys = found["surveys"].as_array().unwrap();
        let [survey] = &surveys[..] else {
            panic!("one survey: {found}");
        };
        let status = if said_nothing(told) { 0 } else { 200 };
        assert_eq!(
            (&survey["survey"], &survey["status"]),
            (&json!("nps"), &json!(status))
        );
    }
    without_webassembly(&grounds).await;
}

/// An engine that has none at all, as in Lockdown Mode: there is nothing to add.
async fn without_webassembly(grounds: &Grounds) {
    let browser = &grounds.browser;
    let tag = format!("<script>delete window.WebAssembly</script>{TAG}");
    grounds.put("bare", &[], &tag);
    grounds.open("bare").await;
    meet(grounds, "bare", Way::InFrame).await;
    let found = browser.run("return await sayso.diagnose()").await;
    assert_eq!(found["way"], "frame", "{found}");
    let advice = found["advice"].to_string();
    assert!(
        advice.contains("this browser has no WebAssembly"),
        "{advice}"
    );
    assert!(!advice.contains("wasm-unsafe-eval"), "{advice}");
}

/// Whether the page may not even ask.
fn said_nothing(told: &Told) -> bool {
    told.advice.iter().any(|it| it.contains("connections"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_the_very_words_to_add_in_chromium() {
    told(Engine::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_the_very_words_to_add_in_firefox() {
    told(Engine::Firefox).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_told_the_very_words_to_add_in_webkit() {
    told(Engine::WebKit).await;
}
