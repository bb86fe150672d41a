//! One question: what is asked, how it may be answered, and where it leads.

use crate::id::QuestionId;
use crate::rating::Scale;

/// Longest text that a free-text question may allow, in characters.
pub const MAX_TEXT_CHARS: u32 = 10_000;

/// The length a free-text question allows when its file does not say, in characters.
pub const DEFAULT_TEXT_CHARS: u32 = 1_000;

/// One thing asked, with its texts in one language.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Question {
    /// Names the question within its survey.
    pub id: QuestionId,
    /// What is asked and how it is answered.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub kind: QuestionKind,
    /// The question as the respondent reads it.
    pub prompt: String,
    /// A line below the prompt.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub help: Option<String>,
    /// True when the respondent cannot go on without an answer.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_false"))]
    pub is_required: bool,
    /// Where to go from here: the first branch that fits; none fits: the next in order.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Vec::is_empty"))]
    pub next: Vec<Branch>,
}

/// The kinds of question, each with what it alone needs.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(tag = "kind", rename_all = "snake_case"))]
pub enum QuestionKind {
    /// How likely to recommend, 0 to 10.
    Nps(EndLabels),
    /// How satisfied, 1 to 5.
    Csat(EndLabels),
    /// A text in the respondent's own words.
    FreeText {
        /// The longest text accepted, in characters.
        max_chars: u32,
        /// An example shown while the field is empty.
        #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
        placeholder: Option<String>,
    },
}

impl QuestionKind {
    /// The scale of a rating question; `None` for the other kinds.
    pub const fn scale(&self) -> Option<Scale> {
        match self {
            QuestionKind::Nps(_) => Some(Scale::NPS),
            QuestionKind::Csat(_) => Some(Scale::CSAT),
            QuestionKind::FreeText { .. } => None,
        }
    }
}

/// What the ends of a scale mean, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct EndLabels {
    /// At the least rating: "Not likely".
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub low_label: Option<String>,
    /// At the best rating: "Very likely".
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub high_label: Option<String>,
}

/// One way on from a question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Branch {
    /// When this way is taken; always, if there is none.
    #[cfg_attr(
        feature = "json",
        serde(rename = "if", skip_serializing_if = "Option::is_none")
    )]
    pub condition: Option<Condition>,
    /// Where it leads.
    pub go_to: Target,
}

/// True for a rating within both bounds. An unanswered question fits no condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Condition {
    /// Whose rating is looked at.
    pub question: QuestionId,
    /// The least rating that fits.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub at_least: Option<u8>,
    /// The greatest rating that fits.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub at_most: Option<u8>,
}

/// Where a branch leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a later question.
    Question(QuestionId),
    /// To the thanks: `"end"` in files.
    End,
}

impl Target {
    /// The word for [`Target::End`] in files. No question may have it as its id.
    pub const END: &'static str = "end";
}

#[cfg(feature = "json")]
impl serde::Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Target::Question(id) => id.as_str(),
            Target::End => Target::END,
        })
    }
}

#[cfg(feature = "json")]
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}
