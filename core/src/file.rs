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

use crate::id::{SurveyId, SurveyVersion};
use crate::rules::{AskAgain, Audience, Number, PageRule, TriggerRule, Waves};
use crate::survey::{Display, Position};
use condition::{FileCondition, FileTest};
use question::{FileBranch, FileChoice, FileFormat, FileKind, FileNext, FileQuestion};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use theme::{Colour, FileColours, FileTheme, Font};
use words::{FileClosing, FileLink, FileTab, FileThanks, FileVariant, FileWelcome};

mod check;
mod condition;
mod delivery;
mod error;
mod locale;
mod localize;
mod place;
mod question;
mod read;
#[cfg(test)]
pub(crate) mod sample;
mod schema;
mod syntax;
#[cfg(test)]
mod tests;
mod theme;
mod words;

pub use delivery::{Closed, Delivery};
pub use error::{Cause, SurveyError};
pub use locale::Text;
pub use schema::json_schema;
pub(crate) use schema::{DAY, LOCALE};

/// The number of the survey file format.
pub const SCHEMA: u8 = 1;

/// The cooldown of a survey whose file does not say, in days.
pub const DEFAULT_COOLDOWN_DAYS: u32 = 90;

/// A display by its word, and its places by theirs, the usual one first.
type Place = (&'static str, Display, &'static [(&'static str, Position)]);

/// Every display, and where it may stand.
const PLACES: &[Place] = &[
    (
        "popover",
        Display::Popover,
        &[
            ("bottom_end", Position::BottomEnd),
            ("bottom_start", Position::BottomStart),
            ("top_end", Position::TopEnd),
            ("top_start", Position::TopStart),
            ("center", Position::Center),
        ],
    ),
    ("modal", Display::Modal, &[]),
    ("inline", Display::Inline, &[]),
    (
        "bar",
        Display::Bar,
        &[("bottom", Position::Bottom), ("top", Position::Top)],
    ),
    (
        "tab",
        Display::Tab,
        &[("end", Position::End), ("start", Position::Start)],
    ),
];

/// A survey file, read and checked in full. Only [`SurveyFile::parse`] makes one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    title = "Sayso survey",
    description = "What an owner writes: one file a survey.",
    extend("allOf" = schema::places_of_displays())
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
    /// Where it stands. A popover: `bottom_end`, the default, `bottom_start`, `top_end`, `top_start` or `center`; a bar: `bottom`, the default, or `top`; a tab: `end`, the default, or `start`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    position: Option<Position>,
    /// `tab` displays: the tab that opens the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tab: Option<FileTab>,
    /// True when the card shows how far the respondent is. Default: false.
    #[serde(default, skip_serializing_if = "crate::question::is_false")]
    has_progress: bool,
    /// The survey's own look. Default: the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    theme: Option<FileTheme>,
    /// What makes the page think about showing it. Default: on load, at once.
    #[serde(default)]
    trigger: TriggerRule,
    /// The pages it is shown on, 1 to 100 rules. Default: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pages: Option<Vec<PageRule>>,
    /// Who is asked. Default: everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audience: Option<Audience>,
    /// The share of visitors who are asked, 0 to 1. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 1))]
    sample_rate: Option<Number>,
    /// Of several surveys that are due, the one with the highest is shown, -100 to 100. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -100, max = 100))]
    priority: Option<i32>,
    /// Days without this survey after it was completed or dismissed, 0 to 3,650. Default: 90.
    #[serde(default = "default_cooldown_days")]
    #[schemars(range(max = 3_650))]
    cooldown_days: u32,
    /// Days since any survey was shown to this visitor, 0 to 3,650. Default: 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 3_650))]
    cooldown_all_days: Option<u32>,
    /// How often it is shown to one visitor at most, 1 to 1,000. Default: as often as it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000))]
    max_shown: Option<u32>,
    /// Whether to come again after a dismissal without an answer. Default: when `cooldown_days` have passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ask_again: Option<AskAgain>,
    /// Whether to ask the same people anew at fixed times. Default: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waves: Option<Waves>,
    /// True while nobody new gets the survey. Default: false.
    #[serde(default, skip_serializing)]
    paused: bool,
    /// The time from which on nobody new gets it, as `2026-12-31T23:59:59Z` or with a zone as `+01:00`. Default: never.
    #[serde(default, skip_serializing)]
    #[schemars(regex(pattern = schema::TIME))]
    ends_at: Option<String>,
    /// With so many completed responses nobody new gets it, 1 or more. Default: no limit.
    #[serde(default, skip_serializing)]
    #[schemars(range(min = 1, max = 4_294_967_295_u64))]
    response_limit: Option<u32>,
    /// A screen before the first question. Its id among the questions is `welcome`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    welcome: Option<FileWelcome>,
    /// What is asked, in order: 1 to 100 questions.
    #[schemars(length(min = 1, max = 100))]
    questions: Vec<FileQuestion>,
    /// What is said when the response is stored. Default: "Thank you" in the locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thanks: Option<FileThanks>,
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
    /// White space, the order of fields and `$schema` do not count, nor do
    /// `paused`, `ends_at` and `response_limit`: they change no question.
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

    fn texts(&self) -> impl Iterator<Item = &Text> {
        let welcome = self.welcome.iter().flat_map(FileWelcome::texts);
        let tab = self.tab.iter().filter_map(|tab| tab.label.as_ref());
        welcome
            .chain(self.questions.iter().flat_map(FileQuestion::texts))
            .chain(self.thanks.iter().flat_map(FileThanks::texts))
            .chain(tab)
    }
}
