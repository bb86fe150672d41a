//! What a listener would stumble over in the blocks of the document.

use super::document::blocks;
use std::collections::BTreeSet;

/// The part of a line between quotes that follows some words.
fn quoted<'a>(line: &'a str, before: &str) -> &'a str {
    let rest = line.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once('"').map_or("", |(quoted, _)| quoted)
}

/// What a listener would stumble over in a block.
fn stumbles(block: &str) -> Vec<String> {
    let mut stumbles = Vec::new();
    // Of what changed, what came.
    let lines = block.lines().filter(|line| !line.starts_with("- "));
    let lines: Vec<&str> = lines
        .map(|line| line.trim_start_matches("+ ").trim_start())
        .collect();
    for (at, line) in lines.iter().enumerate() {
        let name = quoted(line, " \"");
        let next = lines.get(at + 1).copied().unwrap_or_default();
        if *line == "group" {
            stumbles.push("a group without a name".to_owned());
        }
        let repeats = next.starts_with("text ") && name.starts_with(quoted(next, " \""));
        if line.starts_with("radio ") && repeats {
            stumbles.push(format!("twice: {next}"));
        }
        let field = format!("textbox \"{name}\"");
        if line.starts_with("group ") && lines.iter().any(|line| line.starts_with(&field)) {
            stumbles.push(format!("twice: {name}"));
        }
        // A group has no focus of its own.
        let is_field = line.starts_with("textbox ") || line.starts_with("checkbox ");
        if is_field && line.contains(", invalid") && !line.contains(", focused") {
            stumbles.push(format!("wrong, and the focus is elsewhere: {line}"));
        }
        let description = quoted(line, ", described \"");
        let mut after = lines.iter().skip(at + 1);
        let is_repeated = after.any(|line| quoted(line, ", described \"").contains(description));
        if line.starts_with("group ") && !description.is_empty() && is_repeated {
            stumbles.push(format!("of a group and of its field: {description}"));
        }
        let sentences: Vec<&str> = description
            .split_inclusive(". ")
            .map(str::trim_end)
            .collect();
        let different: BTreeSet<&str> = sentences.iter().copied().collect();
        if different.len() < sentences.len() {
            stumbles.push(format!("twice: {description}"));
        }
    }
    stumbles
}

#[test]
fn nothing_is_read_twice_no_group_lacks_a_name_and_the_focus_is_where_it_is_wrong() {
    let mut found = Vec::new();
    for (name, block) in blocks() {
        let stumbles = stumbles(&block).into_iter();
        found.extend(stumbles.map(|stumble| format!("{name}: {stumble}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn stumbles_are_found() {
    let block = "group\n  radio \"1\", focused\n  text \"1\"\n  radio \"2 Good\"\n  text \"2\"\n";
    let expected = [
        "a group without a name",
        "twice: text \"1\"",
        "twice: text \"2\"",
    ];
    assert_eq!(stumbles(block), expected);
    let block = "group \"Why?\"\n  textbox \"Why?\", required, described \"Be kind. Be kind.\"\n";
    assert_eq!(stumbles(block), ["twice: Why?", "twice: Be kind. Be kind."]);
    let block = "+ textbox \"Why?\", invalid\n+ checkbox \"Yes\", invalid, focused\n";
    let expected = ["wrong, and the focus is elsewhere: textbox \"Why?\", invalid"];
    assert_eq!(stumbles(block), expected);
    let block = "- group\n+ radiogroup \"How?\", described \"Be kind. Be short.\"\n+ radio \"1 Bad\"\n+ text \"Bad\"\n";
    assert!(stumbles(block).is_empty());
}
