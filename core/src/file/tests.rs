//! What survey files are refused for: everything at once, nothing twice, in an owner's words.

use super::SurveyFile;
use super::sample::file;

mod conditions;
mod look;
mod place;
mod questions;
mod rules;
mod words;

fn problems(text: &str) -> Vec<String> {
    match SurveyFile::parse(text) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(problems(text), expected, "{text}");
}

/// A survey of these questions, each on a line of its own from line 2.
fn survey(questions: &[&str]) -> String {
    let questions = questions.join(",\n");
    format!("{{\"schema\":1,\"id\":\"x\",\"questions\":[\n{questions}\n]}}")
}

#[track_caller]
fn check_questions(questions: &[&str], expected: &[&str]) {
    check(&survey(questions), expected);
}

/// A survey with these fields beside those it must have, all on line 1.
fn with(fields: &str) -> String {
    format!(
        r#"{{"schema":1,"id":"x",{fields},"questions":[{{"id":"a","kind":"nps","prompt":"?"}}]}}"#
    )
}

/// Checks that a survey with these fields has this problem alone; none: that it is right.
#[track_caller]
fn check_fields(fields: &str, expected: Option<&str>) {
    let expected = expected.map(|expected| format!("line 1, {expected}"));
    assert_eq!(
        problems(&with(fields)),
        Vec::from_iter(expected),
        "{fields}"
    );
}

const LAST: &str = r#"{"id":"last","kind":"free_text","prompt":"?"}"#;

#[test]
fn what_cannot_be_read_does_not_hide_what_is_wrong_elsewhere() {
    check(
        r#"{"schema":2,"id":"Bad Id","cooldown_days":99999,"questions":[]}"#,
        &[
            "line 1, schema: must be 1; this release reads no other",
            "line 1, id: must be 1 to 64 characters of a-z, 0-9 and -, starting with a letter",
            "line 1, cooldown_days: must be from 0 to 3650",
            "line 1, questions: must hold 1 to 100 questions",
        ],
    );
    check_questions(
        &[
            "7",
            r#"{"id":"a","kind":"csat","prompt":" ","next":[{"if":{"at_least":9},"go_to":"gone"}]}"#,
        ],
        &[
            "line 2, questions[0]: must be an object, in { and }",
            "line 3, questions[1].prompt: says nothing; write a text or remove the field",
            "line 3, questions[1].next[0].if.at_least: must be from 1 to 5, the scale of the question",
        ],
    );
}

#[test]
fn nothing_is_said_that_only_follows_from_what_cannot_be_read() {
    let missing_id = "line 3, questions[1].id: is missing; add it";
    let branching =
        r#"{"id":"a","kind":"nps","prompt":"?","next":[{"if":{"at_most":6},"go_to":"b"}]}"#;
    check_questions(
        &[branching, r#"{"kind":"free_text","prompt":"?"}"#],
        &[missing_id],
    );
    let misspelt = "line 3, questions[1].idd: is no field of a survey file; did you mean `id`?";
    check_questions(
        &[branching, r#"{"idd":"b","kind":"free_text","prompt":"?"}"#],
        &[misspelt],
    );
    for (question, expected) in [
        (
            r#"{"id":"a","kind":"nsp","prompt":"?","low_label":"x","next":[{"if":{"at_least":9},"go_to":"end"}]}"#,
            "line 2, questions[0].kind: must be one of `nps`, `csat`, `ces`, `rating`, `free_text`, `single_choice`, `multiple_choice`, `consent`, `message`; did you mean `nps`?",
        ),
        (
            r#"{"id":"a","kind":"nps","promt":"?"}"#,
            "line 2, questions[0].promt: is no field of a survey file; did you mean `prompt`?",
        ),
        (
            r#"{"id":"a","kind":"nps","prompt":{"en":5}}"#,
            "line 2, questions[0].prompt.en: must be a text",
        ),
        (
            r#"{"id":"a","kind":"nps","prompt":"?","next":[7,{"go_to":"end"}]}"#,
            "line 2, questions[0].next[0]: must be an object, in { and }",
        ),
        (
            r#"{"id":"a","kind":"nps","prompt":"?","next":[{"iff":{"at_least":3},"go_to":"end"},{"go_to":"last"}]}"#,
            "line 2, questions[0].next[0].iff: is no field of a survey file; did you mean `if`?",
        ),
        (
            r#"{"id":"a","kind":"nps","prompt":"?","next":[{"if":{"at_lest":3},"go_to":"end"}]}"#,
            "line 2, questions[0].next[0].if.at_lest: is no field of a survey file; did you mean `at_least`?",
        ),
        (
            r#"{"id":"a","kind":"nps","prompt":"?","is_required":true,"next":[{"if":{"at_least":"9"},"go_to":"end"}]}"#,
            "line 2, questions[0].next[0].if.at_least: must be a number",
        ),
        (
            r#"{"id":"a","kind":"free_text","prompt":"?","next":[{"if":{"question":1,"at_least":9},"go_to":"end"}]}"#,
            "line 2, questions[0].next[0].if.question: must be a text",
        ),
    ] {
        check_questions(&[question, LAST], &[expected]);
    }
    check(
        r#"{"schema":1,"id":"x","locale":1,"questions":[{"id":"a","kind":"nps","prompt":{"de":"?"}}]}"#,
        &["line 1, locale: must be a text"],
    );
    check(
        r#"{"schema":1,"id":"x","thanks":{}}"#,
        &[
            "line 1, questions: is missing; add it",
            "line 1, thanks.title: is missing; add it",
        ],
    );
}

#[test]
fn a_branch_to_an_id_that_breaks_the_rule_is_followed_all_the_same() {
    check_questions(
        &[
            r#"{"id":"a","kind":"nps","prompt":"?","next":[{"if":{"at_most":6},"go_to":"Why Not"},{"go_to":"gone"}]}"#,
            r#"{"id":"Why Not","kind":"free_text","prompt":"?"}"#,
        ],
        &[
            "line 2, questions[0].next[1].go_to: there is no question `gone`; name a later question or `end`",
            "line 3, questions[1].id: must be 1 to 64 characters of a-z, 0-9, - and _, starting with a letter",
        ],
    );
}

#[test]
fn bounds_lie_on_the_scale_of_the_question() {
    for (kind, bound, limits) in [
        (
            "nps",
            r#""at_most":11"#,
            Some("at_most: must be from 0 to 10"),
        ),
        ("nps", r#""at_most":10"#, None),
        ("nps", r#""at_least":0,"at_most":0"#, None),
        (
            "csat",
            r#""at_least":0"#,
            Some("at_least: must be from 1 to 5"),
        ),
        (
            "csat",
            r#""at_most":6"#,
            Some("at_most: must be from 1 to 5"),
        ),
        ("csat", r#""at_least":1,"at_most":5"#, None),
    ] {
        let question = format!(
            r#"{{"id":"a","kind":"{kind}","prompt":"?","next":[{{"if":{{{bound}}},"go_to":"end"}}]}}"#
        );
        let expected = limits.map(|limits| {
            format!("line 2, questions[0].next[0].if.{limits}, the scale of the question")
        });
        let found = problems(&survey(&[&question, LAST]));
        assert_eq!(found, Vec::from_iter(expected), "{kind} {bound}");
    }
    for bound in ["-1", "256", "1e300"] {
        let question = format!(
            r#"{{"id":"a","kind":"nps","prompt":"?","next":[{{"if":{{"at_least":{bound}}},"go_to":"end"}}]}}"#
        );
        check_questions(
            &[&question, LAST],
            &[
                "line 2, questions[0].next[0].if.at_least: must be from 0 to 10, the scale of the question",
            ],
        );
    }
}

#[test]
fn a_branch_that_others_before_it_cover_is_found() {
    let question = |fields: &str, branches: &[&str]| {
        let branches: Vec<String> = branches
            .iter()
            .map(|condition| format!(r#"{{{condition}"go_to":"last"}}"#))
            .collect();
        format!(
            r#"{{"id":"a","kind":"nps","prompt":"?"{fields},"next":[{}]}}"#,
            branches.join(",")
        )
    };
    let (low, high) = (r#""if":{"at_most":6},"#, r#""if":{"at_least":7},"#);
    let middle = r#""if":{"question":"a","at_least":5,"at_most":8},"#;
    let covered = |index: usize| {
        vec![format!(
            "line 2, questions[0].next[{index}]: is never reached: the branches before it fit every rating that it fits"
        )]
    };
    for (fields, branches, expected) in [
        ("", [low, high, middle], covered(2)),
        ("", [low, middle, high], Vec::new()),
        ("", [high, low, low], covered(2)),
        ("", [low, high, ""], Vec::new()),
        (r#","is_required":true"#, [low, high, ""], covered(2)),
        (r#","is_required":true"#, [low, middle, ""], Vec::new()),
    ] {
        let text = survey(&[&question(fields, &branches), LAST]);
        assert_eq!(problems(&text), expected, "{text}");
    }
}

#[test]
fn the_rating_of_another_question_covers_nothing_of_this_one() {
    check_questions(
        &[
            r#"{"id":"a","kind":"csat","prompt":"?"}"#,
            r#"{"id":"b","kind":"csat","prompt":"?","next":[
                {"if":{"question":"a","at_least":1},"go_to":"end"},
                {"if":{"at_least":4},"go_to":"end"}]}"#,
            LAST,
        ],
        &[],
    );
}

#[test]
fn values_of_the_wrong_sort_are_refused_in_plain_words() {
    let must = |field: &str, expected: &str| {
        let text = format!(
            r#"{{"schema":1,"id":"x",{field},"questions":[{{"id":"a","kind":"nps","prompt":"?"}}]}}"#
        );
        let name = field.split('"').nth(1).unwrap();
        check(&text, &[&format!("line 1, {name}: must be {expected}")]);
    };
    must(r#""cooldown_days":"ninety""#, "a whole number");
    must(r#""cooldown_days":1.5"#, "a whole number");
    must(r#""cooldown_days":null"#, "a whole number");
    must(r#""cooldown_days":-1"#, "from 0 to 3650");
    must(r#""cooldown_days":99999999999999999999"#, "from 0 to 3650");
    must(r#""touchpoint":5"#, "a text");
    must(
        r#""display":"pop""#,
        "one of `popover`, `modal`, `inline`, `bar`, `tab`",
    );
    must(
        r#""display":"Inline""#,
        "one of `popover`, `modal`, `inline`, `bar`, `tab`; did you mean `inline`?",
    );
    must(
        r#""display":5"#,
        "one of `popover`, `modal`, `inline`, `bar`, `tab`",
    );
    must(r#""thanks":"Thanks""#, "an object, in { and }");
    let with = |fields: &str, expected: &str| {
        let question = format!(r#"{{"id":"a","kind":"free_text","prompt":"?",{fields}}}"#);
        let name = fields.split('"').nth(1).unwrap();
        let expected = format!("line 2, questions[0].{name}: must be {expected}");
        check_questions(&[&question], &[&expected]);
    };
    with(r#""is_required":"yes""#, "`true` or `false`");
    with(r#""help":5"#, "a text, or an object of texts by locale");
    with(r#""max_chars":"5""#, "a whole number");
    with(
        r#""next":5"#,
        "the id of a later question, `end`, or a list of branches",
    );
}

#[test]
fn a_whole_number_may_be_written_with_a_point() {
    let text =
        |days: &str| survey(&[LAST]).replacen('{', &format!("{{\"cooldown_days\":{days},"), 1);
    assert_eq!(file(&text("30.0")).version(), file(&text("30")).version());
}

#[test]
fn a_file_that_is_no_json_is_refused_in_plain_words() {
    for (text, expected) in [
        (
            "",
            "line 1: is not JSON: the file ends where a value is expected",
        ),
        (
            "{\n\"id\": \"x",
            "line 2: is not JSON: the file ends inside a text; its closing quote is missing",
        ),
        (
            "{\n\"id\": [",
            "line 2: is not JSON: the file ends inside a list; its `]` is missing",
        ),
        (
            "{\n  oops\n}",
            "line 2: is not JSON: at column 3, a field's name in double quotes is expected",
        ),
        (
            "{\"id\": oops}",
            "line 1: is not JSON: at column 8, a value is expected: a text in double quotes, a number, `true`, `false`, a list or an object",
        ),
        (
            "{\"id\": \"é\" \"x\"}",
            "line 1: is not JSON: at column 12, `,` or `}` is expected: a comma between two fields, or the end of the object",
        ),
        (
            "{\"id\": \"x\",\n}",
            "line 2: is not JSON: at column 1, nothing follows the comma before it; remove the comma",
        ),
        (
            "{}}",
            "line 1: is not JSON: at column 3, the survey has ended already; remove the rest",
        ),
        (
            "{\"id\": \"\\q\"}",
            "line 1: is not JSON: at column 10, `\\` is followed by a character that it cannot stand before; write `\\\\` for a backslash",
        ),
        (
            "{\"id\": \"\\ud800\"}",
            "line 1: is not JSON: at column 15, `\\u` is not followed by the four digits of a character",
        ),
    ] {
        check(text, &[expected]);
    }
    check("\n[]", &["line 2: must be an object, in { and }"]);
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let text = survey(&[LAST]);
    let marked = format!("\u{feff}{text}");
    assert_eq!(file(&marked), file(&text));
    assert_eq!(SurveyFile::parse_kept(&marked), Ok(file(&text)));
}

#[test]
fn a_field_given_twice_is_reported_with_the_line_of_the_second() {
    check(
        r#"{
  "schema": 1,
  "id": "x",
  "\u0069d": "y",
  "questions": [
    { "id": "a", "kind": "nps", "prompt": { "en": "?",
        "en": "!" },
      "kind": "csat" }
  ]
}"#,
        &[
            "line 4, id: is given twice; keep one",
            "line 7, questions[0].prompt.en: is given twice; keep one",
            "line 8, questions[0].kind: is given twice; keep one",
        ],
    );
    // The same name in another object is another field.
    check_questions(&[r#"{"id":"a","kind":"nps","prompt":"?"}"#, LAST], &[]);
}

#[test]
fn a_kept_file_is_read_though_a_later_check_refuses_it() {
    let text = survey(&[
        r#"{"id":"a","kind":"nps","prompt":" ","next":[{"if":{"at_most":11},"go_to":"last"}]}"#,
        LAST,
    ]);
    assert_eq!(problems(&text).len(), 2);
    let kept = SurveyFile::parse_kept(&text).unwrap();
    assert_eq!(SurveyFile::parse_kept(&kept.canonical()), Ok(kept));
}

#[test]
fn a_kept_file_that_cannot_be_read_is_refused() {
    for text in [
        "",
        "[]",
        r#"{"schema":2,"id":"x","questions":[]}"#,
        r#"{"schema":1,"questions":[]}"#,
        r#"{"schema":1,"id":"x","questions":[{"id":"a"}]}"#,
        r#"{"schema":1,"id":"x","questions":[],"more":1}"#,
    ] {
        assert!(SurveyFile::parse_kept(text).is_err(), "{text}");
    }
}
