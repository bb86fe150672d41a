//! Conditions: that they look at what is there, in time, and can be true.

use super::{Check, listed};
use crate::file::{Cause, FileCondition, FileKind, FileTest};
use crate::rules::ValueTest;

/// How deep conditions may stand in each other.
const MAX_DEPTH: usize = 8;
/// How many values one condition may look at.
const MAX_TESTS: usize = 50;

/// From where a condition looks at questions.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// The question that is meant where none is named.
    own: Option<usize>,
    /// The first question that has no answer yet.
    end: usize,
    mend: &'static str,
}

impl View {
    /// The view of a branch of a question.
    pub(super) const fn of_branch(at: usize) -> Self {
        View {
            own: Some(at),
            end: at + 1,
            mend: "name this question or one before it",
        }
    }
}

impl Check<'_> {
    /// The condition of a question to be asked at all.
    pub(super) fn condition_of_question(
        &mut self,
        path: &str,
        at: usize,
        condition: &FileCondition,
    ) {
        let view = View {
            own: None,
            end: at,
            mend: "name a question before this one",
        };
        self.condition(path, condition, view);
    }

    pub(super) fn condition_of_thanks(&mut self, path: &str, condition: &FileCondition) {
        let view = View {
            own: None,
            end: self.draft.file.questions.len(),
            mend: "name a question of this survey",
        };
        self.condition(path, condition, view);
    }

    pub(super) fn condition(&mut self, path: &str, condition: &FileCondition, view: View) {
        let count = self.inner_condition(path, condition, view, 1);
        if MAX_TESTS < count {
            let message = format!("looks at {count} values; {MAX_TESTS} are allowed");
            self.wrong(path, message);
        }
    }

    /// Checks a condition and counts its tests.
    fn inner_condition(
        &mut self,
        path: &str,
        condition: &FileCondition,
        view: View,
        depth: usize,
    ) -> usize {
        if MAX_DEPTH < depth {
            let message = format!("stands too deep; {MAX_DEPTH} levels are allowed");
            self.wrong(path, message);
            return 0;
        }
        let (name, conditions) = match condition {
            FileCondition::All { all } => ("all", all),
            FileCondition::Any { any } => ("any", any),
            FileCondition::Not { not } => {
                return self.inner_condition(&format!("{path}.not"), not, view, depth + 1);
            }
            FileCondition::Test(test) => {
                self.test(path, test, view);
                return 1;
            }
        };
        let path = format!("{path}.{name}");
        if conditions.is_empty() && self.draft.is_read(&path) {
            self.wrong(&path, "is empty; add a condition");
        }
        let mut count = 0;
        for (index, condition) in conditions.iter().enumerate() {
            count += self.inner_condition(&format!("{path}[{index}]"), condition, view, depth + 1);
        }
        count
    }

    fn test(&mut self, path: &str, test: &FileTest, view: View) {
        if !self.draft.is_read(path) {
            return;
        }
        let subjects: Vec<&str> = [
            ("question", test.question.is_some()),
            ("trait", test.trait_name.is_some()),
            ("context", test.context.is_some()),
            ("locale", !test.locale.is_empty()),
        ]
        .into_iter()
        .filter_map(|(name, is_there)| is_there.then_some(name))
        .collect();
        match subjects.as_slice() {
            [] if self.draft.is_whole(path) && view.own.is_none() => {
                self.wrong(
                    path,
                    "looks at nothing; add `question`, `trait`, `context` or `locale`",
                );
            }
            [] | ["question"] => self.test_of_answer(path, test, view),
            ["locale"] => self.test_of_locale(path, test),
            [name] => {
                let subject = test.trait_name.as_deref().or(test.context.as_deref());
                self.name(&format!("{path}.{name}"), subject.unwrap_or_default());
                self.value_test(path, &test.asks);
            }
            several => {
                let message = format!(
                    "looks at {} at once; make a condition of each, in `all` or `any`",
                    listed(several, "and")
                );
                self.wrong(path, message);
            }
        }
    }

    fn test_of_locale(&mut self, path: &str, test: &FileTest) {
        for (index, locale) in test.locale.iter().enumerate() {
            if !crate::file::locale::is_locale(locale) {
                let path = match test.locale.len() {
                    1 => format!("{path}.locale"),
                    _ => format!("{path}.locale[{index}]"),
                };
                self.report(path, Cause::BadLocale(locale.clone()));
            }
        }
        if test.asks != ValueTest::default() {
            self.wrong(
                path,
                "looks at the language, of which nothing more is asked; remove the rest",
            );
        }
    }

    fn test_of_answer(&mut self, path: &str, test: &FileTest, view: View) {
        let of_question = format!("{path}.question");
        if !self.draft.is_read(&of_question) {
            return;
        }
        let subject = match test.question.as_deref() {
            None => view.own,
            Some(id) => match self.position(id) {
                None => return self.no_such_question(of_question, id, view.mend),
                subject => subject,
            },
        };
        let Some(subject) = subject else { return };
        if view.end <= subject {
            return self.report(of_question, Cause::NotYetAnswered { mend: view.mend });
        }
        if !self.draft.is_read(&format!("questions[{subject}].kind")) {
            return;
        }
        let Some(question) = self.draft.file.questions.get(subject) else {
            return;
        };
        if question.kind == FileKind::Message {
            let message = "is a `message`, which has no answer; name another question";
            return self.wrong(of_question, message);
        }
        if self.operators_fit(path, question, &test.asks)
            && self.values_fit(path, subject, question, &test.asks)
            && self.draft.is_whole(path)
        {
            self.can_hold(path, question, &test.asks);
        }
    }
}
