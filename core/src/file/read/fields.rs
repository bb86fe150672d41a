//! The fields of one JSON object, read one by one, in an owner's words.
//!
//! serde's own messages speak of Rust's types. Which fields an object has is
//! in [`super`].

use crate::file::error::nearest;
use crate::file::{Cause, SurveyError, Text};
use crate::id::InvalidId;
use serde_json::{Map, Number, Value};

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

    /// One of some words, as what it stands for.
    pub(super) fn word<T: Copy>(
        &mut self,
        name: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = self.take(name)?;
        let given = value.as_str();
        match words.iter().find(|(word, _)| Some(*word) == given) {
            Some((_, meaning)) => Some(*meaning),
            None => {
                let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                self.refuse(name, &one_of(&words, given))
            }
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

    fn refuse<T>(&mut self, name: &str, message: &str) -> Option<T> {
        self.wrong(name, message);
        None
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
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
            self.problems
                .add(join(&self.path, name), Cause::Unknown { meant });
        }
    }
}

/// True for 5 and for 5.0, which are the same number in JSON.
fn is_whole(number: &Number) -> bool {
    number.as_f64().is_some_and(|number| number.fract() == 0.0)
}

/// The number, if it is one that a survey file could hold somewhere.
fn whole(number: &Number) -> Option<u64> {
    let as_float = || {
        let number = number.as_f64()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies within the limits of a u32"
        )]
        (0.0..=f64::from(u32::MAX))
            .contains(&number)
            .then_some(number as u64)
    };
    number.as_u64().or_else(as_float)
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
