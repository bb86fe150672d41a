//! Who guesses the token is slowed, and nobody who is logged in.

use super::{TOKEN, bearer, cookie, log_in, plain_desk, report_with};
use crate::desk::{Desk, Reply};

/// The count of attempts that ended so.
fn attempts(desk: &Desk, outcome: &str) -> u64 {
    let text = desk.metrics.text();
    let name = format!("sayso_admin_attempts_total{{outcome=\"{outcome}\"}} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&name));
    line.unwrap().parse().unwrap()
}

/// The first wait is ten seconds, some of which may have passed.
#[track_caller]
fn check_wait(reply: &Reply) {
    let seconds: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=10).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn after_a_few_wrong_tokens_even_the_right_one_has_to_wait() {
    let (desk, _data) = plain_desk();
    let session = cookie(&log_in(&desk, TOKEN).await);
    let wrong = bearer(&"x".repeat(40));
    for _ in 0..2 {
        assert_eq!(log_in(&desk, "wrong").await.status, 401);
        assert_eq!(report_with(&desk, &[("authorization", &wrong)]).await, 401);
    }
    assert_eq!(log_in(&desk, "").await.status, 401);
    let right = bearer(TOKEN);
    let slowed = desk.get("/v1/report", &[("authorization", &right)]).await;
    assert_eq!(slowed.status, 429);
    check_wait(&slowed);
    let page = log_in(&desk, TOKEN).await;
    assert_eq!(page.status, 429);
    check_wait(&page);
    assert_eq!(page.header("set-cookie"), "");
    assert!(String::from_utf8_lossy(&page.body).contains("Too many wrong tokens"));
    assert_eq!(report_with(&desk, &[("cookie", &session)]).await, 200);
    let counted = ["passed", "wrong", "slowed"].map(|outcome| attempts(&desk, outcome));
    assert_eq!(counted, [1, 5, 2]);
}

#[tokio::test]
async fn a_session_that_is_not_open_is_no_guess() {
    let (desk, _data) = plain_desk();
    for _ in 0..20 {
        let cookie = format!("sayso_admin={}", "0".repeat(64));
        assert_eq!(report_with(&desk, &[("cookie", &cookie)]).await, 401);
    }
    assert_eq!(log_in(&desk, TOKEN).await.status, 303);
}
