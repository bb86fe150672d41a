//! A survey as a page gets it: `GET /v1/surveys/{id}`.
//!
//! The collector writes a [`Definition`] as JSON. The loader, a small script,
//! reads from it when to show the survey; the widget reads back the [`Survey`]
//! with [`Survey::read`], through [`Node`], from whatever the browser's own JSON
//! reader made of it. Why not serde: its reader would cost the wasm about a
//! quarter of the budget, and the browser has one already. A test writes every
//! sample with serde and reads it back through [`Node`], so the two agree.

use crate::id::QuestionId;
use crate::question::{
    Branch, Condition, DEFAULT_TEXT_CHARS, EndLabels, Question, QuestionKind, Target,
};
use crate::strings::Strings;
use crate::survey::{Display, Survey, Thanks};

/// A value in a JSON document, however the host program holds it.
pub trait Node: Sized {
    /// The field of an object; `None` if it is missing, `null`, or this is no object.
    fn field(&self, name: &str) -> Option<Self>;
    /// The text, if it is one.
    fn text(&self) -> Option<String>;
    /// The number, if it is one.
    fn number(&self) -> Option<f64>;
    /// True for the value `true` alone.
    fn is_true(&self) -> bool;
    /// The items of a list; none if it is no list.
    fn items(&self) -> Vec<Self>;
}

/// All that a page needs to ask: the survey, and when to show it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Definition {
    /// What is asked.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub survey: Survey,
    /// What makes the page think about showing it. The loader acts on it.
    pub trigger: Trigger,
    /// Days without this survey after it was completed or dismissed. The loader acts on it.
    pub cooldown_days: u32,
}

/// What makes the page think about showing a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "json",
    derive(serde::Serialize, schemars::JsonSchema),
    serde(tag = "on", rename_all = "snake_case", deny_unknown_fields)
)]
pub enum Trigger {
    /// The page has loaded, and this long has passed.
    Load {
        /// Milliseconds to wait, 0 to 86,400,000 (a day).
        #[cfg_attr(feature = "json", serde(default), schemars(range(max = 86_400_000)))]
        delay_ms: u32,
    },
    /// The page calls `sayso.show(id)`.
    Call,
}

impl Default for Trigger {
    fn default() -> Self {
        Trigger::Load { delay_ms: 0 }
    }
}

impl Survey {
    /// Reads the survey out of a definition; `None` if it is not one.
    ///
    /// Definitions come from the collector, which checked the file. So this
    /// does not check again, and it passes over what a newer collector may add.
    /// A question of a kind that this widget does not know makes the survey
    /// unreadable: leaving one out would change what the others mean.
    pub fn read(node: &impl Node) -> Option<Survey> {
        let mut reader = Reader { is_whole: true };
        let survey = reader.survey(node);
        (reader.is_whole && !survey.questions.is_empty()).then_some(survey)
    }
}

/// Reads a definition to its end and notes whether anything was missing.
///
/// Why not `?` at each field: every early return would need code of its own to
/// drop what was read so far, and that code was a tenth of the wasm.
struct Reader {
    is_whole: bool,
}

impl Reader {
    fn survey(&mut self, node: &impl Node) -> Survey {
        let thanks = node.field("thanks");
        Survey {
            id: self.id(node, "id"),
            version: self.id(node, "version"),
            locale: self.text(node, "locale"),
            touchpoint: text(node, "touchpoint"),
            display: match self.text(node, "display").as_str() {
                "inline" => Display::Inline,
                _ => Display::Popover,
            },
            questions: list(node, "questions", |question| self.question(question)),
            thanks: Thanks {
                title: self.need(thanks.as_ref().and_then(|thanks| text(thanks, "title"))),
                text: thanks.as_ref().and_then(|thanks| text(thanks, "text")),
            },
            strings: match node.field("strings") {
                Some(strings) => Strings::read(&strings),
                None => Strings::default(),
            },
        }
    }

    fn question(&mut self, node: &impl Node) -> Question {
        Question {
            id: self.id(node, "id"),
            kind: self.kind(node),
            prompt: self.text(node, "prompt"),
            help: text(node, "help"),
            is_required: node.field("is_required").is_some_and(|flag| flag.is_true()),
            next: list(node, "next", |branch| self.branch(branch)),
        }
    }

    fn kind(&mut self, node: &impl Node) -> QuestionKind {
        let ends = EndLabels {
            low_label: text(node, "low_label"),
            high_label: text(node, "high_label"),
        };
        match self.text(node, "kind").as_str() {
            "nps" => QuestionKind::Nps(ends),
            "csat" => QuestionKind::Csat(ends),
            kind => {
                self.is_whole &= kind == "free_text";
                QuestionKind::FreeText {
                    max_chars: number(node, "max_chars").unwrap_or(DEFAULT_TEXT_CHARS),
                    placeholder: text(node, "placeholder"),
                }
            }
        }
    }

    fn branch(&mut self, node: &impl Node) -> Branch {
        let go_to: QuestionId = self.id(node, "go_to");
        Branch {
            condition: node.field("if").map(|condition| Condition {
                question: self.id(&condition, "question"),
                at_least: number(&condition, "at_least").map(|bound| bound as u8),
                at_most: number(&condition, "at_most").map(|bound| bound as u8),
            }),
            go_to: if go_to.as_str() == Target::END {
                Target::End
            } else {
                Target::Question(go_to)
            },
        }
    }

    fn id<T: TryFrom<String> + Unread>(&mut self, node: &impl Node, name: &str) -> T {
        let id = T::try_from(self.text(node, name)).ok();
        self.need(id)
    }

    fn text(&mut self, node: &impl Node, name: &str) -> String {
        self.need(text(node, name))
    }

    fn need<T: Unread>(&mut self, found: Option<T>) -> T {
        self.is_whole &= found.is_some();
        found.unwrap_or_else(T::unread)
    }
}

/// What stands where nothing could be read, until the whole is thrown away.
pub(crate) trait Unread {
    /// The stand-in.
    fn unread() -> Self;
}

impl Unread for String {
    fn unread() -> Self {
        String::new()
    }
}

// Called for each field: one copy each is enough.
#[inline(never)]
fn text(node: &impl Node, name: &str) -> Option<String> {
    node.field(name)?.text()
}

#[inline(never)]
fn number(node: &impl Node, name: &str) -> Option<u32> {
    Some(node.field(name)?.number()? as u32)
}

fn list<N: Node, T>(node: &N, name: &str, read: impl FnMut(&N) -> T) -> Vec<T> {
    let items = node
        .field(name)
        .map(|list| list.items())
        .unwrap_or_default();
    items.iter().map(read).collect()
}

#[cfg(feature = "json")]
impl Node for &serde_json::Value {
    fn field(&self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| !value.is_null())
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(String::from)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn is_true(&self) -> bool {
        self.as_bool() == Some(true)
    }

    fn items(&self) -> Vec<Self> {
        self.as_array()
            .map(|items| items.iter().collect())
            .unwrap_or_default()
    }
}

#[cfg(test)]
#[cfg(feature = "json")]
mod tests {
    use super::*;
    use crate::file::sample;
    use serde_json::{Value, json};

    fn definition(survey: Survey) -> Value {
        let definition = Definition {
            survey,
            trigger: Trigger::Load { delay_ms: 5 },
            cooldown_days: 30,
        };
        serde_json::to_value(definition).unwrap()
    }

    #[test]
    fn what_the_collector_writes_is_what_the_widget_reads() {
        for survey in [
            sample::branching(),
            sample::post_purchase(),
            sample::german(),
        ] {
            assert_eq!(Survey::read(&&definition(survey.clone())), Some(survey));
        }
    }

    #[test]
    fn english_words_are_not_sent_and_others_are() {
        assert!(definition(sample::branching()).get("strings").is_none());
        assert_eq!(definition(sample::german())["strings"]["next"], "Weiter");
    }

    #[test]
    fn the_loader_finds_its_fields() {
        let value = definition(sample::branching());
        assert_eq!(value["trigger"], json!({"on": "load", "delay_ms": 5}));
        assert_eq!(value["cooldown_days"], 30);
        assert_eq!(value["display"], "popover");
    }

    #[test]
    fn fields_of_a_newer_collector_are_passed_over() {
        let mut value = definition(sample::branching());
        value["confetti"] = json!(true);
        value["questions"][0]["sparkle"] = json!({"much": 1});
        value["display"] = json!("hologram");
        assert_eq!(Survey::read(&&value), Some(sample::branching()));
    }

    #[test]
    fn an_unknown_question_kind_makes_the_survey_unreadable() {
        let mut value = definition(sample::branching());
        value["questions"][1]["kind"] = json!("smell");
        assert_eq!(Survey::read(&&value), None);
    }

    #[test]
    fn a_value_that_is_no_definition_is_refused() {
        for wrong in [
            json!(null),
            json!([]),
            json!({}),
            json!({"id": "x"}),
            json!("x"),
        ] {
            assert_eq!(Survey::read(&&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_missing_text_that_is_needed_is_noticed() {
        for pointer in ["/id", "/version", "/questions/0/prompt", "/thanks/title"] {
            let mut value = definition(sample::branching());
            *value.pointer_mut(pointer).unwrap() = Value::Null;
            assert_eq!(Survey::read(&&value), None, "{pointer}");
        }
    }
}
