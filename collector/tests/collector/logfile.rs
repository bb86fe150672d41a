//! The log on a disk that counts, waits and fails: group commit, duplicates, errors.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::desk::{Desk, Reply};
use crate::fixtures::{key, keys_in, submission, until, with};

fn post(desk: &Arc<Desk>, submission: &Value) -> JoinHandle<Reply> {
    let (desk, submission) = (Arc::clone(desk), submission.clone());
    tokio::spawn(async move { desk.post(&submission).await })
}

/// Lets a first submission into a sync that waits, and `others` behind it.
async fn behind_a_sync(
    desk: &Arc<Desk>,
    others: &[Value],
) -> (JoinHandle<Reply>, Vec<JoinHandle<Reply>>) {
    desk.disk.set(|disk| disk.holds_sync = true);
    let first = post(desk, &submission());
    until("a sync", || desk.disk.state().is_in_sync).await;
    let others: Vec<_> = others
        .iter()
        .map(|submission| post(desk, submission))
        .collect();
    let count = 1 + others.len() as i64;
    until("all that wait", || desk.metrics.waiting.get() == count).await;
    (first, others)
}

fn release(desk: &Desk) {
    desk.disk.set(|disk| disk.holds_sync = false);
}

#[tokio::test]
async fn many_that_wait_share_one_write_and_one_sync() {
    let desk = Arc::new(Desk::new());
    let waiting: Vec<_> = (0..200).map(|_| submission()).collect();
    let (first, others) = behind_a_sync(&desk, &waiting).await;
    assert!(!first.is_finished(), "answered before the sync");
    release(&desk);
    for reply in std::iter::once(first).chain(others) {
        assert_eq!(reply.await.unwrap().status, 201);
    }
    let disk = desk.disk.state();
    assert_eq!((disk.writes, disk.syncs), (2, 2));
    assert_eq!(desk.metrics.syncs.get(), 2);
    let mut stored = keys_in(&disk.synced).split_off(1);
    let mut expected: Vec<_> = waiting.iter().map(key).collect();
    stored.sort();
    expected.sort();
    assert_eq!(stored, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_submission_is_synced_when_it_is_answered() {
    let desk = Arc::new(Desk::new());
    let senders: Vec<_> = (0..64)
        .map(|_| {
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                for _ in 0..20 {
                    let submission = submission();
                    assert_eq!(desk.post(&submission).await.status, 201);
                    let id = submission["response_id"].to_string();
                    let disk = desk.disk.state();
                    let synced = String::from_utf8_lossy(&disk.synced);
                    assert!(synced.contains(&id), "acknowledged and not synced");
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let disk = desk.disk.state();
    let mut keys = keys_in(&disk.synced);
    assert_eq!(keys.len(), 64 * 20);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 64 * 20, "something is stored twice");
    assert!(disk.syncs < 64 * 20, "{} syncs", disk.syncs);
}

#[tokio::test]
async fn a_duplicate_within_a_batch_is_answered_after_the_sync() {
    let desk = Arc::new(Desk::new());
    let twin = submission();
    let (first, twins) = behind_a_sync(&desk, &[twin.clone(), twin.clone(), twin.clone()]).await;
    release(&desk);
    assert_eq!(first.await.unwrap().status, 201);
    let mut statuses = Vec::new();
    for reply in twins {
        statuses.push(reply.await.unwrap().status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 201]);
    assert_eq!(keys_in(&desk.disk.state().synced)[1..], [key(&twin)]);
    let totals = desk.metrics.totals();
    assert_eq!((totals.stored, totals.duplicate), (2, 2));
}

#[tokio::test]
async fn a_duplicate_alone_costs_no_sync() {
    let desk = Desk::new();
    let submission = submission();
    assert_eq!(desk.post(&submission).await.status, 201);
    assert_eq!(desk.post(&submission).await.status, 200);
    let disk = desk.disk.state();
    assert_eq!((disk.writes, disk.syncs), (1, 1));
}

#[tokio::test]
async fn a_repeat_with_other_answers_changes_nothing() {
    let desk = Desk::new();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    let changed = with(first, "answers", json!({"recommend": 0}));
    assert_eq!(desk.post(&changed).await.stored(), "duplicate");
    let line: Value = serde_json::from_slice(&desk.disk.state().synced).unwrap();
    assert_eq!(line["answers"]["recommend"], 9);
}

#[tokio::test]
async fn a_full_disk_tears_no_line_and_service_resumes_by_itself() {
    let desk = Desk::new();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    let length = desk.disk.state().bytes.len();
    desk.disk.set(|disk| disk.room = Some(length + 100));
    let refused = submission();
    for _ in 0..2 {
        let reply = desk.post(&refused).await;
        reply.check_refused(503, "storage_unavailable");
        assert_eq!(reply.header("retry-after"), "5");
        assert_eq!(keys_in(&desk.disk.state().bytes), [key(&first)]);
    }
    assert_eq!(
        desk.post(&first).await.status,
        200,
        "what is stored stays known"
    );
    assert_eq!(desk.get("/readyz", &[]).await.status, 503);
    desk.disk.set(|disk| disk.room = None);
    // The refused submission was not stored, so its repeat is no duplicate.
    assert_eq!(desk.post(&refused).await.status, 201);
    assert_eq!(desk.get("/readyz", &[]).await.status, 200);
    assert_eq!(
        keys_in(&desk.disk.state().synced),
        [key(&first), key(&refused)]
    );
    let totals = desk.metrics.totals();
    assert_eq!((totals.stored, totals.duplicate, totals.failed), (2, 1, 2));
}

#[tokio::test]
async fn readiness_returns_with_the_room_though_nobody_sends() {
    let desk = Desk::new();
    desk.disk.set(|disk| disk.room = Some(10));
    assert_eq!(desk.post(&submission()).await.status, 503);
    assert_eq!(desk.get("/readyz", &[]).await.status, 503);
    desk.disk.set(|disk| disk.room = None);
    let begun = Instant::now();
    while desk.get("/readyz", &[]).await.status != 200 {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "never ready again"
        );
        tokio::task::yield_now().await;
    }
    assert!(
        desk.disk.state().bytes.is_empty(),
        "the probe left something behind"
    );
    assert_eq!(desk.post(&submission()).await.status, 201);
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_stored_any_more() {
    let desk = Desk::new();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    desk.disk.set(|disk| disk.fails_sync = true);
    let lost = submission();
    desk.post(&lost)
        .await
        .check_refused(503, "storage_unavailable");
    // What was refused is not left in the file for others to take as stored.
    assert_eq!(keys_in(&desk.disk.state().bytes), [key(&first)]);
    desk.disk.set(|disk| disk.fails_sync = false);
    let writes = desk.disk.state().writes;
    for submission in [&lost, &submission()] {
        desk.post(submission)
            .await
            .check_refused(503, "storage_unavailable");
    }
    assert_eq!(desk.disk.state().writes, writes, "the file was given up");
    assert_eq!(desk.get("/readyz", &[]).await.status, 503);
    assert_eq!(desk.get("/healthz", &[]).await.status, 200);
    assert_eq!(
        desk.post(&first).await.status,
        200,
        "what is stored stays known"
    );
    assert_eq!(desk.metrics.totals().failed, 3);
}

#[tokio::test]
async fn a_duplicate_of_what_could_not_be_synced_is_no_duplicate() {
    let desk = Arc::new(Desk::new());
    let twin = submission();
    let (first, twins) = behind_a_sync(&desk, &[twin.clone(), twin]).await;
    desk.disk
        .set(|disk| (disk.holds_sync, disk.fails_sync) = (false, true));
    for reply in std::iter::once(first).chain(twins) {
        reply
            .await
            .unwrap()
            .check_refused(503, "storage_unavailable");
    }
    assert!(desk.disk.state().bytes.is_empty());
}

#[tokio::test]
async fn a_file_that_cannot_be_cut_back_is_given_up() {
    let desk = Desk::new();
    desk.disk
        .set(|disk| (disk.room, disk.fails_cut) = (Some(10), true));
    assert_eq!(desk.post(&submission()).await.status, 503);
    desk.disk
        .set(|disk| (disk.room, disk.fails_cut) = (None, false));
    assert_eq!(desk.post(&submission()).await.status, 503);
    assert_eq!(
        desk.disk.state().bytes.len(),
        10,
        "nothing is glued to a torn line"
    );
}

#[tokio::test]
async fn who_hangs_up_is_stored_and_counted_all_the_same() {
    let desk = Arc::new(Desk::new());
    let gone = submission();
    let (first, others) = behind_a_sync(&desk, std::slice::from_ref(&gone)).await;
    for connection in others {
        connection.abort();
    }
    release(&desk);
    assert_eq!(first.await.unwrap().status, 201);
    until("the second line", || desk.metrics.totals().stored == 2).await;
    assert_eq!(keys_in(&desk.disk.state().synced)[1..], [key(&gone)]);
    assert_eq!(desk.post(&gone).await.status, 200);
}

#[tokio::test]
async fn without_the_writer_submissions_fail_and_are_counted() {
    let mut desk = Desk::new();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    desk.stop_writer();
    let refused = desk.post(&submission()).await;
    refused.check_refused(503, "storage_unavailable");
    assert_eq!(desk.get("/readyz", &[]).await.status, 503);
    assert_eq!(desk.metrics.totals().failed, 1);
    assert_eq!(keys_in(&desk.disk.state().synced), [key(&first)]);
}

/// Stores one submission, lets somebody else change the file, and fails the next write.
async fn after_a_failed_write(change: impl FnOnce(&mut Vec<u8>)) -> (Desk, Value) {
    let desk = Desk::new();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    desk.disk.set(|disk| {
        change(&mut disk.bytes);
        disk.room = Some(disk.bytes.len() + 10);
    });
    let refused = desk.post(&submission()).await;
    refused.check_refused(503, "storage_unavailable");
    desk.disk.set(|disk| disk.room = None);
    (desk, first)
}

#[tokio::test]
async fn what_somebody_else_appends_is_neither_torn_nor_cut_off() {
    let (mut whole, other) = (Vec::new(), submission());
    let (desk, first) = after_a_failed_write(|bytes| {
        bytes.extend_from_slice(format!("{other}\n").as_bytes());
        whole.clone_from(bytes);
    })
    .await;
    assert_eq!(desk.disk.state().bytes, whole);
    let last = submission();
    assert_eq!(desk.post(&last).await.status, 201);
    assert_eq!(
        keys_in(&desk.disk.state().synced),
        [key(&first), key(&other), key(&last)]
    );
}

#[tokio::test]
async fn nothing_is_glued_to_a_half_line_of_somebody_else() {
    let (desk, first) = after_a_failed_write(|bytes| bytes.extend_from_slice(b"half")).await;
    let last = submission();
    assert_eq!(desk.post(&last).await.status, 201);
    let text = String::from_utf8(desk.disk.state().synced.clone()).unwrap();
    let lines: Vec<_> = text.lines().filter(|line| *line != "half").collect();
    assert_eq!(lines.len() + 1, text.lines().count(), "{text}");
    assert_eq!(
        keys_in(format!("{}\n", lines.join("\n")).as_bytes()),
        [key(&first), key(&last)]
    );
}

#[tokio::test]
async fn a_log_that_somebody_truncates_goes_on_at_its_new_end() {
    let (desk, _) = after_a_failed_write(Vec::clear).await;
    assert!(desk.disk.state().bytes.is_empty(), "nothing but a cut");
    let last = submission();
    assert_eq!(desk.post(&last).await.status, 201);
    assert_eq!(keys_in(&desk.disk.state().synced), [key(&last)]);
}
