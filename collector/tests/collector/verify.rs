//! `sayso verify`, run as people run it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::Output;

use serde_json::{Value, json};

use crate::fixtures::{SURVEY, submission, survey, with};
use crate::folders::{Kept, lines, make_data, name, record, tombstone, write_file};
use crate::program::{Place, Program};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn check(output: &Output, code: i32, expected: &str) {
    assert_eq!(text(&output.stdout), expected, "{output:?}");
    assert_eq!(output.status.code(), Some(code));
}

fn place() -> Place {
    let place = Place::new();
    make_data(&place.data());
    place
}

fn completed(number: u32) -> Value {
    record(number, 0, "completed", &json!({"recommend": 3}))
}

#[test]
fn what_a_collector_wrote_is_well_also_while_it_runs() {
    let place = Place::new();
    let program = Program::start(&place);
    for _ in 0..3 {
        assert_eq!(program.post(&submission()).unwrap().0, 201);
    }
    let expected = "all is well: 3 lines in 1 file, 3 records and 0 tombstones\n";
    check(&place.run(&["verify"]), 0, expected);
    drop(program);
    check(&place.run(&["verify", "--data", "data"]), 0, expected);
}

/// The version that was answered knows where its path led; the address in the log
/// has lost its query.
#[test]
fn a_path_that_hung_on_the_query_of_the_address_is_well() {
    let place = Place::new();
    let asking = SURVEY.replace(
        "\"next\": [{ \"if\": { \"at_least\": 9 }, \"go_to\": \"liked\" }, { \"go_to\": \"end\" }]",
        "\"next\": [{ \"if\": { \"context\": \"url\", \"contains\": \"vip\" }, \"go_to\": \"liked\" }, { \"go_to\": \"end\" }]",
    );
    assert_ne!(asking, SURVEY);
    fs::write(place.surveys().join("post-purchase.json"), &asking).unwrap();
    let program = Program::start(&place);
    let version = json!(survey(&asking).version());
    let submission = with(submission(), "survey_version", version);
    let context = json!({"url": "https://shop.example/thanks?vip=1"});
    let submission = with(submission, "context", context);
    let (status, reply) = program.post(&submission).unwrap();
    assert_eq!(status, 201, "{reply}");
    let expected = "all is well: 1 line in 1 file, 1 record and 0 tombstones\n";
    check(&place.run(&["verify"]), 0, expected);
}

#[test]
fn closed_compressed_and_erased_lines_are_read() {
    let place = place();
    let data = place.data();
    write_file(
        &data,
        0,
        Kept::Compressed,
        &lines(&[completed(1), tombstone(7)]),
    );
    write_file(&data, 1, Kept::Plain, &lines(&[completed(2)]));
    write_file(
        &data,
        2,
        Kept::Active,
        &lines(&[tombstone(8), completed(3)]),
    );
    let expected = "all is well: 5 lines in 3 files, 3 records and 2 tombstones\n";
    check(&place.run(&["verify"]), 0, expected);
    let output = place.run(&["verify", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = json!({
        "files": 3, "lines": 5, "records": 3, "tombstones": 2,
        "problem_count": 0, "problems": [], "note_count": 0, "notes": []
    });
    assert_eq!(found, expected);
    assert_eq!(output.status.code(), Some(0));
}

/// A line, the kind of what is wrong with it, and what is said of it.
type Fault = (String, &'static str, &'static str);

/// Lines that are no records at all.
const STRANGE: [(&str, &str, &str); 5] = [
    ("SECRET", "not_json", "is no JSON, from byte 1 on"),
    ("{\"schema\":1", "not_json", "is no JSON: it ends too early"),
    ("", "not_json", "is empty"),
    (
        "{\"SECRET\0",
        "nul_bytes",
        "holds NUL bytes, as a loss of power leaves them",
    ),
    (
        "[\"SECRET\"]",
        "not_a_record",
        "is no record: it is no object",
    ),
];

/// Records in which one field is wrong.
fn wrong_fields() -> Vec<Fault> {
    let secret = || json!("SECRET");
    let fields = [
        (
            "schema",
            Value::Null,
            "not_a_record",
            "is no record: `schema` is missing or wrong",
        ),
        (
            "seq",
            Value::Null,
            "not_a_record",
            "is no record: `seq` is missing or wrong",
        ),
        (
            "status",
            secret(),
            "not_a_record",
            "is no record: `status` is missing or wrong",
        ),
        (
            "respondent",
            json!({"id": ["SECRET"]}),
            "not_a_record",
            "is no record: `respondent.id` is missing or wrong",
        ),
        (
            "received_at",
            secret(),
            "not_a_record",
            "is no record: `received_at` is no time",
        ),
        (
            "schema",
            json!(2),
            "unknown_schema",
            "has the schema 2, and this release knows 1 alone",
        ),
    ];
    let faults = fields.into_iter().zip(90..);
    let faults = faults.map(|((field, value, kind, message), number)| {
        let line = with(completed(number), field, value);
        (line.to_string(), kind, message)
    });
    faults.collect()
}

/// Records that do not fit their survey.
fn misfits() -> Vec<Fault> {
    let fields = [
        (
            "survey",
            json!("gone"),
            "unknown_survey",
            "is of the survey gone, of which no version is kept",
        ),
        (
            "survey_version",
            json!("0badc0de"),
            "unknown_version",
            "is of the version 0badc0de of post-purchase, which is not kept",
        ),
        (
            "answers",
            json!({"recommend": "SECRET", "liked": "SECRET"}),
            "invalid_answers",
            "breaks the rules of its survey: recommend wrong_kind, liked not_on_path",
        ),
        (
            "answers",
            json!({}),
            "invalid_answers",
            "breaks the rules of its survey: recommend required",
        ),
    ];
    let faults = fields.into_iter().zip(100..);
    let faults = faults.map(|((field, value, kind, message), number)| {
        let line = with(completed(number), field, value);
        (line.to_string(), kind, message)
    });
    faults.collect()
}

fn faults() -> Vec<Fault> {
    let strange = STRANGE.map(|(line, kind, message)| (String::from(line), kind, message));
    let strange = strange.into_iter();
    strange.chain(wrong_fields()).chain(misfits()).collect()
}

#[test]
fn everything_that_is_wrong_is_said_with_its_place() {
    let place = place();
    let faults = faults();
    let mut content = lines(&[completed(1)]);
    for (line, _, _) in &faults {
        content.push_str(&format!("{line}\n"));
    }
    let name = write_file(&place.data(), 0, Kept::Compressed, &content);
    write_file(&place.data(), 1, Kept::Active, "");
    let output = place.run(&["verify"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stdout);
    let mut expected: Vec<_> = faults
        .iter()
        .enumerate()
        .map(|(at, (_, _, message))| format!("data/{name}:{}: {message}", at + 2))
        .collect();
    expected.push(String::from(
        "15 problems: 16 lines in 2 files, 6 records and 0 tombstones",
    ));
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
    let found = place.run(&["verify", "--format", "json"]).stdout;
    assert!(
        !told.contains("SECRET") && !text(&found).contains("SECRET"),
        "{told}"
    );
    let found: Value = serde_json::from_slice(&found).unwrap();
    for (at, (_, kind, message)) in faults.iter().enumerate() {
        let expected = json!({
            "file": name, "line": at + 2, "kind": kind, "message": message
        });
        assert_eq!(found["problems"][at], expected);
    }
}

#[test]
fn a_submission_that_is_there_twice_is_said_with_both_places() {
    let place = place();
    let data = place.data();
    let twin = completed(1);
    let first = write_file(
        &data,
        0,
        Kept::Compressed,
        &lines(&[completed(2), twin.clone()]),
    );
    let second = write_file(&data, 1, Kept::Plain, &lines(&[twin.clone(), completed(3)]));
    // Another submission of the same response is no twin; two tombstones of one are none.
    let more = record(1, 1, "completed", &json!({"recommend": 3}));
    write_file(
        &data,
        2,
        Kept::Active,
        &lines(&[more, twin, tombstone(7), tombstone(7)]),
    );
    let expected = format!(
        "data/{second}:1: holds the same submission as data/{first}:2\n\
         data/responses.ndjson:2: holds the same submission as data/{first}:2\n\
         2 problems: 8 lines in 3 files, 6 records and 2 tombstones\n"
    );
    check(&place.run(&["verify"]), 1, &expected);
    let output = place.run(&["verify", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let problem = &found["problems"][0];
    assert_eq!(problem["kind"], "duplicate");
    assert_eq!(problem["first"], json!({"file": first, "line": 2}));
}

#[test]
fn what_came_back_after_it_was_erased_is_said() {
    let place = place();
    // The key of the submission 0 of the response 1, by its rule.
    let erased = "0199d0a47c1e0d57ef437777624dffce";
    let mut tombstone = tombstone(0);
    tombstone["key"] = json!(erased);
    let content = lines(&[tombstone, completed(1)]);
    write_file(&place.data(), 0, Kept::Active, &content);
    let expected = "data/responses.ndjson:2: holds a submission that was erased before as \
                    data/responses.ndjson:1\n\
                    1 problem: 2 lines in 1 file, 1 record and 1 tombstone\n";
    check(&place.run(&["verify"]), 1, expected);
}

#[test]
fn a_half_written_last_line_is_wrong_only_when_nobody_writes_it() {
    let place = Place::new();
    let mut program = Program::start(&place);
    assert_eq!(program.post(&submission()).unwrap().0, 201);
    let path = place.data().join("responses.ndjson");
    let mut log = OpenOptions::new().append(true).open(path).unwrap();
    log.write_all(b"{\"schema\":1,\"rec\0").unwrap();
    let expected = "note: data/responses.ndjson:2: is just being written\n\
                    all is well: 1 line in 1 file, 1 record and 0 tombstones\n";
    check(&place.run(&["verify"]), 0, expected);
    program.kill();
    let expected = "data/responses.ndjson:2: is torn: it has no end, and holds NUL bytes, as a \
                    loss of power leaves them; the next start of the collector sets it aside\n\
                    1 problem: 2 lines in 1 file, 1 record and 0 tombstones\n";
    check(&place.run(&["verify"]), 1, expected);
    // The next start does, and what was set aside is worth a note.
    drop(Program::start(&place));
    let output = place.run(&["verify"]);
    assert_eq!(output.status.code(), Some(0));
    let told = text(&output.stdout);
    assert!(told.starts_with("note: data/responses.torn-2"), "{told}");
    assert!(
        told.contains(": a line that a crash tore; nothing acknowledged is in it\n"),
        "{told}"
    );
}

#[test]
fn a_file_that_cannot_be_read_to_its_end_does_not_hide_the_others() {
    let place = place();
    let data = place.data();
    let name = write_file(&data, 0, Kept::Compressed, &lines(&[completed(1)]));
    let packed = fs::read(data.join(&name)).unwrap();
    fs::write(data.join(&name), &packed[..packed.len() - 5]).unwrap();
    write_file(&data, 1, Kept::Active, &lines(&[completed(2)]));
    let output = place.run(&["verify"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let start = format!("data/{name}:");
    assert!(told.starts_with(&start), "{told}");
    assert!(
        told.contains(": the file cannot be read from here on: "),
        "{told}"
    );
    assert!(told.contains("1 problem: "), "{told}");
}

#[test]
fn a_clock_that_was_set_back_is_a_note() {
    let place = place();
    let at = |number, time: &str| with(completed(number), "received_at", json!(time));
    let content = lines(&[
        at(1, "2026-11-21T14:03:09.482Z"),
        // Two that arrived at once may be written in either order.
        at(2, "2026-11-21T14:03:08.900Z"),
        at(3, "2026-11-21T14:02:08.900Z"),
    ]);
    write_file(&place.data(), 0, Kept::Active, &content);
    let expected = "note: data/responses.ndjson:3: was received 60 s before the line above it: \
                    the clock was set back\n\
                    all is well: 3 lines in 1 file, 3 records and 0 tombstones\n";
    check(&place.run(&["verify"]), 0, expected);
}

#[test]
fn where_there_is_no_log_nothing_was_verified() {
    let place = Place::new();
    for args in [&["verify"][..], &["verify", "--data", "surveys"]] {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
    }
    make_data(&place.data());
    let output = place.run(&["verify"]);
    assert_eq!(output.status.code(), Some(2));
    let expected = "sayso: there is no log in data; name the data folder with --data\n";
    assert_eq!(text(&output.stderr), expected);
    write_file(&place.data(), 0, Kept::Active, "");
    let expected = "all is well: 0 lines in 1 file, 0 records and 0 tombstones\n";
    check(&place.run(&["verify"]), 0, expected);
    assert!(
        !place.data().join(".lock").exists(),
        "verify writes nothing"
    );
}

#[test]
fn many_problems_are_counted_and_the_first_are_listed() {
    let place = place();
    write_file(&place.data(), 0, Kept::Active, &"nonsense\n".repeat(1_200));
    let output = place.run(&["verify"]);
    let told = text(&output.stdout);
    assert_eq!(told.lines().count(), 1_002);
    assert!(
        told.contains("\nand 200 more problems\n1200 problems: 1200 lines in"),
        "{told}"
    );
    let name = name(0, Kept::Active);
    assert!(
        told.starts_with(&format!("data/{name}:1: is no JSON")),
        "{told}"
    );
}
