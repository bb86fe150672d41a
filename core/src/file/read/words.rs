//! What a survey says before and after its questions, and on its tab.

use super::conditions::{read_condition, unread_condition};
use super::fields::Fields;
use super::unread_text;
use crate::file::{FileLink, FileTab, FileThanks, FileVariant, FileWelcome};

pub(super) fn read_welcome(mut fields: Fields<'_>) -> FileWelcome {
    fields.need(&["title"]);
    FileWelcome {
        title: fields.text("title").unwrap_or_else(unread_text),
        text: fields.text("text"),
        button: fields.text("button"),
    }
}

pub(super) fn read_thanks(mut fields: Fields<'_>) -> FileThanks {
    fields.need(&["title"]);
    FileThanks {
        title: fields.text("title").unwrap_or_else(unread_text),
        text: fields.text("text"),
        link: fields.object("link", read_link),
        variants: fields.list("variants", read_variant, unread_variant),
    }
}

fn read_variant(mut fields: Fields<'_>) -> FileVariant {
    fields.need(&["if", "title"]);
    let unread = unread_variant();
    FileVariant {
        condition: fields
            .object("if", read_condition)
            .unwrap_or(unread.condition),
        title: fields.text("title").unwrap_or(unread.title),
        text: fields.text("text"),
        link: fields.object("link", read_link),
    }
}

fn unread_variant() -> FileVariant {
    FileVariant {
        condition: unread_condition(),
        title: unread_text(),
        text: None,
        link: None,
    }
}

pub(super) fn read_link(mut fields: Fields<'_>) -> FileLink {
    fields.need(&["label", "url"]);
    FileLink {
        label: fields.text("label").unwrap_or_else(unread_text),
        url: fields.text("url").unwrap_or_else(unread_text),
    }
}

pub(super) fn read_tab(mut fields: Fields<'_>) -> FileTab {
    FileTab {
        label: fields.text("label"),
        button: fields.string("button"),
    }
}
