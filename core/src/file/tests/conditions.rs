//! What conditions are refused for, and that nothing wrong is concluded from them.

use super::*;

const EARLIER: [&str; 7] = [
    r#"{"id":"rated","kind":"csat","prompt":"?"}"#,
    r#"{"id":"text","kind":"free_text","prompt":"?"}"#,
    r#"{"id":"one","kind":"single_choice","prompt":"?","choices":[{"id":"red","label":"Red"},{"id":"blue","label":"Blue"}]}"#,
    r#"{"id":"some","kind":"multiple_choice","prompt":"?","other":"Else","choices":[{"id":"red","label":"Red"}]}"#,
    r#"{"id":"agreed","kind":"consent","prompt":"?","label":"Yes"}"#,
    r#"{"id":"note","kind":"message","prompt":"?"}"#,
    r#"{"id":"easy","kind":"ces","prompt":"?"}"#,
];

/// Checks that a `show_if` has this problem alone, at its place in the condition; none: that it is right.
#[track_caller]
fn check_show_if(condition: &str, expected: Option<&str>) {
    let asked = format!(r#"{{"id":"asked","kind":"nps","prompt":"?","show_if":{condition}}}"#);
    let questions: Vec<&str> = EARLIER.into_iter().chain([asked.as_str(), LAST]).collect();
    let expected = expected.map(|expected| format!("line 9, questions[7].show_if{expected}"));
    assert_eq!(
        problems(&survey(&questions)),
        Vec::from_iter(expected),
        "{condition}"
    );
}

#[test]
fn a_condition_looks_at_what_is_there_and_asked_before() {
    for (condition, expected) in [
        (r#"{"question":"rated","at_least":4}"#, None),
        (r#"{"trait":"plan","is":"pro"}"#, None),
        (r#"{"context":"total","at_least":-0.5,"at_most":1e9}"#, None),
        (r#"{"locale":["de","fr-CA"]}"#, None),
        (
            r#"{"question":"ratd","at_least":4}"#,
            Some(".question: there is no question `ratd`; did you mean `rated`?"),
        ),
        (
            r#"{"question":"nowhere","at_least":4}"#,
            Some(".question: there is no question `nowhere`; name a question before this one"),
        ),
        (
            r#"{"question":"last","is_given":true}"#,
            Some(".question: is asked later; name a question before this one"),
        ),
        (
            r#"{"question":"asked","at_least":4}"#,
            Some(".question: is asked later; name a question before this one"),
        ),
        (
            r#"{"question":"note","is_given":true}"#,
            Some(".question: is a `message`, which has no answer; name another question"),
        ),
        (
            r#"{"at_least":4}"#,
            Some(": looks at nothing; add `question`, `trait`, `context` or `locale`"),
        ),
        (
            "{}",
            Some(": looks at nothing; add `question`, `trait`, `context` or `locale`"),
        ),
        (
            r#"{"trait":"plan","question":"rated","is":4}"#,
            Some(
                ": looks at `question` and `trait` at once; make a condition of each, in `all` or `any`",
            ),
        ),
        (
            r#"{"trait":" ","is":4}"#,
            Some(".trait: names nothing; write a name"),
        ),
        ("5", Some(": must be an object, in { and }")),
    ] {
        check_show_if(condition, expected);
    }
    let long = |count: usize| format!(r#"{{"trait":"{}","is":1}}"#, "n".repeat(count));
    check_show_if(&long(100), None);
    check_show_if(
        &long(101),
        Some(".trait: is too long; 100 characters are allowed"),
    );
}

#[test]
fn a_language_is_a_language_and_nothing_more_is_asked_of_it() {
    for (condition, expected) in [
        (
            r#"{"locale":"english"}"#,
            Some(".locale: `english` is no language tag; write one like `en` or `pt-BR`"),
        ),
        (
            r#"{"locale":["de","x"]}"#,
            Some(".locale[1]: `x` is no language tag; write one like `en` or `pt-BR`"),
        ),
        (
            r#"{"locale":"de","is":"de"}"#,
            Some(": looks at the language, of which nothing more is asked; remove the rest"),
        ),
        (
            r#"{"locale":[]}"#,
            Some(".locale: is empty; add a value or remove the field"),
        ),
    ] {
        check_show_if(condition, expected);
    }
}

#[test]
fn what_is_asked_fits_the_kind() {
    for (condition, expected) in [
        (r#"{"question":"text","contains":"refund"}"#, None),
        (r#"{"question":"text","is":["yes","no"]}"#, None),
        (r#"{"question":"one","is":"red"}"#, None),
        (r#"{"question":"some","contains":"other"}"#, None),
        (r#"{"question":"some","is":"red"}"#, None),
        (r#"{"question":"agreed","is":true}"#, None),
        (r#"{"question":"easy","at_most":7,"is":[1,7]}"#, None),
        (
            r#"{"question":"one","at_least":1}"#,
            Some(".at_least: does not fit a `single_choice` question; ask `is` or `is_given`"),
        ),
        (
            r#"{"question":"one","contains":"red"}"#,
            Some(".contains: does not fit a `single_choice` question; ask `is` or `is_given`"),
        ),
        (
            r#"{"question":"rated","contains":"4"}"#,
            Some(
                ".contains: does not fit a `csat` question; ask `at_least`, `at_most`, `is` or `is_given`",
            ),
        ),
        (
            r#"{"question":"text","at_most":4}"#,
            Some(
                ".at_most: does not fit a `free_text` question; ask `contains`, `is` or `is_given`",
            ),
        ),
    ] {
        check_show_if(condition, expected);
    }
}

#[test]
fn the_values_are_among_those_that_can_be_answered() {
    for (condition, expected) in [
        (
            r#"{"question":"one","is":["blue","rd"]}"#,
            Some(".is[1]: the question has no choice `rd`; did you mean `red`?"),
        ),
        (
            r#"{"question":"one","is":"other"}"#,
            Some(".is: the question has no choice `other`; write the id of a choice"),
        ),
        (
            r#"{"question":"one","is":1}"#,
            Some(".is: must be the id of a choice"),
        ),
        (
            r#"{"question":"some","contains":"green"}"#,
            Some(".contains: the question has no choice `green`; write the id of a choice"),
        ),
        (
            r#"{"question":"agreed","is":"yes"}"#,
            Some(".is: must be `true` or `false`"),
        ),
        (r#"{"question":"text","is":4}"#, Some(".is: must be a text")),
        (
            r#"{"question":"text","contains":" "}"#,
            Some(".contains: says nothing; write a text or remove the field"),
        ),
        (
            r#"{"question":"rated","is":6}"#,
            Some(".is: must be from 1 to 5, the scale of the question"),
        ),
        (
            r#"{"question":"rated","is":[1,"2"]}"#,
            Some(".is[1]: must be from 1 to 5, the scale of the question"),
        ),
        (
            r#"{"question":"easy","at_most":8}"#,
            Some(".at_most: must be from 1 to 7, the scale of the question"),
        ),
        (
            r#"{"question":"easy","at_most":6.5}"#,
            Some(".at_most: must be a whole number"),
        ),
        (
            r#"{"question":"rated","is":null}"#,
            Some(".is: must be a text, a number, `true` or `false`, or a list of such"),
        ),
        (
            r#"{"question":"rated","is":[1,[]]}"#,
            Some(".is[1]: must be a text, a number, `true` or `false`"),
        ),
    ] {
        check_show_if(condition, expected);
    }
}

#[test]
fn a_condition_that_nothing_fits_is_found() {
    for (condition, expected) in [
        (r#"{"question":"one"}"#, "add `is` or `is_given`"),
        (
            r#"{"trait":"plan"}"#,
            "add `at_least`, `at_most`, `is`, `contains` or `is_given`",
        ),
    ] {
        check_show_if(condition, Some(&format!(": fits nothing; {expected}")));
    }
    for (condition, expected) in [
        (
            r#"{"question":"rated","at_least":4,"at_most":3}"#,
            "fits no rating of the scale; `at_least` and `at_most` leave nothing",
        ),
        (
            r#"{"question":"rated","at_least":4,"is":[1,2]}"#,
            "fits no rating of the scale; `at_least` and `at_most` leave nothing",
        ),
        (
            r#"{"question":"rated","is_given":false,"at_least":3}"#,
            "fits nothing: `is_given` is false, so there is no value for the rest; remove one",
        ),
        (
            r#"{"trait":"seats","at_least":2,"at_most":1}"#,
            "fits nothing: `at_least` is more than `at_most`",
        ),
        (
            r#"{"context":"total","at_least":2,"is":[1,"three"]}"#,
            "fits nothing: no value of `is` lies within `at_least` and `at_most`",
        ),
        (
            r#"{"context":"total","at_least":2,"contains":"3"}"#,
            "fits nothing: a number contains no text; remove `contains` or the bounds",
        ),
    ] {
        check_show_if(condition, Some(&format!(": {expected}")));
    }
    check_show_if(r#"{"trait":"seats","at_least":2,"at_most":2}"#, None);
    check_show_if(r#"{"question":"rated","is_given":false}"#, None);
}

#[test]
fn groups_are_looked_into() {
    for (condition, expected) in [
        (
            r#"{"not":{"any":[{"question":"one","is":"red"},{"trait":"plan","is":"pro"}]}}"#,
            None,
        ),
        (
            r#"{"all":[{"question":"one","at_least":1}]}"#,
            Some(
                ".all[0].at_least: does not fit a `single_choice` question; ask `is` or `is_given`",
            ),
        ),
        (
            r#"{"not":{"any":[{"locale":"de"},{"question":"nowhere","is":1}]}}"#,
            Some(
                ".not.any[1].question: there is no question `nowhere`; name a question before this one",
            ),
        ),
        (r#"{"all":[]}"#, Some(".all: is empty; add a condition")),
        (
            r#"{"any":[{"not":{"any":[]}}]}"#,
            Some(".any[0].not.any: is empty; add a condition"),
        ),
        (r#"{"all":{}}"#, Some(".all: must be a list, in [ and ]")),
        (
            r#"{"any":[{"locale":"de"}],"at_least":3}"#,
            Some(
                ".at_least: stands beside `any`, which stands alone; put both into one `all` or `any`",
            ),
        ),
        (
            r#"{"any":[{"locale":"de"}],"not":{"locale":"fr"}}"#,
            Some(".not: stands beside `any`, which stands alone; put both into one `all` or `any`"),
        ),
        (
            r#"{"anny":[{"locale":"de"}]}"#,
            Some(".anny: is no field of a survey file; did you mean `any`?"),
        ),
        (
            r#"{"question":"rated","gte":4}"#,
            Some(
                ".gte: is no field of a survey file; here may be `all`, `any`, `not`, `question`, \
                 `trait`, `context`, `locale`, `at_least`, `at_most`, `is`, `contains`, `is_given`",
            ),
        ),
    ] {
        check_show_if(condition, expected);
    }
}

#[test]
fn conditions_are_not_too_deep_and_not_too_large() {
    let deep = |levels: usize| {
        let (open, close) = (r#"{"not":"#.repeat(levels - 1), "}".repeat(levels - 1));
        format!(r#"{open}{{"locale":"de"}}{close}"#)
    };
    check_show_if(&deep(8), None);
    let place = ".not".repeat(8);
    check_show_if(
        &deep(9),
        Some(&format!("{place}: stands too deep; 8 levels are allowed")),
    );
    let large = |tests: usize| {
        format!(
            r#"{{"any":[{}]}}"#,
            [r#"{"locale":"de"}"#].repeat(tests).join(",")
        )
    };
    check_show_if(&large(50), None);
    check_show_if(&large(51), Some(": looks at 51 values; 50 are allowed"));
}

#[test]
fn nothing_is_concluded_from_conditions_on_more_than_a_rating() {
    let branching = |first: &str, second: &str| {
        format!(
            r#"{{"id":"a","kind":"nps","prompt":"?","is_required":true,"next":[{{"if":{first},"go_to":"last"}},{{"if":{second},"go_to":"last"}}]}}"#
        )
    };
    let high = r#"{"at_least":7}"#;
    let middle = r#"{"id":"middle","kind":"free_text","prompt":"?"}"#;
    // Either way on leads past the question in the middle, if the other is sure to be taken.
    for (low, is_sure) in [
        (r#"{"at_most":6}"#, true),
        (r#"{"is":[0,1,2,3,4,5,6]}"#, true),
        (
            r#"{"all":[{"at_most":6},{"trait":"plan","is":"pro"}]}"#,
            false,
        ),
        (r#"{"any":[{"at_most":6},{"locale":"de"}]}"#, false),
        (r#"{"not":{"at_least":7}}"#, false),
        (r#"{"trait":"plan","at_most":6}"#, false),
    ] {
        let expected = "line 3, questions[1]: is never asked: no branch leads to it; change a `next` or remove it";
        let found = problems(&survey(&[&branching(low, high), middle, LAST]));
        assert_eq!(found, Vec::from_iter(is_sure.then_some(expected)), "{low}");
        // And a branch like one that may be taken is not covered by it.
        let repeated = problems(&survey(&[&branching(low, low), LAST]));
        let covered = "line 2, questions[0].next[1]: is never reached: the branches before it fit every rating that it fits";
        assert_eq!(
            repeated,
            Vec::from_iter(is_sure.then_some(covered)),
            "{low}"
        );
    }
}

#[test]
fn a_question_that_may_be_passed_over_leads_to_the_next_in_order() {
    let jump =
        |show_if: &str| format!(r#"{{"id":"a","kind":"nps","prompt":"?"{show_if},"next":"last"}}"#);
    let middle = r#"{"id":"middle","kind":"free_text","prompt":"?"}"#;
    check_questions(
        &[&jump(""), middle, LAST],
        &[
            "line 3, questions[1]: is never asked: no branch leads to it; change a `next` or remove it",
        ],
    );
    check_questions(
        &[
            &jump(r#","show_if":{"trait":"plan","is":"pro"}"#),
            middle,
            LAST,
        ],
        &[],
    );
}

#[test]
fn all_questions_may_be_passed_over() {
    let question = r#"{"id":"a","kind":"nps","prompt":"?","show_if":{"locale":"de"}}"#;
    check_questions(&[question], &[]);
}
