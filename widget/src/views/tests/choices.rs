//! Choices in words, and the box to tick.

use super::*;

fn choices(kind: &str, more: &str, events: impl IntoIterator<Item = Event>) -> String {
    let question = format!(
        r#"{{ "id": "what", "kind": "{kind}", "prompt": "What?", "is_required": true,
              "choices": [{{ "id": "price", "label": "The price" }},
                          {{ "id": "range", "label": "The <b>range</b>" }},
                          {{ "id": "staff", "label": "The people" }}] {more} }}"#
    );
    asked(&question, "", events)
}

fn chosen(ids: &[&str]) -> Event {
    let ids = ids.iter().map(|id| String::from(*id)).collect();
    Event::Answered(Some(Answer::Choices(ids)))
}

#[test]
fn one_of_some_is_a_group_of_radio_buttons() {
    let html = choices("single_choice", "", [words("range")]);
    check_holds(
        tag(&html, "fieldset"),
        &["role=\"radiogroup\"", "aria-required=\"true\""],
    );
    assert_eq!(html.matches("type=\"radio\"").count(), 3, "{html}");
    check_holds(tag(&html, "value=\"range\""), &["checked"]);
    check_holds(&html, &["<span>The &lt;b&gt;range&lt;/b&gt;</span>"]);
    assert!(!html.contains("part=\"other\""), "{html}");
}

#[test]
fn several_of_some_is_a_group_of_boxes_with_a_hint() {
    let html = choices("multiple_choice", "", [chosen(&["price", "staff"])]);
    let group = tag(&html, "fieldset");
    check_holds(group, &["role=\"group\""]);
    // A group has neither of these; its boxes and the error say it.
    assert!(
        !group.contains("aria-required") && !group.contains("aria-invalid"),
        "{group}"
    );
    assert_eq!(html.matches("type=\"checkbox\"").count(), 3, "{html}");
    assert_eq!(html.matches(" checked").count(), 2, "{html}");
    check_holds(&html, &["Choose all that apply."]);
}

#[test]
fn limits_are_said_before_and_after_and_lock_no_box() {
    let html = choices(
        "multiple_choice",
        r#", "max_choices": 1"#,
        [chosen(&["price", "staff"]), Event::NextPressed],
    );
    assert!(
        !html.contains("Choose all that apply.") && !html.contains("disabled"),
        "{html}"
    );
    let group = html.split("</fieldset>").collect::<Vec<_>>();
    check_holds(group[0], &["id=\"hint\""]);
    check_holds(group[1], &["1"]);
}

#[test]
fn other_comes_last_with_a_named_field() {
    let other = r#", "other": "Something else""#;
    for (kind, answer) in [
        ("single_choice", words("other:the music")),
        ("multiple_choice", chosen(&["price", "other:the music"])),
    ] {
        let html = choices(kind, other, [answer]);
        check_holds(tag(&html, "value=\"other:\""), &["checked"]);
        let field = tag(&html, "part=\"other\"");
        check_holds(
            field,
            &["aria-label=\"In your own words\"", "value=\"the music\""],
        );
        let (staff, last) = (html.find("value=\"staff\""), html.find("value=\"other:\""));
        assert!(staff < last, "{html}");
    }
}

#[test]
fn other_without_words_asks_for_words_and_blames_the_field() {
    let other = r#", "other": "Something else""#;
    let html = choices(
        "single_choice",
        other,
        [words("other:"), Event::NextPressed],
    );
    check_holds(&html, &["Please write a few words."]);
    check_holds(tag(&html, "part=\"other\""), &["aria-invalid=\"true\""]);
}

#[test]
fn a_long_list_scrolls_by_itself() {
    let list: Vec<String> = (0..100)
        .map(|at| format!(r#"{{ "id": "c{at}", "label": "Choice {at}" }}"#))
        .collect();
    let question = format!(
        r#"{{ "id": "what", "kind": "single_choice", "prompt": "What?", "choices": [{}] }}"#,
        list.join(",")
    );
    let html = asked(&question, "", []);
    check_holds(&html, &["class=\"choices many\""]);
    assert_eq!(html.matches("type=\"radio\"").count(), 100);
    assert!(!choices("single_choice", "", []).contains("many"));
}

#[test]
fn consent_is_a_box_with_what_is_agreed_to() {
    let consent = r#"{ "id": "mail", "kind": "consent", "prompt": "May we?",
                       "label": "I agree.", "is_required": true }"#;
    let empty = asked(consent, "", [Event::NextPressed]);
    check_holds(
        tag(&empty, "type=\"checkbox\""),
        &["aria-required=\"true\"", "aria-invalid=\"true\""],
    );
    check_holds(
        &empty,
        &["<span>I agree.</span>", "Please tick the box to go on."],
    );
    let ticked = asked(consent, "", [Event::Answered(Some(Answer::Truth(true)))]);
    check_holds(tag(&ticked, "type=\"checkbox\""), &[" checked"]);
}
