//! Erasing from a folder, ended at every step as a crash would end it.

use std::collections::BTreeMap;
use std::io::Read;

use sayso_core::id::ResponseId;
use tempfile::TempDir;

use super::*;
use crate::history::{ACTIVE, closed_name, compressed_name, parts};
use crate::tombstone::{Key, Tombstone};

/// Who is erased. No other text of the log holds it.
const PERSON: &str = "c-1042";

/// What the person said, and nobody else.
const SAID: &str = "Delivery was slow.";

fn response(number: u32) -> String {
    format!("0199d0a4-7c1e-7b52-9d0e-{number:012x}")
}

fn line(number: u32, seq: u32, respondent: Option<&str>) -> String {
    let response = response(number);
    let (said, respondent) = match respondent {
        Some(id) => (
            SAID,
            format!(r#","respondent":{{"id":"{id}","traits":{{"plan":"pro"}}}}"#),
        ),
        None => ("", String::new()),
    };
    let said = if respondent.contains(PERSON) {
        said
    } else {
        "Fine."
    };
    format!(
        r#"{{"schema":1,"received_at":"2026-11-21T14:03:09.482Z","response_id":"{response}","seq":{seq},"survey":"nps","survey_version":"9f2c61d0","status":"completed","answers":{{"why":"{said}"}},"channel":"web"{respondent}}}"#
    )
}

fn write(folder: &TempDir, name: &str, lines: &[String]) {
    let mut text = lines.join("\n");
    text.push('\n');
    let bytes = match name.ends_with(".zst") {
        true => zstd::encode_all(text.as_bytes(), 0).unwrap(),
        false => text.into_bytes(),
    };
    fs::write(folder.path().join(name), bytes).unwrap();
}

/// A log in which each file holds a line with the person's id, and one of another response of
/// theirs from before it was known; and everything that a crash can leave.
fn folder() -> TempDir {
    let place = tempfile::tempdir().unwrap();
    let (id, other) = (Some(PERSON), Some("c-1043"));
    let first = [line(1, 0, None), line(2, 1, id), line(9, 0, other)];
    let plain = closed_name("2026-11-21T00", 1);
    write(&place, &compressed_name(&plain), &first);
    write(&place, &plain, &first);
    let second = [
        line(8, 0, None),
        line(1, 1, id),
        line(2, 0, None),
        String::from("nonsense"),
    ];
    write(&place, &closed_name("2026-11-21T01", 1), &second);
    let third = [line(9, 1, other), line(3, 0, None)];
    write(&place, &closed_name("2026-11-21T02", 1), &third);
    let glued = format!("{}{}", line(3, 2, id), line(3, 3, id));
    write(&place, ACTIVE, &[line(3, 1, id), glued, line(7, 0, other)]);
    let torn = line(3, 4, id).trim_end_matches('}').to_owned();
    let mut active = fs::read(place.path().join(ACTIVE)).unwrap();
    active.extend_from_slice(torn.as_bytes());
    fs::write(place.path().join(ACTIVE), active).unwrap();
    fs::write(place.path().join("responses.torn-1"), &torn).unwrap();
    let without_id = torn.split(",\"respondent\"").next().unwrap();
    fs::write(place.path().join("responses.torn-2"), without_id).unwrap();
    fs::write(place.path().join("responses.torn-3"), line(7, 1, other)).unwrap();
    fs::write(place.path().join(".responses.ndjson.draft"), &torn).unwrap();
    place
}

/// Every file of a folder, decompressed.
fn texts(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut bytes = fs::read(&path).unwrap();
        if name.ends_with(".zst") {
            bytes = zstd::decode_all(bytes.as_slice()).unwrap();
        }
        (name, String::from_utf8(bytes).unwrap())
    });
    files.collect()
}

/// The lines of the log's files, by file.
fn lines_of(folder: &Path) -> Vec<(String, Vec<String>)> {
    let files = parts(folder).unwrap().into_iter().map(|part| {
        let mut text = String::new();
        part.open().unwrap().read_to_string(&mut text).unwrap();
        (part.name(), text.lines().map(String::from).collect())
    });
    files.collect()
}

fn is_theirs(line: &str) -> bool {
    [1, 2, 3]
        .iter()
        .any(|number| line.contains(&response(*number)))
}

/// Each line is what it was, or the tombstone of it. Returns how many are tombstones.
#[track_caller]
fn check_lines(before: &[(String, Vec<String>)], after: &[(String, Vec<String>)]) -> usize {
    let names = |files: &[(String, Vec<String>)]| {
        let names = files.iter().map(|(name, _)| name.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(before), names(after));
    let mut tombstones = 0;
    for ((name, old), (_, new)) in before.iter().zip(after) {
        // What was torn at the end of the active file may be gone.
        assert!(
            new.len() == old.len() || name == ACTIVE && new.len() + 1 == old.len(),
            "{name}"
        );
        for (old, new) in old.iter().zip(new) {
            if old == new {
                continue;
            }
            assert!(is_theirs(old), "{old} became {new}");
            let tombstone = Tombstone::parse(new.as_bytes()).unwrap();
            let record: Result<serde_json::Value, _> = serde_json::from_str(old);
            let key = record.ok().map(|record| {
                let id = record["response_id"].as_str().unwrap();
                let seq = record["seq"].as_u64().unwrap();
                Key::new(
                    &ResponseId::try_from(id).unwrap(),
                    u32::try_from(seq).unwrap(),
                )
            });
            assert_eq!(tombstone.key, key, "{old}");
            tombstones += 1;
        }
    }
    tombstones
}

/// Nothing of the person is in any file, and everybody else is.
#[track_caller]
fn check_erased(folder: &Path) {
    let texts = texts(folder);
    for (name, text) in &texts {
        for trace in [PERSON, SAID, &response(1), &response(2), &response(3)] {
            assert!(!text.contains(trace), "{name} holds {trace}: {text}");
        }
    }
    let names: Vec<_> = texts.keys().map(String::as_str).collect();
    let expected = [
        ".lock",
        "responses-2026-11-21T00.ndjson.zst",
        "responses-2026-11-21T01.ndjson",
        "responses-2026-11-21T02.ndjson",
        "responses.ndjson",
        "responses.torn-3",
    ];
    let names: Vec<_> = names.into_iter().filter(|name| *name != ".lock").collect();
    assert_eq!(names, expected[1..]);
}

fn erase_until(folder: &Path, steps: usize) -> Result<Erased, StartError> {
    let mut left = steps;
    let mut step = || match left {
        0 => Err(io::Error::other("a crash")),
        _ => {
            left -= 1;
            Ok(())
        }
    };
    Erasing::new(folder, PERSON, &mut step).run(true)
}

#[test]
fn one_person_goes_from_every_file() {
    let place = folder();
    let before = lines_of(place.path());
    let erased = erase_until(place.path(), usize::MAX).unwrap();
    let expected = Erased {
        lines: 8,
        responses: 3,
        files: 4,
        // The plain form, the draft, and two of three torn lines.
        leftovers: 4,
    };
    assert_eq!(erased, expected);
    // And the torn line at the end of the active file.
    assert_eq!(check_lines(&before, &lines_of(place.path())) + 1, 8);
    check_erased(place.path());
    let again = erase_until(place.path(), 0).unwrap();
    assert_eq!(
        again,
        Erased::default(),
        "nothing is left, and nothing is written"
    );
}

#[test]
fn after_a_crash_at_any_step_the_same_again_ends_it() {
    for steps in 0.. {
        let place = folder();
        let before = lines_of(place.path());
        let result = erase_until(place.path(), steps);
        let done = check_lines(&before, &lines_of(place.path()));
        if result.is_ok() {
            assert!(10 < steps, "{steps} steps are few");
            return;
        }
        // A crash also leaves what was not renamed.
        let draft = place.path().join(".responses-2026-11-21T01.ndjson.draft");
        fs::write(draft, format!("{}\n{{", line(2, 1, Some(PERSON)))).unwrap();
        let erased = erase_until(place.path(), usize::MAX).unwrap();
        let all = check_lines(&before, &lines_of(place.path()));
        assert!(
            done + erased.lines as usize >= all,
            "{done} and {erased:?} are not {all}"
        );
        check_erased(place.path());
    }
}

#[test]
fn while_a_collector_runs_the_active_file_is_left_to_it() {
    let place = folder();
    let active = place.path().join(ACTIVE);
    let closed = place.path().join(closed_name("2026-11-21T03", 1));
    let arrives = format!("{}\n", line(3, 5, Some(PERSON)));
    fs::rename(&active, &closed).unwrap();
    fs::write(&active, &arrives).unwrap();
    let erased = erase_closed(place.path(), PERSON);
    assert_eq!(erased.unwrap().files, 4);
    assert!(!fs::read_to_string(closed).unwrap().contains(PERSON));
    assert_eq!(
        fs::read_to_string(&active).unwrap(),
        arrives,
        "what is new stays"
    );
}

#[test]
fn who_is_not_in_the_log_changes_nothing() {
    let place = folder();
    fs::remove_file(place.path().join(".responses.ndjson.draft")).unwrap();
    let before = texts(place.path());
    let mut step = || Err(io::Error::other("a change"));
    for nobody in ["c-104", "c-10420", "C-1042", "%", "*"] {
        let erased = Erasing::new(place.path(), nobody, &mut step).run(true);
        assert_eq!(erased.unwrap(), Erased::default(), "{nobody}");
    }
    assert_eq!(texts(place.path()), before);
}

#[cfg(unix)]
#[test]
fn a_file_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;

    let place = folder();
    let path = place.path().join(ACTIVE);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    erase_until(place.path(), usize::MAX).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn a_file_that_cannot_be_written_anew_is_as_it_was() {
    let place = folder();
    let name = closed_name("2026-11-21T01", 1);
    fs::create_dir(place.path().join(format!(".{name}.draft"))).unwrap();
    let before = lines_of(place.path());
    // A folder in the place of the draft, which is no draft to remove.
    let error = erase_until(place.path(), usize::MAX).unwrap_err();
    assert!(error.to_string().contains("remove"), "{error}");
    assert_eq!(check_lines(&before, &lines_of(place.path())), 0);
}
