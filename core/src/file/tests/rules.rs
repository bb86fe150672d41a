//! What the rules of a survey are refused for: when, where, to whom and how often.

use super::*;

mod delivery;

#[test]
fn selectors_close_what_they_open() {
    for (selector, missing) in [
        (r#"a[href='x)'] > b:not(.c, :is(d))"#, None),
        (r#"a\\]"#, None),
        ("a[href", Some("`]` is missing")),
        (":not(.a", Some("`)` is missing")),
        ("[a='b]", Some("`'` is missing")),
        ("a)", Some("`)` closes nothing")),
        (":not(a]", Some("`]` closes nothing")),
    ] {
        let expected =
            missing.map(|missing| format!("trigger.selector: is no CSS selector: {missing}"));
        let fields = format!(r#""trigger":{{"on":"click","selector":"{selector}"}}"#);
        check_fields(&fields, expected.as_deref());
    }
    let long = |count: usize| {
        format!(
            r#""trigger":{{"on":"click","selector":"{}"}}"#,
            "a".repeat(count)
        )
    };
    check_fields(&long(500), None);
    check_fields(
        &long(501),
        Some("trigger.selector: is too long; 500 characters are allowed"),
    );
}

#[test]
fn triggers_have_their_fields_within_limits() {
    for (trigger, expected) in [
        (r#"{"on":"dwell","dwell_ms":86400000}"#, None),
        (r#"{"on":"scroll","percent":1}"#, None),
        (
            r##"{"on":"scroll","percent":100,"scroller":"#main"}"##,
            None,
        ),
        (r#"{"on":"exit"}"#, None),
        (
            r#"{"on":"event","name":"bought","if":{"amount":{"at_least":50}}}"#,
            None,
        ),
        (
            r#"{"on":"dwell","dwell_ms":86400001}"#,
            Some(".dwell_ms: must be from 0 to 86400000"),
        ),
        (r#"{"on":"dwell"}"#, Some(".dwell_ms: is missing; add it")),
        (
            r#"{"on":"scroll","percent":0}"#,
            Some(".percent: must be from 1 to 100"),
        ),
        (
            r#"{"on":"scroll","percent":101}"#,
            Some(".percent: must be from 1 to 100"),
        ),
        (
            r#"{"on":"exit","percent":1}"#,
            Some(".percent: belongs to the trigger `scroll` alone; remove it"),
        ),
        (
            r#"{"on":"load","of":[]}"#,
            Some(".of: belongs to the triggers `all` and `any` alone; remove it"),
        ),
        (r#"{"on":"click"}"#, Some(".selector: is missing; add it")),
        (
            r#"{"on":"event","name":" "}"#,
            Some(".name: names nothing; write a name"),
        ),
        (
            r#"{"on":"vibes"}"#,
            Some(
                ".on: must be one of `load`, `call`, `dwell`, `scroll`, `exit`, `click`, `event`, `all`, `any`",
            ),
        ),
    ] {
        let expected = expected.map(|expected| format!("trigger{expected}"));
        check_fields(&format!(r#""trigger":{trigger}"#), expected.as_deref());
    }
}

#[test]
fn the_properties_of_an_event_are_tested_like_traits() {
    for (trigger, expected) in [
        (
            r#"{"on":"event","name":"x","if":{"amount":{"atleast":50}}}"#,
            Some(".if.amount.atleast: is no field of a survey file; did you mean `at_least`?"),
        ),
        (
            r#"{"on":"event","name":"x","if":{"amount":{}}}"#,
            Some(
                ".if.amount: fits nothing; add `at_least`, `at_most`, `is`, `contains` or `is_given`",
            ),
        ),
        (
            r#"{"on":"event","name":"x","if":{"amount":50}}"#,
            Some(".if.amount: must be an object, in { and }"),
        ),
    ] {
        let expected = expected.map(|expected| format!("trigger{expected}"));
        check_fields(&format!(r#""trigger":{trigger}"#), expected.as_deref());
    }
}

#[test]
fn triggers_together_are_not_empty_and_not_too_deep() {
    let trigger = |trigger: &str, expected: Option<&str>| {
        let expected = expected.map(|expected| format!("trigger{expected}"));
        check_fields(&format!(r#""trigger":{trigger}"#), expected.as_deref());
    };
    let of = |count: usize| {
        format!(
            r#"{{"on":"all","of":[{}]}}"#,
            [r#"{"on":"exit"}"#].repeat(count).join(",")
        )
    };
    trigger(&of(0), Some(".of: must hold 1 to 20 triggers"));
    trigger(&of(1), None);
    trigger(&of(20), None);
    trigger(&of(21), Some(".of: must hold 1 to 20 triggers"));
    trigger(r#"{"on":"any"}"#, Some(".of: is missing; add it"));
    trigger(
        r#"{"on":"any","of":[{"on":"exit"},{"on":"call"}]}"#,
        Some(".of[1]: `call` asks for no other trigger; take it out, or write it alone"),
    );
    let deep = |levels: usize| {
        let open = r#"{"on":"any","of":["#.repeat(levels - 1);
        format!(r#"{open}{{"on":"exit"}}{}"#, "]}".repeat(levels - 1))
    };
    trigger(&deep(8), None);
    let place = ".of[0]".repeat(7);
    trigger(
        &deep(9),
        Some(&format!("{place}: stands too deep; 8 levels are allowed")),
    );
}

#[test]
fn patterns_of_pages_say_something() {
    for (page, expected) in [
        (r#"{"is":"/"}"#, None),
        (r#"{"not":{"glob":"/shop/**"}}"#, None),
        (r#"{"regex":"^/(?<id>\\d+)(?=/)|(?<!a)b"}"#, None),
        (
            r#"{"regex":"a(b"}"#,
            Some("[0].regex: is no regular expression of JavaScript: Unbalanced parenthesis"),
        ),
        (
            r#"{"is":" "}"#,
            Some("[0].is: says nothing; write a text or remove the field"),
        ),
        (r#"{"is":5}"#, Some("[0].is: must be a text")),
        (
            "{}",
            Some(
                "[0]: says nothing; add `is`, `starts_with`, `contains`, `glob`, `regex` or `not`",
            ),
        ),
        (
            r#"{"starts":"/"}"#,
            Some(
                "[0].starts: is no field of a survey file; here may be `is`, `starts_with`, `contains`, `glob`, `regex`, `not`",
            ),
        ),
        (
            r#"{"is":"/","glob":"/*"}"#,
            Some("[0]: says several things; make a rule of each"),
        ),
        (
            r#"{"not":{"not":{"is":"/"}}}"#,
            Some("[0].not: is a `not` of a `not`; remove both"),
        ),
        (
            r#"{"not":{"is":""}}"#,
            Some("[0].not.is: says nothing; write a text or remove the field"),
        ),
    ] {
        let expected = expected.map(|expected| format!("pages{expected}"));
        check_fields(&format!(r#""pages":[{page}]"#), expected.as_deref());
    }
    let pages =
        |count: usize| format!(r#""pages":[{}]"#, [r#"{"is":"/"}"#].repeat(count).join(","));
    check_fields(&pages(0), Some("pages: must hold 1 to 100 rules"));
    check_fields(&pages(100), None);
    check_fields(&pages(101), Some("pages: must hold 1 to 100 rules"));
    let long = |count: usize| format!(r#""pages":[{{"contains":"{}"}}]"#, "a".repeat(count));
    check_fields(&long(2_000), None);
    check_fields(
        &long(2_001),
        Some("pages[0].contains: is too long; 2000 characters are allowed"),
    );
}

#[test]
fn an_audience_is_somebody() {
    for (audience, expected) in [
        (r#"{"devices":["phone"],"visit":"first"}"#, None),
        (
            r#"{"traits":{"plan":{"is":["pro"]}},"locales":["en"]}"#,
            None,
        ),
        (
            "{}",
            Some(": says nothing; add `devices`, `locales`, `traits` or `visit`, or remove it"),
        ),
        (
            r#"{"devices":[]}"#,
            Some(".devices: is empty; add a value or remove the field"),
        ),
        (
            r#"{"traits":{}}"#,
            Some(".traits: is empty; add a value or remove the field"),
        ),
        (
            r#"{"devices":["phone","tabelt"]}"#,
            Some(
                ".devices[1]: must be one of `phone`, `tablet`, `desktop`; did you mean `tablet`?",
            ),
        ),
        (
            r#"{"devices":"phone"}"#,
            Some(".devices: must be a list, in [ and ]"),
        ),
        (
            r#"{"locales":"en"}"#,
            Some(".locales: must be a list, in [ and ]"),
        ),
        (
            r#"{"locales":["en","english"]}"#,
            Some(".locales[1]: `english` is no language tag; write one like `en` or `pt-BR`"),
        ),
        (
            r#"{"visit":"second"}"#,
            Some(".visit: must be `first` or `returning`"),
        ),
        (
            r#"{"traits":{"seats":{"at_least":5,"at_most":4}}}"#,
            Some(".traits.seats: fits nothing: `at_least` is more than `at_most`"),
        ),
    ] {
        let expected = expected.map(|expected| format!("audience{expected}"));
        check_fields(&format!(r#""audience":{audience}"#), expected.as_deref());
    }
}

#[test]
fn how_often_is_within_limits() {
    for (fields, expected) in [
        (r#""sample_rate":0"#, None),
        (r#""sample_rate":1.0"#, None),
        (
            r#""sample_rate":1.001"#,
            Some("sample_rate: must be from 0 to 1"),
        ),
        (
            r#""sample_rate":-0.001"#,
            Some("sample_rate: must be from 0 to 1"),
        ),
        (
            r#""sample_rate":"25%""#,
            Some("sample_rate: must be a number"),
        ),
        (r#""priority":-100"#, None),
        (r#""priority":100"#, None),
        (
            r#""priority":-101"#,
            Some("priority: must be from -100 to 100"),
        ),
        (
            r#""priority":101"#,
            Some("priority: must be from -100 to 100"),
        ),
        (
            r#""priority":1e300"#,
            Some("priority: must be from -100 to 100"),
        ),
        (
            r#""priority":0.5"#,
            Some("priority: must be a whole number"),
        ),
        (r#""cooldown_all_days":3650"#, None),
        (
            r#""cooldown_all_days":3651"#,
            Some("cooldown_all_days: must be from 0 to 3650"),
        ),
        (r#""max_shown":1"#, None),
        (r#""max_shown":1000"#, None),
        (
            r#""max_shown":0"#,
            Some("max_shown: must be from 1 to 1000"),
        ),
        (
            r#""max_shown":1001"#,
            Some("max_shown: must be from 1 to 1000"),
        ),
    ] {
        check_fields(fields, expected);
    }
}

#[test]
fn coming_again_is_within_limits() {
    for (fields, expected) in [
        (r#""ask_again":{"after_days":1,"times":100}"#, None),
        (r#""ask_again":{"after_days":3650,"times":1}"#, None),
        (
            r#""ask_again":{"after_days":0,"times":1}"#,
            Some("ask_again.after_days: must be from 1 to 3650"),
        ),
        (
            r#""ask_again":{"after_days":3651,"times":1}"#,
            Some("ask_again.after_days: must be from 1 to 3650"),
        ),
        (
            r#""ask_again":{"after_days":1,"times":0}"#,
            Some("ask_again.times: must be from 1 to 100"),
        ),
        (
            r#""ask_again":{"after_days":1,"times":101}"#,
            Some("ask_again.times: must be from 1 to 100"),
        ),
        (
            r#""ask_again":{"after_days":1}"#,
            Some("ask_again.times: is missing; add it"),
        ),
        (r#""waves":{"start":"2026-01-01","every_days":1}"#, None),
        (r#""waves":{"start":"2028-02-29","every_days":3650}"#, None),
        (
            r#""waves":{"start":"2026-01-01","every_days":0}"#,
            Some("waves.every_days: must be from 1 to 3650"),
        ),
        (
            r#""waves":{"start":"2026-01-01","every_days":3651}"#,
            Some("waves.every_days: must be from 1 to 3650"),
        ),
        (
            r#""waves":{"start":"2026-01-01"}"#,
            Some("waves.every_days: is missing; add it"),
        ),
    ] {
        check_fields(fields, expected);
    }
}

#[test]
fn a_wave_begins_on_a_day_of_the_calendar() {
    for day in [
        "2027-02-29",
        "2100-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-04-31",
        "2026-1-1",
        "01.02.2026",
        "+026-01-01",
        "",
    ] {
        check_fields(
            &format!(r#""waves":{{"start":"{day}","every_days":1}}"#),
            Some("waves.start: must be a day of the calendar, as `2026-01-31`"),
        );
    }
}
