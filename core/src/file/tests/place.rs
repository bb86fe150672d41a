//! What the place of the card and its tab are refused for.

use super::*;

#[test]
fn each_display_has_its_places() {
    for (fields, expected) in [
        (r#""position":"top_start""#, None),
        (r#""display":"popover","position":"center""#, None),
        (r#""display":"bar","position":"top""#, None),
        (r#""display":"modal""#, None),
        (
            r#""position":"top""#,
            Some(
                "position: is no place of the display `popover`; write `bottom_end`, `bottom_start`, `top_end`, `top_start` or `center`",
            ),
        ),
        (
            r#""display":"bar","position":"center""#,
            Some("position: is no place of the display `bar`; write `bottom` or `top`"),
        ),
        (
            r#""display":"modal","position":"center""#,
            Some("position: is no place of the display `modal`; remove it"),
        ),
        (
            r#""display":"inline","position":"end""#,
            Some("position: is no place of the display `inline`; remove it"),
        ),
        (
            r#""position":"left""#,
            Some(
                "position: must be one of `bottom_end`, `bottom_start`, `top_end`, `top_start`, `center`, `bottom`, `top`, `end`, `start`",
            ),
        ),
        (
            r#""has_progress":"yes""#,
            Some("has_progress: must be `true` or `false`"),
        ),
    ] {
        check_fields(fields, expected);
    }
}

#[test]
fn a_tab_has_a_label_or_a_button() {
    for (fields, expected) in [
        (
            r#""display":"tab","position":"start","tab":{"label":"Feedback"}"#,
            None,
        ),
        (r##""display":"tab","tab":{"button":"#feedback"}"##, None),
        (
            r#""display":"tab""#,
            Some(
                "tab: is missing; add a `label` for the tab, or the `button` of the page that opens the card",
            ),
        ),
        (
            r#""tab":{"label":"x"}"#,
            Some("tab: belongs to the display `tab` alone; remove it or change `display`"),
        ),
        (
            r#""display":"tab","tab":{}"#,
            Some("tab: says nothing; add a `label` or a `button`"),
        ),
        (
            r##""display":"tab","tab":{"label":"x","button":"#y"}"##,
            Some(
                "tab: has a `label` and a `button`; the button needs no label, so keep one of the two",
            ),
        ),
        (
            r#""display":"tab","tab":{"button":" "}"#,
            Some("tab.button: says nothing; write a text or remove the field"),
        ),
        (
            r#""display":"tab","tab":{"lable":"x"}"#,
            Some("tab.lable: is no field of a survey file; did you mean `label`?"),
        ),
    ] {
        check_fields(fields, expected);
    }
}
