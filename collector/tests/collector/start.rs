//! What keeps `sayso serve` from starting: each with its message and exit code 2.

use std::fs;
use std::net::TcpListener;
use std::process::Output;

use crate::fixtures::SURVEY;
use crate::program::{Place, Program, SERVE};

#[track_caller]
fn check_refused(output: &Output, expected: &[&str]) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    for part in expected {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
    assert!(output.stdout.is_empty(), "standard output is for data");
    assert!(!text.contains("listening"), "{text}");
}

#[test]
fn patterns_and_networks_that_let_in_too_many_are_refused() {
    let place = Place::new();
    for (args, expected) in [
        (
            &["--allow-origin", "https://*.com"][..],
            &[
                "allow_origin (flag): `https://*.com` is no origin",
                "top-level domain",
            ][..],
        ),
        (
            &["--trusted-proxy", "10.0.0.1/8,nginx"],
            &[
                "trusted_proxy (flag): `10.0.0.1/8`",
                "`nginx` is no network of proxies",
            ],
        ),
        (
            &["--trusted-proxy", "0.0.0.0/0"],
            &["it would let everybody write any address"],
        ),
    ] {
        let output = place.command().arg("serve").args(args).output().unwrap();
        check_refused(&output, expected);
    }
}

#[test]
fn bad_flags_are_refused_with_what_would_be_right() {
    let place = Place::new();
    for (args, expected) in [
        (
            &["--sureys", "x"][..],
            &["unexpected argument '--sureys'", "--surveys"][..],
        ),
        (
            &["--listen", "localhost"],
            &["listen (flag): `localhost`", "127.0.0.1:8080"],
        ),
        (&["--listen", "127.0.0.1:99999"], &["listen (flag)"]),
        (
            &["--allow-origin", "https://a.example/"],
            &["allow_origin (flag)", "not even a /"],
        ),
        (
            &["--allow-origin", "*"],
            &["allow_origin (flag): `*` is no origin"],
        ),
        (
            &["--allow-origin", "https://a.example,shop"],
            &["`shop` is no origin: it has no scheme"],
        ),
        (
            &["--max-body-bytes", "0"],
            &["max_body_bytes (flag): must be from 1 to 16777216"],
        ),
        (
            &["--max-body-bytes", "many"],
            &["invalid value 'many'", "--max-body-bytes"],
        ),
        (
            &["--max-waiting", "0"],
            &["max_waiting (flag): must be from 1"],
        ),
        (
            &["--body-timeout-ms", "0"],
            &["body_timeout_ms (flag): must be from 1"],
        ),
        (
            &["--log-format", "xml"],
            &["invalid value 'xml'", "text, json"],
        ),
        (
            &["--config", "none.toml"],
            &["cannot read none.toml", "because: No such file"],
        ),
        (
            &["--surveys", "none"],
            &["no folder of surveys at none", "sayso init"],
        ),
        (&["--data", ""], &["a value is required for '--data <DIR>'"]),
    ] {
        let args = [&["serve"], args].concat();
        check_refused(&place.run(&args), expected);
    }
}

#[test]
fn a_negative_number_is_no_flag() {
    let place = Place::new();
    for flag in [
        "--max-body-bytes",
        "--max-waiting",
        "--rate-limit-per-minute",
        "--body-timeout-ms",
    ] {
        let invalid = format!("invalid value '-1' for '{flag} ");
        let expected = [&*invalid, "must be a whole number, 0 or more"];
        check_refused(&place.run(&["serve", flag, "-1"]), &expected);
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    let place = Place::new();
    let args = [
        "serve",
        "--listen",
        "x",
        "--max-waiting",
        "0",
        "--allow-origin",
        "y",
    ];
    check_refused(
        &place.run(&args),
        &["listen (flag)", "max_waiting (flag)", "allow_origin (flag)"],
    );
}

#[test]
fn no_command_is_answered_with_the_help() {
    let place = Place::new();
    check_refused(&place.run(&[]), &["serve", "check", "report", "init"]);
    check_refused(
        &place.run(&["sreve"]),
        &["unrecognized subcommand 'sreve'", "serve"],
    );
}

#[test]
fn broken_surveys_are_refused_with_every_problem() {
    let place = Place::new();
    fs::write(
        place.surveys().join("a.json"),
        SURVEY.replace("\"nps\"", "\"npx\""),
    )
    .unwrap();
    fs::write(place.surveys().join("b.json"), "{").unwrap();
    // The port is taken too, and is not even tried.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let expected = [
        "survey files are wrong",
        "a.json:6: questions[0].kind",
        "b.json:1: is not JSON",
    ];
    check_refused(&place.run(&["serve", "--listen", &listen]), &expected);
}

#[test]
fn two_surveys_of_one_id_are_refused() {
    let place = Place::new();
    fs::write(place.surveys().join("zzz.json"), SURVEY).unwrap();
    let expected = [
        "zzz.json: id: `post-purchase` is also the id of",
        "surveys/post-purchase.json",
    ];
    check_refused(&place.run(&SERVE), &expected);
}

#[test]
fn answers_that_no_request_may_carry_are_refused_at_start() {
    let place = Place::new();
    let texts = (0..5).map(|number| {
        format!(
            r#"{{"id": "q{number}", "kind": "free_text", "prompt": "Why?", "max_chars": 10000}}"#
        )
    });
    let texts = texts.collect::<Vec<_>>().join(",");
    let survey = format!(r#"{{"schema": 1, "id": "long", "questions": [{texts}]}}"#);
    fs::write(place.surveys().join("long.json"), survey).unwrap();
    let expected = [
        "the longest answers would be refused as too large",
        "long needs 304136 bytes",
        "raise --max-body-bytes, which is 262144, or lower max_chars",
    ];
    check_refused(&place.run(&SERVE), &expected);
    let enough = [&SERVE[..], &["--max-body-bytes", "304136"]].concat();
    drop(Program::start_as(place.command().args(enough)));
}

#[test]
fn a_kept_version_that_was_edited_is_refused() {
    let place = Place::new();
    drop(Program::start(&place));
    let kept = fs::read_dir(place.data().join("surveys"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    fs::write(kept.path(), SURVEY).unwrap();
    check_refused(
        &place.run(&SERVE),
        &["has other content than the survey of that version"],
    );
}

#[test]
fn a_port_that_is_taken_is_refused() {
    let place = Place::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let expected = [
        &format!("cannot listen on {listen}"),
        "because: Address already in use",
    ];
    let output = place.run(&["serve", "--listen", &listen, "--log-level", "error"]);
    check_refused(&output, &expected.map(|part| part as &str));
}

#[test]
fn a_data_folder_that_is_a_file_is_refused() {
    let place = Place::new();
    fs::write(place.data(), "").unwrap();
    check_refused(
        &place.run(&SERVE),
        &["cannot make the data folder data", "because: "],
    );
    let args = [&SERVE[..], &["--data", "data/below"]].concat();
    check_refused(
        &place.run(&args),
        &["cannot make the data folder data/below", "because: "],
    );
}

/// Permission bits do not stop root, but nobody can make files in `/proc/self`.
#[cfg(target_os = "linux")]
#[test]
fn a_data_folder_that_cannot_be_written_is_refused() {
    let place = Place::new();
    let args = [&SERVE[..], &["--data", "/proc/self"]].concat();
    check_refused(
        &place.run(&args),
        &["cannot make the data folder /proc/self", "because: "],
    );
}

#[test]
fn a_log_that_cannot_be_written_is_refused() {
    let place = Place::new();
    fs::create_dir_all(place.data().join("responses.ndjson")).unwrap();
    check_refused(
        &place.run(&SERVE),
        &["cannot write to data/responses.ndjson", "because: "],
    );
}

#[test]
fn a_data_folder_in_use_is_refused() {
    let place = Place::new();
    let first = Program::start(&place);
    check_refused(
        &place.run(&SERVE),
        &["data folder data is in use by another process"],
    );
    drop(first);
    drop(Program::start(&place));
}

#[test]
fn a_survey_folder_with_strangers_and_none_at_all_only_warn() {
    let place = Place::new();
    fs::write(place.surveys().join("notes.txt"), "").unwrap();
    fs::write(place.surveys().join(".draft.json"), "{").unwrap();
    let mut program = Program::start(&place);
    program.wait_for("the survey folder holds a file that is no .json file");
    drop(program);
    fs::remove_dir_all(place.surveys()).unwrap();
    fs::create_dir(place.surveys()).unwrap();
    Program::start(&place).wait_for("the survey folder holds no survey");
}

#[test]
fn a_closed_file_that_is_gone_is_said_once() {
    let place = Place::new();
    crate::folders::make_data(&place.data());
    let first = crate::folders::write_file(&place.data(), 0, crate::folders::Kept::Plain, "");
    drop(Program::start(&place));
    fs::remove_file(place.data().join(&first)).unwrap();
    let warning = "a closed file of the log is gone; restore it if nobody removed it on purpose";
    let mut program = Program::start(&place);
    assert_eq!(program.wait_for(warning)["fields"]["file"], first);
    drop(program);
    let is_said = |program: &Program| {
        let lines = program.lines();
        lines
            .iter()
            .any(|line| line["fields"]["message"] == warning)
    };
    assert!(!is_said(&Program::start(&place)));
}

#[cfg(unix)]
#[test]
fn what_is_made_in_the_data_folder_is_for_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let program = Program::start(&place);
    assert_eq!(program.post(&crate::fixtures::submission()).unwrap().0, 201);
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.data()), 0o700);
    for entry in fs::read_dir(place.data()).unwrap() {
        let path = entry.unwrap().path();
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
}
