//! A question as a file holds it: all fields of all kinds in one object.
//!
//! Which field belongs to which kind is one table, [`FIELDS_OF_KINDS`], for the
//! check and for the schema.

use super::condition::FileCondition;
use super::words::FileLink;
use super::{Text, schema};
use crate::id::QuestionId;
use crate::question::Shape;
use crate::rating::Scale;
use schemars::JsonSchema;
use serde::Serialize;

/// One question of a survey file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "question", extend("allOf" = schema::fields_of_kinds()))]
pub(crate) struct FileQuestion {
    /// Names the question within the survey. Answers are stored under it; `end` is taken.
    #[schemars(with = "String", regex(pattern = schema::QUESTION_ID), extend("not" = {"const": "end"}))]
    pub(super) id: QuestionId,
    /// What kind of question it is.
    pub(super) kind: FileKind,
    /// The question as the respondent reads it.
    pub(super) prompt: Text,
    /// A line below the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<Text>,
    /// True when the respondent cannot go on without an answer. Default: false.
    #[serde(default)]
    pub(super) is_required: bool,
    /// Where this is not true, the question is passed over. It looks at questions before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) show_if: Option<FileCondition>,
    /// `csat` and `rating`: 2, 3, 5, 7 or 10, default 5; `ces`: 5 or 7, default 7.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = [2, 3, 5, 7, 10]))]
    pub(super) points: Option<u8>,
    /// `csat` and `rating`: what stands for each rating. Default: `numbers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shape: Option<Shape>,
    /// Ratings: what the least rating means, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) low_label: Option<Text>,
    /// Ratings: what the best rating means, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) high_label: Option<Text>,
    /// `free_text`: true for a field of one line. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) is_single_line: Option<bool>,
    /// `free_text`: what is written, on one line. Default: anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<FileFormat>,
    /// `free_text`: the shortest text accepted, 1 to 10,000 characters. Default: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub(super) min_chars: Option<u32>,
    /// `free_text`: the longest text accepted, 1 to 10,000 characters. Default: 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10_000))]
    pub(super) max_chars: Option<u32>,
    /// `free_text`: an example shown while the field is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) placeholder: Option<Text>,
    /// Choice questions: what can be chosen, 2 to 100; of several also 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub(super) choices: Option<Vec<FileChoice>>,
    /// Choice questions: the label of one more choice, with a field for the respondent's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) other: Option<Text>,
    /// Choice questions: true when each respondent sees them in another order. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) is_shuffled: Option<bool>,
    /// `multiple_choice`: the least number to choose. Default: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 101))]
    pub(super) min_choices: Option<u32>,
    /// `multiple_choice`: the greatest number to choose. Default: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 101))]
    pub(super) max_choices: Option<u32>,
    /// `consent`: what the respondent agrees to, beside the box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<Text>,
    /// `message`: where to read on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<FileLink>,
    /// `message`: the label of the button that goes on. Default: "Next" in the locale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) button: Option<Text>,
    /// Where to go from here. Default: to the next question in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<FileNext>,
}

/// The kinds of question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "kind")]
pub(crate) enum FileKind {
    /// How likely to recommend, 0 to 10.
    Nps,
    /// How satisfied, 1 to 5 or another number of points.
    Csat,
    /// How easy, 1 to 7; higher is easier.
    Ces,
    /// Any other rating, 1 to 5 or another number of points.
    Rating,
    /// A text in the respondent's own words.
    FreeText,
    /// One of some choices.
    SingleChoice,
    /// Several of some choices.
    MultipleChoice,
    /// A box to tick.
    Consent,
    /// Something to read, and nothing to answer.
    Message,
}

/// What is written in a text of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "text_format")]
pub(crate) enum FileFormat {
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// A number.
    Number,
}

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "choice")]
pub(crate) struct FileChoice {
    /// What is stored when it is chosen.
    #[schemars(with = "String", regex(pattern = schema::QUESTION_ID))]
    pub(super) id: QuestionId,
    /// What the respondent reads.
    pub(super) label: Text,
    /// True when it keeps its place among shuffled ones. Default: false.
    #[serde(default, skip_serializing_if = "crate::question::is_false")]
    pub(super) is_fixed: bool,
}

/// Where to go from a question: one place, or the first branch that fits.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "next")]
pub(crate) enum FileNext {
    /// The id of a later question, or `end`.
    Always(#[schemars(regex(pattern = schema::QUESTION_ID))] String),
    /// The first branch that fits; none fits: the next question in order.
    Branches(#[schemars(length(min = 1))] Vec<FileBranch>),
}

/// One way on from a question.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "branch")]
pub(crate) struct FileBranch {
    /// When this way is taken. Without it: always.
    #[serde(rename = "if", default, skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<FileCondition>,
    /// The id of a later question, or `end`.
    #[schemars(regex(pattern = schema::QUESTION_ID))]
    pub(super) go_to: String,
}

/// Which kinds a field belongs to.
pub(super) struct FieldOfKinds {
    pub(super) name: &'static str,
    pub(super) kinds: &'static [FileKind],
    /// True when these kinds cannot do without it.
    pub(super) is_needed: bool,
}

const fn field(name: &'static str, kinds: &'static [FileKind]) -> FieldOfKinds {
    FieldOfKinds {
        name,
        kinds,
        is_needed: false,
    }
}

const fn needed(name: &'static str, kinds: &'static [FileKind]) -> FieldOfKinds {
    FieldOfKinds {
        name,
        kinds,
        is_needed: true,
    }
}

use FileKind::{Ces, Consent, Csat, FreeText, Message, MultipleChoice, Nps, Rating, SingleChoice};

/// The fields that only some kinds have.
pub(super) const FIELDS_OF_KINDS: &[FieldOfKinds] = &[
    field("points", &[Csat, Ces, Rating]),
    field("shape", &[Csat, Rating]),
    field("low_label", &[Nps, Csat, Ces, Rating]),
    field("high_label", &[Nps, Csat, Ces, Rating]),
    field("is_single_line", &[FreeText]),
    field("format", &[FreeText]),
    field("min_chars", &[FreeText]),
    field("max_chars", &[FreeText]),
    field("placeholder", &[FreeText]),
    needed("choices", &[SingleChoice, MultipleChoice]),
    field("other", &[SingleChoice, MultipleChoice]),
    field("is_shuffled", &[SingleChoice, MultipleChoice]),
    field("min_choices", &[MultipleChoice]),
    field("max_choices", &[MultipleChoice]),
    needed("label", &[Consent]),
    field("link", &[Message]),
    field("button", &[Message]),
];

impl FileKind {
    /// Every kind by its word in files.
    pub(super) const WORDS: [(&'static str, FileKind); 9] = [
        ("nps", Nps),
        ("csat", Csat),
        ("ces", Ces),
        ("rating", Rating),
        ("free_text", FreeText),
        ("single_choice", SingleChoice),
        ("multiple_choice", MultipleChoice),
        ("consent", Consent),
        ("message", Message),
    ];

    /// The word for it in files.
    pub(super) fn word(self) -> &'static str {
        let mut words = Self::WORDS.iter();
        words
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }

    /// What a condition may ask of its answer.
    pub(super) const fn operators(self) -> &'static [&'static str] {
        match self {
            Nps | Csat | Ces | Rating => &["at_least", "at_most", "is", "is_given"],
            FreeText | MultipleChoice => &["contains", "is", "is_given"],
            SingleChoice | Consent => &["is", "is_given"],
            Message => &[],
        }
    }
}

impl FileQuestion {
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        let rest = [
            &self.help,
            &self.low_label,
            &self.high_label,
            &self.placeholder,
            &self.other,
            &self.label,
            &self.button,
        ];
        let choices = self.choices.iter().flatten().map(|choice| &choice.label);
        let link = self.link.iter().flat_map(FileLink::texts);
        std::iter::once(&self.prompt)
            .chain(rest.into_iter().flatten())
            .chain(choices)
            .chain(link)
    }

    /// The points of its scale, from 1.
    pub(super) fn points(&self) -> u8 {
        match (self.points, self.kind, self.shape) {
            (Some(points), ..) => points,
            (None, Ces, _) => 7,
            (None, _, Some(Shape::Thumbs)) => 2,
            (None, ..) => crate::question::DEFAULT_POINTS,
        }
    }

    /// The scale of a rating question; `None` for the other kinds.
    pub(super) fn scale(&self) -> Option<Scale> {
        match self.kind {
            Nps => Some(Scale::NPS),
            Csat | Ces | Rating => Some(Scale {
                min: 1,
                max: self.points(),
            }),
            FreeText | SingleChoice | MultipleChoice | Consent | Message => None,
        }
    }

    /// True when a field that only some kinds have is there.
    pub(super) fn has(&self, name: &str) -> bool {
        match name {
            "points" => self.points.is_some(),
            "shape" => self.shape.is_some(),
            "low_label" => self.low_label.is_some(),
            "high_label" => self.high_label.is_some(),
            "is_single_line" => self.is_single_line.is_some(),
            "format" => self.format.is_some(),
            "min_chars" => self.min_chars.is_some(),
            "max_chars" => self.max_chars.is_some(),
            "placeholder" => self.placeholder.is_some(),
            "choices" => self.choices.is_some(),
            "other" => self.other.is_some(),
            "is_shuffled" => self.is_shuffled.is_some(),
            "min_choices" => self.min_choices.is_some(),
            "max_choices" => self.max_choices.is_some(),
            "label" => self.label.is_some(),
            "link" => self.link.is_some(),
            "button" => self.button.is_some(),
            _ => false,
        }
    }
}
