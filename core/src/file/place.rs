//! Which line of a JSON text a path points at.
//!
//! serde's own reader knows lines only while it reads, and problems of meaning
//! are found afterwards. This is a walk over the text that notes where each
//! value begins; it relies on the text being JSON.

use super::{Cause, SurveyError};
use std::collections::HashMap;

/// Where the values of a JSON text stand.
pub(super) struct Places {
    lines: HashMap<String, usize>,
    /// The second and later of two fields with one name, and their lines.
    twice: Vec<(String, usize)>,
}

impl Places {
    pub(super) fn of(text: &str) -> Places {
        let places = Places {
            lines: HashMap::new(),
            twice: Vec::new(),
        };
        let mut walk = Walk {
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
            places,
        };
        walk.value("");
        walk.places
    }

    /// A problem for every field that its object has already.
    pub(super) fn given_twice(&self) -> impl Iterator<Item = SurveyError> {
        self.twice.iter().map(|(path, line)| SurveyError {
            path: path.clone(),
            line: Some(*line),
            cause: Cause::GivenTwice,
        })
    }

    /// Adds the line to every error whose path, or a part of it, is in the text,
    /// and brings the errors in the order of their lines.
    pub(super) fn add_lines(&self, errors: &mut [SurveyError]) {
        for error in errors.iter_mut().filter(|error| error.line.is_none()) {
            error.line = self.nearest_line(&error.path);
        }
        errors.sort_by_key(|error| error.line);
    }

    /// The line of a path, or of the nearest part of it that is in the text.
    fn nearest_line(&self, path: &str) -> Option<usize> {
        let mut path = path;
        loop {
            if let Some(line) = self.lines.get(path) {
                return Some(*line);
            }
            let end = path.rfind(['.', '[']).unwrap_or_default();
            path = path.get(..end).filter(|part| part.len() < path.len())?;
        }
    }

    /// Notes a field. The last of two with one name is the one that is read.
    fn add_field(&mut self, path: &str, line: usize) {
        if self.lines.contains_key(path) {
            self.lines.retain(|place, _| !is_within(place, path));
            self.twice.push((String::from(path), line));
        }
        self.lines.insert(String::from(path), line);
    }
}

/// True for a path and for all that is in it.
pub(super) fn is_within(path: &str, whole: &str) -> bool {
    path.strip_prefix(whole)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
    places: Places,
}

impl Walk<'_> {
    fn value(&mut self, path: &str) {
        self.skip_space();
        let lines = &mut self.places.lines;
        lines.entry(String::from(path)).or_insert(self.line);
        match self.peek() {
            Some(b'{') => self.object(path),
            Some(b'[') => self.list(path),
            Some(b'"') => drop(self.string()),
            _ => self.skip_while(|byte| !matches!(byte, b',' | b'}' | b']') && !is_space(byte)),
        }
    }

    fn object(&mut self, path: &str) {
        self.step();
        while self.skip_to(b'}') {
            self.skip_space();
            let line = self.line;
            let key = self.string();
            self.skip_space();
            self.step(); // the colon
            let separator = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{separator}{key}");
            self.places.add_field(&path, line);
            self.value(&path);
        }
    }

    fn list(&mut self, path: &str) {
        self.step();
        let mut index = 0;
        while self.skip_to(b']') {
            self.value(&format!("{path}[{index}]"));
            index += 1;
        }
    }

    /// Goes to the next item; false, and past the end, when there is none.
    fn skip_to(&mut self, end: u8) -> bool {
        self.skip_while(|byte| byte == b',' || is_space(byte));
        match self.peek() {
            Some(byte) if byte != end => true,
            _ => {
                self.step();
                false
            }
        }
    }

    /// A string, quotes left out.
    fn string(&mut self) -> String {
        let start = self.at;
        self.step();
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => break,
                b'\\' => {
                    self.step();
                    self.step();
                }
                _ => self.step(),
            }
        }
        self.step();
        let quoted = self.bytes.get(start..self.at).unwrap_or_default();
        serde_json::from_slice(quoted).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        self.skip_while(is_space);
    }

    fn skip_while(&mut self, skips: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&skips) {
            self.step();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        if self.peek() == Some(b'\n') {
            self.line += 1;
        }
        self.at += 1;
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Cause;

    #[track_caller]
    fn check_line(path: &str, expected: usize) {
        let text = "{\n \"a\": 1,\n \"list\": [\n  {\"x\": \"q\\\"}\"},\n  {\n   \"y\": [1,\n2]\n  }\n ],\n \"z\": {}\n}";
        let mut errors = [SurveyError {
            path: path.into(),
            line: None,
            cause: Cause::Missing,
        }];
        Places::of(text).add_lines(&mut errors);
        assert_eq!(errors[0].line, Some(expected), "{path}");
    }

    #[test]
    fn each_value_has_the_line_of_its_name() {
        check_line("a", 2);
        check_line("list", 3);
        check_line("list[0].x", 4);
        check_line("list[1]", 5);
        check_line("list[1].y", 6);
        check_line("list[1].y[1]", 7);
        check_line("z", 10);
    }

    #[test]
    fn what_is_missing_has_the_line_of_what_should_hold_it() {
        check_line("list[1].prompt", 5);
        check_line("list[0].next[0].go_to", 4);
    }
}
