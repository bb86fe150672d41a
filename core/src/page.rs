//! A survey as a page gets it: `GET /v1/surveys/{id}`.
//!
//! The collector writes a [`Definition`] as JSON. The loader, a small script,
//! reads from it when to show the survey; the widget reads back the [`Survey`]
//! with [`Survey::read`], through [`Node`], from whatever the browser's own JSON
//! reader made of it. Why not serde: its reader would cost the wasm about a
//! quarter of the budget, and the browser has one already. A test writes every
//! sample with serde and reads it back through [`Node`], so the two agree.

#[cfg(feature = "json")]
use crate::rules::{Rules, Tab};
use crate::survey::Survey;

#[cfg(feature = "json")]
mod demands;
mod read;
#[cfg(feature = "json")]
mod size;

#[cfg(feature = "json")]
pub use demands::Demands;
pub(crate) use read::Unread;
#[cfg(feature = "json")]
pub use size::Build;

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
    /// Which build of the widget understands it.
    #[cfg(feature = "json")]
    #[serde(skip_serializing_if = "Build::is_small")]
    pub widget: Build,
    /// When, where, to whom and how often it is shown, if there is more to it. The loader acts on it.
    #[cfg(feature = "json")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
    /// The tab that opens it. The loader acts on it.
    #[cfg(feature = "json")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tab: Option<Tab>,
}

/// What makes the page think about showing a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "json",
    derive(serde::Serialize),
    serde(tag = "on", rename_all = "snake_case")
)]
pub enum Trigger {
    /// The page has loaded, and this long has passed.
    Load {
        /// Milliseconds to wait, 0 to 86,400,000 (a day).
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
            widget: Build::Small,
            rules: None,
            tab: None,
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
        let mut danish = sample::german();
        danish.strings = crate::strings::strings_for("da");
        let words = definition(danish);
        assert_eq!(words["strings"]["next"], "Næste");
        assert!(words["strings"].get("feedback").is_none(), "it is the same");
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
