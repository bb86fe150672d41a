//! What a survey file that reads well may still have wrong: its meaning.

use super::error::nearest;
use super::locale::is_locale;
use super::{
    Cause, FileBranch, FileCondition, FileKind, FileNext, FileQuestion, SCHEMA, SurveyError,
    SurveyFile, Text,
};
use crate::id::MAX_ID_CHARS;
use crate::page::Trigger;
use crate::question::{MAX_TEXT_CHARS, Target};
use crate::rating::Scale;
use crate::text;

const MAX_DELAY_MS: u32 = 86_400_000;
const MAX_COOLDOWN_DAYS: u32 = 3_650;
const MAX_QUESTIONS: usize = 100;

/// Everything that is wrong with the meaning of a file.
pub(super) fn check(file: &SurveyFile) -> Vec<SurveyError> {
    let mut check = Check {
        file,
        errors: Vec::new(),
    };
    check.head();
    for (at, question) in file.questions.iter().enumerate() {
        check.question(at, question);
    }
    if let Some(thanks) = &file.thanks {
        check.text("thanks.title", Some(&thanks.title));
        check.text("thanks.text", thanks.text.as_ref());
    }
    // A broken branch would make questions look unreachable that are not.
    if check.errors.is_empty() {
        check.reachability();
    }
    check.errors
}

struct Check<'a> {
    file: &'a SurveyFile,
    errors: Vec<SurveyError>,
}

impl Check<'_> {
    fn report(&mut self, path: impl Into<String>, cause: Cause) {
        self.errors.push(SurveyError {
            path: path.into(),
            line: None,
            cause,
        });
    }

    fn head(&mut self) {
        let file = self.file;
        if file.schema != SCHEMA {
            self.report("schema", Cause::UnknownSchema);
        }
        if let Some(touchpoint) = &file.touchpoint
            && !is_touchpoint(touchpoint)
        {
            let rule = "must be 1 to 64 characters of a-z, 0-9 and _, starting with a letter";
            self.report("touchpoint", Cause::BadName(rule));
        }
        if !is_locale(&file.locale) {
            self.report("locale", Cause::BadLocale(file.locale.clone()));
        }
        if let Trigger::Load { delay_ms } = file.trigger
            && MAX_DELAY_MS < delay_ms
        {
            self.report(
                "trigger.delay_ms",
                Cause::OutOfLimits {
                    min: 0,
                    max: MAX_DELAY_MS,
                },
            );
        }
        if MAX_COOLDOWN_DAYS < file.cooldown_days {
            self.report(
                "cooldown_days",
                Cause::OutOfLimits {
                    min: 0,
                    max: MAX_COOLDOWN_DAYS,
                },
            );
        }
        if file.questions.is_empty() || MAX_QUESTIONS < file.questions.len() {
            self.report("questions", Cause::QuestionCount);
        }
    }

    fn question(&mut self, at: usize, question: &FileQuestion) {
        let path = format!("questions[{at}]");
        if question.id.as_str() == Target::END {
            self.report(format!("{path}.id"), Cause::ReservedId);
        }
        if self
            .file
            .questions
            .iter()
            .take(at)
            .any(|earlier| earlier.id == question.id)
        {
            let id = String::from(question.id.as_str());
            self.report(format!("{path}.id"), Cause::DuplicateId(id));
        }
        for (name, text) in [
            ("prompt", Some(&question.prompt)),
            ("help", question.help.as_ref()),
            ("low_label", question.low_label.as_ref()),
            ("high_label", question.high_label.as_ref()),
            ("placeholder", question.placeholder.as_ref()),
        ] {
            self.text(&format!("{path}.{name}"), text);
        }
        self.fields_of_kind(&path, question);
        self.next(&path, at, question);
    }

    fn fields_of_kind(&mut self, path: &str, question: &FileQuestion) {
        let is_text = match question.kind {
            FileKind::FreeText => true,
            FileKind::Nps | FileKind::Csat => false,
        };
        let of_ratings = "`nps` and `csat`";
        let of_texts = "`free_text`";
        for (name, is_given, fits, belongs_to) in [
            (
                "low_label",
                question.low_label.is_some(),
                !is_text,
                of_ratings,
            ),
            (
                "high_label",
                question.high_label.is_some(),
                !is_text,
                of_ratings,
            ),
            ("max_chars", question.max_chars.is_some(), is_text, of_texts),
            (
                "placeholder",
                question.placeholder.is_some(),
                is_text,
                of_texts,
            ),
        ] {
            if is_given && !fits {
                self.report(format!("{path}.{name}"), Cause::NotForKind { belongs_to });
            }
        }
        if question
            .max_chars
            .is_some_and(|max| max == 0 || MAX_TEXT_CHARS < max)
        {
            let cause = Cause::OutOfLimits {
                min: 1,
                max: MAX_TEXT_CHARS,
            };
            self.report(format!("{path}.max_chars"), cause);
        }
    }

    fn text(&mut self, path: &str, text: Option<&Text>) {
        match text {
            None => {}
            Some(Text::Plain(text)) => self.not_blank(path, text),
            Some(Text::PerLocale(texts)) => {
                if !texts.contains_key(&self.file.locale) {
                    self.report(path, Cause::MissingLocale(self.file.locale.clone()));
                }
                for (locale, text) in texts {
                    let path = format!("{path}.{locale}");
                    if !is_locale(locale) {
                        self.report(&path, Cause::BadLocale(locale.clone()));
                    }
                    self.not_blank(&path, text);
                }
            }
        }
    }

    fn not_blank(&mut self, path: &str, text: &str) {
        if text::is_blank(text) {
            self.report(path, Cause::BlankText);
        }
    }

    fn next(&mut self, path: &str, at: usize, question: &FileQuestion) {
        let path = format!("{path}.next");
        match &question.next {
            None => {}
            Some(FileNext::Always(go_to)) => self.target(path, at, go_to),
            Some(FileNext::Branches(branches)) => {
                if branches.is_empty() {
                    self.report(&path, Cause::NoBranches);
                }
                for (index, branch) in branches.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    if branches
                        .iter()
                        .take(index)
                        .any(|earlier| earlier.condition.is_none())
                    {
                        self.report(&path, Cause::NeverReached);
                    }
                    self.target(format!("{path}.go_to"), at, &branch.go_to);
                    if let Some(condition) = &branch.condition {
                        self.condition(&format!("{path}.if"), at, condition);
                    }
                }
            }
        }
    }

    fn target(&mut self, path: String, at: usize, go_to: &str) {
        if go_to == Target::END {
            return;
        }
        match self.position(go_to) {
            Some(target) if at < target => {}
            Some(_) => self.report(path, Cause::NotForward),
            None => {
                let cause = self.no_such_question(go_to);
                self.report(path, cause);
            }
        }
    }

    fn condition(&mut self, path: &str, at: usize, condition: &FileCondition) {
        let subject = match condition.question.as_deref() {
            None => at,
            Some(id) => match self.position(id) {
                Some(subject) => subject,
                None => {
                    let cause = self.no_such_question(id);
                    return self.report(format!("{path}.question"), cause);
                }
            },
        };
        if at < subject {
            return self.report(format!("{path}.question"), Cause::NotYetAnswered);
        }
        let Some(scale) = self.scale(subject) else {
            return self.report(path, Cause::NotARating);
        };
        if condition.at_least.is_none() && condition.at_most.is_none() {
            self.report(path, Cause::NoBound);
        } else if !scale.ratings().any(|rating| condition.fits(rating)) {
            self.report(path, Cause::EmptyRange);
        }
    }

    fn no_such_question(&self, id: &str) -> Cause {
        let ids = self
            .file
            .questions
            .iter()
            .map(|question| question.id.as_str());
        let meant = nearest(id, ids).map(String::from);
        Cause::NoSuchQuestion {
            id: String::from(id),
            meant,
        }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.file
            .questions
            .iter()
            .position(|question| question.id.as_str() == id)
    }

    fn scale(&self, at: usize) -> Option<Scale> {
        match self.file.questions.get(at)?.kind {
            FileKind::Nps => Some(Scale::NPS),
            FileKind::Csat => Some(Scale::CSAT),
            FileKind::FreeText => None,
        }
    }

    /// Reports the questions that no path leads to.
    fn reachability(&mut self) {
        let questions = &self.file.questions;
        let mut reached = vec![false; questions.len()];
        if let Some(first) = reached.first_mut() {
            *first = true;
        }
        // Branches lead forward only, so one pass in order sees every path.
        for (at, question) in questions.iter().enumerate() {
            if reached.get(at) == Some(&true) {
                for target in self.targets(at, question) {
                    if let Some(target) = reached.get_mut(target) {
                        *target = true;
                    }
                }
            }
        }
        for (at, _) in reached.iter().enumerate().filter(|(_, reached)| !**reached) {
            self.report(format!("questions[{at}]"), Cause::Unreachable);
        }
    }

    fn targets(&self, at: usize, question: &FileQuestion) -> Vec<usize> {
        let branches = match &question.next {
            None => return vec![at + 1],
            Some(FileNext::Always(go_to)) => return self.position(go_to).into_iter().collect(),
            Some(FileNext::Branches(branches)) => branches,
        };
        let mut targets: Vec<usize> = branches
            .iter()
            .filter_map(|branch| self.position(&branch.go_to))
            .collect();
        if !self.is_exhaustive(at, question, branches) {
            targets.push(at + 1);
        }
        targets
    }

    /// True when some branch fits whatever is answered.
    fn is_exhaustive(&self, at: usize, question: &FileQuestion, branches: &[FileBranch]) -> bool {
        let is_own = |condition: &&FileCondition| {
            condition
                .question
                .as_deref()
                .is_none_or(|id| id == question.id.as_str())
        };
        let covers = |rating: u8| {
            let own = branches
                .iter()
                .filter_map(|branch| branch.condition.as_ref())
                .filter(is_own);
            own.into_iter().any(|condition| condition.fits(rating))
        };
        branches.iter().any(|branch| branch.condition.is_none())
            || question.is_required
                && self
                    .scale(at)
                    .is_some_and(|scale| scale.ratings().all(covers))
    }
}

impl FileCondition {
    fn fits(&self, rating: u8) -> bool {
        self.at_least.is_none_or(|least| least <= rating)
            && self.at_most.is_none_or(|most| rating <= most)
    }
}

fn is_touchpoint(text: &str) -> bool {
    text.len() <= MAX_ID_CHARS
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
