//! What the delivery of a survey is refused for: its pause, its end, its limit.

use super::*;

#[test]
fn a_pause_is_true_or_false() {
    check_fields(r#""paused":true"#, None);
    check_fields(r#""paused":false"#, None);
    check_fields(
        r#""paused":"yes""#,
        Some("paused: must be `true` or `false`"),
    );
    check_fields(
        r#""pause":true"#,
        Some("pause: is no field of a survey file; did you mean `paused`?"),
    );
}

#[test]
fn a_limit_is_one_response_or_more() {
    let off = "response_limit: must be from 1 to 4294967295";
    for (limit, expected) in [
        ("1", None),
        ("4294967295", None),
        ("0", Some(off)),
        ("4294967296", Some(off)),
        ("-1", Some(off)),
        ("1.5", Some("response_limit: must be a whole number")),
        (r#""5""#, Some("response_limit: must be a whole number")),
    ] {
        check_fields(&format!(r#""response_limit":{limit}"#), expected);
    }
}

#[test]
fn an_end_is_a_time_with_its_zone() {
    check_fields(r#""ends_at":"2026-12-31T23:59:59Z""#, None);
    check_fields(r#""ends_at":"2028-02-29T00:00:00.5-10:00""#, None);
    check_fields(r#""ends_at":5"#, Some("ends_at: must be a text"));
    for time in [
        "2026-12-31",
        "2026-12-31T23:59:59",
        "2027-02-29T00:00:00Z",
        "tomorrow",
        "",
    ] {
        check_fields(
            &format!(r#""ends_at":"{time}""#),
            Some(
                "ends_at: must be a time with its zone, as `2026-12-31T23:59:59Z` or \
                 `2026-12-31T23:59:59+01:00`",
            ),
        );
    }
}
