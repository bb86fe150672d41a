//! Colours, their contrast, and the CSS of a look.

use super::super::sample::file;
use super::*;

fn css(theme: &str) -> Option<String> {
    let text = format!(
        r#"{{"schema":1,"id":"x","theme":{theme},"questions":[{{"id":"a","kind":"nps","prompt":"?"}}]}}"#
    );
    file(&text).survey("en").theme
}

#[test]
fn the_built_in_colours_are_those_of_the_card() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../widget/src/style/card.css");
    let card = std::fs::read_to_string(path).unwrap();
    let (light, dark) = card.split_once("prefers-color-scheme: dark").unwrap();
    let theme = FileTheme::default();
    for (css, tones) in [(light, theme.light_tones()), (dark, theme.dark_tones())] {
        for tone in tones {
            let name = tone.name.replace('_', "-");
            let start = format!("--{name}: var(--sayso-{name}, ");
            let (_, rest) = css.split_once(&start).unwrap_or_else(|| panic!("{start}"));
            let (value, _) = rest.split_once(')').unwrap();
            assert_eq!(Colour::read(value), Some(tone.colour), "{name}");
        }
    }
}

#[test]
fn contrast_is_that_of_the_web_guidelines() {
    let contrast = |one: &str, other: &str| {
        let ratio = Colour::read(one)
            .unwrap()
            .contrast(Colour::read(other).unwrap());
        (ratio * 100.0).round() / 100.0
    };
    assert_eq!(contrast("#000", "#fff").to_string(), "21");
    assert_eq!(contrast("#777", "#ffffff").to_string(), "4.48");
    assert_eq!(contrast("#767676", "#FFF").to_string(), "4.54");
    assert_eq!(contrast("#f00", "#f00").to_string(), "1");
}

#[test]
fn a_colour_is_written_in_one_way() {
    for (given, written) in [("#0A7C66", "#0a7c66"), ("#07c", "#0077cc")] {
        assert_eq!(Colour::read(given).unwrap().to_string(), written);
    }
    for wrong in [
        "",
        "#",
        "0a7c66",
        "#0a7c6",
        "#0a7c6g",
        "#+a7c66",
        "red",
        "#0a7c6600",
        "#é12",
    ] {
        assert_eq!(Colour::read(wrong), None, "{wrong}");
    }
}

#[test]
fn a_look_without_anything_is_the_usual_one() {
    assert_eq!(css("{}"), None);
    assert_eq!(css(r#"{"dark":{}}"#), None);
}

#[test]
fn what_is_given_becomes_the_inner_variables_and_the_page_still_wins() {
    assert_eq!(
        css(r##"{"on_accent":"#fff","radius_px":10,"spacing_px":8,"offset_x_px":0,"offset_y_px":200,"font":"Inter, 'Source Sans 3',sans-serif"}"##).unwrap(),
        ":host{--on-accent:var(--sayso-on-accent,#ffffff)!important;--radius:var(--sayso-radius,10px)!important;\
         --spacing:var(--sayso-spacing,8px)!important;--offset-x:var(--sayso-offset-x,0px)!important;\
         --offset-y:var(--sayso-offset-y,200px)!important;\
         --font:var(--sayso-font,\"Inter\",\"Source Sans 3\",sans-serif)!important;}"
    );
}

#[test]
fn a_dark_look_is_for_the_dark_card_alone() {
    let dark = "--text:var(--sayso-text,#eeeeee)!important;";
    let expected = format!(
        ":host{{--text:var(--sayso-text,#111111)!important;}}\
         @media (prefers-color-scheme:dark){{:host(:not([data-theme=\"light\"])){{{dark}}}}}\
         :host([data-theme=\"dark\"]){{{dark}}}"
    );
    assert_eq!(
        css(r##"{"text":"#111","dark":{"text":"#eee"}}"##),
        Some(expected)
    );
}

#[test]
fn a_light_accent_stays_on_the_dark_card_where_it_is_plain_to_see() {
    let dark = |theme: &str| {
        let css = css(theme).unwrap();
        css.split_once(":host([data-theme=\"dark\"]){")
            .map(|(_, dark)| String::from(dark.trim_end_matches('}')))
    };
    // 3.2 to 1 on the dark card, with the text that stands on it in the light one.
    assert_eq!(
        dark(r##"{"accent":"#0a7c66"}"##).as_deref(),
        Some(
            "--accent:var(--sayso-accent,#0a7c66)!important;--on-accent:var(--sayso-on-accent,#ffffff)!important;"
        )
    );
    // Too dark.
    assert_eq!(dark(r##"{"accent":"#1d4e89"}"##), None);
    // The owner has said what the dark one is.
    assert_eq!(
        dark(r##"{"accent":"#0a7c66","dark":{"accent":"#7fd"}}"##).as_deref(),
        Some("--accent:var(--sayso-accent,#77ffdd)!important;")
    );
}

#[test]
fn no_css_comes_in_through_the_fonts() {
    for right in [
        "Inter",
        "\"Segoe UI\", sans-serif",
        "-apple-system",
        "Ubuntu_Mono",
        "ヒラギノ角ゴ",
    ] {
        assert!(Font::read(right).is_some(), "{right}");
    }
    for wrong in [
        "",
        " ",
        "Inter,",
        "x;color:red",
        "x}*{display:none",
        "url(x)",
        "a\\3b",
        "\"a",
        "a\"b",
        "</style>",
        "a/*",
        "a\nb",
        "inherit",
        "Initial, serif",
    ] {
        assert_eq!(Font::read(wrong), None, "{wrong}");
    }
    assert!(Font::read(&"a".repeat(200)).is_some());
    assert_eq!(Font::read(&"a".repeat(201)), None);
}
