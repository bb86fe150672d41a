//! When, where, to whom and how often a survey is shown: the same in the file and on the wire.
//!
//! The loader acts on them (`widget/loader/rules.js`); nothing here decides. Sampling
//! is the exception: [`crate::sampling`] does what the loader does. What a file
//! may hold is checked in [`mod@crate::file`].

use crate::condition::Scalar;
use crate::question::is_default;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// All that the loader looks at besides the plain trigger and the cooldown.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rules {
    /// What makes the page think about showing it, where that is more than load or call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerRule>,
    /// The pages it is shown on; none: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<PageRule>,
    /// Who is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The share of visitors who are asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<Number>,
    /// Of several that are due, the highest is shown.
    #[serde(skip_serializing_if = "is_default")]
    pub priority: i32,
    /// Days since any survey was shown to this visitor.
    #[serde(skip_serializing_if = "is_default")]
    pub cooldown_all_days: u32,
    /// How often it is shown to one visitor at most, ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_shown: Option<u32>,
    /// Whether to come again after a dismissal without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_again: Option<AskAgain>,
    /// From when on, and how often, the same visitor may be asked anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waves: Option<Waves>,
}

/// The tab that opens a survey, with its label in one language.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tab {
    /// What stands on the tab that the loader draws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The page's own element that opens the card instead, as a CSS selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button: Option<String>,
}

/// What makes the page think about showing a survey.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "on", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "trigger")]
pub enum TriggerRule {
    /// The page has loaded, and this long has passed.
    Load {
        /// Milliseconds to wait, 0 to 86,400,000 (a day).
        #[serde(default)]
        #[schemars(range(max = 86_400_000))]
        delay_ms: u32,
    },
    /// The page calls `sayso.show(id)`.
    Call,
    /// The page was visible for so long.
    Dwell {
        /// Milliseconds, 0 to 86,400,000 (a day).
        #[schemars(range(max = 86_400_000))]
        dwell_ms: u32,
    },
    /// The page, or a part of it, was scrolled so far. What cannot scroll counts as 100.
    Scroll {
        /// Per cent of the way, 1 to 100.
        #[schemars(range(min = 1, max = 100))]
        percent: u32,
        /// The part of the page that scrolls, as a CSS selector. Default: the page.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(length(max = 500), regex(pattern = r"\S"))]
        scroller: Option<String>,
    },
    /// The respondent is about to leave: the mouse goes out above, or a quick scroll up.
    Exit,
    /// A click on an element, now there or later.
    Click {
        /// Which element, as a CSS selector.
        #[schemars(length(max = 500), regex(pattern = r"\S"))]
        selector: String,
    },
    /// The page says that something happened: `sayso.track(name, properties)`.
    Event {
        /// What happened.
        #[schemars(length(max = 100), regex(pattern = r"\S"))]
        name: String,
        /// What must be true of its properties.
        #[serde(rename = "if", default, skip_serializing_if = "BTreeMap::is_empty")]
        properties: BTreeMap<String, ValueTest>,
    },
    /// All of these have happened on this page.
    All {
        /// The triggers, 1 to 20.
        #[schemars(length(min = 1, max = 20))]
        of: Vec<TriggerRule>,
    },
    /// One of these has happened.
    Any {
        /// The triggers, 1 to 20.
        #[schemars(length(min = 1, max = 20))]
        of: Vec<TriggerRule>,
    },
}

impl Default for TriggerRule {
    fn default() -> Self {
        TriggerRule::Load { delay_ms: 0 }
    }
}

/// What must be true of one value. A value that is not given fits nothing but `is_given: false`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "value_test", extend("minProperties" = 1))]
pub struct ValueTest {
    /// The least number that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Number>,
    /// The greatest number that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Number>,
    /// The value that fits, or a list of values of which any fits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "one_or_more_values")]
    pub is: Vec<Scalar>,
    /// A choice among several, or a part of a text; capitals do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500), regex(pattern = r"\S"))]
    pub contains: Option<String>,
    /// Whether there is a value at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_given: Option<bool>,
}

fn one_or_more_values(_: &mut SchemaGenerator) -> Schema {
    let value = || json_schema!({ "type": ["boolean", "number", "string"] });
    json_schema!({ "anyOf": [value(), { "type": "array", "minItems": 1, "items": value() }] })
}

/// A number, written as people write it: 9, not 9.0.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd, JsonSchema)]
#[schemars(inline)]
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Scalar::Number(self.0).serialize(serializer)
    }
}

/// Which pages: at least one of the plain rules, if there are any, and none of those in a `not`.
///
/// A pattern that begins with `/` is held against the path, and against the query
/// too if it has a `?`; any other against the whole address without its fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "page_rule")]
pub enum PageRule {
    /// The whole of it.
    Is(#[schemars(length(max = 2_000), regex(pattern = r"\S"))] String),
    /// Its beginning.
    StartsWith(#[schemars(length(max = 2_000), regex(pattern = r"\S"))] String),
    /// A part of it.
    Contains(#[schemars(length(max = 2_000), regex(pattern = r"\S"))] String),
    /// The whole of it, where `*` is anything without a `/`, and `**` anything.
    Glob(#[schemars(length(max = 2_000), regex(pattern = r"\S"))] String),
    /// A regular expression of JavaScript that fits a part of it.
    Regex(#[schemars(length(max = 2_000), regex(pattern = r"\S"))] String),
    /// Not this.
    Not(Box<PageRule>),
}

/// Who is asked: all that is given must be true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "audience", extend("minProperties" = 1))]
pub struct Audience {
    /// With what they read the page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1))]
    pub devices: Vec<Device>,
    /// The languages of the page, each a tag or its first part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1), inner(regex(pattern = crate::file::LOCALE)))]
    pub locales: Vec<String>,
    /// What the page says of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("minProperties" = 1))]
    pub traits: BTreeMap<String, ValueTest>,
    /// Whether they were here before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
}

/// What a page is read with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "device")]
pub enum Device {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// Anything larger.
    Desktop,
}

/// Whether somebody was here before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "visit")]
pub enum Visit {
    /// Never before.
    First,
    /// Before.
    Returning,
}

/// Coming again after a dismissal without an answer, and then no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ask_again")]
pub struct AskAgain {
    /// Days after each dismissal, 1 to 3,650.
    #[schemars(range(min = 1, max = 3_650))]
    pub after_days: u32,
    /// How often, 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    pub times: u32,
}

/// Asking the same people anew, at fixed times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "waves")]
pub struct Waves {
    /// The first day of the first wave, as `2026-01-31`.
    #[schemars(regex(pattern = crate::file::DAY))]
    pub start: String,
    /// Days from one wave to the next, 1 to 3,650.
    #[schemars(range(min = 1, max = 3_650))]
    pub every_days: u32,
}
