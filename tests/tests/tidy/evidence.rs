//! The tests that docs/security.md names: each attack has one, and each one exists.

use crate::tree::Tree;

/// What stands in a row whose attack has nothing to look at yet.
const NONE: &str = "–";

/// Rows of the tables without a test, and tests that are not in the file that is named.
pub(crate) fn faults(text: &str, tree: &Tree) -> Vec<String> {
    let source = |path: &str| tree.files.iter().find(|file| file.path == path);
    missing(text, |path, test| {
        let call = format!("fn {test}(");
        source(path).is_some_and(|file| file.text.contains(&call))
    })
}

fn missing(text: &str, has_test: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let fault = |what: String| format!("docs/security.md:{}: {what}", index + 1);
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, attack, _, shown_by, _] = cells[..] else {
            continue;
        };
        if attack == "Attack" || attack.starts_with("---") || shown_by == NONE {
            continue;
        }
        let named = tests_of(shown_by);
        if named.is_empty() {
            faults.push(fault(format!("no test is named for: {attack}")));
        }
        for (path, test) in named {
            if !has_test(path, test) {
                faults.push(fault(format!("`{path}` has no test `{test}`")));
            }
        }
    }
    faults
}

/// The tests that a cell names, each with the file that is named before it.
fn tests_of(cell: &str) -> Vec<(&str, &str)> {
    let (mut path, mut tests) = ("", Vec::new());
    for name in cell.split('`').skip(1).step_by(2) {
        match name.ends_with(".rs") {
            true => path = name,
            false => tests.push((path, name)),
        }
    }
    tests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(row: &str, expected: &[&str]) {
        let has_test = |path: &str, test: &str| path == "a.rs" && test == "it_holds";
        let head = "| Attack | What happens | Shown by |\n| --- | --- | --- |\n";
        assert_eq!(
            missing(&format!("{head}{row}"), has_test),
            expected,
            "{row}"
        );
    }

    #[test]
    fn a_row_names_tests_that_exist() {
        check("| One | Nothing | `a.rs`: `it_holds` |", &[]);
        check("| One | Nothing | – |", &[]);
        check("No row, and `a.rs`: `gone`.", &[]);
    }

    #[test]
    fn a_row_without_a_test_or_with_one_that_is_gone_fails() {
        check(
            "| One | Nothing | soon |",
            &["docs/security.md:3: no test is named for: One"],
        );
        check(
            "| One | Nothing | `a.rs`: `it_holds`, `gone`; `b.rs`: `it_holds` |",
            &[
                "docs/security.md:3: `a.rs` has no test `gone`",
                "docs/security.md:3: `b.rs` has no test `it_holds`",
            ],
        );
    }
}
