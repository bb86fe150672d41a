//! What a crash and a full disk leave behind: everything acknowledged, once, and no torn line.
//!
//! A kill takes the process and leaves the kernel's memory. So these tests show
//! that what is acknowledged is written, whole and once, and that a restart knows
//! it; they would pass without a sync. That each answer waits for the sync is
//! shown in `logfile`, and that the sync is the system call, beside it in `sink`.

use std::collections::HashMap;
use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::Value;

use crate::fixtures::{eventually, key, keys_in, submission};
use crate::program::{PROGRAM, Place, Program, SERVE};

/// How often the program is killed under load. `SAYSO_KILL_ROUNDS` asks for more.
fn rounds() -> usize {
    let given = env::var("SAYSO_KILL_ROUNDS").ok();
    given.map_or(10, |given| {
        given.parse().expect("SAYSO_KILL_ROUNDS is a number")
    })
}

#[test]
fn a_kill_directly_after_the_answer_loses_nothing() {
    let place = Place::new();
    let mut expected = Vec::new();
    for _ in 0..3 {
        let mut program = Program::start(&place);
        let submission = submission();
        assert_eq!(program.post(&submission).unwrap().0, 201);
        program.kill();
        expected.push((key(&submission), submission));
    }
    let keys: Vec<_> = expected.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(keys_in(&place.log()), keys);
    let program = Program::start(&place);
    for (_, submission) in &expected {
        assert_eq!(
            program.post(submission).unwrap().0,
            200,
            "a duplicate across restarts"
        );
    }
    assert_eq!(keys_in(&place.log()), keys);
}

/// Sends from four threads until the program is gone; it is killed after so many answers.
///
/// Returns what was acknowledged, and what was sent without an answer.
pub(crate) fn load_until_killed(
    program: &mut Program,
    answers: usize,
    repeats: Vec<Value>,
) -> (Vec<Value>, Vec<Value>) {
    let (acknowledged, open) = (Mutex::new(Vec::new()), Mutex::new(repeats));
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let repeat = open.lock().unwrap().pop();
                    let submission = repeat.unwrap_or_else(submission);
                    match program.post(&submission) {
                        Ok((200 | 201, _)) => acknowledged.lock().unwrap().push(submission),
                        Ok((status, body)) => panic!("{status} {body}"),
                        Err(_) => {
                            open.lock().unwrap().push(submission);
                            return;
                        }
                    }
                    if count.fetch_add(1, Ordering::Relaxed) + 1 == answers {
                        program.signal(rustix::process::Signal::KILL);
                    }
                }
            });
        }
    });
    program.wait();
    (
        acknowledged.into_inner().unwrap(),
        open.into_inner().unwrap(),
    )
}

#[test]
fn kills_under_load_lose_nothing_and_store_nothing_twice() {
    let place = Place::new();
    let (mut acknowledged, mut open) = (Vec::new(), Vec::new());
    for round in 0..rounds() {
        let mut program = Program::start(&place);
        let answers = 1 + round * 37 % 150;
        let (more, left) = load_until_killed(&mut program, answers, open);
        acknowledged.extend(more);
        open = left;
    }
    // A start sets aside what a kill has torn.
    let program = Program::start(&place);
    let mut counts = HashMap::new();
    for key in keys_in(&place.log()) {
        *counts.entry(key).or_insert(0) += 1;
    }
    assert!(rounds() <= acknowledged.len());
    for submission in &acknowledged {
        assert_eq!(counts.get(&key(submission)), Some(&1), "{submission}");
        assert_eq!(program.post(submission).unwrap().0, 200);
    }
    assert!(
        counts.values().all(|count| *count == 1),
        "something is stored twice"
    );
    println!(
        "{} kills, {} acknowledged, {} lines",
        rounds(),
        acknowledged.len(),
        counts.len()
    );
}

#[test]
fn a_torn_line_is_set_aside_and_never_glued() {
    let place = Place::new();
    let first = submission();
    let mut program = Program::start(&place);
    assert_eq!(program.post(&first).unwrap().0, 201);
    program.kill();
    let torn = r#"{"schema":1,"received_at":"2026-11-2"#;
    let path = place.data().join("responses.ndjson");
    OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(torn.as_bytes())
        .unwrap();
    let mut program = Program::start(&place);
    let warning = program.wait_for("the last line was torn by a crash and is set aside");
    let aside = place
        .data()
        .join(warning["fields"]["file"].as_str().unwrap());
    assert!(
        aside.display().to_string().contains("responses.torn-20"),
        "{aside:?}"
    );
    assert_eq!(fs::read_to_string(aside).unwrap(), torn);
    let second = submission();
    assert_eq!(program.post(&second).unwrap().0, 201);
    assert_eq!(keys_in(&place.log()), [key(&first), key(&second)]);
}

#[test]
fn a_line_that_is_no_record_is_warned_about_by_its_number() {
    let place = Place::new();
    fs::create_dir_all(place.data()).unwrap();
    fs::write(place.data().join("responses.ndjson"), "{}\n").unwrap();
    let mut program = Program::start(&place);
    let warning = program.wait_for("the log holds a line that is no record");
    assert_eq!(warning["fields"]["line"], 1);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
}

#[test]
fn responses_to_an_earlier_version_are_checked_against_it() {
    let place = Place::new();
    let old = submission();
    drop(Program::start(&place));
    let path = place.surveys().join("post-purchase.json");
    let edited = fs::read_to_string(&path)
        .unwrap()
        .replace("\"liked\"", "\"best\"");
    fs::write(&path, edited).unwrap();
    let program = Program::start(&place);
    assert_eq!(program.post(&old).unwrap().0, 201);
    fs::remove_file(&path).unwrap();
    drop(program);
    let program = Program::start(&place);
    assert_eq!(program.get("/v1/surveys/post-purchase").0, 404);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
}

/// A limit on the size of files stands in for a full disk: it stops root too,
/// and the write that meets it is cut short as on a full disk.
#[test]
fn a_full_disk_refuses_tears_nothing_and_is_over_when_there_is_room() {
    const LIMIT: u64 = 6_000;
    let place = Place::new();
    let mut shell = Command::new("sh");
    shell
        .current_dir(place.path())
        .env_clear()
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
    let mut program = Program::start_as(shell.arg(PROGRAM).args(SERVE));
    let limit = |current| Rlimit {
        current,
        maximum: None,
    };
    prlimit(Some(program.id()), Resource::Fsize, limit(Some(LIMIT))).unwrap();
    let mut stored = Vec::new();
    let refused = loop {
        let submission = submission();
        match program.post(&submission).unwrap() {
            (201, _) => stored.push(key(&submission)),
            (status, body) => {
                assert_eq!(
                    (status, &body["code"]),
                    (503, &"storage_unavailable".into())
                );
                break submission;
            }
        }
    };
    program.wait_for("cannot write the log; submissions are refused until there is room");
    assert!(1 < stored.len() && place.log().len() as u64 <= LIMIT);
    assert_eq!(keys_in(&place.log()), stored);
    assert_eq!(program.get("/readyz").0, 503);
    prlimit(Some(program.id()), Resource::Fsize, limit(None)).unwrap();
    eventually("ready again", || program.get("/readyz").0 == 200);
    assert_eq!(program.post(&refused).unwrap().0, 201);
    stored.push(key(&refused));
    assert_eq!(keys_in(&place.log()), stored);
    program.kill();
    assert_eq!(keys_in(&place.log()), stored);
}
