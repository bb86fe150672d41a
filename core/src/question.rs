//! One question: what is asked, how it may be answered, and where it leads.

use crate::condition::Condition;
use crate::id::QuestionId;
use crate::rating::Scale;

/// Longest text that a free-text question may allow, in characters.
pub const MAX_TEXT_CHARS: u32 = 10_000;

/// The length a free-text question allows when its file does not say, in characters.
pub const DEFAULT_TEXT_CHARS: u32 = 1_000;

/// Longest text that a respondent may write beside "other", in characters.
pub const MAX_OTHER_CHARS: u32 = 500;

/// One thing asked, with its texts in one language.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Question {
    /// Names the question within its survey.
    pub id: QuestionId,
    /// What is asked and how it is answered.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub kind: QuestionKind,
    /// The question as the respondent reads it.
    pub prompt: String,
    /// A line below the prompt.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub help: Option<String>,
    /// True when the respondent cannot go on without an answer.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_false"))]
    pub is_required: bool,
    /// Where this does not hold, the question is passed over.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub show_if: Option<Condition>,
    /// Where to go from here: the first branch that fits; none fits: the next in order.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Vec::is_empty"))]
    pub next: Vec<Branch>,
}

/// The kinds of question, each with what it alone needs.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(tag = "kind", rename_all = "snake_case"))]
pub enum QuestionKind {
    /// How likely to recommend, 0 to 10.
    Nps(EndLabels),
    /// How satisfied.
    Csat(Points),
    /// How easy; higher is easier.
    Ces(Points),
    /// Any other rating.
    Rating(Points),
    /// A text in the respondent's own words.
    FreeText(FreeText),
    /// One of some choices.
    SingleChoice(Choices),
    /// Several of some choices.
    MultipleChoice(Choices),
    /// A box to tick.
    Consent {
        /// What the respondent agrees to.
        label: String,
    },
    /// Something to read, and nothing to answer.
    Message(Message),
}

impl QuestionKind {
    /// The scale of a rating question; `None` for the other kinds.
    pub const fn scale(&self) -> Option<Scale> {
        match self {
            QuestionKind::Nps(_) => Some(Scale::NPS),
            QuestionKind::Csat(points)
            | QuestionKind::Ces(points)
            | QuestionKind::Rating(points) => Some(Scale {
                min: 1,
                max: points.points,
            }),
            QuestionKind::FreeText(_)
            | QuestionKind::SingleChoice(_)
            | QuestionKind::MultipleChoice(_)
            | QuestionKind::Consent { .. }
            | QuestionKind::Message(_) => None,
        }
    }

    /// False for what is only read.
    pub const fn is_answered(&self) -> bool {
        !matches!(self, QuestionKind::Message(_))
    }

    /// True for what is written with a keyboard.
    pub const fn is_text(&self) -> bool {
        matches!(self, QuestionKind::FreeText(_))
    }
}

/// A scale from 1 to so many points, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Points {
    /// The best rating; the least is 1.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_five"))]
    pub points: u8,
    /// What stands for each rating.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_default"))]
    pub shape: Shape,
    /// What the ends mean.
    #[cfg_attr(feature = "json", serde(flatten))]
    pub ends: EndLabels,
}

/// The points of a scale that does not say.
pub const DEFAULT_POINTS: u8 = 5;

/// What stands for each rating of a scale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize, schemars::JsonSchema))]
#[cfg_attr(feature = "json", serde(rename_all = "snake_case"))]
pub enum Shape {
    /// Its number.
    #[default]
    Numbers,
    /// A star; those below the chosen one light up as well.
    Stars,
    /// A face, from unhappy to happy.
    Smileys,
    /// A thumb down and a thumb up.
    Thumbs,
}

/// What the ends of a scale mean, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct EndLabels {
    /// At the least rating: "Not likely".
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub low_label: Option<String>,
    /// At the best rating: "Very likely".
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub high_label: Option<String>,
}

/// How a text is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct FreeText {
    /// The shortest text accepted, in characters; 0 for any.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_default"))]
    pub min_chars: u32,
    /// The longest text accepted, in characters.
    pub max_chars: u32,
    /// What is written, and in what sort of field.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_default"))]
    pub form: TextForm,
    /// An example shown while the field is empty.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub placeholder: Option<String>,
    /// What to say of a text that is too short, with the number in it.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub too_short: Option<String>,
}

/// What is written, and in what sort of field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
#[cfg_attr(feature = "json", serde(rename_all = "snake_case"))]
pub enum TextForm {
    /// Anything, on several lines.
    #[default]
    Area,
    /// Anything, on one line.
    Line,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// A number.
    Number,
}

/// What can be chosen.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Choices {
    /// The choices, in the order of the file.
    pub choices: Vec<Choice>,
    /// The label of one more choice, with a field for the respondent's own words.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub other: Option<String>,
    /// True when each respondent sees them in another order.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_false"))]
    pub is_shuffled: bool,
    /// The least number to choose of several; 0 for any.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_default"))]
    pub min_choices: u32,
    /// The greatest number to choose of several.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub max_choices: Option<u32>,
    /// What to say when too few are chosen, with the number in it.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub too_few: Option<String>,
    /// What to say when too many are chosen, with the number in it.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub too_many: Option<String>,
}

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Choice {
    /// What is stored when it is chosen; written like a question's id.
    pub id: QuestionId,
    /// What the respondent reads.
    pub label: String,
    /// True when it keeps its place among shuffled ones.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "is_false"))]
    pub is_fixed: bool,
}

/// Something to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Message {
    /// Where to read on.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub link: Option<Link>,
    /// The label of the button that goes on.
    #[cfg_attr(feature = "json", serde(skip_serializing_if = "Option::is_none"))]
    pub button: Option<String>,
}

/// A way to another page. It opens beside this one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Link {
    /// What the respondent reads.
    pub label: String,
    /// The address: `https:`, `http:`, `mailto:` or `tel:`.
    pub url: String,
}

/// One way on from a question.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "json", derive(serde::Serialize))]
pub struct Branch {
    /// When this way is taken; always, if there is none.
    #[cfg_attr(
        feature = "json",
        serde(rename = "if", skip_serializing_if = "Option::is_none")
    )]
    pub condition: Option<Condition>,
    /// Where it leads.
    pub go_to: Target,
}

/// Where a branch leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a later question.
    Question(QuestionId),
    /// To the thanks: `"end"` in files.
    End,
}

impl Target {
    /// The word for [`Target::End`] in files. No question may have it as its id.
    pub const END: &'static str = "end";
}

#[cfg(feature = "json")]
impl serde::Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Target::Question(id) => id.as_str(),
            Target::End => Target::END,
        })
    }
}

#[cfg(feature = "json")]
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

#[cfg(feature = "json")]
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_five(value: &u8) -> bool {
    *value == DEFAULT_POINTS
}

/// True for a value that a definition need not hold.
#[cfg(feature = "json")]
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
