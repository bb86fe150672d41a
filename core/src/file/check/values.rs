//! What is asked of one value: that it fits the kind of answer, and that something fits it.

use super::{Check, one_of};
use crate::condition::Scalar;
use crate::file::{Cause, FileKind, FileQuestion};
use crate::rules::ValueTest;

impl Check<'_> {
    /// Whether the answers to a question can be asked this.
    pub(super) fn operators_fit(
        &mut self,
        path: &str,
        question: &FileQuestion,
        asks: &ValueTest,
    ) -> bool {
        let fitting = question.kind.operators();
        let mut fits = true;
        for name in asked(asks) {
            if !fitting.contains(&name) {
                fits = false;
                let kind = question.kind.word();
                let mend = one_of(fitting);
                let message = format!("does not fit a `{kind}` question; ask {mend}");
                self.wrong(format!("{path}.{name}"), message);
            }
        }
        fits
    }

    /// Whether the values are among those that can be answered.
    pub(super) fn values_fit(
        &mut self,
        path: &str,
        at: usize,
        question: &FileQuestion,
        asks: &ValueTest,
    ) -> bool {
        let errors = self.errors.len();
        if let Some(scale) = question.scale() {
            let (min, max) = (scale.min, scale.max);
            for (name, bound) in [("at_least", asks.at_least), ("at_most", asks.at_most)] {
                match bound.map(|bound| bound.0) {
                    Some(bound) if bound.fract() != 0.0 => {
                        self.wrong(format!("{path}.{name}"), "must be a whole number");
                    }
                    Some(bound) if bound < f64::from(min) || f64::from(max) < bound => {
                        self.report(format!("{path}.{name}"), Cause::OffScale { min, max });
                    }
                    _ => {}
                }
            }
        }
        let is_listed = 1 < asks.is.len();
        for (index, value) in asks.is.iter().enumerate() {
            if let Some(cause) = self.wrong_value(at, question, value) {
                let place = if is_listed {
                    format!("{path}.is[{index}]")
                } else {
                    format!("{path}.is")
                };
                self.report(place, cause);
            }
        }
        if let Some(part) = &asks.contains {
            let cause = match question.kind {
                FileKind::MultipleChoice => self.wrong_choice(at, question, part),
                _ if crate::text::is_blank(part) => Some(Cause::BlankText),
                _ => None,
            };
            if let Some(cause) = cause {
                self.report(format!("{path}.contains"), cause);
            }
        }
        self.errors.len() == errors
    }

    fn wrong_value(&self, at: usize, question: &FileQuestion, value: &Scalar) -> Option<Cause> {
        let wrong = |message: &str| Some(Cause::Wrong(String::from(message)));
        match (question.kind, value) {
            (FileKind::SingleChoice | FileKind::MultipleChoice, Scalar::Text(id)) => {
                self.wrong_choice(at, question, id)
            }
            (FileKind::SingleChoice | FileKind::MultipleChoice, _) => {
                wrong("must be the id of a choice")
            }
            (FileKind::FreeText, Scalar::Text(text)) if crate::text::is_blank(text) => {
                Some(Cause::BlankText)
            }
            (FileKind::FreeText, Scalar::Text(_)) | (FileKind::Consent, Scalar::Truth(_)) => None,
            (FileKind::FreeText, _) => wrong("must be a text"),
            (FileKind::Consent, _) => wrong("must be `true` or `false`"),
            (_, value) => {
                let scale = question.scale()?;
                let (min, max) = (scale.min, scale.max);
                let is_on_scale = |number: f64| {
                    number.fract() == 0.0 && f64::from(min) <= number && number <= f64::from(max)
                };
                match value {
                    Scalar::Number(number) if is_on_scale(*number) => None,
                    _ => Some(Cause::OffScale { min, max }),
                }
            }
        }
    }

    fn wrong_choice(&self, at: usize, question: &FileQuestion, id: &str) -> Option<Cause> {
        let choices = format!("questions[{at}].choices");
        // A choice that could not be read may be the one.
        if !self.draft.is_whole(&choices) || question.choices.is_none() {
            return None;
        }
        let known = question.choices.iter().flatten();
        let known = known.map(|choice| choice.id.as_str());
        let known: Vec<&str> = known
            .chain(question.other.as_ref().map(|_| OTHER))
            .collect();
        if known.contains(&id) {
            return None;
        }
        let mend = match crate::file::error::nearest(id, known.into_iter()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => String::from("write the id of a choice"),
        };
        let message = format!("the question has no choice `{id}`; {mend}");
        Some(Cause::Wrong(message))
    }

    /// Reports what no answer fits.
    pub(super) fn can_hold(&mut self, path: &str, question: &FileQuestion, asks: &ValueTest) {
        if *asks == ValueTest::default() {
            let names = one_of(question.kind.operators());
            return self.wrong(path, format!("fits nothing; add {names}"));
        }
        let Some(scale) = question.scale() else {
            return self.value_test(path, asks);
        };
        if asks.is_given != Some(false) && !scale.ratings().any(|rating| fits(asks, rating)) {
            self.report(path, Cause::EmptyRange);
        } else {
            self.value_test(path, asks);
        }
    }

    /// Checks what is asked of a value of which nothing is known.
    pub(super) fn value_test(&mut self, path: &str, asks: &ValueTest) {
        if !self.draft.is_whole(path) {
            return;
        }
        if asks.contains.as_deref().is_some_and(crate::text::is_blank) {
            return self.report(format!("{path}.contains"), Cause::BlankText);
        }
        let others = asked(asks).into_iter().filter(|name| *name != "is_given");
        let has_bound = asks.at_least.is_some() || asks.at_most.is_some();
        let is_within = |value: &Scalar| match value {
            Scalar::Number(number) => is_within(asks, *number),
            Scalar::Truth(_) | Scalar::Text(_) => false,
        };
        let is_crossed = asks.at_least.zip(asks.at_most).is_some_and(|(a, b)| b < a);
        if *asks == ValueTest::default() {
            let names = one_of(&["at_least", "at_most", "is", "contains", "is_given"]);
            self.wrong(path, format!("fits nothing; add {names}"));
        } else if asks.is_given == Some(false) && 0 < others.count() {
            self.wrong(
                path,
                "fits nothing: `is_given` is false, so there is no value for the rest; remove one",
            );
        } else if is_crossed {
            self.wrong(path, "fits nothing: `at_least` is more than `at_most`");
        } else if has_bound && !asks.is.is_empty() && !asks.is.iter().any(is_within) {
            self.wrong(
                path,
                "fits nothing: no value of `is` lies within `at_least` and `at_most`",
            );
        } else if has_bound && asks.contains.is_some() {
            self.wrong(
                path,
                "fits nothing: a number contains no text; remove `contains` or the bounds",
            );
        }
    }

    /// Checks the name of a trait, a context value, an event or a property.
    pub(super) fn name(&mut self, path: &str, name: &str) {
        if !self.draft.is_read(path) {
            return;
        }
        if crate::text::is_blank(name) {
            self.wrong(path, "names nothing; write a name");
        } else if 100 < crate::text::char_count(name) {
            self.wrong(path, "is too long; 100 characters are allowed");
        }
    }
}

/// The id by which conditions name the choice with the respondent's own words.
const OTHER: &str = "other";

/// What is asked of a value, by name.
fn asked(asks: &ValueTest) -> Vec<&'static str> {
    [
        ("at_least", asks.at_least.is_some()),
        ("at_most", asks.at_most.is_some()),
        ("is", !asks.is.is_empty()),
        ("contains", asks.contains.is_some()),
        ("is_given", asks.is_given.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, is_asked)| is_asked.then_some(name))
    .collect()
}

fn is_within(asks: &ValueTest, number: f64) -> bool {
    asks.at_least.is_none_or(|least| least.0 <= number)
        && asks.at_most.is_none_or(|most| number <= most.0)
}

/// True when a rating is what is asked for.
#[expect(clippy::float_cmp, reason = "both are whole")]
pub(super) fn fits(asks: &ValueTest, rating: u8) -> bool {
    let rating = f64::from(rating);
    let is = |value: &Scalar| matches!(value, Scalar::Number(number) if *number == rating);
    is_within(asks, rating) && (asks.is.is_empty() || asks.is.iter().any(is))
}
