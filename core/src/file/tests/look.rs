//! What the look of the card is refused for.

use super::*;

#[test]
fn measures_of_the_look_are_within_limits() {
    for (name, min, max) in [
        ("radius_px", 0, 32),
        ("spacing_px", 8, 32),
        ("offset_x_px", 0, 200),
        ("offset_y_px", 0, 200),
    ] {
        let theme = |pixels: i32| format!(r#""theme":{{"{name}":{pixels}}}"#);
        check_fields(&theme(min), None);
        check_fields(&theme(max), None);
        let expected = format!("theme.{name}: must be from {min} to {max}");
        check_fields(&theme(min - 1), Some(&expected));
        check_fields(&theme(max + 1), Some(&expected));
    }
    let colour = "must be a colour as `#0a7c66` or `#07c`";
    check_fields(
        r#""theme":{"accent":"teal"}"#,
        Some(&format!("theme.accent: {colour}")),
    );
    check_fields(
        r#""theme":{"dark":{"line":5}}"#,
        Some("theme.dark.line: must be a text"),
    );
    check_fields(
        r#""theme":{"font":"x;}*{"}"#,
        Some(
            "theme.font: must be names of fonts with commas between them, as `Inter, sans-serif`, of letters, digits, spaces, `-` and `_`, 200 characters at most",
        ),
    );
    check_fields(
        r#""theme":{"dark":{"radius_px":3}}"#,
        Some(
            "theme.dark.radius_px: is no field of a survey file; here may be `accent`, `on_accent`, `background`, `text`, `muted`, `line`, `soft`, `error`",
        ),
    );
}

fn message(place: &str, front: &str, back: &str, ratio: &str, needed: &str) -> String {
    format!(
        "{place}: the contrast of {front} on {back} is {ratio}, and {needed} is needed; make one of them lighter or darker"
    )
}

#[test]
fn what_cannot_be_seen_on_its_colour_is_found() {
    for (theme, expected) in [
        (r##"{"muted":"#767676"}"##, None),
        (
            r##"{"muted":"#777"}"##,
            Some(message(
                "theme.muted",
                "`muted` (#777777)",
                "`background` (#ffffff)",
                "4.47",
                "4.5",
            )),
        ),
        (r##"{"soft":"#888"}"##, None),
        (
            r##"{"soft":"#777"}"##,
            Some(message(
                "theme.soft",
                "`text` (#1b1f27)",
                "`soft` (#777777)",
                "3.68",
                "4.5",
            )),
        ),
        (
            r##"{"on_accent":"#8ea0e0"}"##,
            Some(message(
                "theme.on_accent",
                "`on_accent` (#8ea0e0)",
                "`accent` (#3451c6)",
                "2.63",
                "4.5",
            )),
        ),
        (r##"{"line":"#949494"}"##, None),
        (
            r##"{"line":"#959595"}"##,
            Some(message(
                "theme.line",
                "`line` (#959595)",
                "`background` (#ffffff)",
                "2.99",
                "3",
            )),
        ),
        (
            r##"{"error":"#f33"}"##,
            Some(message(
                "theme.error",
                "`error` (#ff3333)",
                "`background` (#ffffff)",
                "3.63",
                "4.5",
            )),
        ),
    ] {
        check_fields(&format!(r#""theme":{theme}"#), expected.as_deref());
    }
}

#[test]
fn light_and_dark_colours_are_looked_at_apart() {
    for (theme, expected) in [
        (r##"{"dark":{"text":"#888","soft":"#000"}}"##, None),
        (
            r##"{"dark":{"accent":"#333","on_accent":"#fff"}}"##,
            Some(message(
                "theme.dark.accent",
                "`accent` (#333333)",
                "`background` (#1c1f26)",
                "1.30",
                "3",
            )),
        ),
        // The colours of the light card say nothing of the dark one.
        (r##"{"text":"#000"}"##, None),
    ] {
        check_fields(&format!(r#""theme":{theme}"#), expected.as_deref());
    }
}

#[test]
fn every_pair_of_colours_is_looked_at() {
    // An accent that is too light for the card and for the text on it.
    let lemon = problems(&with(r##""theme":{"accent":"#ffd400"}"##));
    let on = |front: &str, back: &str, ratio: &str, needed: &str| {
        format!(
            "line 1, {}",
            message("theme.accent", front, back, ratio, needed)
        )
    };
    assert_eq!(
        lemon,
        [
            on("`on_accent` (#ffffff)", "`accent` (#ffd400)", "1.43", "4.5"),
            on("`accent` (#ffd400)", "`background` (#ffffff)", "1.43", "3"),
        ]
    );
}
