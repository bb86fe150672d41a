//! The one element that the widget adds to the page, and the card in it.

use super::ports::Ports;
use crate::flow::Flow;
use crate::views::card;
use js_sys::{Array, Object, Reflect};
use leptos::mount::mount_to;
use sayso_core::session::Phase;
use sayso_core::survey::Survey;
use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// A card in the page. Dropping it removes everything that the widget added.
#[must_use = "dropping the handle removes the card"]
pub(super) struct Mounted {
    host: HtmlElement,
    flow: Flow,
    ports: Ports,
    /// Stops the views' reactions when dropped.
    _view: Box<dyn Any>,
}

impl Mounted {
    /// Mounts the card in a shadow root of `host`.
    ///
    /// `None` where the browser has no shadow roots or no style sheets to adopt;
    /// then the card would be at the mercy of the page's styles.
    pub(super) fn new(host: HtmlElement, survey: Survey, options: &Object) -> Option<Self> {
        let root = host
            .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
            .ok()?;
        adopt_styles(&root)?;
        let document = host.owner_document()?;
        let parent: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
        root.append_child(&parent).ok()?;
        let ports = Ports::new(host.clone(), root, options)?;
        // Made while mounting, so that its signals go when the views go.
        let flow = Rc::new(Cell::new(None));
        let view = mount_to(parent, {
            let (ports, flow) = (ports.clone(), Rc::clone(&flow));
            move || {
                let started = Flow::new(survey, move |flow, effect| ports.carry_out(flow, effect));
                flow.set(Some(started));
                card(started)
            }
        });
        ports.focus_if_opened();
        Some(Self {
            host,
            flow: flow.get()?,
            ports,
            _view: Box::new(view),
        })
    }

    /// True when the page has removed the card's element, or the card is closing.
    pub(super) fn is_gone(&self) -> bool {
        !self.host.is_connected() || self.flow.peek(|session| session.phase() == Phase::Closed)
    }

    /// True when this is the element of the card.
    pub(super) fn is_in(&self, host: &HtmlElement) -> bool {
        self.host == *host
    }

    /// The session of the card.
    pub(super) fn flow(&self) -> Flow {
        self.flow
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.ports.stop();
        self.host.remove();
    }
}

/// The styles of the card, in the order in which they count.
const STYLES: &str = concat!(
    include_str!("../style/card.css"),
    include_str!("../style/answer.css"),
    include_str!("../style/controls.css"),
    include_str!("../style/preferences.css"),
);

/// Gives the shadow root its styles. Adopted sheets pass the strictest policy:
/// they are neither inline nor fetched.
fn adopt_styles(root: &ShadowRoot) -> Option<()> {
    let sheet = CssStyleSheet::new().ok()?;
    sheet.replace_sync(STYLES).ok()?;
    let name = JsValue::from_str("adoptedStyleSheets");
    Reflect::set(root, &name, &Array::of1(&sheet)).ok()?;
    Some(())
}
