//! What can be wrong with a survey file, where, and how to mend it.

use std::fmt;

/// One problem of a survey file.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyError {
    /// Where in the file, as `questions[1].next[0].go_to`; empty for the whole file.
    pub path: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong and how to mend it.
    pub cause: Cause,
}

/// What can be wrong with a survey file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The file is not JSON.
    Syntax(String),
    /// A field is missing that must be there.
    Missing,
    /// A field that no survey file has; perhaps another was meant.
    Unknown {
        /// The nearest known name, if one is near.
        meant: Option<&'static str>,
        /// The fields that may stand there.
        known: Vec<&'static str>,
    },
    /// A field that stands in its object twice.
    GivenTwice,
    /// A value of the wrong sort: what it must be.
    WrongType(String),
    /// An id or word that breaks its rule.
    BadName(&'static str),
    /// A number outside its limits.
    OutOfLimits {
        /// The least allowed.
        min: u32,
        /// The most allowed.
        max: u32,
    },
    /// A value that cannot mean what it says, and the mend.
    Wrong(String),
    /// The format number is not one that this release reads.
    UnknownSchema,
    /// A text that says nothing.
    BlankText,
    /// A text by locale that lacks the survey's main language.
    MissingLocale(String),
    /// A locale that is not a BCP 47 tag.
    BadLocale(String),
    /// No question, or too many.
    QuestionCount,
    /// Two questions with one id.
    DuplicateId(String),
    /// A question called `end`.
    ReservedId,
    /// A field that belongs to another kind of question.
    NotForKind {
        /// The kinds it belongs to.
        belongs_to: String,
    },
    /// A question id that no question has.
    NoSuchQuestion {
        /// The id given.
        id: String,
        /// The nearest known one, if one is near.
        meant: Option<String>,
        /// What may be named instead.
        mend: &'static str,
    },
    /// A branch that leads to its own question or back.
    NotForward,
    /// A condition on a question that comes later.
    NotYetAnswered {
        /// What may be named instead.
        mend: &'static str,
    },
    /// A bound that is not on the scale of the question.
    OffScale {
        /// The least rating.
        min: u8,
        /// The best rating.
        max: u8,
    },
    /// A condition that no rating fits.
    EmptyRange,
    /// A list of branches with nothing in it.
    NoBranches,
    /// A branch behind one that is always taken.
    NeverReached,
    /// A branch behind others that fit all it fits.
    Covered,
    /// A question that no path leads to.
    Unreachable,
}

impl fmt::Display for SurveyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.path.is_empty()) {
            (Some(line), false) => write!(f, "line {line}, {}: ", self.path)?,
            (Some(line), true) => write!(f, "line {line}: ")?,
            (None, false) => write!(f, "{}: ", self.path)?,
            (None, true) => {}
        }
        self.cause.fmt(f)
    }
}

impl std::error::Error for SurveyError {}

#[expect(clippy::too_many_lines, reason = "one sentence for each cause")]
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Syntax(message) => write!(f, "is not JSON: {message}"),
            Cause::Missing => f.write_str("is missing; add it"),
            Cause::Unknown {
                meant: Some(meant), ..
            } => {
                write!(f, "is no field of a survey file; did you mean `{meant}`?")
            }
            Cause::Unknown { meant: None, known } if known.is_empty() => {
                f.write_str("is no field of a survey file; remove it")
            }
            Cause::Unknown { meant: None, known } => write!(
                f,
                "is no field of a survey file; here may be `{}`",
                known.join("`, `")
            ),
            Cause::GivenTwice => f.write_str("is given twice; keep one"),
            Cause::WrongType(message) | Cause::Wrong(message) => f.write_str(message),
            Cause::BadName(rule) => f.write_str(rule),
            Cause::OutOfLimits { min, max } => write!(f, "must be from {min} to {max}"),
            Cause::UnknownSchema => {
                write!(f, "must be {}; this release reads no other", super::SCHEMA)
            }
            Cause::BlankText => f.write_str("says nothing; write a text or remove the field"),
            Cause::MissingLocale(locale) => {
                write!(
                    f,
                    "has no text for `{locale}`, the survey's main language; add one"
                )
            }
            Cause::BadLocale(locale) => {
                write!(
                    f,
                    "`{locale}` is no language tag; write one like `en` or `pt-BR`"
                )
            }
            Cause::QuestionCount => f.write_str("must hold 1 to 100 questions"),
            Cause::DuplicateId(id) => {
                write!(f, "another question is called `{id}`; give each its own id")
            }
            Cause::ReservedId => f.write_str("`end` means the end of the survey; take another id"),
            Cause::NotForKind { belongs_to } => {
                write!(
                    f,
                    "belongs to {belongs_to} questions alone; remove it or change `kind`"
                )
            }
            Cause::NoSuchQuestion {
                id,
                meant: Some(meant),
                ..
            } => {
                write!(f, "there is no question `{id}`; did you mean `{meant}`?")
            }
            Cause::NoSuchQuestion {
                id,
                meant: None,
                mend,
            } => {
                write!(f, "there is no question `{id}`; {mend}")
            }
            Cause::NotForward => {
                f.write_str("leads back, and a survey must end; name a later question or `end`")
            }
            Cause::NotYetAnswered { mend } => write!(f, "is asked later; {mend}"),
            Cause::OffScale { min, max } => {
                write!(f, "must be from {min} to {max}, the scale of the question")
            }
            Cause::EmptyRange => {
                f.write_str("fits no rating of the scale; `at_least` and `at_most` leave nothing")
            }
            Cause::NoBranches => f.write_str("is empty; add a branch or remove `next`"),
            Cause::NeverReached => {
                f.write_str("is never reached: the branch before it is always taken")
            }
            Cause::Covered => f.write_str(
                "is never reached: the branches before it fit every rating that it fits",
            ),
            Cause::Unreachable => {
                f.write_str("is never asked: no branch leads to it; change a `next` or remove it")
            }
        }
    }
}

/// The nearest of some names to a mistyped one, if it is near enough to be meant.
pub(super) fn nearest<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    names
        .map(|name| (distance(&given, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}

/// The number of characters to add, drop, replace or swap with their neighbour
/// to get from one word to the other (Damerau, 1964).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut row_before = row.clone();
    let mut from_before = None;
    for (above, from) in left.chars().enumerate() {
        let mut next = vec![above + 1];
        let mut to_before = None;
        for (column, to) in right.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or_default();
            let mut least = (at(&row, column) + usize::from(from != *to))
                .min(at(&row, column + 1) + 1)
                .min(at(&next, column) + 1);
            if from_before == Some(*to) && to_before == Some(from) {
                least = least.min(at(&row_before, column - 1) + 1);
            }
            next.push(least);
            to_before = Some(*to);
        }
        row_before = std::mem::replace(&mut row, next);
        from_before = Some(from);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_what_was_meant() {
        let names = ["prompt", "placeholder", "is_required"];
        for (given, expected) in [
            ("promt", Some("prompt")),
            ("required", Some("is_required")),
            ("is_requierd", Some("is_required")),
            ("Prompt", Some("prompt")),
            ("colour", None),
        ] {
            assert_eq!(nearest(given, names.into_iter()), expected, "{given}");
        }
    }

    #[test]
    fn distance_counts_edits() {
        for (left, right, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("kitten", "sitting", 3),
            ("ab", "ba", 1),
            ("nsp", "nps", 1),
            ("abcd", "badc", 2),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }
}
