//! Erasing by the collector that runs, and what becomes of repeats of erased submissions.

use std::fs;
use std::time::Duration;

use sayso_collector::history::parts;
use serde_json::{Value, json};
use ureq::Agent;

use crate::fixtures::{submission, with};
use crate::program::{Place, Program, SERVE};

const TOKEN: &str = "a-token-that-is-long-enough-for-it-all";

const PERSON: &str = "c-1042";

fn start(place: &Place) -> Program {
    fs::write(place.path().join("admin.token"), TOKEN).unwrap();
    let args = ["--admin-token-file", "admin.token", "--compress", "zstd"];
    Program::start_as(place.command().args(SERVE).args(args))
}

/// Asks the collector to erase the person; returns how many lines it erased.
fn erase(program: &Program) -> u64 {
    let config = Agent::config_builder().timeout_global(Some(Duration::from_secs(30)));
    let agent: Agent = config.build().into();
    let address = format!("http://{}/v1/admin/erase", program.address);
    let request = agent.post(address);
    let request = request.header("authorization", format!("Bearer {TOKEN}"));
    let body = json!({"respondent": PERSON}).to_string();
    let mut reply = request.send(body).unwrap();
    let reply: Value = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    reply["erased"].as_u64().unwrap()
}

fn theirs() -> [Value; 2] {
    let completed = with(submission(), "respondent", json!({"id": PERSON}));
    let completed = with(completed, "seq", json!(1));
    let shown = with(completed.clone(), "respondent", json!({}));
    let shown = with(with(shown, "seq", json!(0)), "status", json!("shown"));
    [with(shown, "answers", json!({})), completed]
}

#[track_caller]
fn check_gone(place: &Place) {
    for part in parts(&place.data()).unwrap() {
        let text = std::io::read_to_string(part.open().unwrap()).unwrap();
        assert!(!text.contains(PERSON), "{}: {text}", part.name());
    }
    let verified = String::from_utf8(place.run(&["verify"]).stdout).unwrap();
    assert!(verified.contains("all is well: "), "{verified}");
}

#[test]
fn a_running_collector_erases_and_knows_what_it_erased() {
    let place = Place::new();
    let program = start(&place);
    let (theirs, other) = (theirs(), submission());
    let other = with(other, "respondent", json!({"id": "c-1043"}));
    for submission in theirs.iter().chain([&other]) {
        assert_eq!(program.post(submission).unwrap().0, 201);
    }
    assert_eq!(erase(&program), 2);
    check_gone(&place);
    assert_eq!(erase(&program), 0);
    for submission in theirs.iter().chain([&other]) {
        assert_eq!(program.post(submission).unwrap().0, 200, "a duplicate");
    }
    let more = with(submission(), "respondent", json!({"id": "c-1044"}));
    assert_eq!(program.post(&more).unwrap().0, 201);
    drop(program);
    let program = start(&place);
    for submission in theirs.iter().chain([&other, &more]) {
        assert_eq!(program.post(submission).unwrap().0, 200, "after a restart");
    }
    check_gone(&place);
}

#[test]
fn erasing_closes_the_active_file_only_for_who_is_in_it() {
    let place = Place::new();
    let program = start(&place);
    let files = || parts(&place.data()).unwrap().len();
    let other = with(submission(), "respondent", json!({"id": "c-1043"}));
    assert_eq!(program.post(&other).unwrap().0, 201);
    for _ in 0..3 {
        assert_eq!(erase(&program), 0);
    }
    assert_eq!(files(), 1, "nobody was in it");
    for submission in theirs() {
        assert_eq!(program.post(&submission).unwrap().0, 201);
    }
    assert_eq!(erase(&program), 2);
    assert_eq!(files(), 2);
    // A line without the id, of a response that only a closed file tells whose it is.
    let [shown, completed] = theirs();
    assert_eq!(program.post(&completed).unwrap().0, 201);
    assert_eq!(program.post(&shown).unwrap().0, 201);
    assert_eq!(erase(&program), 2);
    assert_eq!((erase(&program), files()), (0, 3));
    check_gone(&place);
}

#[test]
fn what_was_erased_while_nothing_ran_is_known_at_the_next_start() {
    let place = Place::new();
    let mut program = start(&place);
    let other = with(submission(), "respondent", json!({"id": "c-1043"}));
    let theirs = theirs();
    for submission in theirs.iter().chain([&other]) {
        assert_eq!(program.post(submission).unwrap().0, 201);
    }
    program.kill();
    let output = place.run(&["erase", "--respondent", PERSON]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    check_gone(&place);
    for _ in 0..2 {
        let program = start(&place);
        for submission in theirs.iter().chain([&other]) {
            assert_eq!(program.post(submission).unwrap().0, 200);
        }
        drop(program);
    }
    // Also without the index, from the tombstones alone.
    for name in ["index.sqlite", "index.sqlite-wal", "index.sqlite-shm"] {
        drop(fs::remove_file(place.data().join(name)));
    }
    let program = start(&place);
    for submission in theirs.iter().chain([&other]) {
        assert_eq!(program.post(submission).unwrap().0, 200);
    }
}
