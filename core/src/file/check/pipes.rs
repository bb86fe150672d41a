//! Values in texts, `{{answers.why|this}}`: whether there can be one, and what stands there if not.

use super::{Check, one_of};
use crate::file::error::nearest;
use crate::file::{FileKind, FileNext};
use crate::piping::{Part, Pipe, parts};
use crate::question::Target;

/// Which answers a text may name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pipes {
    /// None, and no other value either: the text is shown as it is.
    Never,
    /// Those to the questions before this one.
    Before(usize),
    /// All: the text is in the thanks.
    Anywhere,
}

const SOURCES: [&str; 3] = ["answers", "traits", "context"];

impl Check<'_> {
    pub(super) fn pipes(&mut self, path: &str, text: &str, pipes: Pipes) {
        if pipes == Pipes::Never {
            if text.contains("{{") {
                self.wrong(
                    path,
                    "is shown as it is, with no value in place of `{{…}}`; remove it",
                );
            }
            return;
        }
        for part in parts(text) {
            match part {
                Part::Words(words) if words.contains("{{") => {
                    self.wrong(path, "has `{{` without `}}`; add the end");
                }
                Part::Words(_) => {}
                Part::Pipe(pipe) => {
                    if let Some(message) = self.wrong_pipe(pipe, pipes) {
                        self.wrong(path, message);
                    }
                }
            }
        }
    }

    /// What is wrong with a place for a value, and the mend.
    fn wrong_pipe(&self, pipe: Pipe<'_>, pipes: Pipes) -> Option<String> {
        let Pipe {
            source,
            name,
            default,
        } = pipe;
        if source.is_empty() || !SOURCES.contains(&source) {
            let written = if source.is_empty() { name } else { source };
            let mend = match nearest(written, SOURCES.into_iter()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("write {}, a dot and a name", one_of(&SOURCES)),
            };
            return Some(format!("`{{{{{written}…}}}}` stands for no value; {mend}"));
        }
        if name.is_empty() {
            return Some(format!("`{{{{{source}.}}}}` names no value; add its name"));
        }
        let needs_default = || {
            let written = format!("{{{{{source}.{name}");
            let message = format!(
                "`{written}}}}}` may have no value; add what stands there then: `{written}|…}}}}`"
            );
            default.is_none().then_some(message)
        };
        if source != "answers" {
            return needs_default();
        }
        let Some(at) = self.position(name) else {
            return self.unknown_answer(name);
        };
        let kind_path = format!("questions[{at}].kind");
        let question = self.draft.file.questions.get(at)?;
        if !self.draft.is_read(&kind_path) {
            return None;
        }
        if matches!(pipes, Pipes::Before(here) if here <= at) {
            return Some(format!(
                "`{{{{answers.{name}}}}}` is asked later; name a question before this one"
            ));
        }
        if matches!(question.kind, FileKind::Consent | FileKind::Message) {
            let kind = question.kind.word();
            return Some(format!(
                "`{{{{answers.{name}}}}}` has no text, because it is a `{kind}`; name another question"
            ));
        }
        if self.is_always_answered(at, pipes) {
            return None;
        }
        needs_default()
    }

    fn unknown_answer(&self, id: &str) -> Option<String> {
        let ids = self.draft.ids.iter();
        // A question whose id could not be read may be the one.
        if ids.clone().any(Option::is_none) {
            return None;
        }
        let mend = match nearest(id, ids.flatten().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => String::from("name a question of this survey"),
        };
        Some(format!(
            "`{{{{answers.{id}}}}}`: there is no question `{id}`; {mend}"
        ))
    }

    /// True when nobody comes to the text without an answer to the question: it is
    /// required, always shown, and no branch before it leads past it to the text.
    fn is_always_answered(&self, at: usize, pipes: Pipes) -> bool {
        let questions = &self.draft.file.questions;
        let is_asked = questions
            .get(at)
            .is_some_and(|question| question.is_required && question.show_if.is_none());
        let leads_past = |go_to: &str| match pipes {
            Pipes::Anywhere if go_to == Target::END => true,
            _ => self.position(go_to).is_some_and(|target| match pipes {
                Pipes::Before(here) => at < target && target <= here,
                Pipes::Anywhere | Pipes::Never => at < target,
            }),
        };
        let is_passed = |next: &FileNext| match next {
            FileNext::Always(go_to) => leads_past(go_to),
            FileNext::Branches(branches) => branches.iter().any(|it| leads_past(&it.go_to)),
        };
        let mut earlier = questions.iter().take(at);
        is_asked && !earlier.any(|question| question.next.as_ref().is_some_and(is_passed))
    }
}
