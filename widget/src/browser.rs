//! The widget in a page: what the loader calls, and what it leaves behind (nothing).
//!
//! The loader, `loader/card.js`, makes a host element for each card, calls [`show`]
//! with the definition and puts it into the page. Several cards may stand there,
//! each known by its host; which of them may be open together is the loader's to say.
//!
//! Nothing here throws into the page: what the browser may refuse is an
//! `Option`, and a card that cannot be shown is taken away again.

mod host;
mod node;
mod options;
mod ports;
mod response;
mod transport;

use crate::flow::Flow;
use host::{BUILT, Mounted};
use js_sys::Object;
use sayso_core::IS_FULL;
use sayso_core::session::{Event, Session};
use sayso_core::survey::Survey;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

thread_local! {
    /// The cards in the page. Dropping one removes everything it added.
    static CARDS: RefCell<Vec<Mounted>> = const { RefCell::new(Vec::new()) };
}

/// Reads a definition and forgets it: the browser compiles what runs for the first time,
/// and on a slow machine that is work enough for a task of its own, before [`show`].
#[wasm_bindgen]
pub fn prepare(definition: &Object) {
    drop(read(definition));
}

/// Begins a survey in `host`, an empty element that the loader puts into the page later.
///
/// `definition` is the reply of `GET /v1/surveys/{id}`. `options` holds `send`, a
/// function that sends a part of the response (`seq`, `status`, `answers`) with all
/// that the loader knows of it, and promises the status and the JSON of the reply;
/// `tell`, a function that tells the page what happened (`shown`, `answered`,
/// `completed`, `dismissed`), with the question and its answer; `focus`, true when the
/// respondent asked for the card; `isTouch`, true where a focused field brings
/// up a keyboard; and for the full build `values`, the `traits` and the `context` that
/// conditions and texts may look at, `seed`, which decides the order of shuffled
/// choices, and `answers`, what a link has marked. Returns false, and leaves the page without the element, when the
/// definition is not one that this widget understands.
#[wasm_bindgen]
pub fn show(host: &HtmlElement, definition: &Object, options: &Object) -> bool {
    let mounted = read(definition).and_then(|survey| Mounted::new(host.clone(), survey, options));
    // Every question may be passed over: then there is nothing to ask.
    match mounted.filter(|card| !IS_FULL || !card.flow().peek(Session::is_empty)) {
        Some(mounted) => {
            CARDS.with_borrow_mut(|cards| cards.push(mounted));
            true
        }
        None => {
            host.remove();
            false
        }
    }
}

/// Goes one step on with a card that [`show`] has begun, and returns which one it was. Up
/// to [`BUILT`] they build the card; the one after it, when the card is in the page, takes
/// the focus, if the respondent opened it, and says that it is there. On a slow machine
/// each is work enough for one task. Without a card nothing happens.
#[wasm_bindgen]
pub fn advance(host: &HtmlElement) -> u8 {
    let step = CARDS.with_borrow(|cards| {
        let card = cards.iter().find(|card| card.is_meant(host));
        card.map_or(BUILT, Mounted::advance)
    });
    if step > BUILT
        && let Some(flow) = flow(host)
    {
        flow.send(Event::Shown);
    }
    step
}

/// Closes a card as the respondent would. Without a card nothing happens.
#[wasm_bindgen]
pub fn dismiss(host: &HtmlElement) {
    if let Some(flow) = flow(host) {
        flow.send(Event::Dismissed);
    }
}

/// Sends what was answered so far in a card, or in all of them, because it goes out of
/// sight, perhaps for good.
#[wasm_bindgen]
pub fn leave(host: &JsValue) {
    let mut at = 0;
    while let Some((flow, is_meant)) = CARDS.with_borrow(|cards| {
        let card = cards.get(at)?;
        Some((card.flow(), card.is_meant(host)))
    }) {
        if is_meant {
            flow.send(Event::PageHidden);
        }
        at += 1;
    }
}

/// Goes on in the language of `definition`, the same version of the same survey.
/// Answers and focus stay. Returns false, and changes nothing, if it is another one.
#[wasm_bindgen]
pub fn translate(host: &HtmlElement, definition: &Object) -> bool {
    match (flow(host), read(definition)) {
        (Some(flow), Some(survey)) => flow.translate(survey),
        _ => false,
    }
}

/// Takes a card out of the page, or all of them, with all that belongs to it, and says nothing.
#[wasm_bindgen]
pub fn destroy(host: &JsValue) {
    // Out of the list before it is dropped: that gives the focus back, and the page
    // may answer with a call of its own.
    while let Some(card) = take(host) {
        drop(card);
    }
}

/// In one place, because its code is large.
#[inline(never)]
fn read(definition: &Object) -> Option<Survey> {
    Survey::read(&node::JsNode::new(definition))
}

fn flow(host: &JsValue) -> Option<Flow> {
    CARDS.with_borrow(|cards| {
        let card = cards.iter().find(|card| card.is_meant(host));
        card.map(Mounted::flow)
    })
}

fn take(host: &JsValue) -> Option<Mounted> {
    CARDS.with_borrow_mut(|cards| {
        let at = cards.iter().position(|card| card.is_meant(host))?;
        Some(cards.swap_remove(at))
    })
}
