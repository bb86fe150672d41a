//! The findings for people: one a line, and a line that sums up.

use super::{Finding, Verified};

/// Most notes that are listed.
const MAX_NOTES: usize = 20;

pub(super) fn text(verified: &Verified) -> String {
    let mut text = String::new();
    for problem in &verified.problems {
        text.push_str(&format!("{}\n", self::finding(verified, problem)));
    }
    let unlisted = verified.problem_count - verified.problems.len() as u64;
    if 0 < unlisted {
        text.push_str(&format!("and {unlisted} more problems\n"));
    }
    for note in verified.notes.iter().take(MAX_NOTES) {
        text.push_str(&format!("note: {}\n", self::finding(verified, note)));
    }
    let unlisted = verified.note_count - verified.notes.len().min(MAX_NOTES) as u64;
    if 0 < unlisted {
        text.push_str(&format!("note: and {unlisted} more notes\n"));
    }
    let verdict = match verified.problem_count {
        0 => String::from("all is well"),
        count => self::count(count, "problem"),
    };
    text.push_str(&format!(
        "{verdict}: {} in {}, {} and {}\n",
        count(verified.lines, "line"),
        count(verified.files, "file"),
        count(verified.records, "record"),
        count(verified.tombstones, "tombstone"),
    ));
    text
}

fn finding(verified: &Verified, finding: &Finding) -> String {
    let path = |file: &str| verified.data.join(file).display().to_string();
    let mut text = path(&finding.file);
    if let Some(line) = finding.line {
        text.push_str(&format!(":{line}"));
    }
    text.push_str(&format!(": {}", finding.message));
    if let Some(first) = &finding.first {
        text.push_str(&format!(" as {}:{}", path(&first.file), first.line));
    }
    text
}

fn count(count: u64, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}
