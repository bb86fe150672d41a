//! What a survey says before and after its questions, and on its tab.

use super::condition::FileCondition;
use super::{Text, schema};
use schemars::JsonSchema;
use serde::Serialize;

/// A screen before the first question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "welcome")]
pub(crate) struct FileWelcome {
    /// The headline.
    pub(super) title: Text,
    /// A sentence below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Text>,
    /// The label of the button that begins. Default: "Start" in the locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) button: Option<Text>,
}

/// What is said when the response is stored.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "thanks")]
pub(crate) struct FileThanks {
    /// The headline.
    pub(super) title: Text,
    /// A sentence below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Text>,
    /// Where to go from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<FileLink>,
    /// What is said instead: the first that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub(super) variants: Option<Vec<FileVariant>>,
}

/// Thanks for some answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "variant")]
pub(crate) struct FileVariant {
    /// When this is said.
    #[serde(rename = "if")]
    pub(super) condition: FileCondition,
    /// The headline.
    pub(super) title: Text,
    /// A sentence below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<Text>,
    /// Where to go from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<FileLink>,
}

/// A way to another page.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "link")]
pub(crate) struct FileLink {
    /// What the respondent reads.
    pub(super) label: Text,
    /// The address: `https:`, `http:`, `mailto:` or `tel:`.
    pub(super) url: Text,
}

/// The tab that opens the card: its label, or an element of the page's own in its place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "tab", extend("oneOf" = [{"required": ["label"]}, {"required": ["button"]}]))]
pub(crate) struct FileTab {
    /// What stands on the tab.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<Text>,
    /// The page's own element that opens the card below itself, as a CSS selector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500), regex(pattern = schema::SAYS_SOMETHING))]
    pub(super) button: Option<String>,
}

impl FileWelcome {
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        let rest = [&self.text, &self.button];
        std::iter::once(&self.title).chain(rest.into_iter().flatten())
    }
}

impl FileThanks {
    pub(super) fn closing(&self) -> FileClosing<'_> {
        FileClosing {
            title: &self.title,
            text: self.text.as_ref(),
            link: self.link.as_ref(),
        }
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        let variants = self.variants.iter().flatten();
        let variants = variants.flat_map(|variant| variant.closing().texts());
        self.closing().texts().chain(variants)
    }
}

impl FileVariant {
    pub(super) fn closing(&self) -> FileClosing<'_> {
        FileClosing {
            title: &self.title,
            text: self.text.as_ref(),
            link: self.link.as_ref(),
        }
    }
}

impl<'a> FileClosing<'a> {
    fn texts(self) -> impl Iterator<Item = &'a Text> {
        let link = self.link.into_iter().flat_map(FileLink::texts);
        std::iter::once(self.title).chain(self.text).chain(link)
    }
}

impl FileLink {
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        [&self.label, &self.url].into_iter()
    }
}

/// The parts of the thanks, or of a variant of them.
#[derive(Clone, Copy)]
pub(crate) struct FileClosing<'a> {
    pub(super) title: &'a Text,
    pub(super) text: Option<&'a Text>,
    pub(super) link: Option<&'a FileLink>,
}
