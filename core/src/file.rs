//! The survey file: what an owner writes, one JSON file a survey.
//!
//! ```json
#![doc = include_str!("../tests/golden/survey.json")]
//! ```
//!
//! Every text is a string, or an object of strings by locale:
//! `{"en": "How was it?", "de": "Wie war es?"}`. The published JSON Schema,
//! `core/schema/survey.schema.json`, is generated from the types here.
//!
//! Reading is in [`SurveyFile::parse`]. It is strict: unknown fields are errors,
//! and every problem is reported at once, with its place and the mend.

use crate::id::{QuestionId, SurveyId, SurveyVersion};
use crate::page::{Definition, Trigger};
use crate::strings::strings_for;
use crate::survey::{Display, Survey, Thanks};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

mod check;
mod error;
mod locale;
mod localize;
mod place;
mod read;
#[cfg(test)]
pub(crate) mod sample;
mod schema;
mod syntax;
#[cfg(test)]
mod tests;

pub use error::{Cause, SurveyError};
pub use locale::Text;
pub use schema::json_schema;

/// The number of the survey file format.
pub const SCHEMA: u8 = 1;

/// The cooldown of a survey whose file does not say, in days.
pub const DEFAULT_COOLDOWN_DAYS: u32 = 90;

/// A survey file, read and checked in full. Only [`SurveyFile::parse`] makes one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Sayso survey",
    description = "What an owner writes: one file a survey."
)]
pub struct SurveyFile {
    /// Where an editor finds the schema of this file. Sayso does not read it.
    #[serde(rename = "$schema", default, skip_serializing)]
    schema_address: Option<String>,
    /// The number of the file format: 1.
    #[schemars(range(min = 1, max = 1))]
    schema: u8,
    /// Names the survey: 1 to 64 characters of a-z, 0-9 and -, starting with a letter.
    #[schemars(with = "String", regex(pattern = r"^[a-z][a-z0-9-]{0,63}$"))]
    id: SurveyId,
    /// The moment in the customer's journey, as `post_purchase`. A page may say another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[a-z][a-z0-9_]{0,63}$"))]
    touchpoint: Option<String>,
    /// The language of plain texts, and the one used where a translation is missing. Default: `en`.
    #[serde(default = "default_locale")]
    #[schemars(regex(pattern = schema::LOCALE))]
    locale: String,
    /// How the card stands on the page. Default: `popover`.
    #[serde(default)]
    display: Display,
    /// What makes the page think about showing it. Default: on load, at once.
    #[serde(default)]
    trigger: Trigger,
    /// Days without this survey after it was completed or dismissed, 0 to 3,650. Default: 90.
    #[serde(default = "default_cooldown_days")]
    #[schemars(range(max = 3_650))]
    cooldown_days: u32,
    /// What is asked, in order: 1 to 100 questions.
    #[schemars(length(min = 1, max = 100))]
    questions: Vec<FileQuestion>,
    /// What is said when the response is stored. Default: "Thank you" in the locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thanks: Option<FileThanks>,
}

/// One question of a survey file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "question", extend("allOf" = schema::fields_of_kinds()))]
pub(crate) struct FileQuestion {
    /// Names the question within the survey. Answers are stored under it; `end` is taken.
    #[schemars(with = "String", regex(pattern = schema::QUESTION_ID), extend("not" = {"const": "end"}))]
    id: QuestionId,
    /// What kind of question it is.
    kind: FileKind,
    /// The question as the respondent reads it.
    prompt: Text,
    /// A line below the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    help: Option<Text>,
    /// True when the respondent cannot go on without an answer. Default: false.
    #[serde(default)]
    is_required: bool,
    /// `nps` and `csat`: what the least rating means, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    low_label: Option<Text>,
    /// `nps` and `csat`: what the best rating means, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    high_label: Option<Text>,
    /// `free_text`: the longest text accepted, 1 to 10,000 characters. Default: 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    max_chars: Option<u32>,
    /// `free_text`: an example shown while the field is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    placeholder: Option<Text>,
    /// Where to go from here. Default: to the next question in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<FileNext>,
}

/// The kinds of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "kind")]
pub(crate) enum FileKind {
    /// How likely to recommend, 0 to 10.
    Nps,
    /// How satisfied, 1 to 5.
    Csat,
    /// A text in the respondent's own words.
    FreeText,
}

/// Where to go from a question: one place, or the first branch that fits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "next")]
pub(crate) enum FileNext {
    /// The id of a later question, or `end`.
    Always(#[schemars(regex(pattern = schema::QUESTION_ID))] String),
    /// The first branch that fits; none fits: the next question in order.
    Branches(#[schemars(length(min = 1))] Vec<FileBranch>),
}

/// One way on from a question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "branch")]
pub(crate) struct FileBranch {
    /// When this way is taken. Without it: always.
    #[serde(rename = "if", default, skip_serializing_if = "Option::is_none")]
    condition: Option<FileCondition>,
    /// The id of a later question, or `end`.
    #[schemars(regex(pattern = schema::QUESTION_ID))]
    go_to: String,
}

/// True for a rating within the bounds given, both included.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "condition")]
#[schemars(extend("anyOf" = [{"required": ["at_least"]}, {"required": ["at_most"]}]))]
pub(crate) struct FileCondition {
    /// Whose rating is looked at. Default: the question that branches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::QUESTION_ID))]
    question: Option<String>,
    /// The least rating that fits, on the scale of the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 10))]
    at_least: Option<u8>,
    /// The greatest rating that fits, on the scale of the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 10))]
    at_most: Option<u8>,
}

/// What is said when the response is stored.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "thanks")]
pub(crate) struct FileThanks {
    /// The headline.
    title: Text,
    /// A sentence below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
}

fn default_locale() -> String {
    String::from("en")
}

fn default_cooldown_days() -> u32 {
    DEFAULT_COOLDOWN_DAYS
}

impl SurveyFile {
    /// Reads and checks a survey file. A byte order mark at its start is passed over.
    ///
    /// # Errors
    ///
    /// Every problem found, in the order of the file, each with its place and
    /// how to mend it.
    pub fn parse(text: &str) -> Result<SurveyFile, Vec<SurveyError>> {
        let mut draft = read::read(text)?;
        draft.errors.extend(draft.places.given_twice());
        let found = check::check(&draft);
        draft.errors.extend(found);
        draft.finish()
    }

    /// Reads a survey file that an earlier release accepted, without the check of its meaning.
    ///
    /// A later release may check more than the one that accepted the file. Its
    /// responses still arrive, so versions that were once served must stay
    /// readable. For anything an owner has just written, take [`SurveyFile::parse`].
    ///
    /// # Errors
    ///
    /// What cannot be read at all: no JSON, unknown or missing fields, values of
    /// the wrong sort.
    pub fn parse_kept(text: &str) -> Result<SurveyFile, Vec<SurveyError>> {
        read::read(text)?.finish()
    }

    /// The survey's name.
    pub fn id(&self) -> &SurveyId {
        &self.id
    }

    /// The survey's version: the first 32 bits of the SHA-256 of its canonical JSON.
    ///
    /// White space, the order of fields and `$schema` do not count.
    pub fn version(&self) -> SurveyVersion {
        let digest = Sha256::digest(self.canonical().as_bytes());
        let hex: String = digest
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        #[expect(clippy::expect_used, reason = "eight hex digits are always a version")]
        SurveyVersion::try_from(hex).expect("eight hex digits")
    }

    /// The file as one line of JSON, with its fields in a fixed order.
    pub fn canonical(&self) -> String {
        #[expect(
            clippy::expect_used,
            reason = "strings, numbers and lists always write"
        )]
        serde_json::to_string(self).expect("a survey file is plain data")
    }

    /// The languages that the survey's own texts exist in, the survey's main one first.
    pub fn locales(&self) -> Vec<&str> {
        let mut locales = vec![self.locale.as_str()];
        for text in self.texts() {
            for locale in text.locales() {
                if !locales.contains(&locale) {
                    locales.push(locale);
                }
            }
        }
        locales
    }

    /// The best of the survey's languages for a list of wishes, most wanted first.
    ///
    /// An exact match counts before one of the same language; without any match
    /// it is the survey's main language.
    pub fn negotiate(&self, wishes: &[&str]) -> &str {
        locale::negotiate(&self.locales(), wishes).unwrap_or(&self.locale)
    }

    /// What a page gets: the survey in one language, and when to show it.
    pub fn definition(&self, locale: &str) -> Definition {
        Definition {
            survey: self.survey(locale),
            trigger: self.trigger,
            cooldown_days: self.cooldown_days,
        }
    }

    /// The survey in one language; texts that lack it are in the survey's main one.
    pub fn survey(&self, locale: &str) -> Survey {
        let in_locale = |text: &Text| String::from(text.in_locale(locale, &self.locale));
        Survey {
            id: self.id.clone(),
            version: self.version(),
            locale: String::from(locale),
            touchpoint: self.touchpoint.clone(),
            display: self.display,
            questions: self
                .questions
                .iter()
                .map(|question| question.localized(&in_locale))
                .collect(),
            thanks: match &self.thanks {
                Some(thanks) => Thanks {
                    title: in_locale(&thanks.title),
                    text: thanks.text.as_ref().map(in_locale),
                },
                None => Thanks {
                    title: String::from(locale::thank_you(locale)),
                    text: None,
                },
            },
            strings: strings_for(locale),
        }
    }

    fn texts(&self) -> impl Iterator<Item = &Text> {
        let thanks = self
            .thanks
            .iter()
            .flat_map(|thanks| std::iter::once(&thanks.title).chain(thanks.text.as_ref()));
        self.questions
            .iter()
            .flat_map(FileQuestion::texts)
            .chain(thanks)
    }
}
