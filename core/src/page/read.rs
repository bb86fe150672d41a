//! A survey out of its definition, in the browser.

use super::Node;
use crate::IS_FULL;
use crate::condition::{Condition, Scalar, Subject, Test};
use crate::id::QuestionId;
use crate::question::{
    Branch, Choice, Choices, DEFAULT_POINTS, DEFAULT_TEXT_CHARS, EndLabels, FreeText, Link,
    Message, Points, Question, QuestionKind, Shape, Target, TextForm,
};
use crate::strings::Strings;
use crate::survey::{Closing, Display, Position, Survey, Thanks, Variant};

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
        Survey {
            id: self.id(node, "id"),
            version: self.id(node, "version"),
            locale: self.text(node, "locale"),
            touchpoint: text(node, "touchpoint"),
            display: display(&self.text(node, "display")),
            position: if IS_FULL {
                position(node)
            } else {
                Position::Usual
            },
            has_progress: IS_FULL && flag(node, "has_progress"),
            questions: list(node, "questions", |question| self.question(question)),
            thanks: self.thanks(node),
            theme: text(node, "theme"),
            strings: match node.field("strings") {
                Some(strings) => Strings::read(&strings),
                None => Strings::default(),
            },
        }
    }

    fn thanks(&mut self, node: &impl Node) -> Thanks {
        let Some(thanks) = node.field("thanks") else {
            self.is_whole = false;
            return Thanks {
                usual: Closing::default(),
                variants: Vec::new(),
            };
        };
        Thanks {
            usual: self.closing(&thanks),
            variants: if IS_FULL {
                list(&thanks, "variants", |variant| Variant {
                    condition: self.condition_of(variant, "if"),
                    closing: self.closing(variant),
                })
            } else {
                Vec::new()
            },
        }
    }

    fn closing(&mut self, node: &impl Node) -> Closing {
        Closing {
            title: self.text(node, "title"),
            text: text(node, "text"),
            link: if IS_FULL { self.link(node) } else { None },
        }
    }

    fn link(&mut self, node: &impl Node) -> Option<Link> {
        let link = node.field("link")?;
        Some(Link {
            label: self.text(&link, "label"),
            url: self.text(&link, "url"),
        })
    }

    fn question(&mut self, node: &impl Node) -> Question {
        Question {
            id: self.id(node, "id"),
            kind: self.kind(node),
            prompt: self.text(node, "prompt"),
            help: text(node, "help"),
            is_required: flag(node, "is_required"),
            show_if: if IS_FULL {
                node.field("show_if")
                    .map(|condition| self.condition(&condition))
            } else {
                None
            },
            next: list(node, "next", |branch| self.branch(branch)),
        }
    }

    fn kind(&mut self, node: &impl Node) -> QuestionKind {
        let kind = self.text(node, "kind");
        match kind.as_str() {
            "nps" => QuestionKind::Nps(ends(node)),
            "csat" => QuestionKind::Csat(points(node)),
            _ if IS_FULL => self.rare_kind(node, &kind),
            _ => self.free_text(node, &kind),
        }
    }

    fn rare_kind(&mut self, node: &impl Node, kind: &str) -> QuestionKind {
        match kind {
            "ces" => QuestionKind::Ces(points(node)),
            "rating" => QuestionKind::Rating(points(node)),
            "single_choice" => QuestionKind::SingleChoice(self.choices(node)),
            "multiple_choice" => QuestionKind::MultipleChoice(self.choices(node)),
            "consent" => QuestionKind::Consent {
                label: self.text(node, "label"),
            },
            "message" => QuestionKind::Message(Message {
                link: self.link(node),
                button: text(node, "button"),
            }),
            kind => self.free_text(node, kind),
        }
    }

    fn free_text(&mut self, node: &impl Node, kind: &str) -> QuestionKind {
        self.is_whole &= kind == "free_text";
        QuestionKind::FreeText(FreeText {
            min_chars: if IS_FULL {
                number(node, "min_chars").unwrap_or_default()
            } else {
                0
            },
            max_chars: number(node, "max_chars").unwrap_or(DEFAULT_TEXT_CHARS),
            form: if IS_FULL { form(node) } else { TextForm::Area },
            placeholder: text(node, "placeholder"),
            too_short: if IS_FULL {
                text(node, "too_short")
            } else {
                None
            },
        })
    }

    fn choices(&mut self, node: &impl Node) -> Choices {
        Choices {
            choices: list(node, "choices", |choice| Choice {
                id: self.id(choice, "id"),
                label: self.text(choice, "label"),
                is_fixed: flag(choice, "is_fixed"),
            }),
            other: text(node, "other"),
            is_shuffled: flag(node, "is_shuffled"),
            min_choices: number(node, "min_choices").unwrap_or_default(),
            max_choices: number(node, "max_choices"),
            too_few: text(node, "too_few"),
            too_many: text(node, "too_many"),
        }
    }

    fn branch(&mut self, node: &impl Node) -> Branch {
        let go_to: QuestionId = self.id(node, "go_to");
        Branch {
            condition: node.field("if").map(|condition| self.condition(&condition)),
            go_to: if go_to.as_str() == Target::END {
                Target::End
            } else {
                Target::Question(go_to)
            },
        }
    }

    fn condition_of(&mut self, node: &impl Node, name: &str) -> Condition {
        match node.field(name) {
            Some(condition) => self.condition(&condition),
            None => {
                self.is_whole = false;
                Condition::All { all: Vec::new() }
            }
        }
    }

    fn condition(&mut self, node: &impl Node) -> Condition {
        if !IS_FULL {
            return Condition::rating(
                self.id(node, "question"),
                bound(node, "at_least"),
                bound(node, "at_most"),
            );
        }
        if node.field("all").is_some() {
            let all = list(node, "all", |inner| self.condition(inner));
            return Condition::All { all };
        }
        if node.field("any").is_some() {
            let any = list(node, "any", |inner| self.condition(inner));
            return Condition::Any { any };
        }
        if let Some(inner) = node.field("not") {
            let not = Box::new(self.condition(&inner));
            return Condition::Not { not };
        }
        Condition::Test(self.test(node))
    }

    fn test(&mut self, node: &impl Node) -> Test {
        let subject = if let Some(name) = text(node, "trait") {
            Subject::Trait(name)
        } else if let Some(name) = text(node, "context") {
            Subject::Context(name)
        } else if let Some(tags) = node.field("locale") {
            Subject::Locale(tags.items().iter().filter_map(Node::text).collect())
        } else {
            Subject::Question(self.id(node, "question"))
        };
        Test {
            subject,
            at_least: bound(node, "at_least"),
            at_most: bound(node, "at_most"),
            is: list(node, "is", scalar),
            contains: text(node, "contains"),
            is_given: node.field("is_given").map(|given| given.is_true()),
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

fn display(word: &str) -> Display {
    match word {
        "inline" => Display::Inline,
        "modal" if IS_FULL => Display::Modal,
        "bar" if IS_FULL => Display::Bar,
        "tab" if IS_FULL => Display::Tab,
        _ => Display::Popover,
    }
}

fn position(node: &impl Node) -> Position {
    match text(node, "position").as_deref() {
        Some("bottom_end") => Position::BottomEnd,
        Some("bottom_start") => Position::BottomStart,
        Some("top_end") => Position::TopEnd,
        Some("top_start") => Position::TopStart,
        Some("center") => Position::Center,
        Some("top") => Position::Top,
        Some("bottom") => Position::Bottom,
        Some("start") => Position::Start,
        Some("end") => Position::End,
        _ => Position::Usual,
    }
}

fn ends(node: &impl Node) -> EndLabels {
    EndLabels {
        low_label: text(node, "low_label"),
        high_label: text(node, "high_label"),
    }
}

fn points(node: &impl Node) -> Points {
    if !IS_FULL {
        return Points {
            points: DEFAULT_POINTS,
            shape: Shape::Numbers,
            ends: ends(node),
        };
    }
    Points {
        points: number(node, "points").map_or(DEFAULT_POINTS, |points| points as u8),
        shape: match text(node, "shape").as_deref() {
            Some("stars") => Shape::Stars,
            Some("smileys") => Shape::Smileys,
            Some("thumbs") => Shape::Thumbs,
            _ => Shape::Numbers,
        },
        ends: ends(node),
    }
}

fn form(node: &impl Node) -> TextForm {
    match text(node, "form").as_deref() {
        Some("line") => TextForm::Line,
        Some("email") => TextForm::Email,
        Some("url") => TextForm::Url,
        Some("number") => TextForm::Number,
        _ => TextForm::Area,
    }
}

fn scalar(node: &impl Node) -> Scalar {
    match (node.text(), node.number()) {
        (Some(text), _) => Scalar::Text(text),
        (None, Some(number)) => Scalar::Number(number),
        (None, None) => Scalar::Truth(node.is_true()),
    }
}

// Called for each field: one copy each is enough.
#[inline(never)]
fn text(node: &impl Node, name: &str) -> Option<String> {
    node.field(name)?.text()
}

#[inline(never)]
fn bound(node: &impl Node, name: &str) -> Option<f64> {
    node.field(name)?.number()
}

fn number(node: &impl Node, name: &str) -> Option<u32> {
    bound(node, name).map(|number| number as u32)
}

#[inline(never)]
fn flag(node: &impl Node, name: &str) -> bool {
    node.field(name).is_some_and(|flag| flag.is_true())
}

fn list<N: Node, T>(node: &N, name: &str, read: impl FnMut(&N) -> T) -> Vec<T> {
    let items = node
        .field(name)
        .map(|list| list.items())
        .unwrap_or_default();
    items.iter().map(read).collect()
}
