//! The admin routes: closed without a token, and open to nobody else with one.

mod erasing;
mod guessing;
mod program;

use axum::body::Body;
use sayso_collector::admin::Admin;
use sayso_collector::limits::Limits;
use sayso_collector::secret::Secrets;
use serde_json::Value;
use tempfile::TempDir;

use crate::desk::{Desk, Reply, request};

const TOKEN: &str = "correct-horse-battery-staple-0042";
const OWN: (&str, &str) = ("origin", "https://feedback.example");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Each admin route, with its method.
const ROUTES: [(&str, &str); 5] = [
    ("GET", "/admin/login"),
    ("POST", "/admin/login"),
    ("POST", "/admin/logout"),
    ("GET", "/v1/report"),
    ("POST", "/v1/admin/erase"),
];

/// A desk that the token opens, and the empty folder that it reports of.
fn desk(change: impl FnOnce(Admin) -> Admin) -> (Desk, TempDir) {
    let data = tempfile::tempdir().unwrap();
    let tokens = Secrets::parse(TOKEN.as_bytes()).unwrap();
    let admin = change(Admin::new(tokens, data.path().into()));
    let desk = Desk::changed(Limits::default(), |state| state.admin = Some(admin));
    (desk, data)
}

fn plain_desk() -> (Desk, TempDir) {
    desk(|admin| admin)
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

async fn send(desk: &Desk, route: (&str, &str), headers: &[(&str, &str)], body: &str) -> Reply {
    let request = request(route.0, route.1, headers);
    desk.send(request.body(Body::from(String::from(body))).unwrap())
        .await
}

async fn log_in(desk: &Desk, token: &str) -> Reply {
    let body = format!("token={token}");
    send(desk, ("POST", "/admin/login"), &[OWN, FORM], &body).await
}

/// The cookie as the browser sends it back.
fn cookie(reply: &Reply) -> String {
    let line = reply.header("set-cookie");
    String::from(line.split(';').next().unwrap())
}

async fn report_with(desk: &Desk, headers: &[(&str, &str)]) -> u16 {
    let reply = desk.get("/v1/report", headers).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.status.as_u16()
}

#[tokio::test]
async fn without_a_token_file_there_are_no_admin_routes() {
    let desk = Desk::new();
    let authorization = bearer(TOKEN);
    let headers = [("authorization", &*authorization), OWN, FORM];
    for route in ROUTES {
        let reply = send(&desk, route, &headers, &format!("token={TOKEN}")).await;
        assert_eq!(reply.status, 404, "{route:?}");
        assert_eq!(reply.json::<Value>()["code"], "not_found", "{route:?}");
        assert_eq!(reply.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn only_the_token_opens_the_report() {
    let (desk, _data) = plain_desk();
    let reply = desk.get("/v1/report", &[]).await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.json::<Value>()["code"], "token_required");
    assert!(reply.header("www-authenticate").starts_with("Bearer"));
    let (right, wrong) = (bearer(TOKEN), bearer(&TOKEN.replace('2', "3")));
    assert_eq!(report_with(&desk, &[("authorization", &wrong)]).await, 401);
    for odd in ["", "Bearer", "Bearer ", TOKEN, "Basic Y29ycmVjdDo="] {
        assert_eq!(
            report_with(&desk, &[("authorization", odd)]).await,
            401,
            "{odd}"
        );
    }
    let reply = desk.get("/v1/report", &[("authorization", &right)]).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("access-control-allow-origin"), "");
    assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin");
    assert!(reply.json::<Value>()["surveys"].is_array());
    let lower = right.replacen("Bearer", "bearer", 1);
    assert_eq!(report_with(&desk, &[("authorization", &lower)]).await, 200);
}

#[tokio::test]
async fn a_browser_logs_in_reads_and_logs_out() {
    let (desk, _data) = plain_desk();
    assert_eq!(log_in(&desk, "wrong").await.status, 401);
    let reply = log_in(&desk, TOKEN).await;
    assert_eq!(reply.status, 303);
    assert_eq!(reply.header("location"), "login");
    let line = reply.header("set-cookie");
    let (session, attributes) = line.split_once("; ").unwrap();
    assert_eq!(
        attributes,
        "Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"
    );
    let id = session.strip_prefix("sayso_admin=").unwrap();
    assert_eq!(id.len(), 64);
    assert!(!line.contains(TOKEN));
    let shown = [("cookie", session)];
    assert_eq!(report_with(&desk, &shown).await, 200);
    let page = desk.get("/admin/login", &shown).await;
    assert!(String::from_utf8_lossy(&page.body).contains("You are logged in"));
    let other = format!("theme=dark; sayso_admin={}; x=1", "0".repeat(64));
    assert_eq!(report_with(&desk, &[("cookie", &other)]).await, 401);
    let among = format!("theme=dark; {session}; x=1");
    assert_eq!(report_with(&desk, &[("cookie", &among)]).await, 200);
    let out = send(
        &desk,
        ("POST", "/admin/logout"),
        &[OWN, ("cookie", session)],
        "",
    )
    .await;
    assert_eq!(out.status, 303);
    assert!(
        out.header("set-cookie")
            .starts_with("sayso_admin=; Path=/; Max-Age=0;")
    );
    assert_eq!(report_with(&desk, &shown).await, 401);
}

#[tokio::test]
async fn the_cookie_goes_over_tls_alone_unless_the_page_came_without() {
    let (desk, _data) = plain_desk();
    for (origin, is_secure) in [
        ("https://feedback.example", true),
        ("http://feedback.example", false),
    ] {
        let headers = [("origin", origin), FORM];
        let body = format!("token={TOKEN}");
        let reply = send(&desk, ("POST", "/admin/login"), &headers, &body).await;
        let line = reply.header("set-cookie");
        assert_eq!(line.ends_with("; Secure"), is_secure, "{origin}: {line}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_said_to_be_wrong() {
    let (desk, _data) = plain_desk();
    let wrong = bearer(&"x".repeat(40));
    let reply = send(
        &desk,
        ("GET", "/v1/report"),
        &[("authorization", &wrong)],
        "",
    )
    .await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.json::<Value>()["code"], "wrong_token");
    assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"sayso\"");
}

#[tokio::test]
async fn what_another_site_makes_a_browser_send_changes_nothing() {
    let (desk, _data) = plain_desk();
    let session = cookie(&log_in(&desk, TOKEN).await);
    let own = "https://feedback.example";
    for (origin, site) in [
        (Some("https://evil.example"), None),
        (Some("null"), None),
        (Some("https://feedback.example.evil.example"), None),
        (None, None),
        (Some(own), Some("cross-site")),
        (Some(own), Some("same-site")),
        (Some(own), Some("none")),
        (None, Some("cross-site")),
    ] {
        let mut headers = vec![("cookie", &*session), FORM];
        headers.extend(origin.map(|origin| ("origin", origin)));
        headers.extend(site.map(|site| ("sec-fetch-site", site)));
        let body = format!("token={TOKEN}");
        for path in ["/admin/login", "/admin/logout", "/v1/admin/erase"] {
            let reply = send(&desk, ("POST", path), &headers, &body).await;
            assert_eq!(reply.status, 403, "{path} {origin:?} {site:?}");
            assert_eq!(reply.json::<Value>()["code"], "cross_site");
            assert_eq!(reply.header("set-cookie"), "");
        }
    }
    assert_eq!(report_with(&desk, &[("cookie", &session)]).await, 200);
    // With `Sec-Fetch-Site` a browser has said enough, whatever it writes as the origin.
    let headers = [("sec-fetch-site", "same-origin"), ("origin", "null"), FORM];
    let body = format!("token={TOKEN}");
    let reply = send(&desk, ("POST", "/admin/login"), &headers, &body).await;
    assert_eq!(reply.status, 303);
}

#[tokio::test]
async fn the_pages_hold_no_script_and_nothing_from_elsewhere() {
    let (desk, _data) = plain_desk();
    let pages = [
        desk.get("/admin/login", &[]).await,
        log_in(&desk, "<script>alert(1)</script>").await,
        log_in(&desk, TOKEN).await,
    ];
    for page in pages {
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part} is not in {policy}");
        }
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cache-control"), "no-store");
        let html = String::from_utf8(page.body.to_vec()).unwrap();
        assert!(!html.contains("script"), "{html}");
        assert!(!html.contains(TOKEN), "{html}");
    }
}

#[tokio::test]
async fn bodies_end_where_their_limit_ends() {
    let (desk, _data) = plain_desk();
    let authorization = bearer(TOKEN);
    for (path, header) in [
        ("/admin/login", FORM),
        ("/v1/admin/erase", ("authorization", &*authorization)),
    ] {
        for (length, expected) in [(4_096, false), (4_097, true)] {
            let body = "x".repeat(length);
            let reply = send(&desk, ("POST", path), &[OWN, header], &body).await;
            assert_eq!(reply.status == 413, expected, "{path} {length}: {reply:?}");
        }
    }
}
