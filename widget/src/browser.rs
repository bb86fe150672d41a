//! The widget in a page: what the loader calls, and what it leaves behind (nothing).
//!
//! The loader, `loader/sayso.js`, makes the host element, puts it into the page
//! and calls [`show`] with the definition. One card is shown at a time.
//!
//! Nothing here throws into the page: what the browser may refuse is an
//! `Option`, and a card that cannot be shown is taken away again.

mod events;
mod host;
mod node;
mod ports;
mod response;
mod transport;

use host::Mounted;
use js_sys::Object;
use sayso_core::session::Event;
use sayso_core::survey::Survey;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

thread_local! {
    /// The card in the page. Dropping it removes everything it added.
    static MOUNTED: RefCell<Option<Mounted>> = const { RefCell::new(None) };
}

/// Shows a survey in `host`, an empty element that is in the page already.
///
/// `definition` is the reply of `GET /v1/surveys/{id}`. `options` holds
/// `response`, the fields of a submission that the loader knows (ids, touchpoint,
/// channel, respondent, context); `send`, a function that posts a body and
/// returns what `fetch` returns; and `focus`, true when the respondent asked for
/// the card. Returns false, and leaves the page without the element, when the
/// definition is not one that this widget understands, or a card is shown already.
#[wasm_bindgen]
pub fn show(host: &HtmlElement, definition: &Object, options: &Object) -> bool {
    let is_free = MOUNTED.with_borrow(|mounted| mounted.as_ref().is_none_or(Mounted::is_gone));
    let mounted = Survey::read(&node::JsNode::new(definition))
        .filter(|_| is_free)
        .and_then(|survey| Mounted::new(host.clone(), survey, options));
    match mounted {
        Some(mounted) => {
            let flow = mounted.flow();
            // A card that is closing, or whose element the page has removed, goes now.
            destroy();
            MOUNTED.set(Some(mounted));
            flow.send(Event::Shown);
            true
        }
        None => {
            host.remove();
            false
        }
    }
}

/// Closes the card as the respondent would. Without a card nothing happens.
#[wasm_bindgen]
pub fn dismiss() {
    send(Event::Dismissed);
}

/// Sends what was answered so far, because the page goes out of sight, perhaps for good.
#[wasm_bindgen]
pub fn leave() {
    send(Event::PageHidden);
}

fn send(event: Event) {
    if let Some(flow) = MOUNTED.with_borrow(|mounted| mounted.as_ref().map(Mounted::flow)) {
        flow.send(event);
    }
}

/// Takes the card of one element out of the page, if it is still the one shown.
fn remove(host: &HtmlElement) {
    if MOUNTED.with_borrow(|mounted| mounted.as_ref().is_some_and(|mounted| mounted.is_in(host))) {
        destroy();
    }
}

/// Takes the card out of the page, with all that belongs to it, and says nothing.
#[wasm_bindgen]
pub fn destroy() {
    // Taken out first: dropping runs code that may look at `MOUNTED`.
    let mounted = MOUNTED.take();
    drop(mounted);
}
