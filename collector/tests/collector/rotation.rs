//! How files of the log are closed, compressed and removed, and what a crash leaves in between.

use std::fs;
use std::path::PathBuf;

use rustix::process::Signal;
use sayso_collector::history::{self, Part};
use serde_json::{Value, json};

use crate::fixtures::{eventually, key, keys_in, submission};
use crate::program::{Place, Program, SERVE};

const CLOSED: &str = "a file of the log was closed, and a new one begun";

fn start(place: &Place, args: &[&str]) -> Program {
    Program::start_as(place.command().args(SERVE).args(args))
}

fn parts(place: &Place) -> Vec<Part> {
    history::parts(&place.data()).unwrap()
}

fn content(part: &Part) -> Vec<u8> {
    let mut bytes = Vec::new();
    part.open().unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// What all files hold, in order.
fn all_keys(place: &Place) -> Vec<(String, u64)> {
    parts(place)
        .iter()
        .flat_map(|part| keys_in(&content(part)))
        .collect()
}

/// Stores so many submissions.
fn store(program: &Program, count: usize) -> Vec<Value> {
    let submissions: Vec<_> = (0..count).map(|_| submission()).collect();
    for submission in &submissions {
        assert_eq!(program.post(submission).unwrap().0, 201);
    }
    submissions
}

fn stop(mut program: Program) {
    program.signal(Signal::TERM);
    assert!(program.wait().success());
}

/// Each of these is in one file once, and the program knows that, with its index and without.
#[track_caller]
fn check_all_known(place: &Place, submissions: &[Value]) {
    for is_index_kept in [true, false] {
        let program = start(place, &["--rotate-every", "never"]);
        for submission in submissions {
            assert_eq!(program.post(submission).unwrap().0, 200, "{submission}");
        }
        stop(program);
        let mut stored = all_keys(place);
        let mut expected: Vec<_> = submissions.iter().map(key).collect();
        stored.sort();
        expected.sort();
        assert_eq!(stored, expected);
        if is_index_kept {
            fs::remove_file(place.data().join("index.sqlite")).unwrap();
        }
    }
}

#[test]
fn a_file_is_closed_before_it_is_too_long() {
    let place = Place::new();
    let mut program = start(&place, &["--rotate-bytes", "1500"]);
    let submissions = store(&program, 20);
    program.wait_for(CLOSED);
    let parts = parts(&place);
    assert!(4 < parts.len(), "{parts:?}");
    for part in &parts {
        let length = content(part).len();
        assert!(length <= 1_500, "{length} bytes in {}", part.name());
    }
    let expected: Vec<_> = submissions.iter().map(key).collect();
    assert_eq!(all_keys(&place), expected);
    for submission in &submissions {
        assert_eq!(program.post(submission).unwrap().0, 200);
    }
    program.kill();
    check_all_known(&place, &submissions);
}

/// A record that was received at a time.
fn record(received_at: &str) -> (Value, String) {
    let submission = submission();
    let mut record = submission.clone();
    record["schema"] = json!(1);
    record["received_at"] = json!(received_at);
    (submission, format!("{record}\n"))
}

fn write(place: &Place, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    fs::create_dir_all(place.data()).unwrap();
    let path = place.data().join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_file_of_another_day_is_closed_though_nobody_sends() {
    let place = Place::new();
    let (old, line) = record("2026-11-20T23:59:59.999Z");
    write(&place, "responses.ndjson", line);
    let mut program = start(&place, &[]);
    let closed = program.wait_for(CLOSED);
    assert_eq!(closed["fields"]["file"], "responses-2026-11-20T23.ndjson");
    assert!(place.log().is_empty());
    assert_eq!(program.post(&old).unwrap().0, 200);
    let new = store(&program, 1);
    assert_eq!(keys_in(&place.log()), [key(&new[0])]);
    stop(program);
    check_all_known(&place, &[old, new[0].clone()]);
}

#[test]
fn a_file_is_closed_under_the_next_free_name() {
    let place = Place::new();
    let (first, line) = record("2026-11-20T23:00:00.000Z");
    let taken = zstd::encode_all(line.as_bytes(), 0).unwrap();
    write(&place, "responses-2026-11-20T23.ndjson.zst", taken);
    let (second, line) = record("2026-11-20T23:30:00.000Z");
    write(&place, "responses.ndjson", line);
    let mut program = start(&place, &[]);
    let closed = program.wait_for(CLOSED);
    assert_eq!(closed["fields"]["file"], "responses-2026-11-20T23.2.ndjson");
    stop(program);
    check_all_known(&place, &[first, second]);
}

/// A kill may come after the rename, before the new file, before the index is told, or after
/// the first lines of the new one.
#[test]
fn a_kill_while_a_file_is_closed_loses_and_doubles_nothing() {
    for (has_new_file, new_lines) in [(false, 0), (true, 0), (true, 2)] {
        let place = Place::new();
        let program = start(&place, &[]);
        let mut submissions = store(&program, 3);
        stop(program);
        let closed = place.data().join("responses-2026-11-21T00.ndjson");
        fs::rename(place.data().join("responses.ndjson"), closed).unwrap();
        let mut content = String::new();
        for _ in 0..new_lines {
            let (submission, line) = record("2026-11-21T10:00:00.000Z");
            submissions.push(submission);
            content.push_str(&line);
        }
        if has_new_file {
            write(&place, "responses.ndjson", content);
        }
        check_all_known(&place, &submissions);
        let aside = place.data().join("index.sqlite.broken");
        assert!(!aside.exists(), "the index fits the files");
    }
}

/// Three closed files and an active one.
fn with_closed_files(place: &Place) -> Vec<Value> {
    let program = start(place, &["--rotate-bytes", "1000"]);
    let submissions = store(&program, 8);
    stop(program);
    submissions
}

#[test]
fn closed_files_are_compressed_and_stay_known() {
    let place = Place::new();
    let mut submissions = with_closed_files(&place);
    let program = start(&place, &["--compress", "zstd", "--rotate-bytes", "1000"]);
    submissions.extend(store(&program, 8));
    eventually("all are compressed", || {
        let parts = parts(&place);
        parts
            .iter()
            .all(|part| part.is_compressed != part.is_active())
    });
    stop(program);
    for entry in fs::read_dir(place.data()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.ends_with(".draft"), "{name}");
        assert!(
            !name.starts_with("responses-") || name.ends_with(".zst"),
            "{name}"
        );
    }
    check_all_known(&place, &submissions);
}

/// A kill may come while the draft is written, after it is renamed, or after the plain file
/// is removed.
#[test]
fn a_kill_while_a_file_is_compressed_loses_and_doubles_nothing() {
    for (draft_part, is_renamed, is_plain_kept) in [
        (0.5, false, true),
        (1.0, false, true),
        (1.0, true, true),
        (1.0, true, false),
    ] {
        let place = Place::new();
        let submissions = with_closed_files(&place);
        let part = parts(&place).remove(0);
        let packed = zstd::encode_all(&*content(&part), 3).unwrap();
        let length = (packed.len() as f64 * draft_part) as usize;
        let name = format!("{}.zst", part.name());
        let draft = write(&place, &format!(".{name}.draft"), &packed[..length]);
        if is_renamed {
            fs::rename(&draft, place.data().join(&name)).unwrap();
        }
        if !is_plain_kept {
            fs::remove_file(&part.path).unwrap();
        }
        check_all_known(&place, &submissions);
        assert!(!draft.exists());
        assert!(is_renamed != part.path.exists(), "one form is left");
    }
}

#[test]
fn files_are_removed_when_their_newest_line_is_too_old() {
    let place = Place::new();
    let now = sayso_collector::time::received_at();
    let (old, old_line) = record("2020-01-01T00:00:00.000Z");
    let (older, older_line) = record("2019-12-31T00:00:00.000Z");
    let (new, new_line) = record(&now);
    // The times in a file need not be in order.
    let all_old = write(
        &place,
        "responses-2019-12-31T00.ndjson",
        format!("{older_line}{old_line}"),
    );
    let packed = zstd::encode_all(old_line.replace(":0,", ":1,").as_bytes(), 0).unwrap();
    let packed = write(&place, "responses-2020-01-01T00.ndjson.zst", packed);
    let (other, other_line) = record("2020-01-02T00:00:00.000Z");
    let in_use = write(
        &place,
        "responses-2020-01-02T00.ndjson",
        format!("{new_line}{other_line}"),
    );
    let torn = write(&place, "responses.torn-2020-01-01T00-00-00.000Z", "{");
    let stranger = write(&place, "responses-old.ndjson", &old_line);
    let program = start(&place, &["--keep-days", "30"]);
    eventually("what is old is removed", || {
        [&all_old, &packed, &torn].iter().all(|path| !path.exists())
    });
    for submission in [&old, &older, &new, &other] {
        assert_eq!(program.post(submission).unwrap().0, 200, "it stays known");
    }
    stop(program);
    assert!(in_use.exists() && stranger.exists());
}

#[test]
fn files_are_kept_for_ever_when_nobody_says_otherwise() {
    let place = Place::new();
    let (_, line) = record("2000-01-01T00:00:00.000Z");
    let old = write(&place, "responses-2000-01-01T00.ndjson", line);
    let program = start(&place, &["--compress", "zstd"]);
    let packed = place.data().join("responses-2000-01-01T00.ndjson.zst");
    eventually("it is looked after", || packed.exists() && !old.exists());
    stop(program);
    assert!(packed.exists());
}
