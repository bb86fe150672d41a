//! Whose a line is.

use std::collections::HashSet;

use sayso_core::id::{ResponseId, SurveyId};
use sayso_core::record::SCHEMA;
use sayso_core::wire::Status;
use serde::Deserialize;
use serde_json::Value;

use crate::tombstone::{Key, Tombstone};

/// Who is to be erased, and what is known to be theirs.
#[derive(Debug)]
pub(super) struct Person {
    id: String,
    /// How the id stands in a line that the collector wrote, up to its end.
    in_line: Vec<u8>,
    /// Their responses, as far as they were found.
    responses: HashSet<u128>,
}

/// Why a line is the person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belongs {
    /// It says so itself.
    ById,
    /// Another line of its response says so.
    ByResponse,
}

/// What is read of a record; the rest may be anything.
#[derive(Deserialize)]
struct Named {
    response_id: ResponseId,
    seq: u32,
    survey: Option<SurveyId>,
    status: Option<Status>,
    respondent: Option<Respondent>,
}

#[derive(Deserialize)]
struct Respondent {
    id: Option<String>,
}

/// What stands before the id of a respondent, as the collector writes it.
const BEFORE_ID: &str = "\"respondent\":{\"id\":";

/// What stands before the id of a response.
const BEFORE_RESPONSE: &str = "\"response_id\":\"";

/// How long the id of a response is.
const RESPONSE_CHARS: usize = 36;

impl Person {
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: String::from(id),
            in_line: format!("{BEFORE_ID}{}", Value::from(id)).into_bytes(),
            responses: HashSet::new(),
        }
    }

    /// Notes the response of a line that bears the person's id.
    pub(super) fn learn(&mut self, line: &[u8]) {
        if self.belongs(line) != Some(Belongs::ById) {
            return;
        }
        match serde_json::from_slice::<Named>(line) {
            Ok(named) => drop(self.responses.insert(named.response_id.bits())),
            Err(_) => self.responses.extend(responses_in(line)),
        }
    }

    /// Why a line is the person's; none if it is not.
    pub(super) fn belongs(&self, line: &[u8]) -> Option<Belongs> {
        if let Ok(named) = serde_json::from_slice::<Named>(line) {
            let id = named.respondent.and_then(|respondent| respondent.id);
            return match id {
                Some(id) if id == self.id => Some(Belongs::ById),
                _ if self.responses.contains(&named.response_id.bits()) => {
                    Some(Belongs::ByResponse)
                }
                _ => None,
            };
        }
        if self.is_named_in(line) {
            return Some(Belongs::ById);
        }
        let mut responses = responses_in(line);
        let is_theirs = responses.any(|response| self.responses.contains(&response));
        is_theirs.then_some(Belongs::ByResponse)
    }

    /// Whether a line that is no record, or a piece of one, names the person.
    fn is_named_in(&self, line: &[u8]) -> bool {
        if let Ok(value) = serde_json::from_slice::<Value>(line) {
            let id = value.pointer("/respondent/id");
            if id.and_then(Value::as_str) == Some(&self.id) {
                return true;
            }
        }
        positions(line, &self.in_line).next().is_some() || self.is_cut_off_in(line)
    }

    /// Whether a piece ends within an id that begins as the person's does: what was torn
    /// off is not known, and the piece was never acknowledged.
    fn is_cut_off_in(&self, piece: &[u8]) -> bool {
        let at = positions(piece, BEFORE_ID.as_bytes()).last();
        let rest = at.and_then(|at| piece.get(at..));
        rest.is_some_and(|rest| BEFORE_ID.len() + 1 < rest.len() && self.in_line.starts_with(rest))
    }

    /// What takes the place of a line, and the response that it was of.
    pub(super) fn tombstone(line: &[u8], erased_at: &str) -> (Tombstone, Option<u128>) {
        let bare = Tombstone::bare(erased_at);
        let Ok(named) = serde_json::from_slice::<Named>(line) else {
            return (bare, None);
        };
        let response = named.response_id.bits();
        let tombstone = Tombstone {
            schema: SCHEMA,
            key: Some(Key::new(&named.response_id, named.seq)),
            survey: named.survey,
            status: named.status,
            ..bare
        };
        (tombstone, Some(response))
    }
}

/// The responses that a line names which is no record, or a piece of one.
fn responses_in(line: &[u8]) -> impl Iterator<Item = u128> {
    positions(line, BEFORE_RESPONSE.as_bytes()).filter_map(|at| {
        let from = at + BEFORE_RESPONSE.len();
        let id = line.get(from..from + RESPONSE_CHARS)?;
        let id = ResponseId::try_from(std::str::from_utf8(id).ok()?).ok()?;
        Some(id.bits())
    })
}

/// Where a pattern begins in a line.
fn positions(line: &[u8], pattern: &[u8]) -> impl Iterator<Item = usize> {
    let places = line.windows(pattern.len().max(1)).enumerate();
    places.filter_map(move |(at, window)| (window == pattern).then_some(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0199d0a4-7c1e-7b52-9d0e-000000000001";
    const TWO: &str = "0199d0a4-7c1e-7b52-9d0e-000000000002";

    fn line(response: &str, respondent: &str) -> String {
        format!(
            r#"{{"schema":1,"response_id":"{response}","seq":0,"answers":{{}},"respondent":{respondent}}}"#
        )
    }

    #[track_caller]
    fn check(id: &str, text: &str, expected: Option<Belongs>) {
        let mut person = Person::new(id);
        person.learn(line(ONE, &format!(r#"{{"id":{}}}"#, Value::from(id))).as_bytes());
        assert_eq!(person.belongs(text.as_bytes()), expected, "{id:?} {text}");
    }

    #[test]
    fn a_line_is_theirs_by_its_id_or_by_its_response() {
        use Belongs::{ById, ByResponse};
        check("a", &line(TWO, r#"{"id":"a"}"#), Some(ById));
        check("a", &line(TWO, r#"{"id":"\u0061"}"#), Some(ById));
        check("a", &line(ONE, "null"), Some(ByResponse));
        check("a", &line(ONE, r#"{"id":"b"}"#), Some(ByResponse));
        check("a", &line(TWO, "null"), None);
        check("a", &line(TWO, r#"{"traits":{"id":"a"}}"#), None);
        for other in ["b", "A", "a ", "aa", ""] {
            check("a", &line(TWO, &format!(r#"{{"id":"{other}"}}"#)), None);
        }
        check("é\"\\\n", &line(TWO, r#"{"id":"é\"\\\n"}"#), Some(ById));
    }

    #[test]
    fn lines_that_are_no_records_are_looked_through() {
        use Belongs::{ById, ByResponse};
        // Of no response, or of one that is none.
        check("a", r#"{"respondent": {"id" : "a"}}"#, Some(ById));
        check("a", &line("x", r#"{"id":"a"}"#), Some(ById));
        // Torn.
        let whole = line(TWO, r#"{"id":"abc","traits":{}}"#);
        check("abc", whole.trim_end_matches('}'), Some(ById));
        check("ab", whole.trim_end_matches('}'), None);
        let cut = whole.split("bc").next().unwrap();
        check("abc", cut, Some(ById));
        check("xbc", cut, None);
        let before = whole.split("abc").next().unwrap();
        check("abc", before, None);
        check("abc", &before.replace(TWO, ONE), Some(ByResponse));
        for nothing in ["", "\0\0", "nonsense", "{\"respondent\":{\"id\":"] {
            check("abc", nothing, None);
        }
    }

    #[test]
    fn a_response_that_only_a_torn_line_names_is_learnt() {
        let torn = line(TWO, r#"{"id":"a""#);
        let mut person = Person::new("a");
        person.learn(torn.as_bytes());
        let other = line(TWO, "null");
        assert_eq!(person.belongs(other.as_bytes()), Some(Belongs::ByResponse));
    }
}
