//! Survey files: the published schema is fresh, and whatever is wrong is named.

#![cfg(feature = "json")]

use sayso_core::file::{Delivery, SurveyFile, json_schema};
use std::path::{Path, PathBuf};

fn problems(text: &str) -> Vec<String> {
    match SurveyFile::parse(text) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn check_problem(question_fields: &str, expected: &str) {
    let text = format!(
        r#"{{"schema":1,"id":"x","questions":[
{{"id":"first","kind":"nps","prompt":"?"{question_fields}}},
{{"id":"second","kind":"free_text","prompt":"?"}}
]}}"#
    );
    assert_eq!(problems(&text), [expected], "{question_fields}");
}

#[test]
fn the_published_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/survey.schema.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, json_schema()).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == json_schema(),
        "{} is stale; run `UPDATE_GOLDEN=1 cargo test -p sayso-core --features json`",
        path.display()
    );
}

#[test]
fn every_example_survey_reads_and_names_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/surveys");
    let files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    assert!(
        5 <= files.len(),
        "awareness, consideration, purchase, support, advocacy"
    );
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let file = SurveyFile::parse(&text)
            .unwrap_or_else(|errors| panic!("{}: {errors:#?}", path.display()));
        assert_eq!(
            Some(file.id().as_str()),
            path.file_stem().and_then(|stem| stem.to_str())
        );
    }
}

#[test]
fn a_file_that_is_not_json_says_where() {
    let found = problems("{\n  \"schema\": 1,\n  oops\n}");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("line 3: is not JSON: "), "{found:?}");
}

#[test]
fn every_problem_is_reported_at_once_with_its_line_and_the_mend() {
    let found = problems(
        r#"{
  "schema": 2,
  "id": "Bad Id",
  "touchpont": "x",
  "cooldown_days": "ninety",
  "questions": [
    { "id": "a", "kind": "nsp", "prompt": "?" },
    { "kind": "nps", "is_requird": true },
    7
  ]
}"#,
    );
    let expected = [
        "line 2, schema: must be 1; this release reads no other",
        "line 3, id: must be 1 to 64 characters",
        "line 4, touchpont: is no field of a survey file; did you mean `touchpoint`?",
        "line 5, cooldown_days: must be a whole number",
        "line 7, questions[0].kind: must be one of `nps`, `csat`, `ces`, `rating`, `free_text`, `single_choice`, `multiple_choice`, `consent`, `message`; did you mean `nps`?",
        "line 8, questions[1].id: is missing; add it",
        "line 8, questions[1].prompt: is missing; add it",
        "line 8, questions[1].is_requird: is no field of a survey file; did you mean `is_required`?",
        "line 9, questions[2]: must be an object, in { and }",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} / {expected}");
    }
}

#[test]
fn problems_of_meaning_are_all_reported_too() {
    let found = problems(
        r#"{
  "schema": 2,
  "id": "x",
  "touchpoint": "Post Purchase",
  "locale": "english",
  "trigger": { "on": "load", "delay_ms": 86400001 },
  "cooldown_days": 3651,
  "questions": [],
  "thanks": { "title": " " }
}"#,
    );
    assert_eq!(
        found,
        [
            "line 2, schema: must be 1; this release reads no other",
            "line 4, touchpoint: must be 1 to 64 characters of a-z, 0-9 and _, starting with a letter",
            "line 5, locale: `english` is no language tag; write one like `en` or `pt-BR`",
            "line 6, trigger.delay_ms: must be from 0 to 86400000",
            "line 7, cooldown_days: must be from 0 to 3650",
            "line 8, questions: must hold 1 to 100 questions",
            "line 9, thanks.title: says nothing; write a text or remove the field",
        ]
    );
}

#[test]
fn limits_hold_from_both_sides() {
    let file = |delay: u32, cooldown: u32, questions: usize, max_chars: u32| {
        let questions: Vec<String> = (0..questions)
            .map(|n| {
                format!(
                    r#"{{"id":"q{n}","kind":"free_text","prompt":"?","max_chars":{max_chars}}}"#
                )
            })
            .collect();
        format!(
            r#"{{"schema":1,"id":"x","trigger":{{"on":"load","delay_ms":{delay}}},
                "cooldown_days":{cooldown},"questions":[{}]}}"#,
            questions.join(",")
        )
    };
    assert_eq!(problems(&file(86_400_000, 3_650, 100, 10_000)), [""; 0]);
    assert_eq!(problems(&file(0, 0, 1, 1)), [""; 0]);
    assert_eq!(problems(&file(86_400_001, 0, 1, 1)).len(), 1);
    assert_eq!(problems(&file(0, 3_651, 1, 1)).len(), 1);
    assert_eq!(problems(&file(0, 0, 101, 1)).len(), 1);
    assert_eq!(problems(&file(0, 0, 1, 10_001)).len(), 1);
    assert_eq!(problems(&file(0, 0, 1, 0)).len(), 1);
}

#[test]
fn a_trigger_is_checked_like_the_rest() {
    let with = |trigger: &str| {
        problems(&format!(
            r#"{{"schema":1,"id":"x","trigger":{trigger},"questions":[{{"id":"a","kind":"csat","prompt":"?"}}]}}"#
        ))
    };
    assert_eq!(with(r#"{"on":"call"}"#), [""; 0]);
    assert_eq!(with(r#"{"on":"load"}"#), [""; 0]);
    assert_eq!(
        with(r#"{"on":"scroll"}"#),
        ["line 1, trigger.percent: is missing; add it"]
    );
    assert_eq!(
        with(r#"{"on":"call","delay_ms":3}"#),
        ["line 1, trigger.delay_ms: belongs to the trigger `load` alone; remove it"]
    );
    assert_eq!(
        with(r#"{"delay_ms":3}"#),
        ["line 1, trigger.on: is missing; add it"]
    );
    assert_eq!(
        with("5"),
        ["line 1, trigger: must be an object, in { and }"]
    );
}

#[test]
fn a_branch_must_lead_somewhere_ahead() {
    check_problem(
        r#","next":"secnd""#,
        "line 2, questions[0].next: there is no question `secnd`; did you mean `second`?",
    );
    check_problem(
        r#","next":"elsewhere""#,
        "line 2, questions[0].next: there is no question `elsewhere`; name a later question or `end`",
    );
    check_problem(
        r#","next":"first""#,
        "line 2, questions[0].next: leads back, and a survey must end; name a later question or `end`",
    );
    check_problem(
        r#","next":[]"#,
        "line 2, questions[0].next: is empty; add a branch or remove `next`",
    );
    check_problem(
        r#","next":[{"go_to":"second"},{"if":{"at_least":9},"go_to":"end"}]"#,
        "line 2, questions[0].next[1]: is never reached: the branch before it is always taken",
    );
    check_problem(
        r#","next":[{"if":{"at_least":9}}]"#,
        "line 2, questions[0].next[0].go_to: is missing; add it",
    );
}

#[test]
fn a_condition_must_be_able_to_hold() {
    check_problem(
        r#","next":[{"if":{},"go_to":"end"}]"#,
        "line 2, questions[0].next[0].if: fits nothing; add `at_least`, `at_most`, `is` or `is_given`",
    );
    check_problem(
        r#","next":[{"if":{"at_least":5,"at_most":4},"go_to":"end"}]"#,
        "line 2, questions[0].next[0].if: fits no rating of the scale; `at_least` and `at_most` leave nothing",
    );
    check_problem(
        r#","next":[{"if":{"at_least":11},"go_to":"end"}]"#,
        "line 2, questions[0].next[0].if.at_least: must be from 0 to 10, the scale of the question",
    );
    check_problem(
        r#","next":[{"if":{"question":"second","at_least":1},"go_to":"end"}]"#,
        "line 2, questions[0].next[0].if.question: is asked later; name this question or one before it",
    );
    check_problem(
        r#","next":[{"if":{"question":"thrid","at_least":1},"go_to":"end"}]"#,
        "line 2, questions[0].next[0].if.question: there is no question `thrid`; name this question or one before it",
    );
}

#[test]
fn a_question_that_no_path_leads_to_is_found() {
    check_problem(
        r#","next":"end""#,
        "line 3, questions[1]: is never asked: no branch leads to it; change a `next` or remove it",
    );
    check_problem(
        r#","is_required":true,"next":[{"if":{"at_most":6},"go_to":"end"},{"if":{"at_least":7},"go_to":"end"}]"#,
        "line 3, questions[1]: is never asked: no branch leads to it; change a `next` or remove it",
    );
}

#[test]
fn a_question_left_out_falls_through_so_the_next_is_reached() {
    let text = r#"{"schema":1,"id":"x","questions":[
        {"id":"a","kind":"nps","prompt":"?","next":[{"if":{"at_least":0},"go_to":"end"}]},
        {"id":"b","kind":"free_text","prompt":"?"}]}"#;
    assert_eq!(problems(text), [""; 0]);
}

#[test]
fn ids_are_unique_and_end_is_taken() {
    check_problem(
        r#"},{"id":"first","kind":"csat","prompt":"?""#,
        "line 2, questions[1].id: another question is called `first`; give each its own id",
    );
    check_problem(
        r#"},{"id":"end","kind":"csat","prompt":"?""#,
        "line 2, questions[1].id: `end` means the end of the survey; take another id",
    );
}

#[test]
fn fields_of_another_kind_are_refused() {
    check_problem(
        r#","max_chars":5"#,
        "line 2, questions[0].max_chars: belongs to `free_text` questions alone; remove it or change `kind`",
    );
    check_problem(
        r#"},{"id":"t","kind":"free_text","prompt":"?","low_label":"x""#,
        "line 2, questions[1].low_label: belongs to `nps`, `csat`, `ces` and `rating` questions alone; remove it or change `kind`",
    );
}

#[test]
fn texts_say_something_in_the_main_language() {
    check_problem(
        r#","help":" ""#,
        "line 2, questions[0].help: says nothing; write a text or remove the field",
    );
    check_problem(
        r#","help":{"de":"Hilfe"}"#,
        "line 2, questions[0].help: has no text for `en`, the survey's main language; add one",
    );
    check_problem(
        r#","help":{"en":"Help","en_GB":"Help"}"#,
        "line 2, questions[0].help.en_GB: `en_GB` is no language tag; write one like `en` or `pt-BR`",
    );
    check_problem(
        r#","help":5"#,
        "line 2, questions[0].help: must be a text, or an object of texts by locale",
    );
}

#[test]
fn the_version_follows_the_meaning_and_not_the_spelling() {
    let golden = include_str!("golden/survey.json");
    let version = |text: &str| SurveyFile::parse(text).unwrap().version();
    let compact: serde_json::Value = serde_json::from_str(golden).unwrap();
    assert_eq!(version(golden), version(&compact.to_string()));
    assert_eq!(
        version(golden),
        version(&golden.replace("../../schema", "https://elsewhere"))
    );
    assert_ne!(
        version(golden),
        version(&golden.replace("main reason", "reason"))
    );
    assert_ne!(version(golden), version(&golden.replace("90", "91")));
}

#[test]
fn pausing_and_ending_make_no_new_version() {
    let golden = include_str!("golden/survey.json");
    let with = |fields: &str| {
        let text = golden.replacen('{', &format!("{{ {fields},"), 1);
        SurveyFile::parse(&text).unwrap_or_else(|errors| panic!("{errors:#?}"))
    };
    let plain = SurveyFile::parse(golden).unwrap();
    assert_eq!(plain.delivery(), Delivery::default());
    let expected = Delivery {
        is_paused: true,
        ends_at_s: Some(1_798_757_999),
        response_limit: Some(500),
    };
    let fields = r#""paused": true, "ends_at": "2026-12-31T23:59:59+01:00", "response_limit": 500"#;
    let file = with(fields);
    assert_eq!(file.delivery(), expected);
    assert_eq!(file.version(), plain.version());
    assert_eq!(file.canonical(), plain.canonical());
}

#[test]
fn the_golden_survey_keeps_its_version() {
    let file = SurveyFile::parse(include_str!("golden/survey.json")).unwrap();
    assert_eq!(file.version().as_str(), "bf021cc2");
}

#[test]
fn a_kept_file_reads_back_as_itself() {
    let file = SurveyFile::parse(include_str!("golden/survey.json")).unwrap();
    let kept = SurveyFile::parse(&file.canonical()).unwrap();
    assert_eq!(kept.canonical(), file.canonical());
    assert_eq!(kept.version(), file.version());
}

#[test]
fn a_page_gets_the_best_language_the_survey_has() {
    let file = SurveyFile::parse(include_str!("golden/survey.json")).unwrap();
    assert_eq!(file.locales(), ["en", "de"]);
    assert_eq!(file.negotiate(&["fr", "de-AT", "en"]), "de");
    assert_eq!(file.negotiate(&["ja"]), "en");
    let german = file.survey("de");
    assert_eq!(german.thanks.usual.title, "Vielen Dank");
    assert_eq!(
        german.questions[2].help.as_deref(),
        Some("A sentence is plenty.")
    );
}

#[test]
fn a_survey_without_thanks_says_it_in_its_language() {
    let text = |locale: &str| {
        format!(
            r#"{{"schema":1,"id":"x","locale":"{locale}","questions":[{{"id":"a","kind":"csat","prompt":"?"}}]}}"#
        )
    };
    for (locale, expected) in [
        ("en", "Thank you"),
        ("de-CH", "Vielen Dank"),
        ("tlh", "Thank you"),
    ] {
        let file = SurveyFile::parse(&text(locale)).unwrap();
        assert_eq!(file.survey(locale).thanks.usual.title, expected);
    }
}
