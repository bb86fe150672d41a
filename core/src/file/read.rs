//! From JSON text to a [`SurveyFile`], gathering every problem on the way.
//!
//! serde's derived readers stop at the first problem. Here each field is read by
//! itself, so that the owner mends a file once.

use super::error::nearest;
use super::{
    Cause, FileBranch, FileCondition, FileNext, FileQuestion, FileThanks, SurveyError, SurveyFile,
    default_cooldown_days, default_locale,
};
use crate::page::Trigger;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Reads a file as far as it can be read. Without a file there is at least one error.
pub(super) fn read(text: &str) -> (Option<SurveyFile>, Vec<SurveyError>) {
    let mut errors = Vec::new();
    let value = match serde_json::from_str::<Value>(text) {
        Ok(value) => value,
        Err(error) => {
            let (line, cause) = (Some(error.line()), Cause::Syntax(error.to_string()));
            errors.push(SurveyError {
                path: String::new(),
                line,
                cause,
            });
            return (None, errors);
        }
    };
    let file = Fields::of(value, "", &mut errors).and_then(read_file);
    (file, errors)
}

fn read_file(mut fields: Fields<'_>) -> Option<SurveyFile> {
    let schema_address = fields.optional("$schema");
    let schema = fields.required("schema");
    let id = fields.required("id");
    let touchpoint = fields.optional("touchpoint");
    let locale = fields.optional("locale").unwrap_or_else(default_locale);
    let display = fields.optional("display").unwrap_or_default();
    let trigger = fields.object("trigger", read_trigger).unwrap_or_default();
    let cooldown_days = fields
        .optional("cooldown_days")
        .unwrap_or_else(default_cooldown_days);
    let questions = fields.list("questions", read_question);
    let thanks = fields.object("thanks", read_thanks);
    if questions.is_none() {
        fields.missing("questions");
    }
    Some(SurveyFile {
        schema_address,
        schema: schema?,
        id: id?,
        touchpoint,
        locale,
        display,
        trigger,
        cooldown_days,
        questions: questions?,
        thanks,
    })
}

fn read_trigger(mut fields: Fields<'_>) -> Option<Trigger> {
    let on = fields.required::<String>("on");
    let delay_ms = fields.optional("delay_ms");
    match on?.as_str() {
        "load" => Some(Trigger::Load {
            delay_ms: delay_ms.unwrap_or_default(),
        }),
        "call" => {
            if delay_ms.is_some() {
                fields.wrong("delay_ms", "belongs to the trigger `load` alone; remove it");
            }
            Some(Trigger::Call)
        }
        _ => {
            fields.wrong("on", "must be `load` or `call`");
            None
        }
    }
}

fn read_question(mut fields: Fields<'_>) -> Option<FileQuestion> {
    let id = fields.required("id");
    let kind = fields.required("kind");
    let prompt = fields.required("prompt");
    let question = FileQuestion {
        help: fields.optional("help"),
        is_required: fields.optional("is_required").unwrap_or_default(),
        low_label: fields.optional("low_label"),
        high_label: fields.optional("high_label"),
        max_chars: fields.optional("max_chars"),
        placeholder: fields.optional("placeholder"),
        next: read_next(&mut fields),
        id: id?,
        kind: kind?,
        prompt: prompt?,
    };
    Some(question)
}

fn read_next(fields: &mut Fields<'_>) -> Option<FileNext> {
    match fields.peek("next")? {
        Value::Array(_) => fields.list("next", read_branch).map(FileNext::Branches),
        _ => fields.optional("next").map(FileNext::Always),
    }
}

fn read_branch(mut fields: Fields<'_>) -> Option<FileBranch> {
    let condition = fields.object("if", read_condition);
    let go_to = fields.required("go_to");
    Some(FileBranch {
        condition,
        go_to: go_to?,
    })
}

fn read_condition(mut fields: Fields<'_>) -> Option<FileCondition> {
    let condition = FileCondition {
        question: fields.optional("question"),
        at_least: fields.optional("at_least"),
        at_most: fields.optional("at_most"),
    };
    Some(condition)
}

fn read_thanks(mut fields: Fields<'_>) -> Option<FileThanks> {
    let title = fields.required("title");
    let text = fields.optional("text");
    Some(FileThanks {
        title: title?,
        text,
    })
}

/// The fields of one object, taken out one by one. What is left at the end is unknown.
struct Fields<'a> {
    path: String,
    left: Map<String, Value>,
    known: Vec<&'static str>,
    errors: &'a mut Vec<SurveyError>,
}

impl<'a> Fields<'a> {
    fn of(value: Value, path: &str, errors: &'a mut Vec<SurveyError>) -> Option<Self> {
        let path = String::from(path);
        match value {
            Value::Object(left) => Some(Self {
                path,
                left,
                known: Vec::new(),
                errors,
            }),
            _ => {
                let cause = Cause::WrongType(String::from("must be an object, in { and }"));
                errors.push(SurveyError {
                    path,
                    line: None,
                    cause,
                });
                None
            }
        }
    }

    fn peek(&self, name: &str) -> Option<&Value> {
        self.left.get(name)
    }

    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.left.remove(name)
    }

    fn required<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        if self.peek(name).is_none() {
            self.known.push(name);
            self.missing(name);
            return None;
        }
        self.optional(name)
    }

    fn optional<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        let value = self.take(name)?;
        match serde_json::from_value(value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(name, &error.to_string());
                None
            }
        }
    }

    fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Fields<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        let path = self.path_of(name);
        Fields::of(value, &path, self.errors).and_then(read)
    }

    fn list<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Fields<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(name)? else {
            self.wrong(name, "must be a list, in [ and ]");
            return None;
        };
        let path = self.path_of(name);
        // Every item is read before the list is given up, for the errors of all.
        let items: Vec<Option<T>> = items
            .into_iter()
            .enumerate()
            .map(|(index, item)| {
                Fields::of(item, &format!("{path}[{index}]"), self.errors).and_then(&read)
            })
            .collect();
        items.into_iter().collect()
    }

    fn missing(&mut self, name: &str) {
        let path = self.path_of(name);
        if !self
            .errors
            .iter()
            .any(|error| error.path.starts_with(&path))
        {
            self.errors.push(SurveyError {
                path,
                line: None,
                cause: Cause::Missing,
            });
        }
    }

    fn wrong(&mut self, name: &str, message: &str) {
        let (path, cause) = (self.path_of(name), Cause::WrongType(String::from(message)));
        self.errors.push(SurveyError {
            path,
            line: None,
            cause,
        });
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
            let meant = meant.and_then(|meant| self.known.iter().find(|known| **known == meant));
            self.errors.push(SurveyError {
                path: join(&self.path, name),
                line: None,
                cause: Cause::Unknown {
                    meant: meant.copied(),
                },
            });
        }
    }
}

fn join(path: &str, name: &str) -> String {
    let separator = if path.is_empty() { "" } else { "." };
    format!("{path}{separator}{name}")
}
