//! Where a card stands: the element, the classes and the role that go with each display.

use sayso_core::IS_FULL;
use sayso_core::survey::{Display, Position, Survey};

/// What a display makes of the card.
#[derive(Default)]
pub(super) struct Place {
    /// The element. A dialog brings the page to a stop by itself.
    pub(super) tag: &'static str,
    /// What the style sheets know the place by.
    pub(super) class: &'static str,
    /// What assistive technology takes the card for.
    pub(super) role: &'static str,
    /// The display that it is.
    pub(super) display: Display,
}

/// Where the card of a survey stands.
pub(super) fn place(survey: &Survey) -> Place {
    let display = survey.display;
    let (class, role) = match display {
        Display::Inline => ("card inline", "region"),
        Display::Modal if IS_FULL => ("card modal", "dialog"),
        Display::Bar if IS_FULL => (bar(survey.position), "dialog"),
        Display::Tab if IS_FULL => (tab(survey.position), "dialog"),
        Display::Popover if IS_FULL => (popover(survey.position), "dialog"),
        Display::Popover | Display::Modal | Display::Bar | Display::Tab => {
            ("card popover", "dialog")
        }
    };
    Place {
        tag: if IS_FULL && display == Display::Modal {
            "dialog"
        } else {
            "section"
        },
        class,
        role,
        display,
    }
}

fn popover(position: Position) -> &'static str {
    match position {
        Position::BottomStart => "card popover start",
        Position::TopEnd => "card popover top",
        Position::TopStart => "card popover top start",
        Position::Center => "card popover center",
        Position::Usual
        | Position::BottomEnd
        | Position::Top
        | Position::Bottom
        | Position::Start
        | Position::End => "card popover",
    }
}

fn bar(position: Position) -> &'static str {
    if position == Position::Top {
        "card bar top"
    } else {
        "card bar"
    }
}

fn tab(position: Position) -> &'static str {
    if position == Position::Start {
        "card tab start"
    } else {
        "card tab"
    }
}
