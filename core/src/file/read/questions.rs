//! A question, with its choices and branches.

use super::conditions::read_condition;
use super::fields::Fields;
use super::unread_text;
use super::words::read_link;
use crate::file::check::limits;
use crate::file::{Cause, FileBranch, FileChoice, FileFormat, FileKind, FileNext, FileQuestion};
use crate::id::QuestionId;
use crate::page::Unread;
use crate::question::{Shape, Target};
use serde_json::Value;

pub(super) fn read_question(mut fields: Fields<'_>) -> FileQuestion {
    fields.need(&["id", "kind", "prompt"]);
    let shapes = [
        ("numbers", Shape::Numbers),
        ("stars", Shape::Stars),
        ("smileys", Shape::Smileys),
        ("thumbs", Shape::Thumbs),
    ];
    let formats = [
        ("email", FileFormat::Email),
        ("url", FileFormat::Url),
        ("number", FileFormat::Number),
    ];
    let chars = || limits::CHARS.cause();
    let count = || limits::CHOICES.cause();
    let unread = unread_question();
    FileQuestion {
        id: fields.id("id").unwrap_or(unread.id),
        kind: fields.word("kind", &FileKind::WORDS).unwrap_or(unread.kind),
        prompt: fields.text("prompt").unwrap_or(unread.prompt),
        help: fields.text("help"),
        is_required: fields.truth("is_required").unwrap_or_default(),
        show_if: fields.object("show_if", read_condition),
        points: fields.whole("points", Cause::Wrong(limits::points(None))),
        shape: fields.word("shape", &shapes),
        low_label: fields.text("low_label"),
        high_label: fields.text("high_label"),
        is_single_line: fields.truth("is_single_line"),
        format: fields.word("format", &formats),
        min_chars: fields.whole("min_chars", chars()),
        max_chars: fields.whole("max_chars", chars()),
        placeholder: fields.text("placeholder"),
        choices: fields.list("choices", read_choice, unread_choice),
        other: fields.text("other"),
        is_shuffled: fields.truth("is_shuffled"),
        min_choices: fields.whole("min_choices", count()),
        max_choices: fields.whole("max_choices", count()),
        label: fields.text("label"),
        link: fields.object("link", read_link),
        button: fields.text("button"),
        next: read_next(&mut fields),
    }
}

/// What stands for a question that could not be read.
pub(super) fn unread_question() -> FileQuestion {
    FileQuestion {
        id: QuestionId::unread(),
        kind: FileKind::FreeText,
        prompt: unread_text(),
        help: None,
        is_required: false,
        show_if: None,
        points: None,
        shape: None,
        low_label: None,
        high_label: None,
        is_single_line: None,
        format: None,
        min_chars: None,
        max_chars: None,
        placeholder: None,
        choices: None,
        other: None,
        is_shuffled: None,
        min_choices: None,
        max_choices: None,
        label: None,
        link: None,
        button: None,
        next: None,
    }
}

fn read_choice(mut fields: Fields<'_>) -> FileChoice {
    fields.need(&["id", "label"]);
    FileChoice {
        id: fields.id("id").unwrap_or_else(QuestionId::unread),
        label: fields.text("label").unwrap_or_else(unread_text),
        is_fixed: fields.truth("is_fixed").unwrap_or_default(),
    }
}

fn unread_choice() -> FileChoice {
    FileChoice {
        id: QuestionId::unread(),
        label: unread_text(),
        is_fixed: false,
    }
}

fn read_next(fields: &mut Fields<'_>) -> Option<FileNext> {
    match fields.peek("next") {
        Some(Value::Array(_)) => fields
            .list("next", read_branch, unread_branch)
            .map(FileNext::Branches),
        Some(Value::String(_)) => fields.string("next").map(FileNext::Always),
        Some(_) => {
            fields.wrong(
                "next",
                "must be the id of a later question, `end`, or a list of branches",
            );
            fields.pass_over("next");
            None
        }
        None => {
            fields.pass_over("next");
            None
        }
    }
}

fn read_branch(mut fields: Fields<'_>) -> FileBranch {
    fields.need(&["go_to"]);
    FileBranch {
        condition: fields.object("if", read_condition),
        go_to: fields
            .string("go_to")
            .unwrap_or_else(|| unread_branch().go_to),
    }
}

/// What stands for a branch that could not be read.
fn unread_branch() -> FileBranch {
    FileBranch {
        condition: None,
        go_to: String::from(Target::END),
    }
}
