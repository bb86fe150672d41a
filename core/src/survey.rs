//! A survey that has been checked, with its texts in one language.
//!
//! This is what the session runs, the views show and the answers are validated
//! against, in the browser and in the collector alike. The file an owner writes
//! is [`crate::file::SurveyFile`]; when and to whom a survey is shown is part of
//! [`crate::page::Definition`].

use crate::id::{QuestionId, SurveyId, SurveyVersion};
use crate::question::Question;
use crate::strings::Strings;

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
    /// What is asked, in order; at least one question.
    pub questions: Vec<Question>,
    /// What is said when the response is stored.
    pub thanks: Thanks,
    /// The widget's own words. English is built in and is not sent.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Strings::is_english"))]
    pub strings: Strings,
}

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
    /// A card in the lower corner at the end of the line, above the page.
    #[default]
    Popover,
    /// In the flow of the page, where the tag stands or where the page says.
    Inline,
}

/// What is said when the response is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Thanks {
    /// The headline.
    pub title: String,
    /// A sentence below it.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub text: Option<String>,
}
