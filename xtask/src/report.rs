//! What the tasks print. Plain lines, so that a log reads as well as a terminal.
#![expect(
    clippy::print_stdout,
    reason = "these lines are the output of the tool"
)]

use std::fmt::Display;
use std::io::{Write, stdout};
use std::time::Duration;

/// Prints one line.
pub(crate) fn say(line: impl Display) {
    println!("{line}");
}

/// Prints the start of a step, with a blank line before it.
pub(crate) fn step(line: impl Display) {
    println!("\n==> {line}");
    // The next lines come from a child, which writes past our buffer.
    drop(stdout().flush());
}

/// Says what is about to be installed, why, and how long it may take.
pub(crate) fn installing(what: &str, why: &str, cost: &str) {
    step(format_args!("installing {what} ({cost})"));
    say(format_args!("    why: {why}"));
}

/// Prints an error with all its causes.
pub(crate) fn failure(error: &anyhow::Error) {
    drop(stdout().flush());
    eprintln!("\nerror: {error:#}");
}

/// Prints rows with their columns aligned; the first column to the left, the
/// others to the right.
pub(crate) fn table(rows: &[Vec<String>]) {
    for line in aligned(rows) {
        say(line);
    }
}

fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
        })
        .map(Option::unwrap_or_default)
        .collect();
    rows.iter()
        .map(|row| {
            let mut line = String::from("   ");
            for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
                line += &if index == 0 {
                    format!(" {cell:<width$}")
                } else {
                    format!("  {cell:>width$}")
                };
            }
            line.trim_end().to_owned()
        })
        .collect()
}

/// A duration as people say it.
pub(crate) fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        whole @ 60.. => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [vec!["file", "raw"], vec!["widget.wasm", "83000"]]
            .map(|row| row.into_iter().map(str::to_owned).collect());
        assert_eq!(
            aligned(&rows),
            ["    file           raw", "    widget.wasm  83000"]
        );
    }

    #[test]
    fn durations_read_naturally() {
        assert_eq!(seconds(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }
}
