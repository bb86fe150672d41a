//! Conditions: what must be true for a branch to be taken, a question to be asked,
//! or a variant of the thanks to be shown.
//!
//! They look at answers, at what the page said of the respondent (traits) and of
//! the moment (context), and at the language. The collector may not know what
//! the page knew: traits are not sent where the respondent asks for privacy. So
//! a condition can be true, false or undecided ([`Condition::holds`] is then `None`),
//! and the collector accepts what some possible page could have led to.

use crate::IS_FULL;
use crate::answer::{Answer, Answers, OTHER};
use crate::id::QuestionId;

/// What must be true.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(untagged))]
pub enum Condition {
    /// Something about one answer, trait, context value or the language.
    Test(Test),
    /// All of these.
    All {
        /// What must be true together.
        all: Vec<Condition>,
    },
    /// At least one of these.
    Any {
        /// Of which one is enough.
        any: Vec<Condition>,
    },
    /// The contrary.
    Not {
        /// What must not be true.
        not: Box<Condition>,
    },
}

/// A look at one value. All that is asked of it must be true; a value that is not given fits nothing.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Test {
    /// What is looked at.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub subject: Subject,
    /// The least number that fits.
    #[cfg_attr(
        feature = "json",
        serde(
            skip_serializing_if = "Option::is_none",
            serialize_with = "json::bound"
        )
    )]
    pub at_least: Option<f64>,
    /// The greatest number that fits.
    #[cfg_attr(
        feature = "json",
        serde(
            skip_serializing_if = "Option::is_none",
            serialize_with = "json::bound"
        )
    )]
    pub at_most: Option<f64>,
    /// The values of which one fits; empty: any.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Vec::is_empty"))]
    pub is: Vec<Scalar>,
    /// One of the choices, or a part of the text; ASCII letters fit in either case.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub contains: Option<String>,
    /// Whether there is a value at all.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub is_given: Option<bool>,
}

/// What a test looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "snake_case"))]
pub enum Subject {
    /// The answer to a question.
    Question(QuestionId),
    /// What the page said of the respondent.
    Trait(String),
    /// What the page said of the moment.
    Context(String),
    /// The language of the card. The languages that fit are here; each is a tag or its first part.
    Locale(Vec<String>),
}

/// A plain value.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "json", serde(untagged))]
pub enum Scalar {
    /// True or false.
    Truth(bool),
    /// A number.
    #[cfg_attr(feature = "json", serde(serialize_with = "json::number"))]
    Number(f64),
    /// A text.
    Text(String),
}

/// Values by name.
pub type Values = Vec<(String, Scalar)>;

/// What a survey may look at besides its answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surroundings {
    /// What the page said of the respondent.
    pub traits: Values,
    /// What the page said of the moment.
    pub context: Values,
    /// The language of the card, as a BCP 47 tag.
    pub locale: String,
    /// True where what is missing above may have been known to the page: in the collector.
    pub may_lack_some: bool,
}

/// All that a condition can look at.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The answers that count.
    pub answers: &'a Answers,
    /// What stands around them.
    pub around: &'a Surroundings,
}

impl Condition {
    /// A rating of a question within bounds.
    pub fn rating(question: QuestionId, at_least: Option<f64>, at_most: Option<f64>) -> Self {
        Condition::Test(Test {
            at_least,
            at_most,
            ..Test::of(Subject::Question(question))
        })
    }

    /// Whether it is true; `None` where that depends on what is not known here.
    pub fn holds(&self, world: World<'_>) -> Option<bool> {
        match self {
            Condition::Test(test) => test.holds(world),
            Condition::All { all } if IS_FULL => settled(all, world, false),
            Condition::Any { any } if IS_FULL => settled(any, world, true),
            Condition::Not { not } if IS_FULL => not.holds(world).map(|holds| !holds),
            // Not in what the small build is given.
            Condition::All { .. } | Condition::Any { .. } | Condition::Not { .. } => Some(false),
        }
    }

    /// Calls `look` with every test in it.
    pub fn for_each_test<'a>(&'a self, look: &mut impl FnMut(&'a Test)) {
        match self {
            Condition::Test(test) => look(test),
            Condition::All { all: conditions } | Condition::Any { any: conditions } => {
                for condition in conditions {
                    condition.for_each_test(look);
                }
            }
            Condition::Not { not } => not.for_each_test(look),
        }
    }
}

/// Three-valued: one condition that is `decisive` settles it, else an undecided one leaves it open.
fn settled(conditions: &[Condition], world: World<'_>, decisive: bool) -> Option<bool> {
    let mut outcome = Some(!decisive);
    for condition in conditions {
        match condition.holds(world) {
            Some(holds) if holds == decisive => return Some(decisive),
            Some(_) => {}
            None => outcome = None,
        }
    }
    outcome
}

impl Test {
    /// A test that asks nothing yet.
    pub const fn of(subject: Subject) -> Self {
        Self {
            subject,
            at_least: None,
            at_most: None,
            is: Vec::new(),
            contains: None,
            is_given: None,
        }
    }

    /// True when the value it looks at will not change any more.
    pub(crate) fn is_settled(&self, world: World<'_>) -> bool {
        match &self.subject {
            Subject::Question(question) => world.answers.answer(question).is_some(),
            Subject::Trait(_) | Subject::Context(_) | Subject::Locale(_) => true,
        }
    }

    fn holds(&self, world: World<'_>) -> Option<bool> {
        let around = world.around;
        match &self.subject {
            Subject::Question(question) => {
                Some(self.fits(Value::of(world.answers.answer(question))))
            }
            Subject::Trait(name) if IS_FULL => self.fits_named(&around.traits, name, around),
            Subject::Context(name) if IS_FULL => self.fits_named(&around.context, name, around),
            // The language may have been another one when the question came.
            Subject::Locale(_) if IS_FULL && around.may_lack_some => None,
            Subject::Locale(tags) if IS_FULL => {
                Some(tags.iter().any(|tag| is_locale(&around.locale, tag)))
            }
            Subject::Trait(_) | Subject::Context(_) | Subject::Locale(_) => Some(false),
        }
    }

    fn fits_named(&self, values: &Values, name: &str, around: &Surroundings) -> Option<bool> {
        match values.iter().find(|(given, _)| given == name) {
            Some((_, value)) => Some(self.fits(Value::of_scalar(value))),
            None if around.may_lack_some => None,
            None => Some(self.fits(Value::Missing)),
        }
    }

    fn fits(&self, value: Value<'_>) -> bool {
        if !IS_FULL {
            return matches!(value, Value::Number(number) if self.is_within(number));
        }
        if let Some(is_given) = self.is_given
            && is_given == matches!(value, Value::Missing)
        {
            return false;
        }
        let asks_more = self.at_least.is_some()
            || self.at_most.is_some()
            || !self.is.is_empty()
            || self.contains.is_some();
        if !asks_more {
            return self.is_given.is_some();
        }
        let is_within = match value {
            Value::Number(number) => self.is_within(number),
            _ => self.at_least.is_none() && self.at_most.is_none(),
        };
        is_within
            && (self.is.is_empty() || self.is.iter().any(|wanted| value.is(wanted)))
            && self
                .contains
                .as_ref()
                .is_none_or(|part| value.contains(part))
    }

    fn is_within(&self, number: f64) -> bool {
        self.at_least.is_none_or(|least| least <= number)
            && self.at_most.is_none_or(|most| number <= most)
    }
}

/// A value as tests see it.
#[derive(Debug, Clone, Copy)]
enum Value<'a> {
    Missing,
    Number(f64),
    Truth(bool),
    Text(&'a str),
    /// Of an answer, which may be words beside "other".
    Answered(&'a str),
    Choices(&'a [String]),
}

impl<'a> Value<'a> {
    fn of(answer: Option<&'a Answer>) -> Self {
        match answer {
            Some(Answer::Rating(rating)) => Value::Number(f64::from(*rating)),
            Some(Answer::Text(text)) if IS_FULL => Value::Answered(text),
            Some(Answer::Choices(ids)) if IS_FULL => Value::Choices(ids),
            Some(Answer::Truth(truth)) if IS_FULL => Value::Truth(*truth),
            Some(_) | None => Value::Missing,
        }
    }

    fn of_scalar(scalar: &'a Scalar) -> Self {
        match scalar {
            Scalar::Truth(truth) => Value::Truth(*truth),
            Scalar::Number(number) => Value::Number(*number),
            Scalar::Text(text) => Value::Text(text),
        }
    }

    #[expect(clippy::float_cmp, reason = "both were written as plain JSON numbers")]
    fn is(self, wanted: &Scalar) -> bool {
        match (self, wanted) {
            (Value::Number(number), Scalar::Number(wanted)) => number == *wanted,
            (Value::Truth(truth), Scalar::Truth(wanted)) => truth == *wanted,
            (Value::Text(text), Scalar::Text(wanted)) => text == wanted,
            (Value::Answered(text), Scalar::Text(wanted)) => without_words(text) == wanted,
            (Value::Choices([only]), Scalar::Text(wanted)) => without_words(only) == wanted,
            _ => false,
        }
    }

    fn contains(self, part: &str) -> bool {
        match self {
            Value::Text(text) | Value::Answered(text) => {
                let part = part.as_bytes();
                part.is_empty()
                    || text
                        .as_bytes()
                        .windows(part.len())
                        .any(|window| window.eq_ignore_ascii_case(part))
            }
            Value::Choices(ids) => ids.iter().any(|id| without_words(id) == part),
            Value::Missing | Value::Number(_) | Value::Truth(_) => false,
        }
    }
}

/// The respondent's own words to "other" count as the choice `other`.
fn without_words(choice: &str) -> &str {
    if choice.starts_with(OTHER) {
        "other"
    } else {
        choice
    }
}

/// True when a locale is the wanted one, or of the wanted language.
fn is_locale(locale: &str, wanted: &str) -> bool {
    match locale.get(..wanted.len()) {
        Some(start) if start.eq_ignore_ascii_case(wanted) => {
            matches!(locale.as_bytes().get(wanted.len()), None | Some(b'-'))
        }
        _ => false,
    }
}

#[cfg(feature = "json")]
mod json {
    //! Numbers as people write them: 9, not 9.0.

    use serde::Serializer;

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference"
    )]
    pub(super) fn number<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is compared with the original"
        )]
        let whole = *number as i64;
        #[expect(
            clippy::cast_precision_loss,
            reason = "it is compared with the original"
        )]
        if (whole as f64).to_bits() == number.to_bits() {
            serializer.serialize_i64(whole)
        } else {
            serializer.serialize_f64(*number)
        }
    }

    #[expect(clippy::ref_option, reason = "serde calls it with a reference")]
    pub(super) fn bound<S: Serializer>(
        bound: &Option<f64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bound {
            Some(bound) => number(bound, serializer),
            None => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests;
