//! What is wrong with a text that is not JSON, in an owner's words.

use super::{Cause, SurveyError};
use serde_json::error::Category;

/// The JSON reader's words, the beginnings of them, and ours.
const WORDS: [(&str, &str); 16] = [
    (
        "key must be a string",
        "a field's name in double quotes is expected",
    ),
    ("expected `:`", "`:` is expected after the field's name"),
    (
        "expected `,` or `}`",
        "`,` or `}` is expected: a comma between two fields, or the end of the object",
    ),
    (
        "expected `,` or `]`",
        "`,` or `]` is expected: a comma between two values, or the end of the list",
    ),
    (
        "expected value",
        "a value is expected: a text in double quotes, a number, `true`, `false`, a list or an object",
    ),
    (
        "expected ident",
        "a value is expected; texts stand in double quotes",
    ),
    (
        "trailing comma",
        "nothing follows the comma before it; remove the comma",
    ),
    (
        "trailing characters",
        "the survey has ended already; remove the rest",
    ),
    (
        "control character",
        "a line break or tab stands inside a text; write it as `\\n` or `\\t`",
    ),
    (
        "invalid escape",
        "`\\` is followed by a character that it cannot stand before; write `\\\\` for a backslash",
    ),
    ("invalid number", "this is no number; write one like `7`"),
    ("number out of range", "this number is too large"),
    ("recursion limit", "lists and objects are nested too deep"),
    (
        "EOF while parsing a string",
        "the file ends inside a text; its closing quote is missing",
    ),
    (
        "EOF while parsing a list",
        "the file ends inside a list; its `]` is missing",
    ),
    (
        "EOF while parsing an object",
        "the file ends inside an object; its `}` is missing",
    ),
];

/// The problem of a text that the JSON reader refused.
pub(super) fn problem(text: &str, error: &serde_json::Error) -> SurveyError {
    let message = error.to_string();
    let words = WORDS
        .iter()
        .find(|(theirs, _)| message.starts_with(theirs))
        .map(|(_, ours)| *ours);
    let message = match (error.classify(), words) {
        (Category::Eof, Some(words)) => String::from(words),
        (Category::Eof, None) => String::from("the file ends where a value is expected"),
        (_, words) => {
            // All that is left are wrong `\u` escapes.
            let words = words.unwrap_or("`\\u` is not followed by the four digits of a character");
            format!("at column {}, {words}", column(text, error))
        }
    };
    SurveyError {
        path: String::new(),
        line: Some(error.line().max(1)),
        cause: Cause::Syntax(message),
    }
}

/// The column in characters; the reader counts bytes.
fn column(text: &str, error: &serde_json::Error) -> usize {
    let line = text.split('\n').nth(error.line().saturating_sub(1));
    line.unwrap_or_default()
        .char_indices()
        .filter(|(at, _)| *at < error.column())
        .count()
        .max(1)
}
