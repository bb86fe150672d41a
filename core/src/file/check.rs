//! What the fields of a survey file that could be read may still have wrong: their meaning.
//!
//! Values that could not be read have been reported already, by [`super::read`].
//! Nothing is said of their stand-ins, nor of what only follows from them.

use super::locale::is_locale;
use super::read::Draft;
use super::{Cause, FileKind, FileQuestion, SurveyError, Text};
use crate::id::MAX_ID_CHARS;
use crate::page::Trigger;
use crate::question::{MAX_TEXT_CHARS, Target};
use crate::text;

mod branches;

pub(super) const MAX_DELAY_MS: u32 = 86_400_000;
pub(super) const MAX_COOLDOWN_DAYS: u32 = 3_650;
const MAX_QUESTIONS: usize = 100;

/// Everything that is wrong with the meaning of a file.
pub(super) fn check(draft: &Draft) -> Vec<SurveyError> {
    let file = &draft.file;
    let mut check = Check {
        draft,
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
    if draft.errors.is_empty() && check.errors.is_empty() {
        check.reachability();
    }
    check.errors
}

struct Check<'a> {
    draft: &'a Draft,
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
        let file = &self.draft.file;
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
        let is_count_right = (1..=MAX_QUESTIONS).contains(&file.questions.len());
        if self.draft.is_read("questions") && !is_count_right {
            self.report("questions", Cause::QuestionCount);
        }
    }

    fn question(&mut self, at: usize, question: &FileQuestion) {
        let path = format!("questions[{at}]");
        if question.id.as_str() == Target::END {
            self.report(format!("{path}.id"), Cause::ReservedId);
        }
        if let Some(Some(id)) = self.draft.ids.get(at)
            && self
                .draft
                .ids
                .iter()
                .take(at)
                .flatten()
                .any(|earlier| earlier == id)
        {
            self.report(format!("{path}.id"), Cause::DuplicateId(id.clone()));
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
        let is_kind_read = self.draft.is_read(&format!("{path}.kind"));
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
            if is_given && !fits && is_kind_read {
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
                let main = &self.draft.file.locale;
                let is_main_known = self.draft.is_read("locale") && is_locale(main);
                if is_main_known && !texts.contains_key(main) {
                    self.report(path, Cause::MissingLocale(main.clone()));
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
        if text::is_blank(text) && self.draft.is_read(path) {
            self.report(path, Cause::BlankText);
        }
    }
}

fn is_touchpoint(text: &str) -> bool {
    text.len() <= MAX_ID_CHARS
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
