//! `sayso report` over all files of the log, and what order, repetition and tombstones do to it.

use std::fs;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sayso_collector::history::parts;
use sayso_collector::report::{Choice, Report};
use serde_json::{Value, json};

use crate::folders::{Kept, lines, make_data, record, tombstone, write_file};
use crate::program::{Place, Program};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn place() -> Place {
    let place = Place::new();
    make_data(&place.data());
    place
}

fn rated(number: u32, seq: u32, rating: u8) -> Value {
    record(number, seq, "completed", &json!({"recommend": rating}))
}

#[test]
fn every_file_counts_and_tombstones_do_not() {
    let place = place();
    let data = place.data();
    let first = [rated(1, 1, 10), rated(2, 0, 0), tombstone(5)];
    write_file(&data, 0, Kept::Compressed, &lines(&first));
    // The first submission of a response may be in a later file than its second.
    let shown = record(1, 0, "shown", &json!({}));
    write_file(&data, 1, Kept::Plain, &lines(&[shown, rated(2, 1, 9)]));
    write_file(
        &data,
        2,
        Kept::Active,
        &lines(&[tombstone(6), rated(3, 0, 2)]),
    );
    let report = text(&place.run(&["report", "--survey", "post-purchase"]).stdout);
    assert!(report.contains("3 completed of 3 shown"), "{report}");
    assert!(
        report.contains("promoters 2, passives 0, detractors 1"),
        "{report}"
    );
    assert!(!report.contains("no record"), "{report}");
    fs::remove_file(data.join("responses.ndjson")).unwrap();
    let report = text(&place.run(&["report", "--survey", "post-purchase"]).stdout);
    assert!(
        report.contains("2 completed of 2 shown"),
        "closed files alone: {report}"
    );
}

#[test]
fn lines_that_are_no_records_are_named_with_their_file() {
    let place = place();
    let closed = write_file(&place.data(), 0, Kept::Compressed, "nonsense\n");
    let content = format!("{}{}", lines(&[rated(1, 0, 9)]), "nonsense\n".repeat(12));
    write_file(&place.data(), 1, Kept::Active, &content);
    let report = text(&place.run(&["report"]).stdout);
    let expected = format!(
        "13 lines of the log are no records and were left out:\n  {closed}:1\n  responses.ndjson:2\n"
    );
    assert!(report.contains(&expected), "{report}");
    let end = "  responses.ndjson:10\n  …\n`sayso verify` says what is wrong with them.\n";
    assert!(report.ends_with(end), "{report}");
}

/// Writes a compressed file and damages it; returns its name.
fn write_damaged(place: &Place, hour: usize, is_cut: bool) -> String {
    let content: Vec<_> = (1..200).map(|number| rated(number, 0, 9)).collect();
    let name = write_file(&place.data(), hour, Kept::Compressed, &lines(&content));
    let path = place.data().join(&name);
    let mut bytes = fs::read(&path).unwrap();
    match is_cut {
        true => bytes.truncate(bytes.len() / 2),
        false => bytes[5..20].fill(0xff),
    }
    fs::write(path, bytes).unwrap();
    name
}

#[test]
fn a_damaged_file_is_named_and_costs_no_other() {
    for is_cut in [true, false] {
        let place = place();
        let damaged = write_damaged(&place, 0, is_cut);
        let whole = rated(1_000, 0, 10);
        write_file(
            &place.data(),
            1,
            Kept::Plain,
            &lines(std::slice::from_ref(&whole)),
        );
        write_file(
            &place.data(),
            2,
            Kept::Active,
            &lines(&[rated(1_001, 0, 10)]),
        );
        let output = place.run(&["report"]);
        let report = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(report.contains("promoters 2"), "{report}");
        assert!(
            report.contains(&format!(
                "Damaged files, of which only the beginning could be read:\n  {damaged}\n"
            )),
            "{report}"
        );
        let output = place.run(&["report", "--format", "json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["damaged_files"], json!([damaged]));
        let output = place.run(&["erase", "--respondent", "c-1042"]);
        let refused = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{refused}");
        assert!(
            refused.contains(&damaged) && refused.contains("restore it"),
            "{refused}"
        );
        for _ in 0..2 {
            let mut program = Program::start(&place);
            let said = program.wait_for(
                "a file of the log is damaged and was read in part; what the rest of it holds \
                 would be stored again if it came again: restore it from a backup",
            );
            assert_eq!(said["fields"]["file"], damaged);
            assert_eq!(
                program.post(&whole).unwrap().0,
                200,
                "a whole file is known"
            );
            program.kill();
        }
    }
}

#[test]
fn a_folder_that_is_named_and_not_there_is_no_log() {
    let output = place().run(&["report", "--data", "typo"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no log in typo"));
}

/// A record with marks.
fn marked(mut record: Value, marks: &[&str]) -> Value {
    record["suspicious"] = json!(marks);
    record
}

#[test]
fn suspicious_responses_are_counted_and_left_out_when_asked() {
    let place = place();
    let with_text = rated(4, 0, 9);
    let content = lines(&[
        rated(1, 0, 10),
        // One line that is marked makes the response suspicious, whichever it is.
        marked(record(2, 0, "shown", &json!({})), &["no_token"]),
        rated(2, 1, 0),
        rated(3, 0, 0),
        marked(rated(3, 1, 1), &["honeypot", "too_fast"]),
        marked(with_text, &[]),
        record(
            5,
            0,
            "completed",
            &json!({"recommend": 9, "liked": "\"suspicious\": [1]"}),
        ),
    ]);
    write_file(&place.data(), 0, Kept::Active, &content);
    let run = |args: &[&str]| text(&place.run(args).stdout);
    let all = run(&["report", "--survey", "post-purchase"]);
    assert!(all.contains("5 completed of 5 shown"), "{all}");
    assert!(all.contains("\n  2 marked as suspicious\n"), "{all}");
    assert!(
        all.contains("promoters 3, passives 0, detractors 2"),
        "{all}"
    );
    let args = [
        "report",
        "--survey",
        "post-purchase",
        "--exclude-suspicious",
    ];
    let rest = run(&args);
    assert!(rest.contains("3 completed of 3 shown"), "{rest}");
    assert!(
        rest.contains("\n  2 more marked as suspicious, and left out\n"),
        "{rest}"
    );
    assert!(
        rest.contains("promoters 3, passives 0, detractors 0"),
        "{rest}"
    );
    let args = [&args[..], &["--format", "json"]].concat();
    let report: Value = serde_json::from_str(&run(&args)).unwrap();
    let survey = &report["surveys"][0];
    assert_eq!(survey["suspicious"], 2);
    assert_eq!(survey["without_suspicious"], true);
    assert_eq!(survey["shown"], 3);
}

const STATUSES: [&str; 4] = ["shown", "partial", "completed", "dismissed"];

/// Up to six responses of up to six submissions each: how each stood, its rating and its mark.
fn submissions() -> impl Strategy<Value = Vec<Value>> {
    let key = (1..=6_u32, 0..6_u32);
    let what = (0..STATUSES.len(), 0..=10_u8, any::<bool>());
    proptest::collection::btree_map(key, what, 0..30).prop_map(|all| {
        let line = |((response, seq), (status, rating, is_marked)): ((u32, u32), _)| {
            let status: usize = status;
            let answers: Value = json!({"recommend": rating});
            let line = record(response, seq, STATUSES[status], &answers);
            match is_marked {
                true => marked(line, &["too_fast"]),
                false => line,
            }
        };
        all.into_iter().map(line).collect()
    })
}

/// The same lines, each at least once, with tombstones between, in any order, cut into files.
fn scattered(all: &[Value]) -> impl Strategy<Value = Vec<Vec<Value>>> + use<> {
    let repeated = all
        .iter()
        .map(|line| (Just(line.clone()), 1..4_usize))
        .collect::<Vec<_>>();
    let tombstones = proptest::collection::vec(any::<u128>().prop_map(tombstone), 0..5);
    (repeated, tombstones, 1..5_usize).prop_flat_map(|(repeated, tombstones, files)| {
        let repeated = repeated.into_iter();
        let repeated = repeated.flat_map(|(line, count)| vec![line; count]);
        let all: Vec<_> = repeated.chain(tombstones).collect();
        let places = proptest::collection::vec(0..files, all.len());
        (Just(all).prop_shuffle(), places).prop_map(move |(all, places)| {
            let mut cut = vec![Vec::new(); files];
            for (line, place) in all.into_iter().zip(places) {
                cut[place].push(line);
            }
            cut
        })
    })
}

fn report(place: &Place, without_suspicious: bool) -> Value {
    let choice = Choice {
        survey: None,
        without_suspicious,
    };
    let report = Report::read_chosen(&place.data(), &choice).unwrap();
    serde_json::from_str(&report.to_json()).unwrap()
}

#[test]
fn the_report_is_the_same_however_the_lines_are_scattered() {
    let drawn = submissions().prop_flat_map(|all| (Just(all.clone()), scattered(&all)));
    let drawn = (drawn, any::<bool>());
    let (plain, other) = (place(), place());
    let mut runner = TestRunner::new(Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    });
    let result = runner.run(&drawn, |((all, files), without_suspicious)| {
        for place in [&plain, &other] {
            for part in parts(&place.data()).unwrap() {
                fs::remove_file(part.path).unwrap();
            }
        }
        write_file(&plain.data(), 0, Kept::Active, &lines(&all));
        let last = files.len() - 1;
        for (at, file) in files.iter().enumerate() {
            let kept = match at {
                at if at == last => Kept::Active,
                at if at % 2 == 0 => Kept::Compressed,
                _ => Kept::Plain,
            };
            write_file(&other.data(), at, kept, &lines(file));
        }
        let expected = report(&plain, without_suspicious);
        prop_assert_eq!(&report(&other, without_suspicious), &expected);
        prop_assert_eq!(&expected["unreadable_line_count"], 0);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
