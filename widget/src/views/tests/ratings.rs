//! Ratings in numbers, stars, faces and thumbs.

use super::*;

fn scale(kind: &str, more: &str, events: impl IntoIterator<Item = Event>) -> String {
    let question = format!(
        r#"{{ "id": "score", "kind": "{kind}", "prompt": "How was it?", "is_required": true {more} }}"#
    );
    asked(&question, "", events)
}

#[test]
fn every_scale_has_a_named_radio_button_for_each_point() {
    for points in [2, 3, 5, 7, 10] {
        for shape in ["numbers", "stars", "smileys"] {
            let more = format!(r#", "points": {points}, "shape": "{shape}""#);
            let html = scale("rating", &more, [rating(2)]);
            assert_eq!(html.matches("type=\"radio\"").count(), points, "{html}");
            for numeral in 1..=points {
                let name = format!("value=\"{numeral}\" aria-label=\"{numeral}\"");
                check_holds(&html, &[&name]);
            }
            check_holds(tag(&html, "value=\"2\""), &["checked"]);
            assert_eq!(html.matches(" checked").count(), 1, "{html}");
        }
    }
}

#[test]
fn the_ends_of_a_scale_say_what_they_mean() {
    let ends = r#", "low_label": "Hard", "high_label": "Easy""#;
    let html = scale("ces", ends, []);
    check_holds(tag(&html, "value=\"1\""), &["aria-label=\"1 Hard\""]);
    check_holds(tag(&html, "value=\"4\""), &["aria-label=\"4\""]);
    check_holds(tag(&html, "value=\"7\""), &["aria-label=\"7 Easy\""]);
}

#[test]
fn each_shape_is_drawn_in_its_own_way() {
    let numbers = scale("csat", "", []);
    check_holds(
        &numbers,
        &["aria-hidden=\"true\">1</span>", "class=\"scale\""],
    );
    let stars = scale("csat", r#", "shape": "stars""#, []);
    assert_eq!(stars.matches("class=\"star\"").count(), 5, "{stars}");
    let faces = scale("csat", r#", "shape": "smileys""#, []);
    for level in ["l0", "l3", "l6", "l9", "l12"] {
        check_holds(&faces, &[&format!("class=\"{level}\"")]);
    }
}

#[test]
fn no_two_faces_of_a_scale_are_the_same() {
    for points in [2, 3, 5, 7, 10] {
        let html = scale(
            "rating",
            &format!(r#", "points": {points}, "shape": "smileys""#),
            [],
        );
        let mut faces: Vec<&str> = html.split("<i class=\"l").skip(1).collect();
        faces
            .iter_mut()
            .for_each(|face| *face = face.split('"').next().unwrap());
        let before = faces.len();
        faces.dedup();
        assert_eq!((before, faces.len()), (points, points), "{faces:?}");
        assert_eq!((faces[0], faces[points - 1]), ("0", "12"));
    }
}

#[test]
fn thumbs_are_called_what_they_show() {
    let html = scale("rating", r#", "shape": "thumbs""#, [rating(1)]);
    check_holds(
        tag(&html, "value=\"1\""),
        &["aria-label=\"Thumbs down\"", "checked"],
    );
    check_holds(tag(&html, "value=\"2\""), &["aria-label=\"Thumbs up\""]);
}
