//! A survey that has been checked, with its texts in one language.
//!
//! This is what the session runs, the views show and the answers are validated
//! against, in the browser and in the collector alike. The file an owner writes
//! is [`crate::file::SurveyFile`]; when and to whom a survey is shown is part of
//! [`crate::page::Definition`].

use crate::condition::Condition;
use crate::id::{QuestionId, SurveyId, SurveyVersion};
use crate::question::{Link, Question};
use crate::strings::Strings;

#[cfg(feature = "json")]
use crate::question::{is_default, is_false};

/// A checked survey in one language.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Survey {
    /// Names the survey.
    pub id: SurveyId,
    /// The hash of the definition that this is.
    pub version: SurveyVersion,
    /// The language of the texts, as a BCP 47 tag.
    pub locale: String,
    /// The moment in the customer's journey, unless the page says otherwise.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub touchpoint: Option<String>,
    /// How the card stands on the page.
    pub display: Display,
    /// Where it stands.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_default"))]
    pub position: Position,
    /// True when the card shows how far the respondent is.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_false"))]
    pub has_progress: bool,
    /// What is asked, in order; at least one question.
    pub questions: Vec<Question>,
    /// What is said when the response is stored.
    pub thanks: Thanks,
    /// The survey's own look, as CSS for the card's style sheet. Values were checked with the file.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub theme: Option<String>,
    /// The widget's own words. English is built in and is not sent.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Strings::is_built_in"))]
    pub strings: Strings,
}

/// The id of the message that a survey's welcome becomes.
pub const WELCOME: &str = "welcome";

impl Survey {
    /// The question with this id.
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == *id)
    }

    /// Where in the order a question stands.
    pub fn position(&self, id: &QuestionId) -> Option<usize> {
        self.questions
            .iter()
            .position(|question| question.id == *id)
    }
}

/// How the card stands on the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "json",
    derive(serde::Deserialize, serde::Serialize, schemars::JsonSchema),
    serde(rename_all = "snake_case")
)]
pub enum Display {
    /// A card above the page, in a corner or in the middle; the page stays usable.
    #[default]
    Popover,
    /// In the flow of the page, where the tag stands or where the page says.
    Inline,
    /// A dialog that the page waits for.
    Modal,
    /// A band across the page, at its bottom or top.
    Bar,
    /// A tab at the side of the page, or a button of the page's own, that opens the card.
    Tab,
}

/// Where the card stands. Start and end follow the direction of the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "json",
    derive(serde::Serialize, schemars::JsonSchema),
    serde(rename_all = "snake_case")
)]
pub enum Position {
    /// Where that display stands by itself: below at the end of the line, below, at the end.
    #[default]
    Usual,
    /// A popover below at the end of the line.
    BottomEnd,
    /// A popover below at the start of the line.
    BottomStart,
    /// A popover above at the end of the line.
    TopEnd,
    /// A popover above at the start of the line.
    TopStart,
    /// A popover in the middle.
    Center,
    /// A bar above.
    Top,
    /// A bar below.
    Bottom,
    /// A tab at the start of the line.
    Start,
    /// A tab at the end of the line.
    End,
}

/// What is said when the response is stored.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Thanks {
    /// What is said when no variant fits.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub usual: Closing,
    /// What is said instead, by answer: the first that fits.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Vec::is_empty"))]
    pub variants: Vec<Variant>,
}

/// Thanks for some answers.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Variant {
    /// When this is said.
    #[cfg_attr(feature = "json", serde(rename = "if"))]
    pub condition: Condition,
    /// What is said.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub closing: Closing,
}

/// The last words of a survey.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Closing {
    /// The headline.
    pub title: String,
    /// A sentence below it.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub text: Option<String>,
    /// Where to go from here: a review page, the support.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub link: Option<Link>,
}
