//! From JSON text to a [`Draft`] of a survey file, gathering every problem on the way.
//!
//! serde's derived readers stop at the first problem. Here each field is read by
//! itself, and what cannot be read gets a stand-in, so that the rest can still
//! be checked and the owner mends a file once. A file with a stand-in is never
//! given out: each comes with a problem. What fields mean is in [`super::check`].

use super::check::{MAX_COOLDOWN_DAYS, MAX_DELAY_MS};
use super::place::{Places, is_within};
use super::{
    Cause, FileBranch, FileCondition, FileKind, FileNext, FileQuestion, FileThanks, SCHEMA,
    SurveyError, SurveyFile, Text, default_cooldown_days, default_locale, syntax,
};
use crate::id::{QuestionId, SurveyId};
use crate::page::{Trigger, Unread};
use crate::question::{MAX_TEXT_CHARS, Target};
use crate::survey::Display;
use fields::{Fields, Problems};
use serde_json::Value;

mod fields;

/// A survey file as far as it could be read.
pub(super) struct Draft {
    /// The file, with stand-ins for what could not be read.
    pub(super) file: SurveyFile,
    /// The ids of the questions as they are written, right or wrong; `None` where none is.
    pub(super) ids: Vec<Option<String>>,
    /// What is wrong so far.
    pub(super) errors: Vec<SurveyError>,
    /// Where in the text each value stands.
    pub(super) places: Places,
    unread: Vec<String>,
}

impl Draft {
    /// True when a value was read, or is rightly absent: no stand-in is in its place.
    pub(super) fn is_read(&self, path: &str) -> bool {
        !self.unread.iter().any(|unread| is_within(path, unread))
    }

    /// True when a value was read with all that is in it.
    pub(super) fn is_whole(&self, path: &str) -> bool {
        self.is_read(path) && !self.unread.iter().any(|unread| is_within(unread, path))
    }

    /// The file, if nothing is wrong with it.
    pub(super) fn finish(mut self) -> Result<SurveyFile, Vec<SurveyError>> {
        if self.errors.is_empty() {
            return Ok(self.file);
        }
        self.places.add_lines(&mut self.errors);
        Err(self.errors)
    }
}

/// Reads a file as far as it can be read.
///
/// # Errors
///
/// The text is not JSON, or no object.
pub(super) fn read(text: &str) -> Result<Draft, Vec<SurveyError>> {
    // Editors on Windows write a byte order mark, and the owner cannot see it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value =
        serde_json::from_str(text).map_err(|error| vec![syntax::problem(text, &error)])?;
    let places = Places::of(text);
    let ids = written_ids(&value);
    let mut problems = Problems::default();
    match Fields::of(value, "", &mut problems).map(read_file) {
        Some(file) => Ok(Draft {
            file,
            ids,
            errors: problems.errors,
            places,
            unread: problems.unread,
        }),
        None => {
            places.add_lines(&mut problems.errors);
            Err(problems.errors)
        }
    }
}

fn written_ids(file: &Value) -> Vec<Option<String>> {
    let questions = file.get("questions").and_then(Value::as_array);
    let id = |question: &Value| question.get("id")?.as_str().map(String::from);
    questions.into_iter().flatten().map(id).collect()
}

fn read_file(mut fields: Fields<'_>) -> SurveyFile {
    fields.need(&["schema", "id", "questions"]);
    let schema: Option<u8> = fields.whole("schema", Cause::UnknownSchema);
    if schema.is_some_and(|schema| schema != SCHEMA) {
        fields.problem("schema", Cause::UnknownSchema);
    }
    let days = Cause::OutOfLimits {
        min: 0,
        max: MAX_COOLDOWN_DAYS,
    };
    SurveyFile {
        schema_address: fields.string("$schema"),
        schema: SCHEMA,
        id: fields.id("id").unwrap_or_else(SurveyId::unread),
        touchpoint: fields.string("touchpoint"),
        locale: fields.string("locale").unwrap_or_else(default_locale),
        display: fields
            .word(
                "display",
                &[("popover", Display::Popover), ("inline", Display::Inline)],
            )
            .unwrap_or_default(),
        trigger: fields.object("trigger", read_trigger).unwrap_or_default(),
        cooldown_days: fields
            .whole("cooldown_days", days)
            .unwrap_or_else(default_cooldown_days),
        questions: fields
            .list("questions", read_question, unread_question)
            .unwrap_or_default(),
        thanks: fields.object("thanks", read_thanks),
    }
}

fn read_trigger(mut fields: Fields<'_>) -> Trigger {
    fields.need(&["on"]);
    let load = fields.word("on", &[("load", true), ("call", false)]);
    let off_limits = Cause::OutOfLimits {
        min: 0,
        max: MAX_DELAY_MS,
    };
    let delay_ms = fields.whole("delay_ms", off_limits);
    if load != Some(false) {
        return Trigger::Load {
            delay_ms: delay_ms.unwrap_or_default(),
        };
    }
    if delay_ms.is_some() {
        fields.wrong("delay_ms", "belongs to the trigger `load` alone; remove it");
    }
    Trigger::Call
}

fn read_question(mut fields: Fields<'_>) -> FileQuestion {
    fields.need(&["id", "kind", "prompt"]);
    let unread = unread_question();
    let kinds = [
        ("nps", FileKind::Nps),
        ("csat", FileKind::Csat),
        ("free_text", FileKind::FreeText),
    ];
    let chars = Cause::OutOfLimits {
        min: 1,
        max: MAX_TEXT_CHARS,
    };
    FileQuestion {
        id: fields.id("id").unwrap_or(unread.id),
        kind: fields.word("kind", &kinds).unwrap_or(unread.kind),
        prompt: fields.text("prompt").unwrap_or(unread.prompt),
        help: fields.text("help"),
        is_required: fields.truth("is_required").unwrap_or_default(),
        low_label: fields.text("low_label"),
        high_label: fields.text("high_label"),
        max_chars: fields.whole("max_chars", chars),
        placeholder: fields.text("placeholder"),
        next: read_next(&mut fields),
    }
}

/// What stands for a question that could not be read.
fn unread_question() -> FileQuestion {
    FileQuestion {
        id: QuestionId::unread(),
        kind: FileKind::FreeText,
        prompt: unread_text(),
        help: None,
        is_required: false,
        low_label: None,
        high_label: None,
        max_chars: None,
        placeholder: None,
        next: None,
    }
}

fn unread_text() -> Text {
    Text::Plain(String::new())
}

fn read_next(fields: &mut Fields<'_>) -> Option<FileNext> {
    match fields.peek("next") {
        Some(Value::Array(_)) => fields
            .list("next", read_branch, unread_branch)
            .map(FileNext::Branches),
        Some(Value::String(_)) => fields.string("next").map(FileNext::Always),
        Some(_) => {
            fields.wrong(
                "next",
                "must be the id of a later question, `end`, or a list of branches",
            );
            fields.pass_over("next");
            None
        }
        None => {
            fields.pass_over("next");
            None
        }
    }
}

fn read_branch(mut fields: Fields<'_>) -> FileBranch {
    fields.need(&["go_to"]);
    FileBranch {
        condition: fields.object("if", read_condition),
        go_to: fields
            .string("go_to")
            .unwrap_or_else(|| unread_branch().go_to),
    }
}

/// What stands for a branch that could not be read.
fn unread_branch() -> FileBranch {
    FileBranch {
        condition: None,
        go_to: String::from(Target::END),
    }
}

fn read_condition(mut fields: Fields<'_>) -> FileCondition {
    // The scale of the question is not known yet; the check knows it.
    let off_every_scale = Cause::WrongType(String::from(
        "must be a rating: from 0 to 10 for `nps`, from 1 to 5 for `csat`",
    ));
    FileCondition {
        question: fields.string("question"),
        at_least: fields.whole("at_least", off_every_scale.clone()),
        at_most: fields.whole("at_most", off_every_scale),
    }
}

fn read_thanks(mut fields: Fields<'_>) -> FileThanks {
    fields.need(&["title"]);
    FileThanks {
        title: fields.text("title").unwrap_or_else(unread_text),
        text: fields.text("text"),
    }
}
