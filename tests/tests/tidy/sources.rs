//! Rules for source files: a purpose, a length, nothing left undone.

/// Longer files are split, or say why not.
const MOST_LINES: usize = 400;

/// How a long file begins its excuse, within its first lines.
const EXCUSE: &str = "long file:";

/// Where the excuse must stand.
const EXCUSE_LINES: usize = 5;

/// What marks unfinished work. Written in halves, so that this file passes.
const MARKS: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!("),
    concat!("unimplemen", "ted!("),
    concat!("#[ign", "ore"),
];

/// A module that does not begin with what it is for.
pub(crate) fn without_purpose(path: &str, text: &str) -> Option<String> {
    let has_purpose = text.strip_prefix("//!").is_some_and(|rest| {
        rest.lines()
            .next()
            .is_some_and(|line| !line.trim().is_empty())
    });
    (!has_purpose).then(|| format!("{path}: does not start with `//!` and a purpose"))
}

/// A file with too many lines and no excuse.
pub(crate) fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    let is_excused = text
        .lines()
        .take(EXCUSE_LINES)
        .filter_map(|line| line.split_once(EXCUSE))
        .any(|(_, reason)| !reason.trim().is_empty());
    (MOST_LINES < lines && !is_excused)
        .then(|| format!("{path}: {lines} lines; split it, or say `{EXCUSE}` and why at its top"))
}

/// Lines that promise work for later, or tests that do not run.
pub(crate) fn undone(path: &str, text: &str) -> Vec<String> {
    text.lines()
        .enumerate()
        .filter_map(|(index, line)| {
            let mark = MARKS.iter().find(|mark| line.contains(*mark))?;
            Some(format!("{path}:{}: `{mark}`", index + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_starts_with_its_purpose() {
        assert_eq!(
            without_purpose("a.rs", "//! Reads files.\nuse std::fs;"),
            None
        );
        for text in [
            "use std::fs;",
            "\n//! Reads files.",
            "//!\nuse std::fs;",
            "",
        ] {
            assert!(without_purpose("a.rs", text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn a_file_may_have_400_lines() {
        assert_eq!(too_long("a.rs", &"line\n".repeat(400)), None);
        assert!(too_long("a.rs", &"line\n".repeat(401)).is_some());
    }

    #[test]
    fn a_long_file_needs_a_reason_at_its_top() {
        let long = "line\n".repeat(401);
        assert_eq!(
            too_long("a.rs", &format!("//! long file: one table\n{long}")),
            None
        );
        assert!(
            too_long("a.rs", &format!("//! long file:\n{long}")).is_some(),
            "no reason"
        );
        assert!(
            too_long("a.rs", &format!("{long}// long file: late\n")).is_some(),
            "too late"
        );
    }

    #[test]
    fn every_mark_is_found_with_its_line() {
        for mark in MARKS {
            let faults = undone("a.rs", &format!("fine\nlet x = 1; // {mark}\n"));
            assert_eq!(faults, [format!("a.rs:2: `{mark}`")]);
        }
        assert_eq!(
            undone("a.rs", "todo = \"warn\"\nignored"),
            Vec::<String>::new()
        );
    }
}
