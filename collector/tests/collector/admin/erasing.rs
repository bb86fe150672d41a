//! `POST /v1/admin/erase`: the way to whoever erases, and back.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use sayso_collector::admin::Eraser;
use serde_json::{Value, json};

use super::{OWN, TOKEN, bearer, cookie, desk, log_in, plain_desk, send};
use crate::desk::{Desk, Reply};

const ERASE: (&str, &str) = ("POST", "/v1/admin/erase");

/// Notes who was erased, and how many calls there were at once.
#[derive(Debug, Default)]
struct Notes {
    erased: Mutex<Vec<String>>,
    now: AtomicU64,
    most: AtomicU64,
}

impl Eraser for Notes {
    fn erase(&self, respondent: &str) -> Result<u64, String> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        thread::yield_now();
        self.erased.lock().unwrap().push(String::from(respondent));
        self.now.fetch_sub(1, Ordering::SeqCst);
        match respondent {
            "fails" => Err(String::from("the disk is gone")),
            _ => Ok(3),
        }
    }
}

async fn erase(desk: &Desk, body: &str) -> Reply {
    let authorization = bearer(TOKEN);
    let headers = [("authorization", &*authorization)];
    send(desk, ERASE, &headers, body).await
}

#[tokio::test]
async fn the_token_and_a_session_may_erase_and_nobody_else() {
    let notes = Arc::new(Notes::default());
    let (desk, _data) = desk(|admin| admin.erasing(Arc::<Notes>::clone(&notes)));
    let body = r#"{"respondent": "c-1042"}"#;
    assert_eq!(send(&desk, ERASE, &[OWN], body).await.status, 401);
    let wrong = bearer(&"x".repeat(40));
    let reply = send(&desk, ERASE, &[OWN, ("authorization", &wrong)], body).await;
    assert_eq!(reply.status, 401);
    assert!(notes.erased.lock().unwrap().is_empty());
    let reply = erase(&desk, body).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json::<Value>(), json!({"erased": 3}));
    assert_eq!(reply.header("cache-control"), "no-store");
    let session = cookie(&log_in(&desk, TOKEN).await);
    let reply = send(&desk, ERASE, &[OWN, ("cookie", &session)], body).await;
    assert_eq!(reply.status, 200);
    assert_eq!(*notes.erased.lock().unwrap(), ["c-1042", "c-1042"]);
}

#[tokio::test]
async fn what_names_nobody_erases_nobody() {
    let notes = Arc::new(Notes::default());
    let (desk, _data) = desk(|admin| admin.erasing(Arc::<Notes>::clone(&notes)));
    for body in [
        "",
        "{}",
        r#"{"respondent": ""}"#,
        r#"{"respondent": 7}"#,
        r#"["c-1042"]"#,
        r#"{"respondent": "a", "survey": "nps"}"#,
        "respondent=a",
    ] {
        let reply = erase(&desk, body).await;
        assert_eq!(reply.status, 400, "{body}");
        assert_eq!(reply.json::<Value>()["code"], "malformed", "{body}");
    }
    assert!(notes.erased.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_failure_is_said_without_the_person() {
    let (desk, _data) = desk(|admin| admin.erasing(Arc::new(Notes::default())));
    let reply = erase(&desk, r#"{"respondent": "fails"}"#).await;
    assert_eq!(reply.status, 500);
    assert_eq!(reply.json::<Value>()["code"], "failed");
    assert!(!String::from_utf8_lossy(&reply.body).contains("fails"));
}

#[tokio::test]
async fn who_cannot_erase_says_so() {
    let (desk, _data) = plain_desk();
    let reply = erase(&desk, r#"{"respondent": "c-1042"}"#).await;
    assert_eq!(reply.status, 501);
    assert_eq!(reply.json::<Value>()["code"], "not_able");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_reads_the_whole_log_is_done_one_at_a_time() {
    let notes = Arc::new(Notes::default());
    let (desk, _data) = desk(|admin| admin.erasing(Arc::<Notes>::clone(&notes)));
    let desk = Arc::new(desk);
    let calls: Vec<_> = (0..16)
        .map(|number| {
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                let body = json!({"respondent": format!("c-{number}")}).to_string();
                erase(&desk, &body).await.status
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(notes.erased.lock().unwrap().len(), 16);
    assert_eq!(notes.most.load(Ordering::SeqCst), 1);
}
