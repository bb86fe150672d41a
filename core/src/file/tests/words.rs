//! What texts with values in them, links, and the words around the questions are refused for.

use super::*;

/// Checks the thanks' text of a survey with an optional and a required question.
#[track_caller]
fn check_thanks(text: &str, expected: Option<&str>) {
    let file = format!(
        r#"{{"schema":1,"id":"x","thanks":{{"title":"T","text":"{text}"}},"questions":[
        {{"id":"must","kind":"nps","prompt":"?","is_required":true}},
        {{"id":"may","kind":"free_text","prompt":"?"}},
        {{"id":"agreed","kind":"consent","prompt":"?","label":"Yes","is_required":true}}]}}"#
    );
    let expected = expected.map(|expected| format!("line 1, thanks.text: {expected}"));
    assert_eq!(problems(&file), Vec::from_iter(expected), "{text}");
}

#[test]
fn values_in_texts_are_there_or_have_a_default() {
    for (text, expected) in [
        ("{{answers.must}}", None),
        ("{{ answers.may | nothing }} and {{traits.name|you}}", None),
        ("{{context.order|}}", None),
        ("} }} {x}", None),
        (
            "{{answers.may}}",
            Some(
                "`{{answers.may}}` may have no value; add what stands there then: `{{answers.may|…}}`",
            ),
        ),
        (
            "{{traits.name}}",
            Some(
                "`{{traits.name}}` may have no value; add what stands there then: `{{traits.name|…}}`",
            ),
        ),
        (
            "{{answers.mya|x}}",
            Some("`{{answers.mya}}`: there is no question `mya`; did you mean `may`?"),
        ),
        (
            "{{answers.nowhere|x}}",
            Some(
                "`{{answers.nowhere}}`: there is no question `nowhere`; name a question of this survey",
            ),
        ),
        (
            "{{trait.name|x}}",
            Some("`{{trait…}}` stands for no value; did you mean `traits`?"),
        ),
        (
            "{{name|x}}",
            Some(
                "`{{name…}}` stands for no value; write `answers`, `traits` or `context`, a dot and a name",
            ),
        ),
        (
            "{{traits.|x}}",
            Some("`{{traits.}}` names no value; add its name"),
        ),
        (
            "{{answers.agreed|x}}",
            Some(
                "`{{answers.agreed}}` has no text, because it is a `consent`; name another question",
            ),
        ),
        (
            "Hello {{traits.name",
            Some("has `{{` without `}}`; add the end"),
        ),
        (
            "{{traits.a|b}} {{",
            Some("has `{{` without `}}`; add the end"),
        ),
    ] {
        check_thanks(text, expected);
    }
}

#[test]
fn an_answer_that_a_branch_leads_past_may_be_missing() {
    let survey = |first: &str, must: &str| {
        problems(&survey(&[
            &format!(r#"{{"id":"a","kind":"nps","prompt":"?"{first}}}"#),
            &format!(r#"{{"id":"must","kind":"nps","prompt":"?","is_required":true{must}}}"#),
            r#"{"id":"last","kind":"free_text","prompt":"{{answers.must}}?"}"#,
        ]))
    };
    let expected = [
        "line 4, questions[2].prompt: `{{answers.must}}` may have no value; add what stands there then: `{{answers.must|…}}`",
    ];
    assert_eq!(survey("", ""), [""; 0]);
    let branch = |go_to: &str| format!(r#","next":[{{"if":{{"at_most":6}},"go_to":"{go_to}"}}]"#);
    assert_eq!(survey(&branch("last"), ""), expected);
    assert_eq!(survey("", r#","show_if":{"locale":"de"}"#), expected);
    // Who goes to the end never reads it.
    assert_eq!(survey(&branch("end"), ""), [""; 0]);
}

#[test]
fn answers_are_named_before_they_are_asked_nowhere() {
    let later = "is asked later; name a question before this one";
    check_questions(
        &[
            r#"{"id":"a","kind":"nps","prompt":"{{answers.a|x}} {{answers.last|x}}"}"#,
            LAST,
        ],
        &[
            &format!("line 2, questions[0].prompt: `{{{{answers.a}}}}` {later}"),
            &format!("line 2, questions[0].prompt: `{{{{answers.last}}}}` {later}"),
        ],
    );
    check_fields(
        r#""welcome":{"title":"{{answers.a|x}}"}"#,
        Some("welcome.title: `{{answers.a}}` is asked later; name a question before this one"),
    );
    check_fields(r#""welcome":{"title":"Hello {{traits.name|you}}"}"#, None);
}

#[test]
fn texts_are_looked_at_in_every_language() {
    check_fields(
        r#""thanks":{"title":{"en":"Hi","de":"Hallo {{traits.name}}"}}"#,
        Some(
            "thanks.title.de: `{{traits.name}}` may have no value; add what stands there then: `{{traits.name|…}}`",
        ),
    );
    check_fields(
        r#""thanks":{"title":"T","link":{"label":"L","url":{"en":"https://a.example","de":"ftp://a.example"}}}"#,
        Some("thanks.link.url.de: must begin with `https://`, `http://`, `mailto:` or `tel:`"),
    );
}

#[test]
fn texts_that_are_shown_as_they_are_take_no_values() {
    check_questions(
        &[r#"{"id":"a","kind":"nps","prompt":"?","low_label":"{{traits.name|x}}"}"#],
        &[
            "line 2, questions[0].low_label: is shown as it is, with no value in place of `{{…}}`; remove it",
        ],
    );
}

#[test]
fn links_lead_where_the_owner_says() {
    let begins = Some("must begin with `https://`, `http://`, `mailto:` or `tel:`");
    let script =
        Some("`javascript:` is refused, because it would run in the page; write an address");
    let host = Some(
        "has a value in its scheme or host, where it could lead anywhere; begin with `https://`, the host and `/`",
    );
    for (url, expected) in [
        ("https://example.com", None),
        ("HTTP://example.com:8080/a?b#c", None),
        ("mailto:a@b.example?subject={{answers.a|x y}}", None),
        ("tel:+49123", None),
        ("https://example.com/{{answers.a|x}}", None),
        ("https://example.com?q={{traits.b|x}}", None),
        ("https://example.com#{{traits.b|x}}", None),
        ("example.com", begins),
        ("/help", begins),
        ("data:text/html,x", begins),
        ("//example.com", begins),
        ("javascript:alert(1)", script),
        (" JavaScript:alert(1)", script),
        ("java\\nscript:alert(1)", script),
        ("{{traits.url|https://example.com}}", host),
        ("https://{{traits.host|x}}/", host),
        ("https://example.com{{traits.path|x}}", host),
        ("https://example.com\\\\{{traits.path|x}}", host),
        (
            "https://",
            Some("has no host; write one like `https://example.com/`"),
        ),
        (
            "https:///a",
            Some("has no host; write one like `https://example.com/`"),
        ),
        (
            "https://example.com/a b",
            Some("has a space in it; write `%20`"),
        ),
    ] {
        let fields = format!(r#""thanks":{{"title":"T","link":{{"label":"L","url":"{url}"}}}}"#);
        let expected = expected.map(|expected| format!("thanks.link.url: {expected}"));
        check_fields(&fields, expected.as_deref());
    }
}

#[test]
fn variants_of_the_thanks_are_checked_like_the_rest() {
    for (variants, expected) in [
        (
            r#"[{"if":{"question":"a","at_least":9},"title":"Wow"}]"#,
            None,
        ),
        (
            "[]",
            Some("thanks.variants: is empty; add a variant or remove it"),
        ),
        (
            r#"[{"title":"Wow"}]"#,
            Some("thanks.variants[0].if: is missing; add it"),
        ),
        (
            r#"[{"if":{"question":"b","at_least":9},"title":"Wow"}]"#,
            Some("thanks.variants[0].if.question: there is no question `b`; did you mean `a`?"),
        ),
        (
            r#"[{"if":{"at_least":9},"title":"Wow"}]"#,
            Some(
                "thanks.variants[0].if: looks at nothing; add `question`, `trait`, `context` or `locale`",
            ),
        ),
        (
            r#"[{"if":{"locale":"de"},"title":" "}]"#,
            Some("thanks.variants[0].title: says nothing; write a text or remove the field"),
        ),
    ] {
        check_fields(
            &format!(r#""thanks":{{"title":"T","variants":{variants}}}"#),
            expected,
        );
    }
}
