//! The index beside the log: what it knows after a restart, and what happens when it is
//! deleted, stale, damaged, another's, or has no room.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::process::Command;

use rustix::process::{Resource, Rlimit, Signal, prlimit};
use serde_json::Value;

use crate::fixtures::{key, keys_in, submission};
use crate::program::{PROGRAM, Place, Program, SERVE};

const SET_ASIDE: &str = "the index of the log is set aside and made anew from the log";

/// Stores some submissions and ends the program in good order.
fn stored(place: &Place, count: usize) -> Vec<Value> {
    let mut program = Program::start(place);
    let submissions: Vec<_> = (0..count).map(|_| submission()).collect();
    for submission in &submissions {
        assert_eq!(program.post(submission).unwrap().0, 201);
    }
    program.signal(Signal::TERM);
    assert!(program.wait().success());
    submissions
}

/// Starts the program, which knows all of these, and nothing more is written.
#[track_caller]
fn check_known(place: &Place, submissions: &[Value]) -> Program {
    let before = place.log();
    let program = Program::start(place);
    for submission in submissions {
        assert_eq!(program.post(submission).unwrap().0, 200, "{submission}");
    }
    assert_eq!(place.log(), before);
    program
}

/// What it said at its start of how much it knows.
fn opened_with(program: &mut Program) -> u64 {
    let opened = program.wait_for("log opened");
    opened["fields"]["submissions"].as_u64().unwrap()
}

fn has_said(program: &Program, message: &str) -> bool {
    program
        .lines()
        .iter()
        .any(|line| line["fields"]["message"] == message)
}

#[test]
fn what_is_in_the_index_is_known_after_a_restart_without_reading_the_log() {
    let place = Place::new();
    let submissions = stored(&place, 5);
    // Neither at the beginning nor before the end, where it would be another file.
    let mut log = place.log();
    let padding = format!("{}\n", "x".repeat(20_000));
    log.splice(..0, padding.bytes());
    log.extend(padding.bytes());
    fs::remove_file(place.data().join("index.sqlite")).unwrap();
    let path = place.data().join("responses.ndjson");
    fs::write(&path, &log).unwrap();
    drop(check_known(&place, &submissions));
    let text = String::from_utf8(log)
        .unwrap()
        .replace("\"seq\"", "\"sec\"");
    fs::write(&path, text).unwrap();
    let mut program = check_known(&place, &submissions);
    assert_eq!(opened_with(&mut program), 5);
    assert!(!has_said(&program, SET_ASIDE));
}

#[test]
fn an_index_that_is_deleted_is_made_anew() {
    let place = Place::new();
    let submissions = stored(&place, 5);
    fs::remove_file(place.data().join("index.sqlite")).unwrap();
    let mut program = check_known(&place, &submissions);
    assert_eq!(opened_with(&mut program), 5);
    // Killed, so that the files beside the index are left.
    program.kill();
    assert!(place.data().join("index.sqlite-wal").exists());
    fs::remove_file(place.data().join("index.sqlite")).unwrap();
    let mut program = check_known(&place, &submissions);
    assert_eq!(opened_with(&mut program), 5);
}

#[test]
fn an_index_that_is_behind_reads_the_rest() {
    let place = Place::new();
    let mut submissions = stored(&place, 3);
    let (index, backup) = (
        place.data().join("index.sqlite"),
        place.path().join("backup"),
    );
    fs::copy(&index, &backup).unwrap();
    submissions.extend(stored(&place, 3));
    fs::copy(&backup, &index).unwrap();
    let mut program = check_known(&place, &submissions);
    assert_eq!(opened_with(&mut program), 6);
    assert!(!has_said(&program, SET_ASIDE));
}

/// A submission that only the index knows is not in the log: a 200 for it would be a lie.
#[test]
fn an_index_that_knows_more_than_the_log_is_made_anew() {
    let place = Place::new();
    let kept = stored(&place, 2);
    let older = place.log();
    let lost = stored(&place, 2);
    for log in [older, Vec::new()] {
        fs::write(place.data().join("responses.ndjson"), &log).unwrap();
        let count = keys_in(&log).len();
        let mut program = check_known(&place, &kept[..count]);
        program.wait_for(SET_ASIDE);
        assert_eq!(program.post(&lost[0]).unwrap().0, 201);
        assert_eq!(program.post(&lost[0]).unwrap().0, 200);
        program.signal(Signal::TERM);
        program.wait();
    }
}

/// Overwrites the index from a place on.
fn spoil(place: &Place, from: u64) {
    let path = place.data().join("index.sqlite");
    let length = fs::metadata(&path).unwrap().len();
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xA5; (length - from) as usize])
        .unwrap();
}

#[test]
fn an_index_that_is_damaged_is_set_aside_and_made_anew() {
    for from in [0, 16, 4_096] {
        let place = Place::new();
        let submissions = stored(&place, 5);
        spoil(&place, from);
        let mut program = check_known(&place, &submissions);
        program.wait_for(SET_ASIDE);
        assert!(place.data().join("index.sqlite.broken").exists());
        assert_eq!(program.post(&submission()).unwrap().0, 201);
    }
}

#[test]
fn an_index_that_breaks_while_it_is_used_loses_and_doubles_nothing() {
    let place = Place::new();
    let mut submissions = stored(&place, 5);
    let mut program = Program::start(&place);
    spoil(&place, 4_096);
    let fresh = submission();
    assert_eq!(program.post(&fresh).unwrap().0, 201);
    program.wait_for("the index of the log failed and is made anew from the log");
    submissions.push(fresh);
    for submission in &submissions {
        assert_eq!(program.post(submission).unwrap().0, 200);
    }
    program.kill();
    check_known(&place, &submissions);
}

#[test]
fn an_index_of_another_program_is_set_aside_and_kept() {
    let place = Place::new();
    let submissions = stored(&place, 2);
    let path = place.data().join("index.sqlite");
    fs::remove_file(&path).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE mine (a); INSERT INTO mine VALUES (7)")
        .unwrap();
    drop(other);
    let mut program = check_known(&place, &submissions);
    program.wait_for(SET_ASIDE);
    let other = rusqlite::Connection::open(place.data().join("index.sqlite.broken")).unwrap();
    let kept: i64 = other
        .query_row("SELECT a FROM mine", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 7);
}

#[test]
fn a_folder_in_the_place_of_the_index_is_set_aside_too() {
    let place = Place::new();
    fs::create_dir_all(place.data().join("index.sqlite/x")).unwrap();
    let mut program = Program::start(&place);
    program.wait_for(SET_ASIDE);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
}

/// The limit lets the log grow by some lines, and is too low for any index.
#[test]
fn without_room_for_the_index_submissions_are_stored_once_all_the_same() {
    let place = Place::new();
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    shell
        .current_dir(place.path())
        .env_clear()
        .args(["-c", script, "sh"]);
    let mut program = Program::start_as(shell.arg(PROGRAM).args(SERVE));
    program.wait_for("there is no room for the index of the log");
    let submissions: Vec<_> = (0..5).map(|_| submission()).collect();
    for expected in [201, 200] {
        for submission in &submissions {
            assert_eq!(program.post(submission).unwrap().0, expected);
        }
    }
    program.kill();
    check_known(&place, &submissions);
}

/// The index has no room any more while the log has: its keys stay in memory.
#[test]
fn an_index_that_cannot_grow_is_caught_up_with_when_there_is_room() {
    let place = Place::new();
    let mut submissions = stored(&place, 3);
    let mut shell = Command::new("sh");
    let script = "trap '' XFSZ; exec \"$@\"";
    shell
        .current_dir(place.path())
        .env_clear()
        .args(["-c", script, "sh"]);
    let serve = shell
        .arg(PROGRAM)
        .args(SERVE)
        .args(["--rotate-bytes", "1000"]);
    let mut program = Program::start_as(serve);
    let limit = |current| Rlimit {
        current,
        maximum: None,
    };
    prlimit(Some(program.id()), Resource::Fsize, limit(Some(4_096))).unwrap();
    for _ in 0..20 {
        let submission = submission();
        assert_eq!(program.post(&submission).unwrap().0, 201);
        submissions.push(submission);
    }
    program.wait_for("the index of the log cannot be written; it is tried again");
    for submission in &submissions {
        assert_eq!(program.post(submission).unwrap().0, 200);
    }
    prlimit(Some(program.id()), Resource::Fsize, limit(None)).unwrap();
    program.signal(Signal::TERM);
    assert!(program.wait().success());
    let mut program = check_known(&place, &submissions);
    assert_eq!(opened_with(&mut program), submissions.len() as u64);
    assert!(!has_said(&program, SET_ASIDE));
}

#[test]
fn a_log_that_is_moved_by_hand_stays_known_after_a_restart() {
    for is_index_kept in [true, false] {
        let place = Place::new();
        let mut submissions = stored(&place, 2);
        let moved = place.data().join("responses-2026-11-21T07.ndjson");
        let program = Program::start(&place);
        fs::rename(place.data().join("responses.ndjson"), &moved).unwrap();
        let next = submission();
        assert_eq!(program.post(&next).unwrap().0, 201);
        submissions.push(next.clone());
        drop(program);
        if !is_index_kept {
            fs::remove_file(place.data().join("index.sqlite")).unwrap();
        }
        check_known(&place, &submissions);
        assert_eq!(keys_in(&place.log()), [key(&next)]);
    }
}
