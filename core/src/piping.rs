//! Values put into the survey's texts: `Thanks, {{traits.name|there}}!`.
//!
//! `{{answers.ID|default}}`, `{{traits.NAME|default}}` and
//! `{{context.NAME|default}}` stand for what was answered and what the page said.
//! What comes out is plain text: views put it into text nodes, and nothing in it
//! is ever read as markup. In addresses it is percent-encoded.

use crate::answer::{Answer, OTHER};
use crate::condition::{Scalar, World};
use crate::question::{Choices, QuestionKind};
use crate::survey::Survey;

/// One place in a text where a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipe<'a> {
    /// `answers`, `traits` or `context`; anything else is a mistake.
    pub source: &'a str,
    /// The id of the question, or the name of the trait or context value.
    pub name: &'a str,
    /// What stands there when there is no value.
    pub default: Option<&'a str>,
}

/// A part of a text: words, or a place for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// As it is.
    Words(&'a str),
    /// A value.
    Pipe(Pipe<'a>),
}

/// The parts of a text, in order. An opening without an end is words.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, pipe, after)) = split(rest) {
        if !before.is_empty() {
            parts.push(Part::Words(before));
        }
        parts.push(Part::Pipe(read(pipe)));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Words(rest));
    }
    parts
}

/// What stands before, in and after the first pair of double braces.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (pipe, after) = rest.split_once("}}")?;
    Some((before, pipe, after))
}

fn read(pipe: &str) -> Pipe<'_> {
    let (value, default) = match pipe.split_once('|') {
        Some((value, default)) => (value, Some(default.trim())),
        None => (pipe, None),
    };
    let (source, name) = value.split_once('.').unwrap_or(("", value));
    Pipe {
        source: source.trim(),
        name: name.trim(),
        default,
    }
}

/// A text with its values in place, and numbers with the digits and the decimal sign of
/// its language. Thousands stay together: an order number is no amount.
pub fn pipe(text: &str, survey: &Survey, world: World<'_>) -> String {
    fill(text, survey, world, &|value| match value {
        Value::Number(number) => survey.strings.written(&number),
        Value::Text(text) => text,
    })
}

/// An address with its values in place, each percent-encoded (RFC 3986, 2.1).
pub fn pipe_url(url: &str, survey: &Survey, world: World<'_>) -> String {
    fill(url, survey, world, &|value| {
        let (Value::Number(text) | Value::Text(text)) = value;
        percent_encoded(&text)
    })
}

/// What goes into a text.
enum Value {
    /// Digits, perhaps with a sign before and a point between them.
    Number(String),
    /// Anything else.
    Text(String),
}

fn fill(text: &str, survey: &Survey, world: World<'_>, put: &dyn Fn(Value) -> String) -> String {
    let mut filled = String::new();
    for part in parts(text) {
        match part {
            Part::Words(words) => filled.push_str(words),
            Part::Pipe(pipe) => {
                let usual = || Value::Text(String::from(pipe.default.unwrap_or_default()));
                let value = value(pipe, survey, world).unwrap_or_else(usual);
                filled.push_str(&put(value));
            }
        }
    }
    filled
}

fn value(pipe: Pipe<'_>, survey: &Survey, world: World<'_>) -> Option<Value> {
    let values = match pipe.source {
        "traits" => &world.around.traits,
        "context" => &world.around.context,
        _ => return answered(pipe.name, survey, world),
    };
    let (_, value) = values.iter().find(|(name, _)| name == pipe.name)?;
    Some(match value {
        Scalar::Text(text) => Value::Text(text.clone()),
        Scalar::Number(number) => Value::Number(written(*number)),
        Scalar::Truth(truth) => Value::Text(String::from(if *truth { "true" } else { "false" })),
    })
}

fn answered(question: &str, survey: &Survey, world: World<'_>) -> Option<Value> {
    let mut questions = survey.questions.iter();
    let question = questions.find(|asked| asked.id.as_str() == question)?;
    let text = match (world.answers.answer(&question.id)?, &question.kind) {
        (Answer::Rating(rating), _) => return Some(Value::Number(written(f64::from(*rating)))),
        (
            Answer::Text(id),
            QuestionKind::SingleChoice(choices) | QuestionKind::MultipleChoice(choices),
        ) => label(id, choices),
        (Answer::Text(text), _) => text.clone(),
        (Answer::Choices(ids), QuestionKind::MultipleChoice(choices)) => {
            let labels: Vec<String> = ids.iter().map(|id| label(id, choices)).collect();
            labels.join(", ")
        }
        (Answer::Choices(_) | Answer::Truth(_) | Answer::OtherNumber(_) | Answer::Other, _) => {
            return None;
        }
    };
    Some(Value::Text(text))
}

/// What the respondent read, or wrote beside "other".
fn label(id: &str, choices: &Choices) -> String {
    if let Some(words) = id.strip_prefix(OTHER) {
        return String::from(words);
    }
    let chosen = choices
        .choices
        .iter()
        .find(|choice| choice.id.as_str() == id);
    String::from(chosen.map_or(id, |choice| &choice.label))
}

/// A number as people write it. Only in the full build: formatting a fraction is heavy.
fn written(number: f64) -> String {
    let whole = number as i64;
    #[expect(
        clippy::cast_precision_loss,
        reason = "it is compared with the original"
    )]
    if (whole as f64).to_bits() == number.to_bits() {
        whole.to_string()
    } else {
        number.to_string()
    }
}

fn percent_encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| {
        DIGITS
            .get(usize::from(half))
            .copied()
            .map_or('0', char::from)
    };
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    encoded
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests;
