//! `sayso link` and `sayso email-snippet`, run as people run them when something is wrong.
//!
//! Each message says what is wrong, where, and how to mend it.

use std::fs::{self, OpenOptions};

use crate::program::Place;

const KEY: &str = "0123456789abcdef0123456789abcdef\n";

/// A survey that a mail cannot ask for: it begins with a text.
const TEXT_SURVEY: &str = include_str!("../../../examples/surveys/gallery-text.json");

/// What makes a link, with some of it put otherwise.
fn link(survey: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let mut options = vec![
        ("--base-url", "https://feedback.example"),
        ("--respondent", "c-1042"),
        ("--site-key-file", "site.key"),
    ];
    for change in changes {
        options.retain(|(name, _)| name != &change.0);
        options.push(*change);
    }
    let words = options.into_iter().flat_map(|(name, value)| [name, value]);
    ["link", survey]
        .into_iter()
        .chain(words)
        .map(String::from)
        .collect()
}

fn place() -> Place {
    let place = Place::new();
    fs::write(place.path().join("site.key"), KEY).unwrap();
    place
}

fn run(place: &Place, args: &[String]) -> (Option<i32>, String, String) {
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let output = place.run(&args);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// It ends with 2, prints nothing that could end up in a mail, and says all of this.
#[track_caller]
fn check_refused(place: &Place, args: &[String], expected: &[&str]) {
    let (code, printed, said) = run(place, args);
    assert_eq!((code, printed.as_str()), (Some(2), ""), "{said}");
    for part in expected {
        assert!(said.contains(part), "{part:?} is not in {said}");
    }
}

#[track_caller]
fn check_link_refused(change: (&str, &str), expected: &[&str]) {
    check_refused(&place(), &link("support", &[change]), expected);
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(String::from).collect()
}

#[test]
fn a_link_is_for_one_recipient_of_a_survey_that_is_there() {
    let place = place();
    let (code, printed, said) = run(&place, &link("support", &[]));
    assert_eq!(code, Some(0), "{said}");
    let start = "https://feedback.example/s/support?respondent=c-1042&link=";
    assert!(printed.starts_with(start), "{printed}");
    // Where the mails are sent there may be a key and nothing else.
    fs::remove_dir_all(place.surveys()).unwrap();
    assert_eq!(run(&place, &link("support", &[])).0, Some(0));
}

#[test]
fn a_link_to_a_survey_that_is_not_there_is_none() {
    let expected = [
        "there is no survey `suport` in surveys",
        "there are post-purchase, support",
        "name another folder with --surveys",
    ];
    check_refused(&place(), &link("suport", &[]), &expected);
    let expected = ["no folder of surveys at nowhere", "with --surveys"];
    check_link_refused(("--surveys", "nowhere"), &expected);
    let expected = ["`Support!` is no id of a survey", "a-z, 0-9 and -"];
    check_refused(&place(), &link("Support!", &[]), &expected);
}

#[test]
fn a_link_needs_a_key_that_can_be_read() {
    check_link_refused(
        ("--site-key-file", "none.key"),
        &[
            "cannot read none.key, which site_key_file names",
            "openssl rand -hex 32",
            "No such file",
        ],
    );
    let place = place();
    fs::write(place.path().join("site.key"), "short\n").unwrap();
    let expected = [
        "site.key, which site_key_file names, has a line of less than 32 characters",
        "openssl rand -hex 32",
    ];
    check_refused(&place, &link("support", &[]), &expected);
    let mut without = link("support", &[]);
    without.truncate(6);
    check_refused(&place, &without, &["--site-key-file <FILE>", "Usage:"]);
}

#[test]
fn a_link_ends_at_a_time_that_is_one() {
    for wrong in ["30", "0d", "-1d", "soon", "1.5h", "30 d", ""] {
        let expected = format!("--expires: `{wrong}` is no time");
        let mend = "write a number and s, m, h or d, as in 30d";
        let change = format!("--expires={wrong}");
        let args = [link("support", &[]), vec![change]].concat();
        check_refused(&place(), &args, &[&expected, mend]);
    }
}

#[test]
fn a_link_is_for_somebody() {
    let expected = ["--respondent is empty", "give the id"];
    check_link_refused(("--respondent", ""), &expected);
}

#[test]
fn mails_lead_to_an_address_that_is_one() {
    for wrong in [
        "feedback.example",
        "ftp://feedback.example",
        "https://",
        "https:///s",
        "https://feedback.example/?a=1",
        "https://feedback.example/#s",
    ] {
        let expected = [
            &*format!("--base-url: `{wrong}` is no address of a collector"),
            "as in https://feedback.example",
        ];
        check_link_refused(("--base-url", wrong), &expected);
        let args = words(&format!("email-snippet support --base-url {wrong}"));
        check_refused(&place(), &args, &expected);
    }
}

#[test]
fn a_mail_asks_for_a_survey_that_is_there_and_begins_with_a_rating() {
    let place = place();
    let check = |line: &str, expected: &[&str]| check_refused(&place, &words(line), expected);
    check(
        "email-snippet suport",
        &[
            "there is no survey `suport` in surveys; there are post-purchase, support",
            "name another folder with --surveys",
        ],
    );
    check(
        "email-snippet suport.json",
        &[
            "there is no file suport.json",
            "the folder that --surveys names",
        ],
    );
    check(
        "email-snippet support --surveys nowhere",
        &["no folder of surveys at nowhere", "`sayso init`"],
    );
    fs::write(place.surveys().join("gallery-text.json"), TEXT_SURVEY).unwrap();
    check(
        "email-snippet gallery-text --base-url https://feedback.example",
        &[
            "the first question of `gallery-text` is no rating",
            "link to https://feedback.example/s/gallery-text instead",
        ],
    );
}

#[test]
fn a_broken_survey_is_in_the_way_of_none_but_itself() {
    let place = place();
    fs::write(place.surveys().join("broken.json"), "{").unwrap();
    assert_eq!(run(&place, &words("email-snippet support")).0, Some(0));
    assert_eq!(run(&place, &link("support", &[])).0, Some(0));
    let expected = [
        "survey files are wrong",
        "surveys/broken.json:1: is not JSON",
    ];
    check_refused(&place, &words("email-snippet broken"), &expected);
    check_refused(&place, &link("broken", &[]), &expected);
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_said() {
    let place = place();
    for args in [link("support", &[]), words("email-snippet support")] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = place.command().args(&args).stdout(full).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        for part in [
            "cannot write to standard output",
            "let it lead elsewhere",
            "No space left on device",
        ] {
            assert!(said.contains(part), "{part:?} is not in {said}");
        }
    }
}
