//! The names in the documents: what ARCHITECTURE.md mentions must exist.

use std::collections::BTreeSet;

use crate::tree::Tree;

/// The commands that a newcomer must find in README.md.
const COMMANDS: [&str; 2] = ["cargo xtask demo", "cargo xtask test"];

/// Folders that exist only while something runs or is built.
const AT_RUN_TIME: [&str; 4] = ["data/", "target/", "dist/", "collector/assets/"];

/// Words with a slash that are no paths.
const MEDIA: [&str; 4] = ["application/", "text/", "image/", "multipart/"];

/// Endings that make a word a file name.
const ENDINGS: [&str; 9] = [
    ".rs", ".js", ".css", ".html", ".toml", ".json", ".md", ".sh", ".svg",
];

/// Everything that may be named.
#[derive(Debug, Default)]
pub(crate) struct Known {
    paths: BTreeSet<String>,
    identifiers: BTreeSet<String>,
}

impl Known {
    /// The paths of the tree, and the identifiers in its code.
    pub(crate) fn of(tree: &Tree) -> Known {
        let mut known = Known {
            paths: tree.paths.iter().cloned().collect(),
            ..Known::default()
        };
        for file in tree
            .files
            .iter()
            .filter(|file| file.has_extension(&["rs", "js"]))
        {
            known.add_code(&file.text);
        }
        known
    }

    /// Comments do not count: they may outlive what they describe.
    fn add_code(&mut self, text: &str) {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let words = code.flat_map(|line| line.split(|letter| !is_name(letter)));
        self.identifiers
            .extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }

    /// Whether a file or folder has this path, or ends with it.
    fn has_path(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let tail = format!("/{path}");
        self.paths
            .iter()
            .any(|known| known == path || known.ends_with(&tail))
    }

    /// Whether each part of `module::Item` is in the code or names a file.
    fn has_item(&self, item: &str) -> bool {
        item.split("::")
            .filter(|part| !part.is_empty())
            .all(|part| self.identifiers.contains(part))
    }
}

/// Names in backticks that are nowhere in the tree.
pub(crate) fn unknown(text: &str, known: &Known) -> Vec<String> {
    let mut faults = Vec::new();
    for (line, name) in names_of(text) {
        let is_known = match kind_of(name) {
            Kind::Path => known.has_path(name),
            Kind::Item(item) => known.has_item(item),
            Kind::Other => true,
        };
        if !is_known {
            faults.push(format!("ARCHITECTURE.md:{line}: `{name}` does not exist"));
        }
    }
    faults
}

/// The commands that the text does not name.
pub(crate) fn missing_commands(text: &str) -> Vec<String> {
    let missing = COMMANDS.iter().filter(|command| !text.contains(*command));
    missing
        .map(|command| format!("README.md does not name `{command}`"))
        .collect()
}

enum Kind<'a> {
    Path,
    /// A Rust item, without the brackets of a call.
    Item(&'a str),
    Other,
}

fn kind_of(name: &str) -> Kind<'_> {
    let is_plain = name
        .chars()
        .all(|letter| is_name(letter) || "./-".contains(letter));
    let is_elsewhere = |prefix: &&str| name.starts_with(*prefix);
    if AT_RUN_TIME.iter().any(is_elsewhere)
        || MEDIA.iter().any(is_elsewhere)
        || name.starts_with('/')
    {
        return Kind::Other;
    }
    let has_ending = ENDINGS
        .iter()
        .any(|ending| name.ends_with(ending) && name != *ending);
    if is_plain && (name.contains('/') || has_ending) {
        return Kind::Path;
    }
    let item = name.trim_end_matches("()").trim_end_matches('!');
    let is_item_text = item.chars().all(|letter| is_name(letter) || letter == ':');
    let is_called = item.len() < name.len();
    let is_camel = item.starts_with(|first: char| first.is_ascii_uppercase())
        && item.contains(|letter: char| letter.is_ascii_lowercase());
    if is_item_text && (is_called || is_camel || item.contains("::")) {
        return Kind::Item(item);
    }
    Kind::Other
}

/// What stands between backticks, with its line; code blocks are left out.
fn names_of(text: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let mut is_in_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_in_block = !is_in_block;
        } else if !is_in_block {
            names.extend(
                line.split('`')
                    .skip(1)
                    .step_by(2)
                    .map(|name| (index + 1, name)),
            );
        }
    }
    names
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Known {
        let mut known = Known::default();
        known
            .paths
            .extend(["core", "core/src", "core/src/session.rs"].map(str::to_owned));
        known.add_code(
            "pub enum Event { Shown }\n// Gone is gone.\npub fn handle() {}\nmod session;",
        );
        known
    }

    #[track_caller]
    fn check_names(text: &str, expected: &[&str]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|name| format!("ARCHITECTURE.md:1: `{name}` does not exist"))
            .collect();
        assert_eq!(unknown(text, &sample()), expected, "{text}");
    }

    #[test]
    fn names_that_exist_pass() {
        check_names("`core/src/session.rs`, `session.rs`, `core/`, `Event`", &[]);
        check_names("`session::Event`, `Event::Shown`, `handle()`", &[]);
    }

    #[test]
    fn names_that_are_gone_fail() {
        check_names(
            "`core/src/flow.rs` and `flow.rs`",
            &["core/src/flow.rs", "flow.rs"],
        );
        check_names(
            "`Gone`, `session::Gone`, `gone()`",
            &["Gone", "session::Gone", "gone()"],
        );
        check_names("`ession.rs`", &["ession.rs"]);
    }

    #[test]
    fn other_words_in_backticks_are_left_alone() {
        check_names(
            "`POST /v1/responses`, `/sayso.js`, `text/plain`, `201`, `seq`",
            &[],
        );
        check_names(
            "`data/responses.ndjson`, `--allow-origin`, `cargo xtask demo`, `HTTP`",
            &[],
        );
        check_names("`(response_id, seq)`, `Retry-After`", &[]);
    }

    #[test]
    fn code_blocks_are_left_alone() {
        assert_eq!(unknown("```\n`Gone`\n```\n`Gone`", &sample()).len(), 1);
    }

    #[test]
    fn both_commands_must_be_named() {
        assert_eq!(
            missing_commands("`cargo xtask demo` and `cargo xtask test`").len(),
            0
        );
        assert_eq!(missing_commands("run `cargo xtask demo`").len(), 1);
    }
}
