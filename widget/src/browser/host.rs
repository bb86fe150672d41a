//! The one element that the widget adds to the page, and the card in it.

use super::options;
use super::ports::Ports;
use crate::flow::Flow;
use crate::style::STYLE;
use crate::views::{card, empty};
use js_sys::{Array, Object, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::Owner;
use sayso_core::IS_FULL;
use sayso_core::survey::Survey;
use std::any::Any;
use std::cell::OnceCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// A card in the page. Dropping it removes everything that the widget added.
#[must_use = "dropping the handle removes the card"]
pub(super) struct Mounted {
    flow: Flow,
    ports: Ports,
    parent: HtmlElement,
    /// The card, once it is built. Stops the views' reactions when dropped.
    view: OnceCell<Box<dyn Any>>,
    /// The session goes with it.
    _owner: Owner,
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
        adopt_styles(&root, survey.theme.as_deref())?;
        let document = host.owner_document()?;
        let parent: HtmlElement = document.create_element("div").ok()?.dyn_into().ok()?;
        root.append_child(&parent).ok()?;
        let ports = Ports::new(host, root, options)?;
        let around = options::surroundings(options, &survey);
        let seed = options::seed(options);
        let owner = Owner::new();
        let flow = owner.with({
            let ports = ports.clone();
            let effects = move |flow, effect| ports.carry_out(flow, effect);
            || Flow::new(survey, around, seed, effects)
        });
        if IS_FULL {
            flow.mark(&options::marked(options));
        }
        // The browser compiles what runs for the first time: a part of it here, so that the
        // task that builds the card is short.
        drop(mount(&parent, None));
        Some(Self {
            flow,
            ports,
            parent,
            view: OnceCell::new(),
            _owner: owner,
        })
    }

    /// Builds the frame, then the question in it; the third time, when the card is in the
    /// page, lets it take the focus if the respondent opened it. True when it can say that
    /// it is there.
    pub(super) fn advance(&self) -> bool {
        let flow = self.flow;
        if self.view.get().is_none() {
            flow.hold();
            drop(self.view.set(mount(&self.parent, Some(flow))));
            return false;
        }
        let is_built = !flow.fill();
        if is_built {
            self.ports.take_focus();
        }
        is_built
    }

    /// True when this is the card in an element, or any card where none is named.
    pub(super) fn is_meant(&self, host: &JsValue) -> bool {
        host.is_undefined() || self.ports.host() == host
    }

    /// The session of the card.
    pub(super) fn flow(&self) -> Flow {
        self.flow
    }
}

/// Puts a card into its parent, or next to nothing, until what it returns is dropped.
fn mount(parent: &HtmlElement, flow: Option<Flow>) -> Box<dyn Any> {
    let build = move || match flow {
        Some(flow) => card(flow),
        None => empty(),
    };
    Box::new(mount_to(parent.clone(), build))
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.ports.leave();
    }
}

thread_local! {
    /// The styles of every card, read once.
    static SHEET: Option<CssStyleSheet> = sheet(STYLE);
}

/// Reads the styles before the first card needs them, in a task of its own: on a slow
/// machine they take as long as the card.
#[wasm_bindgen(start)]
fn read_styles() {
    SHEET.with(|_| {});
}

fn sheet(css: &str) -> Option<CssStyleSheet> {
    let sheet = CssStyleSheet::new().ok()?;
    sheet.replace_sync(css).ok()?;
    Some(sheet)
}

/// Gives the shadow root its styles, and after them the survey's own. Adopted sheets
/// pass the strictest policy: they are neither inline nor fetched.
fn adopt_styles(root: &ShadowRoot, theme: Option<&str>) -> Option<()> {
    let usual = SHEET.with(Option::clone)?;
    let sheets = Array::of1(&usual);
    if let Some(theme) = theme {
        let own = sheet(theme)?;
        sheets.push(&own);
    }
    let name = JsValue::from_str("adoptedStyleSheets");
    Reflect::set(root, &name, &sheets).ok()?;
    Some(())
}
