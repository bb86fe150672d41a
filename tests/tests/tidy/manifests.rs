//! Rules for the manifests of the members.

/// Dependencies without a comment on their line or on the one above.
pub(crate) fn without_reason(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut is_in_table = false;
    let mut depth = 0;
    let mut has_reason_above = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let (code, comment) = split_comment(line);
        let starts_entry = depth == 0 && code.contains('=') && !code.starts_with('[');
        if depth == 0 && code.starts_with('[') {
            is_in_table = is_dependency_table(code);
        }
        let is_dependency =
            (is_in_table && starts_entry) || (depth == 0 && is_single_dependency(code));
        if is_dependency && !has_reason_above && comment.is_none() {
            faults.push(format!("{path}:{}: no reason for `{code}`", index + 1));
        }
        depth += balance(code);
        has_reason_above = code.is_empty() && comment.is_some();
    }
    faults
}

/// A member that could switch lints off by forgetting them.
pub(crate) fn without_lints(path: &str, manifest: &toml::Table) -> Option<String> {
    let inherits = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace")?.as_bool());
    (inherits != Some(true)).then(|| format!("{path}: `[lints] workspace = true` is missing"))
}

/// Splits a line at its comment; a comment without words is none.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let mut quote = None;
    for (index, letter) in line.char_indices() {
        match (letter, quote) {
            ('#', None) => {
                let (code, comment) = line.split_at(index);
                let words = comment.trim_start_matches('#').trim();
                return (code.trim(), Some(words).filter(|words| !words.is_empty()));
            }
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            (_, _) => {}
        }
    }
    (line, None)
}

/// `[dependencies]`, `[target.'cfg(unix)'.dev-dependencies]` and the like.
fn is_dependency_table(header: &str) -> bool {
    header.trim_end_matches(']').ends_with("dependencies")
}

/// `[dependencies.serde]`: the header itself is the dependency.
fn is_single_dependency(header: &str) -> bool {
    header.starts_with('[') && header.contains("dependencies.")
}

/// How many brackets a line leaves open.
fn balance(code: &str) -> i32 {
    let count =
        |letters: [char; 2]| i32::try_from(code.matches(letters).count()).unwrap_or_default();
    count(['[', '{']) - count([']', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_reasons(text: &str, expected: usize) {
        let faults = without_reason("Cargo.toml", text);
        assert_eq!(faults.len(), expected, "{text}\n{faults:?}");
    }

    #[test]
    fn a_reason_stands_above_or_beside() {
        check_reasons("[dependencies]\n# Reads files.\nserde = '1'", 0);
        check_reasons("[dependencies]\nserde = '1' # Reads files.", 0);
        check_reasons("[dependencies.serde] # Reads files.\nversion = '1'", 0);
    }

    #[test]
    fn a_dependency_without_a_reason_fails() {
        check_reasons("[dependencies]\nserde = '1'", 1);
        check_reasons("[dependencies]\n# Reads files.\nserde = '1'\ntoml = '1'", 1);
        check_reasons("[dependencies]\n# Reads files.\n\nserde = '1'", 1);
        check_reasons("[dependencies]\n#\nserde = '1'", 1);
        check_reasons("[target.'cfg(unix)'.dev-dependencies]\nserde = '1'", 1);
        check_reasons("[dependencies.serde]\nversion = '1'", 1);
        check_reasons("[dependencies]\nserde = { features = ['#no-comment'] }", 1);
    }

    #[test]
    fn lines_of_one_entry_and_other_tables_need_no_reason() {
        check_reasons(
            "[dependencies]\n# Reads files.\nserde = { features = [\n  'derive',\n] }",
            0,
        );
        check_reasons("[package]\nname = 'x'\n[features]\nssr = []", 0);
    }

    #[test]
    fn lints_must_be_inherited() {
        let check = |text: &str| without_lints("Cargo.toml", &text.parse().unwrap());
        assert_eq!(check("[lints]\nworkspace = true"), None);
        assert!(check("[lints]\nworkspace = false").is_some());
        assert!(check("[package]\nname = 'x'").is_some());
    }
}
