//! Answers: the value given to one question, and all that one response holds.
//!
//! Whether an answer fits its question is decided in [`crate::validate`].

use crate::IS_FULL;
use crate::id::QuestionId;
use crate::text;

/// The value given to one question.
///
/// On the wire a rating is a JSON number, a text and a single choice a JSON string,
/// several choices a list of strings, a consent `true`. A number
/// that cannot be a rating (negative, fractional, above 255) is kept as such, so
/// that it is refused as out of range instead of as unreadable.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A number on the question's scale.
    Rating(u8),
    /// A text, or the id of a choice.
    Text(String),
    /// The ids of several choices.
    Choices(Vec<String>),
    /// A box that was ticked or left.
    Truth(bool),
    /// A number that fits no scale.
    OtherNumber(f64),
    /// A JSON value that is an answer to no kind of question.
    Other,
}

impl Answer {
    /// False for a blank text and an empty list, which are the same as no answer.
    pub fn says_something(&self) -> bool {
        match self {
            Answer::Text(text) => !text::is_blank(text),
            Answer::Choices(ids) if IS_FULL => !ids.is_empty(),
            _ => true,
        }
    }
}

/// What stands before the respondent's own words in the answer to "other". Ids of
/// choices hold no colon, so none can begin like this.
pub const OTHER: &str = "other:";

/// Most answers that are read. No survey has as many questions; and each answer is
/// looked for among those before it, so that many more would take seconds.
#[cfg(feature = "json")]
const MAX_ANSWERS: usize = 1_000;

/// The answers of one response, at most one a question, in the order given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers(Vec<(QuestionId, Answer)>);

impl Answers {
    /// No answers yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The answer to a question, if it was given.
    pub fn answer(&self, question: &QuestionId) -> Option<&Answer> {
        self.0
            .iter()
            .find(|(id, _)| id == question)
            .map(|(_, answer)| answer)
    }

    /// Puts an answer in, in place of an earlier one.
    pub fn put(&mut self, question: QuestionId, answer: Answer) {
        match self.0.iter_mut().find(|(id, _)| *id == question) {
            Some((_, old)) => *old = answer,
            None => self.0.push((question, answer)),
        }
    }

    /// Takes an answer out.
    pub fn remove(&mut self, question: &QuestionId) {
        self.0.retain(|(id, _)| id != question);
    }

    /// Every question that has an answer, with it.
    pub fn iter(&self) -> impl Iterator<Item = (&QuestionId, &Answer)> {
        self.0.iter().map(|(id, answer)| (id, answer))
    }

    /// How many questions have an answer.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when nothing was answered.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(QuestionId, Answer)> for Answers {
    fn from_iter<I: IntoIterator<Item = (QuestionId, Answer)>>(pairs: I) -> Self {
        let mut answers = Answers::new();
        for (question, answer) in pairs {
            answers.put(question, answer);
        }
        answers
    }
}

#[cfg(feature = "json")]
mod json {
    //! Answers as JSON: one object, question id to value.

    use super::{Answer, Answers, MAX_ANSWERS, QuestionId};
    use serde::de::{Error as _, MapAccess, Visitor};
    use serde::ser::SerializeMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::fmt;

    impl Serialize for Answer {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Answer::Rating(rating) => serializer.serialize_u8(*rating),
                Answer::Text(text) => serializer.serialize_str(text),
                Answer::OtherNumber(number) => serializer.serialize_f64(*number),
                Answer::Choices(ids) => ids.serialize(serializer),
                Answer::Truth(truth) => serializer.serialize_bool(*truth),
                Answer::Other => serializer.serialize_unit(),
            }
        }
    }

    impl<'de> Deserialize<'de> for Answer {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(match serde_json::Value::deserialize(deserializer)? {
                serde_json::Value::String(text) => Answer::Text(text),
                serde_json::Value::Number(number) => from_number(&number),
                serde_json::Value::Bool(truth) => Answer::Truth(truth),
                serde_json::Value::Array(items) => from_items(items),
                serde_json::Value::Null | serde_json::Value::Object(_) => Answer::Other,
            })
        }
    }

    /// A list of texts is one of choices, whatever they are.
    fn from_items(items: Vec<serde_json::Value>) -> Answer {
        let text = |item| match item {
            serde_json::Value::String(text) => Some(text),
            _ => None,
        };
        let ids: Option<Vec<String>> = items.into_iter().map(text).collect();
        ids.map_or(Answer::Other, Answer::Choices)
    }

    fn from_number(number: &serde_json::Number) -> Answer {
        let value = number.as_f64().unwrap_or(f64::NAN);
        match (0..=u8::MAX).find(|rating| f64::from(*rating) == value) {
            Some(rating) => Answer::Rating(rating),
            None => Answer::OtherNumber(value),
        }
    }

    impl Serialize for Answers {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(Some(self.len()))?;
            for (question, answer) in self.iter() {
                map.serialize_entry(question, answer)?;
            }
            map.end()
        }
    }

    impl<'de> Deserialize<'de> for Answers {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(AnswersVisitor)
        }
    }

    struct AnswersVisitor;

    impl<'de> Visitor<'de> for AnswersVisitor {
        type Value = Answers;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of answers by question id")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Answers, M::Error> {
            let mut answers = Answers::new();
            while let Some((question, answer)) = map.next_entry::<QuestionId, Answer>()? {
                if answers.len() == MAX_ANSWERS {
                    return Err(M::Error::custom(format_args!(
                        "there are more than {MAX_ANSWERS} answers"
                    )));
                }
                if answers.answer(&question).is_some() {
                    return Err(M::Error::custom(format_args!(
                        "`{question}` is answered twice"
                    )));
                }
                answers.put(question, answer);
            }
            Ok(answers)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> QuestionId {
        QuestionId::try_from(text).unwrap()
    }

    #[test]
    fn a_second_answer_replaces_the_first_in_its_place() {
        let mut answers: Answers = [(id("a"), Answer::Rating(1)), (id("b"), Answer::Rating(2))]
            .into_iter()
            .collect();
        answers.put(id("a"), Answer::Rating(3));
        let order: Vec<_> = answers.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(order, ["a", "b"]);
        assert_eq!(answers.answer(&id("a")), Some(&Answer::Rating(3)));
    }

    #[test]
    fn a_removed_answer_is_gone() {
        let mut answers: Answers = [(id("a"), Answer::Rating(1))].into_iter().collect();
        answers.remove(&id("a"));
        assert!(answers.is_empty());
    }

    #[cfg(feature = "json")]
    #[test]
    fn every_json_value_reads_as_some_answer() {
        for (json, expected) in [
            ("9", Answer::Rating(9)),
            ("9.0", Answer::Rating(9)),
            ("255", Answer::Rating(255)),
            ("256", Answer::OtherNumber(256.0)),
            ("-1", Answer::OtherNumber(-1.0)),
            ("4.5", Answer::OtherNumber(4.5)),
            ("\"hi\"", Answer::Text("hi".into())),
            ("null", Answer::Other),
            ("true", Answer::Truth(true)),
            ("[1]", Answer::Other),
            ("[\"a\",1]", Answer::Other),
            ("[]", Answer::Choices(vec![])),
            (
                "[\"a\",\"b\"]",
                Answer::Choices(vec!["a".into(), "b".into()]),
            ),
            ("{\"a\":1}", Answer::Other),
        ] {
            assert_eq!(
                serde_json::from_str::<Answer>(json).unwrap(),
                expected,
                "{json}"
            );
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn a_question_answered_twice_in_one_submission_is_refused() {
        let error = serde_json::from_str::<Answers>(r#"{"a":1,"a":2}"#).unwrap_err();
        assert!(
            error.to_string().contains("`a` is answered twice"),
            "{error}"
        );
    }

    #[cfg(feature = "json")]
    #[test]
    fn so_many_answers_are_read_and_no_more() {
        let read = |count: usize| {
            let answers: Vec<_> = (0..count).map(|at| format!("\"q{at}\":1")).collect();
            serde_json::from_str::<Answers>(&format!("{{{}}}", answers.join(",")))
        };
        assert_eq!(read(MAX_ANSWERS).unwrap().len(), MAX_ANSWERS);
        let error = read(MAX_ANSWERS + 1).unwrap_err().to_string();
        assert!(error.contains("more than 1000 answers"), "{error}");
    }

    #[cfg(feature = "json")]
    #[test]
    fn answers_keep_their_order_in_json() {
        let json = r#"{"b":1,"a":"x"}"#;
        let answers: Answers = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&answers).unwrap(), json);
    }
}
