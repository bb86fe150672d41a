//! What questions of each kind are refused for.

use super::*;

/// Checks that a question with these fields has this problem alone; none: that it is right.
#[track_caller]
fn check_question(fields: &str, expected: Option<&str>) {
    let question = format!(r#"{{"id":"a","prompt":"?",{fields}}}"#);
    let expected = expected.map(|expected| format!("line 2, questions[0].{expected}"));
    let found = problems(&survey(&[&question, LAST]));
    assert_eq!(found, Vec::from_iter(expected), "{fields}");
}

#[test]
fn scales_have_so_many_points_as_people_know() {
    for points in [2, 3, 5, 7, 10] {
        for kind in ["csat", "rating"] {
            check_question(&format!(r#""kind":"{kind}","points":{points}"#), None);
        }
    }
    for points in ["0", "1", "4", "6", "8", "9", "11", "300"] {
        check_question(
            &format!(r#""kind":"csat","points":{points}"#),
            Some("points: must be 2, 3, 5, 7 or 10"),
        );
    }
    for (points, expected) in [
        (5, None),
        (7, None),
        (3, Some("points: must be 5 or 7")),
        (10, Some("points: must be 5 or 7")),
    ] {
        check_question(&format!(r#""kind":"ces","points":{points}"#), expected);
    }
    check_question(r#""kind":"rating","shape":"thumbs""#, None);
    check_question(r#""kind":"csat","shape":"thumbs","points":2"#, None);
    check_question(
        r#""kind":"rating","shape":"thumbs","points":5"#,
        Some("points: must be 2, because there are two `thumbs`; remove it"),
    );
    check_question(
        r#""kind":"rating","shape":"hearts""#,
        Some("shape: must be one of `numbers`, `stars`, `smileys`, `thumbs`"),
    );
}

#[test]
fn each_field_belongs_to_its_kinds() {
    for (fields, expected) in [
        (
            r#""kind":"nps","points":5"#,
            "points: belongs to `csat`, `ces` and `rating`",
        ),
        (
            r#""kind":"ces","shape":"stars""#,
            "shape: belongs to `csat` and `rating`",
        ),
        (
            r#""kind":"csat","format":"email""#,
            "format: belongs to `free_text`",
        ),
        (
            r#""kind":"nps","is_single_line":false"#,
            "is_single_line: belongs to `free_text`",
        ),
        (
            r#""kind":"nps","min_chars":1"#,
            "min_chars: belongs to `free_text`",
        ),
        (
            r#""kind":"nps","choices":[{"id":"a","label":"A"}]"#,
            "choices: belongs to `single_choice` and `multiple_choice`",
        ),
        (
            r#""kind":"nps","other":"A""#,
            "other: belongs to `single_choice` and `multiple_choice`",
        ),
        (
            r#""kind":"nps","is_shuffled":false"#,
            "is_shuffled: belongs to `single_choice` and `multiple_choice`",
        ),
        (
            r#""kind":"single_choice","choices":[{"id":"a","label":"A"},{"id":"b","label":"B"}],"max_choices":1"#,
            "max_choices: belongs to `multiple_choice`",
        ),
        (r#""kind":"nps","label":"A""#, "label: belongs to `consent`"),
        (
            r#""kind":"nps","button":"A""#,
            "button: belongs to `message`",
        ),
        (
            r#""kind":"nps","link":{"label":"A","url":"https://a.example"}"#,
            "link: belongs to `message`",
        ),
    ] {
        let expected = format!("{expected} questions alone; remove it or change `kind`");
        check_question(fields, Some(&expected));
    }
}

#[test]
fn what_a_kind_cannot_do_without_is_asked_for() {
    check_question(
        r#""kind":"single_choice""#,
        Some("choices: is missing; add it"),
    );
    check_question(
        r#""kind":"multiple_choice""#,
        Some("choices: is missing; add it"),
    );
    check_question(r#""kind":"consent""#, Some("label: is missing; add it"));
    check_question(r#""kind":"consent","label":"Yes","is_required":true"#, None);
    check_question(
        r#""kind":"consent","label":5"#,
        Some("label: must be a text, or an object of texts by locale"),
    );
    check_question(r#""kind":"message","is_required":false"#, None);
    check_question(
        r#""kind":"message","is_required":true"#,
        Some("is_required: does not belong to a `message`, which has no answer; remove it"),
    );
}

#[test]
fn the_length_of_a_text_has_two_ends() {
    for (fields, expected) in [
        (r#""min_chars":1,"max_chars":1"#, None),
        (r#""min_chars":1000"#, None),
        (r#""min_chars":10000,"max_chars":10000"#, None),
        (
            r#""min_chars":0"#,
            Some("min_chars: must be from 1 to 10000"),
        ),
        (
            r#""min_chars":10001"#,
            Some("min_chars: must be from 1 to 10000"),
        ),
        (
            r#""min_chars":1001"#,
            Some("min_chars: is more than `max_chars`, 1000; no text would fit"),
        ),
        (
            r#""min_chars":6,"max_chars":5"#,
            Some("min_chars: is more than `max_chars`, 5; no text would fit"),
        ),
        (
            r#""format":"phone""#,
            Some("format: must be one of `email`, `url`, `number`"),
        ),
        (r#""format":"email","is_single_line":true"#, None),
    ] {
        check_question(&format!(r#""kind":"free_text",{fields}"#), expected);
    }
}

fn choices(count: usize) -> String {
    let choices = (0..count).map(|n| format!(r#"{{"id":"c{n}","label":"{n}"}}"#));
    format!(r#""choices":[{}]"#, Vec::from_iter(choices).join(","))
}

#[test]
fn there_are_as_many_choices_as_make_sense() {
    for (kind, count, expected) in [
        (
            "single_choice",
            1,
            Some("choices: must hold 2 to 100 choices"),
        ),
        ("single_choice", 2, None),
        ("single_choice", 100, None),
        (
            "single_choice",
            101,
            Some("choices: must hold 2 to 100 choices"),
        ),
        (
            "multiple_choice",
            0,
            Some("choices: must hold 1 to 100 choices"),
        ),
        ("multiple_choice", 1, None),
        ("multiple_choice", 100, None),
        (
            "multiple_choice",
            101,
            Some("choices: must hold 1 to 100 choices"),
        ),
    ] {
        check_question(&format!(r#""kind":"{kind}",{}"#, choices(count)), expected);
    }
}

#[test]
fn the_number_to_choose_can_be_chosen() {
    for (fields, expected) in [
        (r#""min_choices":1,"max_choices":3"#, None),
        (r#""min_choices":3,"max_choices":3"#, None),
        (r#""min_choices":4,"other":"Else""#, None),
        (
            r#""min_choices":0"#,
            Some("min_choices: must be from 1 to 3"),
        ),
        (
            r#""min_choices":4"#,
            Some("min_choices: must be from 1 to 3"),
        ),
        (
            r#""max_choices":0"#,
            Some("max_choices: must be from 1 to 3"),
        ),
        (
            r#""max_choices":5,"other":"Else""#,
            Some("max_choices: must be from 1 to 4"),
        ),
        (
            r#""min_choices":3,"max_choices":2"#,
            Some("min_choices: is more than `max_choices`, 2; no answer would fit"),
        ),
    ] {
        check_question(
            &format!(r#""kind":"multiple_choice",{},{fields}"#, choices(3)),
            expected,
        );
    }
}

#[test]
fn choices_have_ids_of_their_own() {
    let with = |second: &str, fields: &str| {
        format!(r#""kind":"single_choice","choices":[{{"id":"a","label":"A"}},{second}]{fields}"#)
    };
    check_question(&with(r#"{"id":"other","label":"B"}"#, ""), None);
    for (second, fields, expected) in [
        (
            r#"{"id":"a","label":"B"}"#,
            "",
            "choices[1].id: another choice is called `a`; give each its own id",
        ),
        (
            r#"{"id":"other","label":"B"}"#,
            r#","other":"Else""#,
            "choices[1].id: is the id of the choice that `other` adds; take another id",
        ),
        (
            r#"{"id":"a:b","label":"B"}"#,
            "",
            "choices[1].id: must be 1 to 64 characters of a-z, 0-9, - and _, starting with a letter",
        ),
        (r#"{"id":"b"}"#, "", "choices[1].label: is missing; add it"),
        (
            r#"{"id":"b","label":" "}"#,
            "",
            "choices[1].label: says nothing; write a text or remove the field",
        ),
        (
            r#"{"id":"b","label":"B","fixed":true}"#,
            "",
            "choices[1].fixed: is no field of a survey file; did you mean `is_fixed`?",
        ),
        ("5", "", "choices[1]: must be an object, in { and }"),
    ] {
        check_question(&with(second, fields), Some(expected));
    }
}

#[test]
fn the_welcome_takes_its_id() {
    let text = |welcome: &str| {
        format!(
            r#"{{"schema":1,"id":"x"{welcome},"questions":[{{"id":"welcome","kind":"nps","prompt":"?"}}]}}"#
        )
    };
    check(&text(""), &[]);
    check(
        &text(r#","welcome":{"title":"Hello"}"#),
        &["line 1, questions[0].id: `welcome` is the survey's welcome; take another id"],
    );
}
