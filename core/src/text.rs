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

/// True for what looks like an e-mail address: something, `@`, and a name with a dot.
///
/// More cannot be known without sending a mail, and refusing a real address is
/// worse than taking a wrong one.
pub fn is_email(text: &str) -> bool {
    match text.rsplit_once('@') {
        Some((local, domain)) => {
            let is_odd = |character: char| character == '@' || character.is_whitespace();
            !local.is_empty() && !local.contains(is_odd) && is_host(domain)
        }
        None => false,
    }
}

/// True for what looks like a web address, with or without `https://` before it.
pub fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .unwrap_or(text);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest.get(..end).unwrap_or_default();
    is_host(host) && !host.contains('@') && !text.contains(char::is_whitespace)
}

/// What stands between groups of digits, or before a fraction.
const SEPARATORS: [char; 4] = ['.', ',', '٫', '٬'];

/// What stands between groups of three digits alone.
fn is_gap(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\'' | '’')
}

/// True for a number as people write it: a sign, digits, and between them what separates
/// groups and fractions in any language, as in `1.000,50`, `12,34,567`, `1 000`, `1’000` and `.5`.
///
/// Between two separators stands a group, so `1.2.3` is none.
pub fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+', '−']).unwrap_or(text);
    let parts: Vec<&str> = digits.split(SEPARATORS).collect();
    let mut separators = digits.matches(SEPARATORS).rev();
    // A separator that comes again is none of a fraction.
    let last = separators.next();
    let is_grouped = separators.any(|other| Some(other) == last);
    let [first, rest @ ..] = &parts[..] else {
        return false;
    };
    let is_begun = is_run(first) || (first.is_empty() && rest.len() == 1);
    is_begun
        && rest.iter().enumerate().all(|(at, part)| {
            let is_long = match at + 1 == rest.len() {
                true => !is_grouped || char_count(part) == 3,
                false => matches!(char_count(part), 2 | 3),
            };
            is_long && is_run(part)
        })
}

/// True for digits, with gaps between groups of three.
fn is_run(text: &str) -> bool {
    let is_digits = |group: &str| !group.is_empty() && group.chars().all(char::is_numeric);
    let mut groups = text.split(is_gap);
    groups.next().is_some_and(is_digits)
        && groups.all(|group| is_digits(group) && char_count(group) == 3)
}

/// A name with a dot between other characters, none of them a space.
fn is_host(text: &str) -> bool {
    let has_dot = text.contains('.');
    has_dot && !text.contains(char::is_whitespace) && text.split('.').all(|part| !part.is_empty())
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

    #[test]
    fn addresses_are_taken_as_people_write_them() {
        for right in [
            "a@b.co",
            "zoë@exämple.org",
            "first.last+tag@mail.example.com",
        ] {
            assert!(is_email(right), "{right}");
        }
        for wrong in [
            "",
            "a",
            "a@b",
            "@b.co",
            "a@b.",
            "a@.co",
            "a b@c.de",
            "a\u{a0}@c.de",
            "a@b@c.de",
        ] {
            assert!(!is_email(wrong), "{wrong}");
        }
        for right in [
            "example.com",
            "https://example.com/a?b#c",
            "http://a.example:8080",
        ] {
            assert!(is_web_address(right), "{right}");
        }
        for wrong in [
            "",
            "example",
            "https://",
            "a b.com",
            "name@example.com",
            "https://x",
        ] {
            assert!(!is_web_address(wrong), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        for right in [
            "0",
            "-12",
            "+3",
            "1,5",
            "1.5",
            "1.000,50",
            "٣",
            "−2",
            "۱۲٫۵",
            "1 000",
            "1’000.50",
            "12\u{202f}345\u{a0}678,9",
            ".5",
            "-,25",
            "1.000.000",
            "12,34,567.8",
            "0.123 456",
        ] {
            assert!(is_number(right), "{right}");
        }
        for wrong in [
            "", "-", "1e5", "twelve", "1,", "1 2", "1  000", "1 000 ", "’000", ".", "1.2.3",
            "1,2,3", "1.000.5", ".000.000", "1..2", "1.0000,5",
        ] {
            assert!(!is_number(wrong), "{wrong}");
        }
    }
}
