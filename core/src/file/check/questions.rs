//! The fields of a question, by its kind.

use super::pipes::Pipes;
use super::{Check, limits, listed};
use crate::file::question::FIELDS_OF_KINDS;
use crate::file::{Cause, FileKind, FileQuestion};
use crate::question::{DEFAULT_TEXT_CHARS, Shape, Target};
use crate::survey::WELCOME;

impl Check<'_> {
    pub(super) fn question(&mut self, at: usize, question: &FileQuestion) {
        let path = format!("questions[{at}]");
        self.question_id(&path, at, question);
        let before = Pipes::Before(at);
        for (name, text, pipes) in [
            ("prompt", Some(&question.prompt), before),
            ("help", question.help.as_ref(), before),
            ("low_label", question.low_label.as_ref(), Pipes::Never),
            ("high_label", question.high_label.as_ref(), Pipes::Never),
            ("placeholder", question.placeholder.as_ref(), Pipes::Never),
            ("other", question.other.as_ref(), before),
            ("label", question.label.as_ref(), before),
            ("button", question.button.as_ref(), before),
        ] {
            self.text(&format!("{path}.{name}"), text, pipes);
        }
        self.link(&format!("{path}.link"), question.link.as_ref(), before);
        if self.draft.is_read(&format!("{path}.kind")) {
            self.fields_of_kind(&path, question);
            self.points(&path, question);
            self.choice_count(&path, question);
        }
        self.chars(&path, question);
        self.choices(&path, at, question);
        if let Some(condition) = &question.show_if {
            self.condition_of_question(&format!("{path}.show_if"), at, condition);
        }
        self.next(&path, at, question);
    }

    fn question_id(&mut self, path: &str, at: usize, question: &FileQuestion) {
        let ids = &self.draft.ids;
        let has_welcome = self.draft.file.welcome.is_some();
        if question.id.as_str() == Target::END {
            self.report(format!("{path}.id"), Cause::ReservedId);
        }
        if question.id.as_str() == WELCOME && has_welcome {
            let message = "`welcome` is the survey's welcome; take another id";
            self.wrong(format!("{path}.id"), message);
        }
        if let Some(Some(id)) = ids.get(at)
            && ids.iter().take(at).flatten().any(|earlier| earlier == id)
        {
            self.report(format!("{path}.id"), Cause::DuplicateId(id.clone()));
        }
    }

    fn fields_of_kind(&mut self, path: &str, question: &FileQuestion) {
        for field in FIELDS_OF_KINDS {
            let path = format!("{path}.{}", field.name);
            let is_own = field.kinds.contains(&question.kind);
            if question.has(field.name) && !is_own {
                let kinds: Vec<&str> = field.kinds.iter().map(|kind| kind.word()).collect();
                let belongs_to = listed(&kinds, "and");
                self.report(path, Cause::NotForKind { belongs_to });
            } else if !question.has(field.name)
                && is_own
                && field.is_needed
                && self.draft.is_read(&path)
            {
                self.report(path, Cause::Missing);
            }
        }
        if question.kind == FileKind::Message && question.is_required {
            let message = "does not belong to a `message`, which has no answer; remove it";
            self.wrong(format!("{path}.is_required"), message);
        }
    }

    fn points(&mut self, path: &str, question: &FileQuestion) {
        let Some(points) = question.points else {
            return;
        };
        let path = format!("{path}.points");
        let (allowed, of): (&[u8], _) = match (question.kind, question.shape) {
            (FileKind::Ces, _) => (&[5, 7], Some(limits::PointsOf::Ces)),
            (FileKind::Csat | FileKind::Rating, Some(Shape::Thumbs)) => {
                (&[2], Some(limits::PointsOf::Thumbs))
            }
            (FileKind::Csat | FileKind::Rating, _) => (&[2, 3, 5, 7, 10], None),
            _ => return,
        };
        if !allowed.contains(&points) {
            self.wrong(path, limits::points(of));
        }
    }

    fn chars(&mut self, path: &str, question: &FileQuestion) {
        let (least, most) = (question.min_chars, question.max_chars);
        let of_least = format!("{path}.min_chars");
        self.limit(&of_least, least, limits::CHARS);
        self.limit(format!("{path}.max_chars"), most, limits::CHARS);
        let is_most_known = self.draft.is_read(&format!("{path}.max_chars"));
        let most = most.unwrap_or(DEFAULT_TEXT_CHARS);
        if let Some(least) = least
            && limits::CHARS.holds(least)
            && limits::CHARS.holds(most)
            && is_most_known
            && most < least
        {
            let message = format!("is more than `max_chars`, {most}; no text would fit");
            self.wrong(of_least, message);
        }
    }

    fn choices(&mut self, path: &str, at: usize, question: &FileQuestion) {
        let choices = question.choices.as_deref().unwrap_or_default();
        for (index, choice) in choices.iter().enumerate() {
            let path = format!("{path}.choices[{index}]");
            let label = format!("{path}.label");
            self.text(&label, Some(&choice.label), Pipes::Before(at));
            let of_id = format!("{path}.id");
            if !self.draft.is_read(&of_id) {
                continue;
            }
            let id = choice.id.as_str();
            if choices.iter().take(index).any(|it| it.id == choice.id) {
                let message = format!("another choice is called `{id}`; give each its own id");
                self.wrong(of_id, message);
            } else if id == "other" && question.other.is_some() {
                let message = "is the id of the choice that `other` adds; take another id";
                self.wrong(of_id, message);
            }
        }
    }

    fn choice_count(&mut self, path: &str, question: &FileQuestion) {
        let of_choices = format!("{path}.choices");
        let Some(choices) = &question.choices else {
            return;
        };
        let count = choices.len();
        match question.kind {
            FileKind::SingleChoice if !(2..=100).contains(&count) => {
                return self.wrong(of_choices, "must hold 2 to 100 choices");
            }
            FileKind::MultipleChoice if !(1..=100).contains(&count) => {
                return self.wrong(of_choices, "must hold 1 to 100 choices");
            }
            FileKind::MultipleChoice => {}
            _ => return,
        }
        let all = u32::try_from(count).unwrap_or(u32::MAX) + u32::from(question.other.is_some());
        let (least, most) = (question.min_choices, question.max_choices);
        let of_choices = limits::CHOICES.up_to(all);
        self.limit(format!("{path}.min_choices"), least, of_choices);
        self.limit(format!("{path}.max_choices"), most, of_choices);
        if let (Some(least), Some(most)) = (least, most)
            && of_choices.holds(least)
            && of_choices.holds(most)
            && most < least
        {
            let message = format!("is more than `max_choices`, {most}; no answer would fit");
            self.wrong(format!("{path}.min_choices"), message);
        }
    }
}
