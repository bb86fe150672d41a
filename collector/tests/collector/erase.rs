//! `sayso erase`, run as people run it, and killed as crashes kill it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use sayso_collector::history::parts;
use sayso_collector::lines::MAX_LINE_BYTES;
use serde_json::{Value, json};

use crate::fixtures::{eventually, keys_in, submission, with};
use crate::folders::{Kept, lines, make_data, record, tombstone, write_file};
use crate::program::{PROGRAM, Place, Program};

const PERSON: &str = "c-1042";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn check(output: &Output, code: i32, expected: &str) {
    assert_eq!(text(&output.stdout), expected, "{output:?}");
    assert_eq!(output.status.code(), Some(code));
}

fn erase(place: &Place, respondent: &str) -> Output {
    place.run(&["erase", "--respondent", respondent])
}

/// A submission of somebody; of nobody known without an id.
fn of(respondent: Option<&str>) -> Value {
    let respondent = respondent.map(|id| json!({"id": id, "traits": {"plan": "pro"}}));
    with(submission(), "respondent", respondent.unwrap_or_default())
}

/// A folder with two responses of the person, one of them begun before the id was known, and
/// one response of somebody else.
fn place() -> (Place, Program) {
    let place = Place::new();
    let program = Program::start(&place);
    let known_later = with(of(None), "status", json!("shown"));
    let known_later = with(known_later, "answers", json!({}));
    let completed = with(
        with(known_later.clone(), "seq", json!(1)),
        "status",
        json!("completed"),
    );
    let completed = with(completed, "answers", json!({"recommend": 2}));
    let completed = with(completed, "respondent", json!({"id": PERSON}));
    for submission in [known_later, of(Some("c-1043")), of(Some(PERSON)), completed] {
        assert_eq!(program.post(&submission).unwrap().0, 201);
    }
    (place, program)
}

#[test]
fn one_person_is_taken_out_and_tombstones_stay() {
    let (place, mut program) = place();
    program.kill();
    let before = text(&place.log());
    let output = erase(&place, PERSON);
    check(&output, 0, "erased 3 lines of 2 responses in 1 file\n");
    let log = text(&place.log());
    assert!(!log.contains(PERSON), "{log}");
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), log.lines().collect());
    assert_eq!(after.len(), 4);
    assert_eq!(after[1], before[1], "nobody else is touched");
    for (at, status) in [(0, "shown"), (2, "completed"), (3, "completed")] {
        let tombstone: Value = serde_json::from_str(after[at]).unwrap();
        let names: Vec<_> = tombstone.as_object().unwrap().keys().collect();
        assert_eq!(names, ["erased_at", "key", "schema", "status", "survey"]);
        assert_eq!(tombstone["status"], status);
        assert_eq!(tombstone["survey"], "post-purchase");
    }
    let verified = text(&place.run(&["verify"]).stdout);
    assert_eq!(
        verified,
        "all is well: 4 lines in 1 file, 1 record and 3 tombstones\n"
    );
    let report = text(&place.run(&["report", "--survey", "post-purchase"]).stdout);
    assert!(report.contains("1 completed of 1 shown"), "{report}");
    assert!(!report.contains("no record"), "{report}");
    // The collector goes on with it.
    let program = Program::start(&place);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
}

#[test]
fn erasing_nobody_is_said_and_changes_nothing() {
    let (place, mut program) = place();
    program.kill();
    let before = place.log();
    for _ in 0..2 {
        check(
            &erase(&place, "c-104"),
            0,
            "no line of the log is of this respondent\n",
        );
        assert_eq!(place.log(), before);
    }
    check(
        &erase(&place, PERSON),
        0,
        "erased 3 lines of 2 responses in 1 file\n",
    );
    check(
        &erase(&place, PERSON),
        0,
        "no line of the log is of this respondent\n",
    );
}

#[test]
fn the_id_may_come_from_standard_input() {
    let (place, mut program) = place();
    program.kill();
    let run = |input: &str| {
        let mut command = place.command();
        let command = command.args(["erase", "--respondent", "-"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    let output = run("\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("the respondent's id is empty"));
    check(
        &run("c-1043\r\n"),
        0,
        "erased 1 line of 1 response in 1 file\n",
    );
    check(&run(PERSON), 0, "erased 3 lines of 2 responses in 1 file\n");
}

#[test]
fn while_a_collector_runs_it_is_asked_instead() {
    let (place, _program) = place();
    let before = place.log();
    let output = erase(&place, PERSON);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    for part in [
        "a collector has the data folder data in use",
        "POST /v1/admin/erase",
    ] {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
    assert!(!told.contains(PERSON), "{told}");
    assert_eq!(place.log(), before);
}

#[test]
fn where_there_is_no_log_nobody_was_erased() {
    let place = Place::new();
    for data in ["data", "surveys"] {
        let output = place.run(&["erase", "--respondent", PERSON, "--data", data]);
        assert_eq!(output.status.code(), Some(2));
        let expected = format!("there is no log in {data}; name the data folder with --data");
        assert!(text(&output.stderr).contains(&expected));
    }
    assert!(!place.data().exists() && !place.surveys().join(".lock").exists());
    let output = erase(&place, "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_torn_line_that_was_set_aside_goes_too() {
    let (place, mut program) = place();
    program.kill();
    let log = text(&place.log());
    let torn = log.lines().last().unwrap().trim_end_matches('}');
    fs::write(
        place.data().join("responses.ndjson"),
        format!("{log}{torn}"),
    )
    .unwrap();
    drop(Program::start(&place));
    let is_torn = |name: &str| name.starts_with("responses.torn-");
    assert_eq!(
        names(&place.data())
            .iter()
            .filter(|name| is_torn(name))
            .count(),
        1
    );
    let expected = "erased 3 lines of 2 responses in 1 file\n\
                    removed 1 file that a crash had left behind\n";
    check(&erase(&place, PERSON), 0, expected);
    assert!(!names(&place.data()).iter().any(|name| is_torn(name)));
}

fn names(folder: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

const FILES: u32 = 12;
const LINES: u32 = 200;

/// A folder with files of both forms, in each of which every tenth line is the person's.
fn large_place() -> Place {
    let place = Place::new();
    make_data(&place.data());
    for file in 0..FILES {
        let of_file = (0..LINES).map(|at| {
            let number = file * LINES + at;
            // Every other response of theirs was begun in the file before, without the id.
            let (number, respondent) = match (at % 10, at % 20) {
                (0, 0) => (number, json!({"id": PERSON})),
                (0, _) => ((number + LINES) % (FILES * LINES) - 10, Value::Null),
                _ => (number, json!({"id": format!("d-{number}")})),
            };
            let status = if respondent.is_null() {
                "shown"
            } else {
                "completed"
            };
            let seq = u32::from(status == "completed");
            let line = record(number, seq, status, &json!({"recommend": 3}));
            with(line, "respondent", respondent)
        });
        let kept = match file {
            11 => Kept::Active,
            file if file % 2 == 0 => Kept::Compressed,
            _ => Kept::Plain,
        };
        write_file(
            &place.data(),
            file as usize,
            kept,
            &lines(&of_file.collect::<Vec<_>>()),
        );
    }
    place
}

/// The lines of the whole log that are no tombstones, and how many those are.
fn contents(place: &Place) -> (BTreeSet<String>, usize) {
    let (mut whole, mut tombstones) = (BTreeSet::new(), 0);
    for part in parts(&place.data()).unwrap() {
        let mut text = String::new();
        part.open().unwrap().read_to_string(&mut text).unwrap();
        assert!(text.ends_with('\n'), "{} is torn", part.name());
        for line in text.lines() {
            let value: Value = serde_json::from_str(line).unwrap();
            match value.get("erased_at") {
                Some(_) => tombstones += 1,
                None => assert!(whole.insert(String::from(line)), "{line} is there twice"),
            }
        }
    }
    (whole, tombstones)
}

/// Each run is killed when it has begun to write one file more than the last one.
#[test]
fn who_kills_it_can_run_it_again() {
    let place = large_place();
    let (all, none) = contents(&place);
    assert_eq!((all.len() as u32, none), (FILES * LINES, 0));
    let mut kills = 0;
    for round in 1.. {
        let mut command = place.command();
        let command = command.args(["erase", "--respondent", PERSON]);
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        let mut drafts = BTreeSet::new();
        let mut status = None;
        eventually("a draft, or the end", || {
            let found = names(&place.data()).into_iter();
            drafts.extend(found.filter(|name| name.ends_with(".draft")));
            status = child.try_wait().unwrap();
            status.is_some() || round <= drafts.len()
        });
        if let Some(status) = status {
            assert!(status.success());
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        let (whole, tombstones) = contents(&place);
        assert!(whole.is_subset(&all), "a line was changed");
        assert_eq!((whole.len() + tombstones) as u32, FILES * LINES);
    }
    println!("{kills} kills");
    let (whole, tombstones) = contents(&place);
    assert_eq!(tombstones as u32, FILES * LINES / 10);
    assert_eq!((whole.len() + tombstones) as u32, FILES * LINES);
    let text: String = whole.into_iter().collect();
    assert!(
        !text.contains(PERSON) && !text.contains("\"shown\""),
        "of the person"
    );
    assert!(
        !names(&place.data())
            .iter()
            .any(|name| name.ends_with(".draft"))
    );
}

/// A limit on the size of files stands in for a full disk.
#[test]
fn without_room_the_log_is_as_it_was() {
    let place = large_place();
    let before = contents(&place);
    let files = names(&place.data());
    let mut shell = Command::new("sh");
    shell.current_dir(place.path()).env_clear();
    // Blocks of 512 bytes, of which the plain files need more.
    let script = "trap '' XFSZ; ulimit -f 20; exec \"$@\"";
    shell.args(["-c", script, "sh", PROGRAM, "erase", "--respondent", PERSON]);
    let output = shell.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let told = text(&output.stderr);
    assert!(
        told.contains("cannot write anew data/responses-2026-11-01T01.ndjson"),
        "{told}"
    );
    let after = contents(&place);
    assert!(after.0.is_subset(&before.0));
    assert_eq!(after.0.len() + after.1, before.0.len());
    let mut now = names(&place.data());
    now.remove(".lock");
    assert_eq!(now, files, "no draft is left");
    assert_eq!(erase(&place, PERSON).status.code(), Some(0));
    assert_eq!(contents(&place).1 as u32, FILES * LINES / 10);
}

#[test]
fn the_lines_of_others_are_not_touched() {
    let (place, mut program) = place();
    program.kill();
    let others = with(of(Some("c-1044")), "context", json!({"order": PERSON}));
    let program = Program::start(&place);
    assert_eq!(program.post(&others).unwrap().0, 201);
    drop(program);
    check(
        &erase(&place, PERSON),
        0,
        "erased 3 lines of 2 responses in 1 file\n",
    );
    let log = text(&place.log());
    let last = format!("{}\n", log.lines().last().unwrap());
    assert_eq!(keys_in(last.as_bytes()), [crate::fixtures::key(&others)]);
    assert!(
        last.contains(PERSON),
        "what others say of the person is theirs"
    );
}

#[test]
fn a_line_longer_than_any_record_is_named_and_nothing_is_done() {
    let place = Place::new();
    make_data(&place.data());
    let theirs = record(1, 0, "completed", &json!({"recommend": 3}));
    let theirs = with(theirs, "respondent", json!({"id": PERSON}));
    let long = "x".repeat(MAX_LINE_BYTES + 1);
    let content = format!("{}{long}\n{}", lines(&[theirs]), lines(&[tombstone(1)]));
    write_file(&place.data(), 0, Kept::Active, &content);
    let output = erase(&place, PERSON);
    assert_eq!(output.status.code(), Some(2));
    let expected = "data/responses.ndjson:2 is longer than any record; take that line out";
    assert!(text(&output.stderr).contains(expected), "{output:?}");
    assert!(place.log() == content.as_bytes(), "it is as it was");
    let expected = "data/responses.ndjson:2: is longer than any record, 67108864 bytes\n\
                    1 problem: 3 lines in 1 file, 1 record and 1 tombstone\n";
    check(&place.run(&["verify"]), 1, expected);
}
