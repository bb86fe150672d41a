//! The fields of one JSON object, read one by one, in an owner's words.
//!
//! serde's own messages speak of Rust's types. Which fields an object has is
//! in [`super`].

use crate::condition::Scalar;
use crate::file::error::nearest;
use crate::file::{Cause, SurveyError, Text};
use crate::id::InvalidId;
use crate::rules;
use numbers::{is_whole, whole};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

mod numbers;

/// What is wrong, and which values have no more than a stand-in.
#[derive(Default)]
pub(super) struct Problems {
    pub(super) errors: Vec<SurveyError>,
    pub(super) unread: Vec<String>,
}

impl Problems {
    fn add(&mut self, path: String, cause: Cause) {
        self.unread.push(path.clone());
        self.errors.push(SurveyError {
            path,
            line: None,
            cause,
        });
    }
}

/// The fields of one object, taken out one by one. What is left at the end is unknown.
pub(super) struct Fields<'a> {
    path: String,
    left: Map<String, Value>,
    known: Vec<&'static str>,
    problems: &'a mut Problems,
}

impl<'a> Fields<'a> {
    pub(super) fn of(value: Value, path: &str, problems: &'a mut Problems) -> Option<Self> {
        let path = String::from(path);
        match value {
            Value::Object(left) => Some(Self {
                path,
                left,
                known: Vec::new(),
                problems,
            }),
            _ => {
                let cause = Cause::WrongType(String::from("must be an object, in { and }"));
                problems.add(path, cause);
                None
            }
        }
    }

    /// Reports each of these fields that is missing.
    pub(super) fn need(&mut self, names: &[&str]) {
        for name in names {
            if !self.left.contains_key(*name) {
                self.problem(name, Cause::Missing);
            }
        }
    }

    pub(super) fn peek(&self, name: &str) -> Option<&Value> {
        self.left.get(name)
    }

    /// True when no field is left to read.
    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// True for a field that is an empty list or object.
    pub(super) fn is_field_empty(&self, name: &str) -> bool {
        match self.peek(name) {
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(fields)) => fields.is_empty(),
            _ => false,
        }
    }

    /// Leaves a field unread; it is known all the same.
    pub(super) fn pass_over(&mut self, name: &'static str) {
        drop(self.take(name));
    }

    pub(super) fn string(&mut self, name: &'static str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            _ => self.refuse(name, "must be a text"),
        }
    }

    pub(super) fn id<T: TryFrom<String, Error = InvalidId>>(
        &mut self,
        name: &'static str,
    ) -> Option<T> {
        match T::try_from(self.string(name)?) {
            Ok(id) => Some(id),
            Err(InvalidId { rule }) => {
                self.problem(name, Cause::BadName(rule));
                None
            }
        }
    }

    /// A string, or strings by locale.
    pub(super) fn text(&mut self, name: &'static str) -> Option<Text> {
        let texts = match self.take(name)? {
            Value::String(text) => return Some(Text::Plain(text)),
            Value::Object(texts) => texts,
            _ => return self.refuse(name, "must be a text, or an object of texts by locale"),
        };
        let path = self.path_of(name);
        let read = |(locale, text): (String, Value)| match text {
            Value::String(text) => (locale, text),
            _ => {
                let cause = Cause::WrongType(String::from("must be a text"));
                self.problems.add(join(&path, &locale), cause);
                (locale, String::new())
            }
        };
        Some(Text::PerLocale(texts.into_iter().map(read).collect()))
    }

    pub(super) fn truth(&mut self, name: &'static str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(truth) => Some(truth),
            _ => self.refuse(name, "must be `true` or `false`"),
        }
    }

    /// A whole number; `off_limits` is what is wrong with one that is far off.
    pub(super) fn whole<T: TryFrom<u64>>(
        &mut self,
        name: &'static str,
        off_limits: Cause,
    ) -> Option<T> {
        let value = self.take(name)?;
        let Some(number) = value.as_number().filter(|number| is_whole(number)) else {
            return self.refuse(name, "must be a whole number");
        };
        match whole(number).and_then(|number| T::try_from(number).ok()) {
            Some(number) => Some(number),
            None => {
                self.problem(name, off_limits);
                None
            }
        }
    }

    /// A whole number that may be negative.
    pub(super) fn signed(&mut self, name: &'static str) -> Option<i32> {
        let value = self.take(name)?;
        let whole = value.as_number().filter(|number| is_whole(number));
        let Some(number) = whole.and_then(Number::as_f64) else {
            return self.refuse(name, "must be a whole number");
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is cut off is outside of all limits, before and after"
        )]
        Some(number as i32)
    }

    /// Any number.
    pub(super) fn number(&mut self, name: &'static str) -> Option<rules::Number> {
        match self.take(name)?.as_f64() {
            Some(number) => Some(rules::Number(number)),
            None => self.refuse(name, "must be a number"),
        }
    }

    /// A text, number or truth, or a list of them.
    pub(super) fn scalars(&mut self, name: &'static str) -> Option<Vec<Scalar>> {
        self.one_or_more(
            name,
            "a text, a number, `true` or `false`",
            |value| match value {
                Value::String(text) => Some(Scalar::Text(text)),
                Value::Bool(truth) => Some(Scalar::Truth(truth)),
                Value::Number(number) => number.as_f64().map(Scalar::Number),
                Value::Null | Value::Array(_) | Value::Object(_) => None,
            },
        )
    }

    /// A text or a list of texts.
    pub(super) fn strings(&mut self, name: &'static str) -> Option<Vec<String>> {
        self.one_or_more(name, "a text", |value| match value {
            Value::String(text) => Some(text),
            _ => None,
        })
    }

    fn one_or_more<T>(
        &mut self,
        name: &'static str,
        what: &str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = match self.take(name)? {
            Value::Array(items) => items,
            item => match read(item) {
                Some(item) => return Some(vec![item]),
                None => return self.refuse(name, &format!("must be {what}, or a list of such")),
            },
        };
        if items.is_empty() {
            return self.refuse(name, "is empty; add a value or remove the field");
        }
        let path = self.path_of(name);
        let read = |(index, item)| {
            let item = read(item);
            if item.is_none() {
                let cause = Cause::WrongType(format!("must be {what}"));
                self.problems.add(format!("{path}[{index}]"), cause);
            }
            item
        };
        Some(items.into_iter().enumerate().filter_map(read).collect())
    }

    /// A list of texts.
    pub(super) fn list_of_strings(&mut self, name: &'static str) -> Option<Vec<String>> {
        match self.peek(name) {
            None | Some(Value::Array(_)) => self.strings(name),
            Some(_) => {
                self.pass_over(name);
                self.refuse(name, "must be a list, in [ and ]")
            }
        }
    }

    /// A list of some words, as what they stand for.
    pub(super) fn words<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(name)? else {
            return self.refuse(name, "must be a list, in [ and ]");
        };
        let path = self.path_of(name);
        let mut meanings = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match meaning(words, item.as_str()) {
                Ok(meaning) => meanings.push(meaning),
                Err(message) => {
                    let path = format!("{path}[{index}]");
                    self.problems.add(path, Cause::WrongType(message));
                }
            }
        }
        Some(meanings)
    }

    /// An object whose names are the owner's own.
    pub(super) fn map<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Fields<'_>) -> T,
    ) -> Option<BTreeMap<String, T>> {
        let Value::Object(fields) = self.take(name)? else {
            return self.refuse(name, "must be an object, in { and }");
        };
        let path = self.path_of(name);
        let read = |(name, value): (String, Value)| {
            let fields = Fields::of(value, &join(&path, &name), self.problems)?;
            Some((name, read(fields)))
        };
        Some(fields.into_iter().filter_map(read).collect())
    }

    /// One of some words, as what it stands for.
    pub(super) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = self.take(name)?;
        match meaning(words, value.as_str()) {
            Ok(meaning) => Some(meaning),
            Err(message) => self.refuse(name, &message),
        }
    }

    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Fields<'_>) -> T,
    ) -> Option<T> {
        let value = self.take(name)?;
        let path = self.path_of(name);
        Fields::of(value, &path, self.problems).map(read)
    }

    /// A list of objects. An item that is none has a stand-in, so that the others keep their places.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Fields<'_>) -> T,
        unread: impl Fn() -> T,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(name)? else {
            return self.refuse(name, "must be a list, in [ and ]");
        };
        let path = self.path_of(name);
        let read = |(index, item)| {
            let fields = Fields::of(item, &format!("{path}[{index}]"), self.problems);
            fields.map_or_else(&unread, &read)
        };
        Some(items.into_iter().enumerate().map(read).collect())
    }

    pub(super) fn problem(&mut self, name: &str, cause: Cause) {
        let path = self.path_of(name);
        self.problems.add(path, cause);
    }

    pub(super) fn wrong(&mut self, name: &str, message: &str) {
        self.problem(name, Cause::WrongType(String::from(message)));
    }

    /// Says what is wrong with the object as a whole.
    pub(super) fn wrong_itself(&mut self, message: &str) {
        let cause = Cause::WrongType(String::from(message));
        self.problems.add(self.path.clone(), cause);
    }

    fn refuse<T>(&mut self, name: &str, message: &str) -> Option<T> {
        self.wrong(name, message);
        None
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        self.left.remove(name)
    }

    fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }
}

impl Drop for Fields<'_> {
    /// Reports the fields that nobody asked for.
    fn drop(&mut self) {
        for name in self.left.keys() {
            let meant = nearest(name, self.known.iter().copied());
            if let Some(meant) = meant {
                // What is misspelt is not missing too.
                let path = join(&self.path, meant);
                self.problems
                    .errors
                    .retain(|error| error.path != path || error.cause != Cause::Missing);
            }
            let known = self.known.clone();
            let cause = Cause::Unknown { meant, known };
            self.problems.add(join(&self.path, name), cause);
        }
    }
}

fn meaning<T: Copy>(words: &[(&'static str, T)], given: Option<&str>) -> Result<T, String> {
    let mut known = words.iter();
    match known.find(|(word, _)| Some(*word) == given) {
        Some((_, meaning)) => Ok(*meaning),
        None => {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            Err(one_of(&words, given))
        }
    }
}

fn one_of(words: &[&str], given: Option<&str>) -> String {
    let mut message = match words {
        [one, other] => format!("must be `{one}` or `{other}`"),
        _ => format!("must be one of `{}`", words.join("`, `")),
    };
    if let Some(meant) = given.and_then(|given| nearest(given, words.iter().copied())) {
        message.push_str(&format!("; did you mean `{meant}`?"));
    }
    message
}

fn join(path: &str, name: &str) -> String {
    let separator = if path.is_empty() { "" } else { "." };
    format!("{path}{separator}{name}")
}
