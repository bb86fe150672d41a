//! Questions that are answered in writing.

use super::*;

fn field(more: &str, events: impl IntoIterator<Item = Event>) -> String {
    let question = format!(r#"{{ "id": "why", "kind": "free_text", "prompt": "Why?" {more} }}"#);
    asked(&question, "", events)
}

#[test]
fn a_text_question_is_a_labelled_text_area_with_a_way_back() {
    let html = sample("en", [rating(9), Event::NextPressed]);
    check_holds(tag(&html, "textarea"), &["aria-labelledby=\"prompt\""]);
    check_holds(
        &html,
        &[
            "></textarea>",
            "A sentence is plenty.",
            ">Back</button>",
            ">Send</button>",
        ],
    );
    assert!(!html.contains(">Next</button>"), "{html}");
}

#[test]
fn what_is_written_stays_and_is_escaped() {
    let html = field("", [words("a < b & c")]);
    check_holds(&html, &["a &lt; b &amp; c</textarea>"]);
    let html = field(r#", "is_single_line": true"#, [words("\"quoted\"")]);
    check_holds(&html, &["value=\"&quot;quoted&quot;\""]);
}

#[test]
fn each_format_has_its_field_and_its_error() {
    for (format, field_has, error) in [
        (
            "email",
            "type=\"email\" inputmode=\"email\"",
            "an e-mail address",
        ),
        ("url", "type=\"url\" inputmode=\"url\"", "a web address"),
        ("number", "type=\"text\" inputmode=\"decimal\"", "a number"),
    ] {
        let more = format!(r#", "format": "{format}""#);
        let html = field(&more, [words("no such thing"), Event::NextPressed]);
        check_holds(
            tag(&html, "class=\"line\""),
            &[field_has, "aria-invalid=\"true\""],
        );
        check_holds(
            tag(&html, "class=\"line\""),
            &["aria-labelledby=\"prompt\"", "dir=\"ltr\""],
        );
        check_holds(&html, &[error]);
    }
}

#[test]
fn a_line_is_a_text_field_without_guesses_of_the_browser() {
    let html = field(r#", "is_single_line": true, "placeholder": "One word""#, []);
    let line = tag(&html, "class=\"line\"");
    check_holds(line, &["type=\"text\"", "placeholder=\"One word\""]);
    assert!(
        !line.contains("autocomplete") && !line.contains("dir="),
        "{line}"
    );
}

#[test]
fn how_much_is_to_be_written_is_said_before_and_after() {
    let html = field(r#", "min_chars": 10"#, [words("short"), Event::NextPressed]);
    assert_eq!(html.matches("at least 10").count(), 2, "{html}");
    let html = field(r#", "max_chars": 10"#, [words("much too long")]);
    check_holds(&html, &["Characters left: −3"]);
}
