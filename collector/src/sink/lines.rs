//! What the lines of a log say to the index: which submissions they are.

use std::borrow::Cow;
use std::io::{self, BufRead};

use sayso_core::id::{ResponseId, SurveyId};
use sayso_core::object;
use serde::Deserialize;
use tracing::warn;

use super::SubmissionKey;
use crate::lines;

/// How many lines that are no records are warned about, one by one.
const MAX_WARNINGS: u64 = 10;

/// What one line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Learnt {
    /// The submission that it is, or was before it was erased.
    pub(super) key: SubmissionKey,
    /// The survey, if the line completes a response.
    pub(super) completed: Option<SurveyId>,
    /// When it was received, as it stands there.
    pub(super) received_at: Option<String>,
}

/// The part of a record or a tombstone that is asked for.
#[derive(Deserialize)]
struct Named<'a> {
    response_id: Option<ResponseId>,
    seq: Option<u32>,
    /// What a tombstone has in place of the two.
    key: Option<SubmissionKey>,
    #[serde(borrow)]
    survey: Option<Cow<'a, str>>,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, alias = "erased_at")]
    received_at: Option<Cow<'a, str>>,
}

/// What a line says; none if it is neither a record nor a tombstone.
pub(super) fn learn(line: &[u8]) -> Option<Learnt> {
    let named: Named<'_> = object::from_slice(line).ok()?;
    let key = match (&named.response_id, named.seq) {
        (Some(id), Some(seq)) => SubmissionKey::new(id, seq),
        _ => named.key?,
    };
    let survey = named
        .survey
        .filter(|_| named.status.as_deref() == Some("completed"));
    Some(Learnt {
        key,
        completed: survey.and_then(|survey| SurveyId::try_from(survey.as_ref()).ok()),
        received_at: named.received_at.map(Cow::into_owned),
    })
}

/// The lines of a file, one after another.
pub(super) struct Lines<'a, R> {
    lines: lines::Lines<R>,
    /// The file, for warnings.
    name: &'a str,
    /// How many bytes of the file come before the first of them.
    before: u64,
    /// How many bytes the whole lines so far have.
    pub(super) length: u64,
    unreadable: u64,
}

impl<'a, R: BufRead> Lines<'a, R> {
    /// All lines of a file.
    pub(super) fn new(name: &'a str, reader: R) -> Self {
        Self::after(0, name, reader)
    }

    /// The lines that come after so many bytes, where the reader is.
    pub(super) fn after(before: u64, name: &'a str, reader: R) -> Self {
        Self {
            lines: lines::Lines::new(reader),
            name,
            before,
            length: 0,
            unreadable: 0,
        }
    }

    /// What the next line says; none at the end, which may be within a line.
    ///
    /// Lines that say nothing are warned about and passed over.
    pub(super) fn next(&mut self) -> io::Result<Option<Learnt>> {
        while let Some(line) = self.lines.next_line()?.filter(|line| line.has_line_feed) {
            // Where the line begins: its number would have to be counted from the first.
            let byte = self.before + self.length;
            self.length += line.length;
            if let Some(learnt) = learn(line.bytes) {
                return Ok(Some(learnt));
            }
            self.unreadable += 1;
            let file = self.name;
            match self.unreadable <= MAX_WARNINGS {
                true => warn!(file, byte, "the log holds a line that is no record"),
                false => continue,
            }
        }
        if MAX_WARNINGS < self.unreadable {
            let (file, lines) = (self.name, self.unreadable);
            warn!(file, lines, "the log holds many lines that are no records");
            self.unreadable = 0;
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00000000-0000-0000-0000-000000000001";

    fn key(seq: u32) -> SubmissionKey {
        SubmissionKey::new(&ResponseId::try_from(ID).unwrap(), seq)
    }

    #[track_caller]
    fn check(line: &str, expected: Option<(SubmissionKey, Option<&str>)>) {
        let learnt = learn(line.as_bytes()).map(|learnt| (learnt.key, learnt.completed));
        let expected = expected.map(|(key, survey)| {
            let survey = survey.map(|survey| SurveyId::try_from(survey).unwrap());
            (key, survey)
        });
        assert_eq!(learnt, expected, "{line}");
    }

    #[test]
    fn a_record_says_which_submission_it_is_and_what_it_completes() {
        let seq = format!(r#""response_id":"{ID}","seq":3"#);
        check(&format!("{{{seq}}}"), Some((key(3), None)));
        let completed = r#""survey":"nps","status":"completed""#;
        check(
            &format!("{{{seq},{completed}}}"),
            Some((key(3), Some("nps"))),
        );
        let shown = r#""survey":"nps","status":"shown""#;
        check(&format!("{{{seq},{shown}}}"), Some((key(3), None)));
        let odd = r#""survey":"No Id","status":"completed","more":[{}]"#;
        check(&format!("{{{seq},{odd}}}"), Some((key(3), None)));
    }

    #[test]
    fn a_tombstone_says_the_same_of_what_was_there() {
        let tombstone = format!(
            r#"{{"schema":1,"erased_at":"2026-11-22T20:00:00Z","key":"{}","survey":"nps","status":"completed"}}"#,
            key(5)
        );
        check(&tombstone, Some((key(5), Some("nps"))));
    }

    #[test]
    fn what_is_neither_says_nothing() {
        for line in [
            "",
            "{}",
            "nonsense",
            "[1]",
            r#"{"seq":1}"#,
            r#"{"key":"00"}"#,
            r#"["00000000-0000-0000-0000-000000000001",1,null,null,null,null]"#,
            "\u{fffd}",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn lines_end_at_the_last_line_feed() {
        let whole = format!("{{\"response_id\":\"{ID}\",\"seq\":0}}\nnonsense\n\n");
        let text = format!("{whole}{{\"response_id\"");
        // A reader of few bytes at a time, so that lines lie across its pieces.
        let reader = io::BufReader::with_capacity(7, text.as_bytes());
        let mut lines = Lines::new("log", reader);
        assert_eq!(lines.next().unwrap().unwrap().key, key(0));
        assert_eq!(lines.next().unwrap(), None);
        assert_eq!(lines.length, whole.len() as u64);
    }
}
