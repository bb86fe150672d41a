//! Conditions as a file holds them; [`crate::condition`] is what becomes of them.

use super::schema;
use crate::condition::{Condition, Subject, Test};
use crate::id::QuestionId;
use crate::page::Unread;
use crate::rules::ValueTest;
use schemars::JsonSchema;
use serde::Serialize;

/// What must be true: a look at one value, or several conditions together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
#[schemars(rename = "condition")]
pub(crate) enum FileCondition {
    /// All of these.
    All {
        /// What must be true together.
        #[schemars(length(min = 1))]
        all: Vec<FileCondition>,
    },
    /// At least one of these.
    Any {
        /// Of which one is enough.
        #[schemars(length(min = 1))]
        any: Vec<FileCondition>,
    },
    /// The contrary.
    Not {
        /// What must not be true.
        not: Box<FileCondition>,
    },
    /// A look at one value.
    Test(FileTest),
}

/// A look at one answer, trait, context value or the language. All that is asked of it must be true.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "test", extend("allOf" = schema::subjects_of_tests()))]
pub(crate) struct FileTest {
    /// Whose answer is looked at. Default, in `next`: the question itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = schema::QUESTION_ID))]
    pub(super) question: Option<String>,
    /// The name of what the page says of the respondent.
    #[serde(rename = "trait", default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), regex(pattern = schema::SAYS_SOMETHING))]
    pub(super) trait_name: Option<String>,
    /// The name of what the page says of the moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100), regex(pattern = schema::SAYS_SOMETHING))]
    pub(super) context: Option<String>,
    /// The language of the card, or a list of languages; each a tag or its first part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::one_or_more_locales")]
    pub(super) locale: Vec<String>,
    /// What is asked of the value.
    #[serde(flatten)]
    pub(super) asks: ValueTest,
}

impl FileCondition {
    /// The condition in core's words. `own` is the question that is looked at where none is named.
    pub(super) fn meant(&self, own: Option<&QuestionId>) -> Condition {
        let meant = |conditions: &[FileCondition]| {
            let conditions = conditions.iter();
            conditions.map(|condition| condition.meant(own)).collect()
        };
        match self {
            FileCondition::All { all } => Condition::All { all: meant(all) },
            FileCondition::Any { any } => Condition::Any { any: meant(any) },
            FileCondition::Not { not } => Condition::Not {
                not: Box::new(not.meant(own)),
            },
            FileCondition::Test(test) => Condition::Test(test.meant(own)),
        }
    }
}

impl FileTest {
    fn meant(&self, own: Option<&QuestionId>) -> Test {
        let asks = &self.asks;
        Test {
            subject: self.subject(own),
            at_least: asks.at_least.map(|number| number.0),
            at_most: asks.at_most.map(|number| number.0),
            is: asks.is.clone(),
            contains: asks.contains.clone(),
            is_given: asks.is_given,
        }
    }

    fn subject(&self, own: Option<&QuestionId>) -> Subject {
        if let Some(name) = &self.trait_name {
            return Subject::Trait(name.clone());
        }
        if let Some(name) = &self.context {
            return Subject::Context(name.clone());
        }
        if !self.locale.is_empty() {
            return Subject::Locale(self.locale.clone());
        }
        let named = self.question.as_deref();
        let named = named.and_then(|id| QuestionId::try_from(id).ok());
        // A file that was checked has one or the other.
        Subject::Question(named.or(own.cloned()).unwrap_or_else(QuestionId::unread))
    }
}
