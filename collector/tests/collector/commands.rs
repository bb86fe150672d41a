//! `sayso check`, `report` and `init`, run as people run them.

use std::fs;

use serde_json::{Value, json};

use crate::fixtures::{CSAT_SURVEY, SURVEY, submission, survey, with};
use crate::program::{Place, Program};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn check_has_a_line_for_each_good_survey() {
    let place = Place::new();
    let output = place.run(&["check", "surveys"]);
    assert_eq!(output.status.code(), Some(0));
    let expected = format!(
        "surveys/post-purchase.json: ok, post-purchase version {}\n\
         surveys/support.json: ok, support version {}\n",
        survey(SURVEY).version(),
        survey(CSAT_SURVEY).version()
    );
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn check_prints_every_problem_of_every_file() {
    let place = Place::new();
    fs::write(
        place.surveys().join("bad.json"),
        SURVEY.replace("\"id\": \"liked\"", "\"id\": \"end\""),
    )
    .unwrap();
    fs::write(place.surveys().join("bytes.json"), b"\xff").unwrap();
    fs::write(place.surveys().join("twin.json"), CSAT_SURVEY).unwrap();
    let output = place.run(&["check", "surveys/bad.json", "surveys"]);
    assert_eq!(output.status.code(), Some(1));
    let text = text(&output.stdout);
    for line in [
        "surveys/bad.json:9: questions[1].id: `end` means the end",
        "surveys/bad.json:8: questions[0].next[0].go_to: there is no question `liked`",
        "surveys/bytes.json: is not UTF-8 text",
        "surveys/twin.json: id: `support` is also the id of surveys/support.json",
        "surveys/support.json: ok, support version",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
}

#[test]
fn check_says_what_is_wrong_with_an_end_and_a_limit() {
    let place = Place::new();
    let fields = "{ \"paused\": 1, \"ends_at\": \"2026-12-31\", \"response_limit\": 0,";
    let survey = SURVEY.replacen('{', fields, 1);
    fs::write(place.surveys().join("post-purchase.json"), survey).unwrap();
    let output = place.run(&["check", "surveys"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for expected in [
        "post-purchase.json:1: paused: must be `true` or `false`",
        "post-purchase.json:1: ends_at: must be a time with its zone, as `2026-12-31T23:59:59Z`",
        "post-purchase.json:1: response_limit: must be from 1 to 4294967295",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
}

#[test]
fn check_cannot_say_anything_of_what_is_not_there() {
    let place = Place::new();
    let output = place.run(&["check", "surveys", "none.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot read none.json"));
    assert_eq!(place.run(&["check"]).status.code(), Some(2));
}

#[test]
fn init_check_serve_and_report_follow_each_other() {
    let place = Place::new();
    fs::remove_dir_all(place.surveys()).unwrap();
    let output = place.run(&["init"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        told.starts_with("wrote surveys/nps.json\nwrote sayso.toml\n"),
        "{told}"
    );
    assert!(
        told.contains(r#"sayso.js" data-survey="nps"></script>"#),
        "{told}"
    );
    assert!(told.contains("sayso serve"), "{told}");
    assert_eq!(place.run(&["check", "surveys"]).status.code(), Some(0));
    let program = Program::start(&place);
    let (status, definition) = program.get("/v1/surveys/nps");
    assert_eq!(status, 200);
    let definition: Value = serde_json::from_str(&definition).unwrap();
    let submission = with(submission(), "survey", json!("nps"));
    let submission = with(submission, "survey_version", definition["version"].clone());
    let submission = with(
        submission,
        "answers",
        json!({"recommend": 3, "wrong": "Slow."}),
    );
    assert_eq!(program.post(&submission).unwrap().0, 201);
    let report = text(&place.run(&["report"]).stdout);
    assert!(report.contains("NPS -100.0"), "{report}");
    let again = text(&place.run(&["init", "--dir", "."]).stdout);
    assert!(again.contains("left surveys/nps.json as it is"), "{again}");
    assert!(again.contains("left sayso.toml as it is"), "{again}");
}

/// A data folder with seven responses to the one survey and none to the other.
fn reported() -> Place {
    let place = Place::new();
    let program = Program::start(&place);
    for (rating, status) in [
        (json!({"recommend": 10}), "completed"),
        (json!({"recommend": 9, "liked": "All."}), "completed"),
        (json!({"recommend": 8}), "completed"),
        (json!({"recommend": 2}), "completed"),
        (json!({"recommend": 9}), "partial"),
        (json!({}), "dismissed"),
        (json!({}), "shown"),
    ] {
        let last = with(
            with(submission(), "answers", rating),
            "status",
            json!(status),
        );
        let last = with(last, "seq", json!(1));
        // The first submission of the response arrives last.
        let first = with(
            with(last.clone(), "seq", json!(0)),
            "status",
            json!("shown"),
        );
        let first = with(first, "answers", json!({"recommend": 0}));
        for submission in [last, first] {
            assert_eq!(program.post(&submission).unwrap().0, 201);
        }
    }
    drop(program);
    place
}

#[test]
fn a_report_merges_the_lines_of_each_response() {
    let place = reported();
    let output = place.run(&["report", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let survey = &report["surveys"][0];
    assert_eq!(survey["id"], "post-purchase");
    for (field, expected) in [
        ("shown", 7),
        ("completed", 4),
        ("partial", 1),
        ("dismissed", 1),
    ] {
        assert_eq!(survey[field], expected, "{field}");
    }
    assert!((survey["response_rate"].as_f64().unwrap() - 57.14).abs() < 0.01);
    let question = &survey["questions"][0];
    assert_eq!(
        survey["questions"].as_array().unwrap().len(),
        1,
        "texts have no score"
    );
    assert_eq!(
        (&question["id"], &question["kind"]),
        (&json!("recommend"), &json!("nps"))
    );
    for (field, expected) in [
        ("base", 5),
        ("promoters", 3),
        ("passives", 1),
        ("detractors", 1),
    ] {
        assert_eq!(question[field], expected, "{field}");
    }
    assert_eq!(question["score"], 40.0);
    let interval = &question["interval"];
    assert!(interval["low"].as_f64() < Some(40.0) && Some(40.0) < interval["high"].as_f64());
    let empty = &report["surveys"][1]["questions"][0];
    assert_eq!(
        (&empty["kind"], &empty["base"]),
        (&json!("csat"), &json!(0))
    );
    assert_eq!(empty["score"], Value::Null, "no ratings are no score");
    assert_eq!(empty["mean"], Value::Null);
}

#[test]
fn a_report_reads_well_in_80_columns() {
    let place = reported();
    let expected = "\
post-purchase
  response rate 57.1 %: 4 completed of 7 shown
  1 partial, 1 dismissed
  7 marked as suspicious

  recommend: How likely are you to recommend us?
    NPS +40.0   95 % interval -29.8 to +79.8   5 ratings
    promoters 3, passives 1, detractors 1

support
  shown to nobody yet

  satisfied: How satisfied are you?
    no answers yet
";
    assert_eq!(text(&place.run(&["report"]).stdout), expected);
    let one = text(&place.run(&["report", "--survey", "support"]).stdout);
    assert!(
        one.starts_with("support\n") && !one.contains("post-purchase"),
        "{one}"
    );
}

#[test]
fn a_satisfaction_score_has_its_mean() {
    let place = Place::new();
    let program = Program::start(&place);
    for rating in [5, 5, 4, 2] {
        let submission = with(submission(), "survey", json!("support"));
        let version = json!(survey(CSAT_SURVEY).version());
        let submission = with(submission, "survey_version", version);
        let submission = with(submission, "answers", json!({"satisfied": rating}));
        assert_eq!(program.post(&submission).unwrap().0, 201);
    }
    let report = text(&place.run(&["report", "--survey", "support"]).stdout);
    assert!(
        report.contains("CSAT 75.0 %   95 % interval 30.1 to 95.4 %   4 ratings"),
        "{report}"
    );
    assert!(report.contains("satisfied 3, mean 4.00"), "{report}");
}

#[test]
fn a_report_counts_and_names_lines_that_are_no_records() {
    let place = reported();
    let path = place.data().join("responses.ndjson");
    let log = text(&place.log()).replacen('\n', "\nnonsense\n\n", 1);
    // A record of a format to come, and a line that is being written.
    let newer = log
        .lines()
        .last()
        .unwrap()
        .replace("\"schema\":1", "\"schema\":2");
    fs::write(&path, format!("{log}{newer}\n{{\"schema\":")).unwrap();
    let report = text(&place.run(&["report"]).stdout);
    let expected = "3 lines of the log are no records and were left out:\n  \
                    responses.ndjson:2\n  responses.ndjson:3\n  responses.ndjson:17\n\
                    `sayso verify` says what is wrong with them.\n";
    assert!(report.ends_with(expected), "{report}");
    assert!(report.contains("4 completed of 7 shown"), "{report}");
    let json = place.run(&["report", "--format", "json"]).stdout;
    let json: Value = serde_json::from_slice(&json).unwrap();
    let places = [2, 3, 17].map(|line| format!("responses.ndjson:{line}"));
    assert_eq!(json["unreadable_lines"], json!(places));
    assert_eq!(json["unreadable_line_count"], 3);
}

#[test]
fn ratings_of_all_versions_of_a_question_count_together() {
    let place = reported();
    let path = place.surveys().join("post-purchase.json");
    let edited = SURVEY.replace(
        "How likely are you to recommend us?",
        "Would you recommend us?",
    );
    fs::write(&path, &edited).unwrap();
    let program = Program::start(&place);
    let submission = with(
        submission(),
        "survey_version",
        json!(survey(&edited).version()),
    );
    assert_eq!(program.post(&submission).unwrap().0, 201);
    drop(program);
    let report = text(&place.run(&["report"]).stdout);
    assert!(
        report.contains("recommend: Would you recommend us?"),
        "the newest wording: {report}"
    );
    assert!(report.contains("6 ratings"), "{report}");
    let old = place.data().join(format!(
        "surveys/post-purchase@{}.json",
        survey(SURVEY).version()
    ));
    fs::remove_file(old).unwrap();
    let report = text(&place.run(&["report"]).stdout);
    assert!(
        report.contains("7 to versions that are not kept any more"),
        "{report}"
    );
    assert!(report.contains("1 rating\n"), "{report}");
}

#[test]
fn a_report_of_nothing_says_so() {
    let place = Place::new();
    check_no_responses(&place);
    fs::create_dir(place.data()).unwrap();
    check_no_responses(&place);
    drop(Program::start(&place));
    let report = text(&place.run(&["report"]).stdout);
    assert!(
        report.contains("shown to nobody yet") && report.contains("no answers yet"),
        "{report}"
    );
    let output = place.run(&["report", "--survey", "suport"]);
    assert_eq!(output.status.code(), Some(2));
    let expected = "knows no survey `suport`; it knows post-purchase, support";
    assert!(text(&output.stderr).contains(expected));
}

#[track_caller]
fn check_no_responses(place: &Place) {
    for args in [&["report"][..], &["report", "--survey", "support"]] {
        let output = place.run(args);
        let expected = "no responses yet: there is no log at data/responses.ndjson\n";
        assert_eq!(text(&output.stdout), expected, "{output:?}");
        assert_eq!(output.status.code(), Some(0));
    }
    let output = place.run(&["report", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = json!({"surveys": [], "unreadable_line_count": 0, "unreadable_lines": []});
    assert_eq!(report, expected);
}

#[test]
fn a_report_of_what_cannot_be_read_is_none() {
    let place = Place::new();
    fs::write(place.data(), "a file").unwrap();
    let output = place.run(&["report"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot read data\n"));
    fs::remove_file(place.data()).unwrap();
    fs::create_dir_all(place.data().join("responses.ndjson")).unwrap();
    assert_eq!(place.run(&["report"]).status.code(), Some(2));
}

#[test]
fn check_of_a_folder_without_surveys_has_checked_nothing() {
    let place = Place::new();
    fs::create_dir(place.path().join("empty")).unwrap();
    let output = place.run(&["check", "empty"]);
    assert_eq!(output.status.code(), Some(2));
    let expected = "sayso: there is no survey file in empty; nothing was checked\n";
    assert_eq!(text(&output.stderr), expected);
    assert!(output.stdout.is_empty());
}
