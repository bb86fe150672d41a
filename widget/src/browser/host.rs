//! The one element that the widget adds to the page, and the card in it.

use super::options;
use super::ports::Ports;
use crate::flow::Flow;
use crate::style::STYLE;
use crate::views::{card, empty, trial};
use js_sys::{Array, Object, Reflect};
use leptos::mount::mount_to;
use leptos::prelude::Owner;
use sayso_core::IS_FULL;
use sayso_core::survey::Survey;
use std::any::Any;
use std::cell::{Cell, OnceCell};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// The step of [`Mounted::advance`] that ends the card. `loader/card.js` knows it, and the
/// one that makes its frame, too.
pub(super) const BUILT: u8 = 4;

/// A card in the page. Dropping it removes everything that the widget added.
#[must_use = "dropping the handle removes the card"]
pub(super) struct Mounted {
    flow: Flow,
    ports: Ports,
    parent: HtmlElement,
    /// The card, once it is built. Stops the views' reactions when dropped.
    view: OnceCell<Box<dyn Any>>,
    step: Cell<u8>,
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
        Some(Self {
            flow,
            ports,
            parent,
            view: OnceCell::new(),
            step: Cell::new(0),
            _owner: owner,
        })
    }

    /// Builds two trials, the frame, the question in it, its controls; and, when the card is
    /// in the page, lets it take the focus if the respondent opened it. The browser compiles
    /// what runs for the first time, so each is a task of its own. Returns which step it was.
    pub(super) fn advance(&self) -> u8 {
        let step = self.step.get();
        self.step.set(step + 1);
        match step {
            0 | 1 => drop(mount(&self.parent, step, self.flow)),
            2 => drop(self.view.set(mount(&self.parent, step, self.flow))),
            3 | BUILT => self.flow.fill(),
            _ => self.ports.take_focus(),
        }
        step
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

/// Puts what a step builds into its parent, until what it returns is dropped.
fn mount(parent: &HtmlElement, step: u8, flow: Flow) -> Box<dyn Any> {
    let build = move || match step {
        0 => empty(),
        1 => trial(),
        _ => card(flow),
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
