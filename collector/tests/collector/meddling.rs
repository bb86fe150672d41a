//! What others do to the log while the real program writes it: every 201 is found under its name.

use std::fs::{self, OpenOptions};
use std::io::Write;

use crate::fixtures::{key, keys_in, submission};
use crate::program::{Place, Program};

fn store(program: &Program) -> (String, u64) {
    let submission = submission();
    assert_eq!(program.post(&submission).unwrap().0, 201);
    key(&submission)
}

const GOES_ON: &str = "the log was moved or removed; going on in the file that has its name now";

#[test]
fn a_log_that_is_moved_is_begun_anew() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let first = submission();
    assert_eq!(program.post(&first).unwrap().0, 201);
    let old = place.data().join("responses-2026-11-21.ndjson");
    fs::rename(place.data().join("responses.ndjson"), &old).unwrap();
    let second = store(&program);
    assert_eq!(program.wait_for(GOES_ON)["level"], "WARN");
    assert_eq!(keys_in(&fs::read(old).unwrap()), [key(&first)]);
    assert_eq!(keys_in(&place.log()), [second]);
    assert_eq!(program.post(&first).unwrap().0, 200, "it stays known");
}

#[test]
fn a_log_that_is_removed_is_begun_anew() {
    let place = Place::new();
    let program = Program::start(&place);
    store(&program);
    fs::remove_file(place.data().join("responses.ndjson")).unwrap();
    let (second, third) = (store(&program), store(&program));
    assert_eq!(keys_in(&place.log()), [second, third]);
}

/// As editors and `sed -i` do it.
#[test]
fn a_log_that_is_replaced_is_gone_on_with_and_known() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let first = store(&program);
    let other = submission();
    let log = String::from_utf8(place.log()).unwrap();
    let edited = place.data().join("edited");
    fs::write(&edited, format!("{log}{other}\n{{\"torn")).unwrap();
    fs::rename(&edited, place.data().join("responses.ndjson")).unwrap();
    assert_eq!(program.post(&other).unwrap().0, 200, "it is in the file");
    let last = store(&program);
    assert_eq!(keys_in(&place.log()), [first, key(&other), last]);
    program.wait_for("the last line was torn by a crash and is set aside");
}

#[test]
fn what_is_appended_stays_and_what_is_truncated_is_gone() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let first = store(&program);
    let path = place.data().join("responses.ndjson");
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    let other = submission();
    file.write_all(format!("{other}\n").as_bytes()).unwrap();
    let second = store(&program);
    program.wait_for("somebody else has written to the log");
    assert_eq!(keys_in(&place.log()), [first, key(&other), second]);
    file.set_len(0).unwrap();
    let last = store(&program);
    program.wait_for("the log was truncated by somebody else");
    assert_eq!(keys_in(&place.log()), [last]);
}

#[test]
fn nothing_is_stored_in_a_data_folder_that_is_another() {
    let place = Place::new();
    let mut program = Program::start(&place);
    let first = store(&program);
    let elsewhere = place.path().join("elsewhere");
    fs::rename(place.data(), &elsewhere).unwrap();
    assert_eq!(program.post(&submission()).unwrap().0, 503);
    let other = Program::start(&place);
    let second = store(&other);
    assert_eq!(program.post(&submission()).unwrap().0, 503);
    program.wait_for("cannot write the log; submissions are refused until there is room");
    assert_eq!(keys_in(&place.log()), [second]);
    drop(other);
    fs::remove_dir_all(place.data()).unwrap();
    fs::rename(&elsewhere, place.data()).unwrap();
    let third = store(&program);
    assert_eq!(keys_in(&place.log()), [first, third]);
}
