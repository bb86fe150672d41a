//! A question of a survey file, brought into one language.
//!
//! Which language it is, is decided in [`super::locale`].

use super::{FileCondition, FileKind, FileNext, FileQuestion, Text};
use crate::id::QuestionId;
use crate::question::{
    Branch, Condition, DEFAULT_TEXT_CHARS, EndLabels, Question, QuestionKind, Target,
};

impl FileQuestion {
    pub(super) fn texts(&self) -> impl Iterator<Item = &Text> {
        let rest = [
            &self.help,
            &self.low_label,
            &self.high_label,
            &self.placeholder,
        ];
        std::iter::once(&self.prompt).chain(rest.into_iter().filter_map(Option::as_ref))
    }

    pub(super) fn localized(&self, in_locale: &impl Fn(&Text) -> String) -> Question {
        let optional = |text: &Option<Text>| text.as_ref().map(in_locale);
        let ends = || EndLabels {
            low_label: optional(&self.low_label),
            high_label: optional(&self.high_label),
        };
        Question {
            id: self.id.clone(),
            kind: match self.kind {
                FileKind::Nps => QuestionKind::Nps(ends()),
                FileKind::Csat => QuestionKind::Csat(ends()),
                FileKind::FreeText => QuestionKind::FreeText {
                    max_chars: self.max_chars.unwrap_or(DEFAULT_TEXT_CHARS),
                    placeholder: optional(&self.placeholder),
                },
            },
            prompt: in_locale(&self.prompt),
            help: optional(&self.help),
            is_required: self.is_required,
            next: self.branches(),
        }
    }

    fn branches(&self) -> Vec<Branch> {
        match &self.next {
            None => Vec::new(),
            Some(FileNext::Always(go_to)) => {
                vec![Branch {
                    condition: None,
                    go_to: target(go_to),
                }]
            }
            Some(FileNext::Branches(branches)) => branches
                .iter()
                .map(|branch| Branch {
                    condition: branch.condition.as_ref().map(|condition| Condition {
                        question: self.subject(condition),
                        at_least: condition.at_least,
                        at_most: condition.at_most,
                    }),
                    go_to: target(&branch.go_to),
                })
                .collect(),
        }
    }

    /// Whose rating a condition of this question looks at.
    fn subject(&self, condition: &FileCondition) -> QuestionId {
        let named = condition
            .question
            .as_deref()
            .and_then(|id| QuestionId::try_from(id).ok());
        named.unwrap_or_else(|| self.id.clone())
    }
}

fn target(go_to: &str) -> Target {
    match QuestionId::try_from(go_to) {
        Ok(id) if go_to != Target::END => Target::Question(id),
        Ok(_) | Err(_) => Target::End,
    }
}
