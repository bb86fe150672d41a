//! The bounds of a batch and of waiting, files that others exchange under a batch, files that
//! cannot be closed, and how many responses are complete.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sayso_collector::limits::Limits;
use sayso_collector::metrics::{Metrics, OpenSubmission};
use sayso_collector::sink::{Kept, Line, Log, Seen, Sink, SubmissionKey, Upkeep, Writer};
use sayso_core::id::{ResponseId, SurveyId};
use tokio::task::JoinHandle;

use crate::desk::Desk;
use crate::disk::Disk;
use crate::fixtures::{key, keys_in, submission, until};

fn desk() -> Desk {
    Desk::closing(Upkeep::NONE)
}

fn response(number: u64) -> ResponseId {
    ResponseId::try_from(format!("0199d0a4-7c1e-7b52-9d0e-{number:012x}")).unwrap()
}

/// A line of this length.
fn line(number: u64, length: usize) -> Line {
    let response_id = response(number);
    let head = format!("{{\"response_id\":\"{response_id}\",\"seq\":0,\"more\":\"");
    let padding = "x".repeat(length.saturating_sub(head.len() + 3));
    Line {
        response_id,
        seq: 0,
        completed: None,
        text: format!("{head}{padding}\"}}\n"),
    }
}

type Storing = JoinHandle<Result<Kept, sayso_collector::sink::StoreError>>;

fn store(sink: &Sink, metrics: &Arc<Metrics>, line: Line) -> Storing {
    let (sink, open) = (sink.clone(), OpenSubmission::new(Arc::clone(metrics)));
    tokio::spawn(async move { sink.store(line, open).await })
}

/// How many writes it takes to store lines of this length that all wait.
async fn writes_for(count: u64, length: usize) -> u32 {
    let (disk, metrics) = (Disk::default(), Arc::new(Metrics::default()));
    let log = Log::new(Box::new(disk.clone()), 0, Seen::default());
    let (sink, writer) = Sink::start(log, 10_000, Arc::clone(&metrics)).unwrap();
    disk.set(|disk| disk.holds_sync = true);
    let first = store(&sink, &metrics, line(0, 100));
    until("a sync", || disk.state().is_in_sync).await;
    let others: Vec<_> = (1..=count)
        .map(|number| store(&sink, &metrics, line(number, length)))
        .collect();
    let waiting = 1 + count as i64;
    until("all that wait", || metrics.waiting.get() == waiting).await;
    disk.set(|disk| disk.holds_sync = false);
    for storing in std::iter::once(first).chain(others) {
        assert!(matches!(storing.await.unwrap(), Ok(Kept::Stored(_))));
    }
    writer.stop();
    disk.state().writes - 1
}

#[tokio::test]
async fn a_batch_ends_at_its_bound_of_lines_and_of_bytes() {
    assert_eq!(writes_for(1_024, 100).await, 1);
    assert_eq!(writes_for(1_025, 100).await, 2);
    let mib = 1 << 20;
    assert_eq!(writes_for(4, mib).await, 1);
    assert_eq!(writes_for(5, mib).await, 2);
    // One that is longer than the bound is a batch of its own.
    assert_eq!(writes_for(2, 5 * mib).await, 2);
}

#[tokio::test]
async fn nobody_waits_for_ever_for_a_disk_that_hangs() {
    let desk = Desk::changed(Limits::default(), |state| {
        let sink = state.sink.clone();
        state.sink = sink.waiting_at_most(Duration::from_millis(20));
    });
    desk.disk.set(|disk| disk.holds_sync = true);
    let slow = submission();
    let reply = desk.post(&slow).await;
    reply.check_refused(503, "storage_unavailable");
    assert_eq!(reply.header("retry-after"), "5");
    desk.disk.set(|disk| disk.holds_sync = false);
    until("it is stored", || desk.metrics.totals().stored == 1).await;
    assert_eq!(desk.post(&slow).await.status, 200);
    assert_eq!(keys_in(&desk.disk.state().synced), [key(&slow)]);
}

#[tokio::test]
async fn a_file_that_is_exchanged_under_a_batch_does_not_take_it_along() {
    let desk = desk();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    desk.disk.set(|disk| disk.is_replaced_in_sync = true);
    let second = submission();
    assert_eq!(desk.post(&second).await.status, 201);
    let disk = desk.disk.state();
    assert_eq!(keys_in(&disk.closed[0]), [key(&first)]);
    assert_eq!(keys_in(&disk.synced), [key(&second)]);
}

#[tokio::test]
async fn a_moved_log_whose_successor_cannot_be_synced_is_given_up() {
    let desk = desk();
    let first = submission();
    assert_eq!(desk.post(&first).await.status, 201);
    desk.disk.set(|disk| disk.fails_follow = true);
    let lost = submission();
    for _ in 0..2 {
        let reply = desk.post(&lost).await;
        reply.check_refused(503, "storage_unavailable");
    }
    assert_eq!(desk.get("/readyz", &[]).await.status, 503);
    assert_eq!(desk.post(&first).await.status, 200);
    assert_eq!(keys_in(&desk.disk.state().bytes), [key(&first)]);
}

#[tokio::test]
async fn what_others_append_is_known_when_it_is_synced() {
    let desk = desk();
    let (other, half) = (submission(), submission());
    let syncs = desk.disk.state().syncs;
    desk.disk
        .set(|disk| disk.bytes = format!("{other}\n{half}").into_bytes());
    assert_eq!(desk.post(&other).await.status, 200);
    assert_eq!(desk.disk.state().syncs, syncs + 1, "a 200 means on disk");
    // A half line becomes a whole one with the next batch.
    let last = submission();
    assert_eq!(desk.post(&last).await.status, 201);
    assert_eq!(desk.post(&half).await.status, 200);
    let keys = keys_in(&desk.disk.state().synced);
    assert_eq!(keys, [key(&other), key(&half), key(&last)]);
}

#[tokio::test]
async fn what_others_append_and_nobody_can_sync_is_not_answered_with_200() {
    let desk = desk();
    let other = submission();
    desk.disk.set(|disk| {
        disk.bytes = format!("{other}\n").into_bytes();
        disk.fails_sync = true;
    });
    desk.post(&other)
        .await
        .check_refused(503, "storage_unavailable");
    desk.disk.set(|disk| disk.fails_sync = false);
    desk.post(&other)
        .await
        .check_refused(503, "storage_unavailable");
}

fn short_files() -> Desk {
    Desk::closing(Upkeep {
        rotate_bytes: 10,
        ..Upkeep::NONE
    })
}

#[tokio::test]
async fn each_batch_comes_into_a_file_of_its_own_when_files_are_short() {
    let desk = short_files();
    let submissions = [submission(), submission(), submission()];
    for submission in &submissions {
        assert_eq!(desk.post(submission).await.status, 201);
    }
    for submission in &submissions {
        assert_eq!(desk.post(submission).await.status, 200);
    }
    let disk = desk.disk.state();
    assert_eq!(disk.closed.len(), 2, "repeats need no room");
    let closed: Vec<_> = disk.closed.iter().flat_map(|file| keys_in(file)).collect();
    assert_eq!(closed, submissions.each_ref().map(key)[..2]);
    assert_eq!(keys_in(&disk.synced), [key(&submissions[2])]);
}

#[tokio::test]
async fn a_file_that_cannot_be_closed_goes_on() {
    let desk = short_files();
    desk.disk.set(|disk| disk.fails_close = true);
    let submissions = [submission(), submission()];
    for submission in &submissions {
        assert_eq!(desk.post(submission).await.status, 201);
    }
    assert_eq!(
        keys_in(&desk.disk.state().synced),
        submissions.each_ref().map(key)
    );
    assert_eq!(desk.get("/readyz", &[]).await.status, 200);
}

#[tokio::test]
async fn a_disk_too_full_for_a_new_file_refuses_until_there_is_room() {
    let desk = short_files();
    let (first, second) = (submission(), submission());
    assert_eq!(desk.post(&first).await.status, 201);
    desk.disk.set(|disk| disk.fails_begin = true);
    for _ in 0..2 {
        desk.post(&second)
            .await
            .check_refused(503, "storage_unavailable");
    }
    assert_eq!(desk.post(&first).await.status, 200);
    desk.disk.set(|disk| disk.fails_begin = false);
    assert_eq!(desk.post(&second).await.status, 201);
    let disk = desk.disk.state();
    assert_eq!(keys_in(&disk.closed[0]), [key(&first)]);
    assert_eq!(keys_in(&disk.synced), [key(&second)]);
}

#[tokio::test]
async fn a_file_can_be_closed_on_request() {
    let (disk, metrics) = (Disk::default(), Arc::new(Metrics::default()));
    let log = Log::new(Box::new(disk.clone()), 0, Seen::default());
    let (sink, writer) = Sink::start(log, 10, Arc::clone(&metrics)).unwrap();
    sink.close_file().await.unwrap();
    assert!(disk.state().closed.is_empty(), "there was nothing in it");
    let stored = store(&sink, &metrics, line(1, 100)).await.unwrap();
    assert!(matches!(stored, Ok(Kept::Stored(_))));
    sink.close_file().await.unwrap();
    assert_eq!(disk.state().closed.len(), 1);
    let stored = store(&sink, &metrics, line(1, 100)).await.unwrap();
    assert!(matches!(stored, Ok(Kept::Duplicate(_))));
    writer.stop();
    assert!(sink.close_file().await.is_err());
}

fn start(folder: &Path) -> (Sink, Writer, Arc<Metrics>) {
    let metrics = Arc::new(Metrics::default());
    let log = Log::open(folder).unwrap();
    let (sink, writer) = Sink::start(log, 10, Arc::clone(&metrics)).unwrap();
    (sink, writer, metrics)
}

fn of_survey(number: u64, survey: &SurveyId) -> Line {
    let response_id = response(number);
    let text = format!(
        "{{\"response_id\":\"{response_id}\",\"seq\":0,\"survey\":\"{survey}\",\"status\":\"completed\"}}\n"
    );
    Line {
        response_id,
        seq: 0,
        completed: Some(survey.clone()),
        text,
    }
}

#[tokio::test]
async fn completed_responses_are_counted_with_the_erased_ones_and_across_restarts() {
    let place = tempfile::tempdir().unwrap();
    let (nps, csat) = (
        SurveyId::try_from("nps").unwrap(),
        SurveyId::try_from("csat").unwrap(),
    );
    let tombstone = format!(
        "{{\"schema\":1,\"erased_at\":\"2026-11-22T20:00:00Z\",\"key\":\"{}\",\
         \"survey\":\"nps\",\"status\":\"completed\"}}\n",
        SubmissionKey::new(&response(9), 0)
    );
    std::fs::write(place.path().join("responses.ndjson"), tombstone).unwrap();
    let (sink, writer, metrics) = start(place.path());
    let lines = [
        of_survey(1, &nps),
        of_survey(1, &nps),
        of_survey(2, &nps),
        of_survey(3, &csat),
    ];
    for line in lines.into_iter().chain([line(4, 100)]) {
        assert!(store(&sink, &metrics, line).await.unwrap().is_ok());
    }
    // What was erased is not stored again.
    let erased = store(&sink, &metrics, of_survey(9, &nps)).await.unwrap();
    assert!(matches!(erased, Ok(Kept::Duplicate(_))));
    assert_eq!((sink.completed(&nps), sink.completed(&csat)), (3, 1));
    writer.stop();
    for _ in 0..2 {
        let (sink, writer, _) = start(place.path());
        assert_eq!((sink.completed(&nps), sink.completed(&csat)), (3, 1));
        writer.stop();
        std::fs::remove_file(place.path().join("index.sqlite")).unwrap();
    }
}
