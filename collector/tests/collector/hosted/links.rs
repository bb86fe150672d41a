//! The hosted page in frames and from signed links.

use sayso_collector::trust::link::Link;

use super::*;
use crate::fixtures::submission;

#[tokio::test]
async fn nobody_frames_the_page_but_who_may_send() {
    let desk = Desk::new();
    let page = desk.get(PAGE, &[]).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("cache-control"), "no-store");
    let frame = desk.get("/s/post-purchase?embed=1", &[]).await;
    let policy = frame.header("content-security-policy");
    assert!(
        policy.ends_with(&format!("frame-ancestors 'self' {SHOP}")),
        "{policy}"
    );
    for unsafe_one in ["unsafe-inline", "'unsafe-eval'", "*"] {
        assert!(!policy.contains(unsafe_one), "{policy}");
    }
    assert_eq!(frame.header("x-frame-options"), "");
    assert!(html(&frame).contains("class=\"frame\""));
}

#[tokio::test]
async fn the_page_around_a_frame_is_named_only_if_it_may_be_there() {
    let desk = Desk::new();
    let path = "/s/post-purchase?embed=1";
    for (headers, query, expected) in [
        (vec![("referer", "https://shop.example/cart?x")], "", true),
        (vec![("referer", "https://evil.example/")], "", false),
        (vec![], "&parent=https://shop.example", true),
        (vec![], "&parent=https://evil.example", false),
        (vec![], "", false),
    ] {
        let page = desk.get(&format!("{path}{query}"), &headers).await;
        let named = html(&page).contains("data-parent=\"https://shop.example\"");
        assert_eq!(named, expected, "{headers:?} {query}");
        let next = send_to(&desk, path, &page, &[("answer", "9")]).await;
        let named = html(&next).contains("data-parent=\"https://shop.example\"");
        assert_eq!(named, expected, "after a form: {headers:?} {query}");
    }
}

#[tokio::test]
async fn the_page_has_scripts_only_where_they_are_of_use() {
    let desk = Desk::new();
    for (query, scripts) in [
        ("", 2),
        ("?embed=1", 2),
        ("?plain=1", 0),
        ("?plain=1&embed=1", 0),
    ] {
        let path = format!("{PAGE}{query}");
        let page = desk.get(&path, &[]).await;
        assert_eq!(html(&page).matches("<script ").count(), scripts, "{query}");
        let counts = html(&page).contains("data-shown=\"yes\"");
        assert_eq!(counts, query == "?embed=1", "{query}");
        // A form that was begun goes on as a form; a frame speaks with the page around it.
        let next = send_to(&desk, &path, &page, &[("answer", "9")]).await;
        let scripts = usize::from(query == "?embed=1");
        assert_eq!(html(&next).matches("<script ").count(), scripts, "{query}");
    }
    let script = desk.get("/s/page.js", &[]).await;
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
}

#[tokio::test]
async fn what_the_page_around_a_frame_said_travels_with_the_forms() {
    let desk = Desk::new();
    let page = desk.get("/s/post-purchase?embed=1", &[]).await;
    let said = [
        ("answer", "9"),
        ("context", r#"{"order_id":"A-17","total":12.5}"#),
        ("traits", r#"{"plan":"pro"}"#),
    ];
    let next = send(&desk, &page, &said).await;
    send(&desk, &next, &[("answer", "Good"), ("traits", "no JSON")]).await;
    let records = records(&desk);
    for record in &records {
        assert_eq!(
            record["context"],
            json!({ "order_id": "A-17", "total": 12.5 })
        );
    }
    assert_eq!(records[0]["respondent"]["traits"], json!({ "plan": "pro" }));
    assert_eq!(records[1]["respondent"], Value::Null);
}

#[tokio::test]
async fn a_frame_can_be_closed() {
    let desk = Desk::new();
    let page = desk.get("/s/post-purchase?embed=1", &[]).await;
    let gone = send(&desk, &page, &[("answer", "4"), ("go", "close")]).await;
    assert!(html(&gone).contains("data-event=\"dismissed\""));
    let record = records(&desk).pop().unwrap();
    assert_eq!(record["status"], "dismissed");
    assert_eq!(record["answers"], json!({ "recommend": 4 }));
}

#[tokio::test]
async fn what_a_form_claims_is_no_markup() {
    let desk = Desk::new();
    let evil = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    let path = format!(
        "{PAGE}?respondent={evil}&touchpoint={evil}&locale={evil}&theme={evil}&channel={evil}&parent={evil}&embed=1"
    );
    let page = desk.get(&path, &[]).await;
    assert!(!html(&page).contains("<script>alert"), "{}", html(&page));
    let next = send(
        &desk,
        &page,
        &[("answer", "9"), ("at", "\"><script>alert(1)")],
    )
    .await;
    assert!(!html(&next).contains("<script>alert"), "{}", html(&next));
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn site() -> SiteKeys {
    SiteKeys::new(Secrets::parse(KEY.as_bytes()).unwrap())
}

fn signed_desk() -> Desk {
    let limits = Limits {
        rate_limit_per_minute: 0,
        ..Limits::default()
    };
    Desk::changed(limits, |state| {
        let rules = Rules {
            require_verified_respondents: true,
            ..Rules::default()
        };
        state.trust = Trust::new(rules, Some(site()), None);
    })
}

fn link(expires: i64) -> String {
    let survey = survey(SURVEY);
    let value = site().sign_link(survey.id(), "c-1", expires, "n1");
    format!("{PAGE}?respondent=c-1&link={value}")
}

#[tokio::test]
async fn a_signed_link_gives_one_verified_response() {
    let desk = signed_desk();
    let path = link(i64::MAX);
    for answer in ["3", "4"] {
        let page = desk.get(&path, &[]).await;
        assert_eq!(page.status, 200);
        let forged = [
            ("answer", answer),
            ("response_id", "0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e"),
        ];
        let done = send_to(&desk, &path, &page, &forged).await;
        assert_eq!(done.status, 200);
    }
    let records = records(&desk);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["answers"], json!({ "recommend": 3 }));
    assert_eq!(records[0]["respondent"]["verified"], true);
}

/// The widget's submission by a signed link.
fn by_link(expires: i64, seq: u64, status: &str, rating: u64) -> Value {
    let path = link(expires);
    let value = path.split("link=").nth(1).unwrap();
    let Link::Good(id) = site().read_link(survey(SURVEY).id(), "c-1", value, 0) else {
        panic!("{path}");
    };
    let mut body = submission();
    body["response_id"] = json!(id.as_str());
    body["respondent"] = json!({ "id": "c-1", "signature": value });
    (body["seq"], body["status"]) = (json!(seq), json!(status));
    body["answers"] = json!({ "recommend": rating });
    body
}

#[tokio::test]
async fn the_widget_shows_a_link_and_the_first_completed_response_counts() {
    let desk = signed_desk();
    for (seq, status, rating, code) in [
        (1, "partial", 3, "stored"),
        (2, "completed", 3, "stored"),
        (1, "partial", 9, "duplicate"),
        (7, "completed", 9, "duplicate"),
        (8, "partial", 9, "stored"),
    ] {
        let reply = desk.post(&by_link(i64::MAX, seq, status, rating)).await;
        assert_eq!(reply.json::<Value>()["code"], code, "{seq} {status}");
    }
    let records = records(&desk);
    assert!(
        records
            .iter()
            .all(|line| line["respondent"]["verified"] == true)
    );
    let last = records.iter().max_by_key(|line| line["seq"].as_u64());
    let last = last.unwrap();
    assert_eq!(
        (&last["status"], &last["answers"]),
        (&json!("completed"), &json!({ "recommend": 3 }))
    );
}

#[tokio::test]
async fn a_link_speaks_for_its_own_response_and_person_until_it_ends() {
    let desk = signed_desk();
    let good = by_link(i64::MAX, 0, "completed", 9);
    let mut others = vec![by_link(1_000, 0, "completed", 9)];
    for (path, value) in [
        (
            "/response_id",
            json!("0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e"),
        ),
        ("/respondent/id", json!("c-2")),
        ("/respondent/signature", json!("7.n1.00")),
    ] {
        let mut other = good.clone();
        *other.pointer_mut(path).unwrap() = value;
        others.push(other);
    }
    for other in others {
        let reply = desk.post(&other).await;
        assert_eq!(
            reply.json::<Value>()["code"],
            "respondent_not_verified",
            "{other}"
        );
    }
    assert_eq!(desk.post(&good).await.status, 201);
}

#[tokio::test]
async fn a_link_that_has_ended_or_is_wrong_says_so() {
    let desk = signed_desk();
    let ended = desk.get(&link(1_000), &[]).await;
    assert_eq!(ended.status, 410);
    assert!(html(&ended).contains("has ended"));
    let good = link(i64::MAX);
    for wrong in [
        good.replace("respondent=c-1", "respondent=c-2"),
        good.replace("n1", "n2"),
        String::from(PAGE),
        format!("{PAGE}?respondent=c-1"),
    ] {
        let reply = desk.get(&wrong, &[]).await;
        assert_eq!(reply.status, 403, "{wrong}");
        assert!(html(&reply).contains("not complete"));
    }
    let page = desk.get(&good, &[]).await;
    let taken = [("answer", "3"), ("respondent", "c-2")];
    assert_eq!(send_to(&desk, &good, &page, &taken).await.status, 403);
    assert!(records(&desk).is_empty());
}

#[tokio::test]
async fn the_style_sheets_are_those_of_the_widget() {
    let themed = SURVEY.replacen('{', r##"{ "theme": { "accent": "#8a1253" },"##, 1);
    let desk = desk_of(vec![survey(&themed)]);
    let page = html(&desk.get(PAGE, &[]).await);
    assert!(page.contains("href=\"look.css?v="), "{page}");
    assert!(page.contains("href=\"post-purchase/theme.css?v="), "{page}");
    let sheet = desk.get("/s/look.css", &[]).await;
    // For a page in a sandbox, which has no origin.
    for path in ["/s/look.css", "/s/page.js", "/s/post-purchase/theme.css"] {
        let file = desk.get(path, &[("origin", "null")]).await;
        assert_eq!(file.header("access-control-allow-origin"), "*", "{path}");
        let policy = file.header("cross-origin-resource-policy");
        assert_eq!(policy, "cross-origin", "{path}");
    }
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert!(html(&sheet).contains(".host {") || html(&sheet).contains(".host{"));
    let theme = html(&desk.get("/s/post-purchase/theme.css", &[]).await);
    assert!(
        theme.starts_with(".host{") && theme.contains("#8a1253"),
        "{theme}"
    );
    assert_eq!(desk.get("/s/nowhere/theme.css", &[]).await.status, 404);
}
