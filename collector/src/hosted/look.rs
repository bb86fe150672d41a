//! The style sheet of the page: the widget's own, for a page in the place of a shadow root.
//! And the script of the page.

use std::sync::OnceLock;

use sayso_widget::style::STYLE;

use crate::packed::{Kind, Packed};

/// What surrounds the card.
const PAGE: &str = include_str!("page.css");

/// Makes the page the widget, and tells the page around a frame what happens.
const PAGE_SCRIPT: &str = include_str!("page.js");

/// The script of the hosted pages. Without it they are forms.
pub fn script() -> &'static Packed {
    static FILE: OnceLock<Packed> = OnceLock::new();
    FILE.get_or_init(|| Packed::compressed_when_asked_for(PAGE_SCRIPT))
}

/// How the sheet is served: its address has its content in it.
pub static SHEET: Kind = Kind::immutable("text/css; charset=utf-8");

/// The sheet of every hosted page.
pub fn sheet() -> &'static Packed {
    static SHEET: OnceLock<Packed> = OnceLock::new();
    SHEET.get_or_init(|| Packed::compressed_when_asked_for([&hosted(STYLE), PAGE].concat()))
}

/// A sheet of a shadow root, for an element of the class `host`.
pub fn hosted(css: &str) -> String {
    let mut pieces = css.split(":host");
    let mut out = String::from(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push_str(".host");
        match piece.strip_prefix('(').and_then(split_group) {
            Some((inner, rest)) => out.extend([inner, rest]),
            None => out.push_str(piece),
        }
    }
    out
}

/// What stands before the parenthesis that closes the one before it, and what follows.
fn split_group(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_the_host_is_said_of_its_element() {
        let css = r#":host{a:b}:host(:not([data-theme="light"])) .x{c:d}:host([data-theme=dark]){e:f}:host::backdrop{}"#;
        assert_eq!(
            hosted(css),
            r#".host{a:b}.host:not([data-theme="light"]) .x{c:d}.host[data-theme=dark]{e:f}.host::backdrop{}"#
        );
        assert!(!hosted(STYLE).contains(":host"));
    }
}
