//! How text is measured: in Unicode scalar values, the same in page and collector.
//!
//! The `maxlength` attribute of HTML counts UTF-16 units and would disagree on
//! emoji, so nothing of Sayso uses it.

/// Counts the Unicode scalar values of a text. This is its length everywhere in Sayso.
pub fn char_count(text: &str) -> usize {
    text.chars().count()
}

/// True for a text that says nothing: empty, or white space alone.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_counts_once() {
        assert_eq!(char_count("🙂"), 1);
        assert_eq!(char_count("né"), 2);
        assert_eq!(char_count(""), 0);
    }

    #[test]
    fn white_space_alone_says_nothing() {
        assert!(is_blank(""));
        assert!(is_blank(" \n\t\u{a0}"));
        assert!(!is_blank(" a "));
    }
}
