//! The blocks of `docs/accessibility.md`: what is read out, as it is written down.

use sayso_tests::stage::root;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

const OPENS: &str = "```reading ";
const CLOSES: &str = "```";

/// The blocks of the document by what stands behind their fences: `gallery-nps error`.
pub(crate) type Blocks = BTreeMap<String, String>;

fn path() -> PathBuf {
    root().join("docs/accessibility.md")
}

/// All blocks of the document.
pub(crate) fn blocks() -> Blocks {
    let text = fs::read_to_string(path()).unwrap();
    let mut blocks = Blocks::new();
    let mut name = None;
    for line in text.lines() {
        match (name, line.strip_prefix(OPENS)) {
            (None, Some(opened)) => {
                let is_new = blocks.insert(opened.to_owned(), String::new()).is_none();
                assert!(is_new, "there are two blocks `{opened}`");
                name = Some(opened);
            }
            (Some(_), _) if line == CLOSES => name = None,
            (Some(open), _) => {
                let block = blocks.entry(open.to_owned()).or_default();
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// Writes other contents into the blocks that are in the document.
pub(crate) fn update(blocks: &Blocks) {
    let text = fs::read_to_string(path()).unwrap();
    let mut updated = String::new();
    let mut is_kept = true;
    for line in text.lines() {
        is_kept |= line == CLOSES;
        if is_kept {
            updated.push_str(line);
            updated.push('\n');
        }
        if let Some(block) = line.strip_prefix(OPENS).and_then(|name| blocks.get(name)) {
            updated.push_str(block);
            is_kept = false;
        }
    }
    fs::write(path(), updated).unwrap();
}

/// What changed between two readings: lines that went with `-`, lines that came with `+`.
pub(crate) fn changes(before: &str, after: &str) -> String {
    let before: Vec<&str> = before.lines().collect();
    let after: Vec<&str> = after.lines().collect();
    // How many lines are common from a place in each to their ends.
    let mut common = vec![vec![0; after.len() + 1]; before.len() + 1];
    for old in (0..before.len()).rev() {
        for new in (0..after.len()).rev() {
            common[old][new] = if before[old] == after[new] {
                common[old + 1][new + 1] + 1
            } else {
                common[old + 1][new].max(common[old][new + 1])
            };
        }
    }
    let (mut old, mut new) = (0, 0);
    let mut changes = String::new();
    while old < before.len() || new < after.len() {
        if old < before.len() && new < after.len() && before[old] == after[new] {
            (old, new) = (old + 1, new + 1);
        } else if new == after.len()
            || old < before.len() && common[old][new + 1] <= common[old + 1][new]
        {
            changes.push_str(&format!("- {}\n", before[old].trim_start()));
            old += 1;
        } else {
            changes.push_str(&format!("+ {}\n", after[new].trim_start()));
            new += 1;
        }
    }
    changes
}

#[test]
fn changes_are_the_lines_that_went_and_came() {
    let before = "dialog\n  radio, focused\n  alert\n  button\n";
    let after = "dialog\n  radio, focused, invalid\n  alert \"No.\"\n  button\n  status\n";
    assert_eq!(changes(before, before), "");
    assert_eq!(
        changes(before, after),
        "- radio, focused\n- alert\n+ radio, focused, invalid\n+ alert \"No.\"\n+ status\n"
    );
}
