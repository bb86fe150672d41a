//! Marks, one reason at a time.

use serde_json::{Value, json};

use super::*;
use crate::secret::Secrets;

const NOW: i64 = 1_763_820_123;
const SITE_KEY: &str = "0123456789abcdef0123456789abcdef";

fn key() -> TokenKey {
    TokenKey::new([7; 32])
}

fn trust(rules: Rules) -> Trust {
    let site = SiteKeys::new(Secrets::parse(SITE_KEY.as_bytes()).unwrap());
    Trust::new(rules, Some(site), Some(key()))
}

fn nps() -> SurveyId {
    SurveyId::try_from("nps").unwrap()
}

fn token(issued_at: i64, bits: u8) -> String {
    key().sign(&nps(), Token { issued_at, bits })
}

/// A submission beyond doubt, with these fields changed.
fn submission(changes: &Value) -> Submission {
    let mut value = json!({
        "response_id": "0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e",
        "seq": 1,
        "survey": "nps",
        "survey_version": "9f2c61d0",
        "status": "completed",
        "answers": { "recommend": 9, "why": "Quick." },
        "elapsed_ms": 8_000,
        "token": token(NOW - 60, 0)
    });
    for (name, change) in changes.as_object().unwrap() {
        value[name] = change.clone();
    }
    serde_json::from_value(value).unwrap()
}

#[track_caller]
fn check(changes: &Value, expected: &[Suspicion]) {
    let marks = trust(Rules::default()).marks(&submission(changes), NOW);
    assert_eq!(marks, expected, "{changes}");
}

#[test]
fn an_ordinary_submission_has_no_mark() {
    check(&json!({}), &[]);
    check(&json!({"website": ""}), &[]);
    check(&json!({"website": "  "}), &[]);
    check(&json!({"website": null}), &[]);
}

#[test]
fn the_field_that_nobody_sees_is_filled_by_programs() {
    check(
        &json!({"website": "https://spam.example"}),
        &[Suspicion::Honeypot],
    );
}

#[test]
fn a_completed_survey_takes_its_time_for_each_answer() {
    check(&json!({"elapsed_ms": 600}), &[]);
    check(&json!({"elapsed_ms": 599}), &[Suspicion::TooFast]);
    check(
        &json!({"elapsed_ms": 300, "answers": {"recommend": 9}}),
        &[],
    );
    check(&json!({"elapsed_ms": 0, "answers": {}}), &[]);
    let blank = json!({"elapsed_ms": 300, "answers": {"recommend": 9, "why": " "}});
    check(&blank, &[]);
    for status in ["shown", "partial", "dismissed"] {
        check(&json!({"elapsed_ms": 0, "status": status}), &[]);
    }
}

#[test]
fn no_survey_was_seen_for_longer_than_its_token_is_old() {
    let answers: Value = (0..7).map(|n| (format!("q{n}"), json!(1))).collect();
    let young = |age: i64| json!({"answers": answers, "token": token(NOW - age, 0)});
    check(&young(1), &[Suspicion::TooFast]);
    check(&young(2), &[]);
    // A clock that was set back says nothing of time.
    check(&young(-3_600), &[]);
    let unsaid = json!({"elapsed_ms": null, "answers": answers, "token": token(NOW, 0)});
    check(&unsaid, &[Suspicion::TooFast]);
}

/// What `widget/loader/token.js` waits for, when it fetches a token at the moment of sending.
#[test]
fn a_token_that_is_as_old_as_the_respondent_was_quick_raises_no_doubt() {
    for count in 1..=40 {
        let answers: Value = (0..count).map(|n| (format!("q{n}"), json!(1))).collect();
        let elapsed_ms = 300 * count;
        let age = elapsed_ms / 1_000;
        check(
            &json!({"answers": answers, "elapsed_ms": elapsed_ms, "token": token(NOW - age, 0)}),
            &[],
        );
    }
}

#[test]
fn a_token_is_missing_or_wrong_or_right() {
    check(&json!({"token": null}), &[Suspicion::NoToken]);
    check(&json!({"token": ""}), &[Suspicion::NoToken]);
    for wrong in [
        String::from("x"),
        token(NOW - token::LIFETIME_S - 1, 0),
        key().sign(&SurveyId::try_from("other").unwrap(), Token::of(NOW, 0)),
        TokenKey::new([8; 32]).sign(&nps(), Token::of(NOW, 0)),
    ] {
        check(&json!({ "token": wrong }), &[Suspicion::BadToken]);
    }
    check(&json!({"token": token(NOW - token::LIFETIME_S, 0)}), &[]);
}

#[test]
fn work_that_was_asked_for_is_missed() {
    let token = token(NOW - 60, 8);
    let with = |work: Value| json!({"token": token, "work": work});
    check(&with(Value::Null), &[Suspicion::NoWork]);
    let id = submission(&json!({})).response_id;
    let (mut done, mut undone) = (None, None);
    for work in 0..10_000_u32 {
        match work::is_done(&token, &id, &work.to_string(), 8) {
            true => done = Some(work.to_string()),
            false => undone = Some(work.to_string()),
        }
    }
    check(&with(json!(done.unwrap())), &[]);
    check(&with(json!(undone.unwrap())), &[Suspicion::NoWork]);
    // The page has just begun to work when it says that the card is there.
    check(
        &json!({"token": token, "status": "shown", "answers": {}}),
        &[],
    );
}

#[test]
fn everything_at_once_is_said_in_the_order_of_the_marks() {
    let all = json!({"website": "x", "elapsed_ms": 1, "token": token(NOW - 60, 8)});
    check(
        &all,
        &[Suspicion::Honeypot, Suspicion::TooFast, Suspicion::NoWork],
    );
}

#[test]
fn what_is_switched_off_marks_nothing() {
    let rules = Rules {
        min_ms_per_answer: 0,
        ..Rules::default()
    };
    let instant = submission(&json!({"elapsed_ms": 0}));
    assert_eq!(trust(rules).marks(&instant, NOW), []);
    let without_key = Trust::new(Rules::default(), None, None);
    let bare = submission(&json!({"token": null}));
    assert_eq!(without_key.marks(&bare, NOW), []);
    let page = Packed::compressed_when_asked_for(r#"{"id":"nps"}"#);
    assert!(without_key.page("nps", &page, NOW).is_none());
}

#[test]
fn a_rush_makes_the_definition_ask_for_work_and_calm_ends_it() {
    let rules = Rules {
        work_above_per_minute: 3,
        ..Rules::default()
    };
    let trust = trust(rules);
    let plain = Packed::compressed_when_asked_for(r#"{"id":"nps"}"#);
    let asked = |now: i64| {
        let page = trust.page("nps", &plain, now).unwrap();
        let page: Value = serde_json::from_slice(page.plain()).unwrap();
        let token = page["token"].as_str().unwrap();
        let bits = key().read(&nps(), token, now).unwrap().bits;
        assert_eq!(page["work"].as_u64().unwrap_or(0), u64::from(bits));
        bits
    };
    for _ in 0..3 {
        trust.marks(&submission(&json!({})), NOW);
        assert_eq!(asked(NOW), 0);
    }
    trust.marks(&submission(&json!({})), NOW);
    assert_eq!(asked(NOW), Rules::default().work_bits);
    assert_eq!(asked(NOW + 3_600), 0);
}

#[test]
fn only_signed_respondents_may_answer_where_that_is_required() {
    let required = trust(Rules {
        require_verified_respondents: true,
        ..Rules::default()
    });
    let open = trust(Rules::default());
    let site = SiteKeys::new(Secrets::parse(SITE_KEY.as_bytes()).unwrap());
    for (respondent, is_signed) in [
        (
            json!({"id": "c-1042", "signature": site.sign("c-1042")}),
            true,
        ),
        (
            json!({"id": "c-1042", "signature": site.sign("c-1043")}),
            false,
        ),
        (json!({"id": "c-1042"}), false),
        (json!({"id": "c-1042", "verified": true}), false),
        (json!({}), false),
    ] {
        let respondent = submission(&json!({"respondent": respondent})).respondent;
        let expected = is_signed
            .then_some(true)
            .ok_or(ApiError::RespondentNotVerified);
        assert_eq!(required.verify(&respondent), expected, "{respondent:?}");
        assert_eq!(open.verify(&respondent), Ok(is_signed), "{respondent:?}");
    }
}
