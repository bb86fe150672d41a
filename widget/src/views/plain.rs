//! The card as a plain form that works without a script, for the hosted page.
//!
//! The views are the same; here is what a form needs besides when nothing listens to
//! it: names for its fields, buttons that send, and the answers so far in hidden fields.

use super::card::card;
use super::markup::{el, text};
use crate::flow::Flow;
use leptos::prelude::*;
use sayso_core::session::Session;

/// The name of the field with the answer to the question in the card.
pub const ANSWER: &str = "answer";

/// The name of the field for one's own words beside "other".
pub const OWN_WORDS: &str = "own_words";

/// The name of the buttons; the value says which one was pressed.
pub const PRESSED: &str = "go";

/// The value of the button to the question before.
pub const BACK: &str = "back";

/// The value of the button that closes the card.
pub const CLOSE: &str = "close";

/// The field that people do not see.
pub const HONEYPOT: &str = "website";

/// What a plain form holds besides the question.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Hidden fields, by name.
    pub hidden: Vec<(&'static str, String)>,
    /// True when the response could not be stored, which the card then says.
    pub is_not_sent: bool,
    /// True when there is somebody who takes the card away: the page that frames it.
    pub has_close: bool,
}

/// The card of a session, as HTML.
pub fn html(session: Session, form: Form) -> String {
    let owner = Owner::new();
    owner.with(|| {
        provide_context(form);
        // Without the marks that Leptos leaves for itself, and ends that inputs do not have.
        let html = card(Flow::showing(session)).to_html();
        html.replace("<!>", "").replace("</input>", "")
    })
}

/// The form that the card is rendered for, if it is a plain one.
pub(super) fn form() -> Option<Form> {
    use_context()
}

/// The fields that nobody sees.
pub(super) fn hidden(form: &Form) -> Vec<AnyView> {
    let field = |name: &str, value: &str| {
        let fixed = [("type", "hidden"), ("name", name), ("value", value)];
        el("input", &fixed, vec![], vec![])
    };
    let fields = form.hidden.iter();
    fields.map(|(name, value)| field(name, value)).collect()
}

/// The field that people do not see. Where there is no style sheet they read what to do.
pub(super) fn trap() -> AnyView {
    let field = [
        ("type", "text"),
        ("name", HONEYPOT),
        ("tabindex", "-1"),
        ("autocomplete", "off"),
        ("value", ""),
    ];
    let parts = vec![
        text("Leave this empty: "),
        el("input", &field, vec![], vec![]),
    ];
    let fixed = [("class", "trap"), ("aria-hidden", "true"), ("hidden", "")];
    el("label", &fixed, vec![], parts)
}
