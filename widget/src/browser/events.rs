//! What the page hears: `sayso:shown`, `sayso:answered`, `sayso:completed`, `sayso:dismissed`.

use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

/// Sends an event up from the host element, so that the page hears it on
/// `document` as well. A listener of the page that throws harms only itself.
pub(super) fn announce(host: &EventTarget, name: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        drop(host.dispatch_event(&event));
    }
}
