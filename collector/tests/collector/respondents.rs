//! Signed respondents: who is verified, and what happens when only those may answer.

use std::fs;

use sayso_collector::limits::Limits;
use sayso_collector::secret::Secrets;
use sayso_collector::trust::site_key::SiteKeys;
use sayso_collector::trust::{Rules, Trust};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::fixtures::{submission, with};
use crate::program::{Place, Program, SERVE};

const SITE_KEY: &str = "0123456789abcdef0123456789abcdef";

/// Of the id `c-1042`, as `docs/signed-respondents.md` says.
const SIGNATURE: &str = "4c1b9eeda618ec2cdc834faacbd44f76b0ab8b36a5ae9662b0c478c1d318d07a";

fn desk(is_required: bool) -> Desk {
    let rules = Rules {
        require_verified_respondents: is_required,
        ..Rules::default()
    };
    let site = SiteKeys::new(Secrets::parse(SITE_KEY.as_bytes()).unwrap());
    let limits = Limits {
        rate_limit_per_minute: 0,
        ..Limits::default()
    };
    Desk::changed(limits, |state| {
        state.trust = Trust::new(rules, Some(site), None);
    })
}

fn by(respondent: Value) -> Value {
    with(submission(), "respondent", respondent)
}

/// Each respondent with whether the signature is right.
fn respondents() -> Vec<(Value, bool)> {
    let wrong = SIGNATURE.replace('4', "5");
    vec![
        (json!({"id": "c-1042", "signature": SIGNATURE}), true),
        (
            json!({"id": "c-1042", "signature": SIGNATURE, "verified": false}),
            true,
        ),
        (json!({"id": "c-1042", "signature": wrong}), false),
        (
            json!({"id": "c-1042", "signature": SIGNATURE.to_uppercase()}),
            false,
        ),
        (json!({"id": "c-1043", "signature": SIGNATURE}), false),
        (json!({"id": "c-1042", "verified": true}), false),
        (json!({"id": "c-1042"}), false),
        (json!({"signature": SIGNATURE}), false),
        (json!({}), false),
    ]
}

#[tokio::test]
async fn only_a_right_signature_makes_a_respondent_verified_and_it_is_not_stored() {
    for (respondent, is_right) in respondents() {
        let desk = desk(false);
        assert_eq!(desk.post(&by(respondent.clone())).await.status, 201);
        let log = String::from_utf8(desk.disk.state().synced.clone()).unwrap();
        assert!(!log.contains("signature"), "{log}");
        let line: Value = serde_json::from_str(&log).unwrap();
        let expected = if is_right { json!(true) } else { Value::Null };
        assert_eq!(line["respondent"]["verified"], expected, "{respondent}");
        assert_eq!(line["respondent"]["id"], respondent["id"]);
    }
}

#[tokio::test]
async fn where_it_is_required_nobody_else_may_answer() {
    for (respondent, is_right) in respondents() {
        let desk = desk(true);
        let reply = desk.post(&by(respondent.clone())).await;
        if is_right {
            assert_eq!(reply.status, 201, "{respondent}");
            continue;
        }
        let refusal = reply.check_refused(403, "respondent_not_verified");
        assert!(refusal.message.contains("signed"), "{}", refusal.message);
        assert!(!refusal.code.is_retryable());
        assert!(desk.disk.state().bytes.is_empty(), "{respondent}");
        assert_eq!(desk.metrics.totals().rejected, 1);
    }
}

#[test]
fn a_respondent_that_sayso_sign_signed_is_verified() {
    let place = Place::new();
    fs::write(place.path().join("site.key"), format!("{SITE_KEY}\n")).unwrap();
    let sign = [
        "sign",
        "--respondent",
        "c-1042",
        "--site-key-file",
        "site.key",
    ];
    let output = place.run(&sign);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed, format!("{SIGNATURE}\n"));
    let required = [
        "--site-key-file",
        "site.key",
        "--require-verified-respondents",
    ];
    let program = Program::start_as(place.command().args(SERVE).args(required));
    let signed = by(json!({"id": "c-1042", "signature": printed.trim()}));
    assert_eq!(program.post(&signed).unwrap().0, 201);
    let (status, refusal) = program.post(&by(json!({"id": "c-1042"}))).unwrap();
    assert_eq!(
        (status, &refusal["code"]),
        (403, &json!("respondent_not_verified"))
    );
    let log = String::from_utf8(place.log()).unwrap();
    assert!(
        log.contains(r#""respondent":{"id":"c-1042","verified":true}"#),
        "{log}"
    );
    assert!(!log.contains(SIGNATURE), "{log}");
}

#[test]
fn a_site_key_that_protects_nothing_is_refused_at_start() {
    let place = Place::new();
    let path = place.path().join("site.key");
    for (content, expected) in [
        (None, "cannot read site.key"),
        (Some(""), "site.key, which site_key_file names, is empty"),
        (Some("secret"), "has a line of less than 32 characters"),
    ] {
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let serve = [&SERVE[..], &["--site-key-file", "site.key"]].concat();
        let sign = ["sign", "--respondent", "x", "--site-key-file", "site.key"];
        for args in [&serve[..], &sign] {
            let output = place.run(args);
            let text = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert!(text.contains(expected), "{text}");
        }
    }
    let output = place.run(&["serve", "--require-verified-respondents"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("require_verified_respondents (flag): needs a site key"),
        "{text}"
    );
}
