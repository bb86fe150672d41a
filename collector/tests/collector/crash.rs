//! What a crash and a full disk leave behind: everything acknowledged, once, and no torn line.
//!
//! Each of these looks at one moment; `torture` looks for those that nobody thought of.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::Command;

use rustix::process::{Resource, Rlimit, prlimit};

use crate::fixtures::{eventually, key, keys_in, submission};
use crate::program::{PROGRAM, Place, Program, SERVE};

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
fn a_line_that_is_no_record_is_warned_about_by_its_place() {
    let place = Place::new();
    fs::create_dir_all(place.data()).unwrap();
    fs::write(place.data().join("responses.ndjson"), "").unwrap();
    drop(Program::start(&place));
    let first = format!(
        "{}\n",
        crate::folders::record(1, 0, "shown", &serde_json::json!({}))
    );
    let path = place.data().join("responses.ndjson");
    fs::write(&path, &first).unwrap();
    drop(Program::start(&place));
    fs::write(&path, format!("{first}{{}}\n")).unwrap();
    let mut program = Program::start(&place);
    let warning = program.wait_for("the log holds a line that is no record");
    assert_eq!(warning["fields"]["file"], "responses.ndjson");
    assert_eq!(warning["fields"]["byte"], first.len());
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
