//! From JSON text to a [`Draft`] of a survey file, gathering every problem on the way.
//!
//! serde's derived readers stop at the first problem. Here each field is read by
//! itself, and what cannot be read gets a stand-in, so that the rest can still
//! be checked and the owner mends a file once. A file with a stand-in is never
//! given out: each comes with a problem. What fields mean is in [`super::check`].

use super::check::limits;
use super::place::{Places, is_within};
use super::{
    Cause, PLACES, SCHEMA, SurveyError, SurveyFile, Text, default_cooldown_days, default_locale,
    syntax,
};
use crate::id::SurveyId;
use crate::page::Unread;
use crate::survey::{Display, Position};
use fields::{Fields, Problems};
use serde_json::Value;

mod conditions;
mod fields;
mod questions;
mod rules;
mod theme;
mod words;

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
    let days = || limits::COOLDOWN_DAYS.cause();
    SurveyFile {
        schema_address: fields.string("$schema"),
        schema: SCHEMA,
        id: fields.id("id").unwrap_or_else(SurveyId::unread),
        touchpoint: fields.string("touchpoint"),
        locale: fields.string("locale").unwrap_or_else(default_locale),
        display: read_display(&mut fields).unwrap_or_default(),
        position: read_position(&mut fields),
        tab: fields.object("tab", words::read_tab),
        has_progress: fields.truth("has_progress").unwrap_or_default(),
        theme: fields.object("theme", theme::read_theme),
        trigger: fields
            .object("trigger", rules::read_trigger)
            .unwrap_or_default(),
        pages: fields.list("pages", rules::read_page, rules::unread_page),
        audience: fields.object("audience", rules::read_audience),
        sample_rate: fields.number("sample_rate"),
        priority: fields.signed("priority"),
        cooldown_days: fields
            .whole("cooldown_days", days())
            .unwrap_or_else(default_cooldown_days),
        cooldown_all_days: fields.whole("cooldown_all_days", days()),
        max_shown: fields.whole("max_shown", limits::MAX_SHOWN.cause()),
        ask_again: fields.object("ask_again", rules::read_ask_again),
        waves: fields.object("waves", rules::read_waves),
        paused: fields.truth("paused").unwrap_or_default(),
        ends_at: fields.string("ends_at"),
        response_limit: fields.whole("response_limit", limits::RESPONSES.cause()),
        welcome: fields.object("welcome", words::read_welcome),
        questions: fields
            .list(
                "questions",
                questions::read_question,
                questions::unread_question,
            )
            .unwrap_or_default(),
        thanks: fields.object("thanks", words::read_thanks),
    }
}

fn read_display(fields: &mut Fields<'_>) -> Option<Display> {
    let words: Vec<_> = PLACES
        .iter()
        .map(|(word, display, _)| (*word, *display))
        .collect();
    fields.word("display", &words)
}

fn read_position(fields: &mut Fields<'_>) -> Option<Position> {
    let places = PLACES
        .iter()
        .flat_map(|(_, _, places)| places.iter().copied());
    fields.word("position", &places.collect::<Vec<_>>())
}

fn unread_text() -> Text {
    Text::Plain(String::new())
}
