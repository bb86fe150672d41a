//! The few words the views are written in: elements, texts, and what follows the session.
//!
//! Why not Leptos' own builder: there each element's type holds the types of all
//! its attributes, listeners and children, and the compiler writes the code to
//! build, rebuild and drop each of them. With one type for all of them that code
//! exists once, which halved what the views add to the wasm. It is Leptos' own
//! tree all the same: the same views render in the browser and to HTML.

use crate::flow::Flow;
use leptos::attr::{Attribute, AttributeValue, NextAttribute};
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::renderer::Rndr;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, Event};
use sayso_core::session::Session;
use std::sync::Arc;

/// Attributes that stay as they are.
pub(super) type Fixed<'a> = &'a [(&'static str, &'a str)];

/// An element with its attributes, what is live about it, and its children.
#[inline(never)]
pub(super) fn el(
    tag: &'static str,
    fixed: Fixed<'_>,
    live: Vec<Live>,
    children: Vec<AnyView>,
) -> AnyView {
    let fixed = fixed
        .iter()
        .map(|(name, value)| (*name, String::from(*value)))
        .collect();
    let attributes = Attributes { fixed, live };
    // As HTML, no children leave a mark, which a text area would show.
    if cfg!(feature = "ssr") && children.is_empty() {
        return custom(tag).add_any_attr(attributes).into_any();
    }
    custom(tag)
        .child(children)
        .add_any_attr(attributes)
        .into_any()
}

/// A text that stays as it is.
#[inline(never)]
pub(super) fn text(text: &str) -> AnyView {
    String::from(text).into_any()
}

/// A part of the card that is built anew when what it reads changes.
pub(super) fn live_view(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    view.into_any()
}

/// What is live about an element: it follows the session, or the respondent.
#[derive(Clone)]
pub(super) enum Live {
    /// An attribute; `None` takes it away.
    Attribute(&'static str, Arc<dyn Fn() -> Option<String> + Send + Sync>),
    /// The text in the element.
    Text(Arc<dyn Fn() -> String + Send + Sync>),
    /// What is done on an event of this element, by the event's name.
    Listener(&'static str, Arc<dyn Fn(Event) + Send + Sync>),
}

/// An attribute that follows the session; `None` takes it away.
pub(super) fn live_attr(
    name: &'static str,
    value: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> Live {
    Live::Attribute(name, Arc::new(value))
}

/// An attribute that is there while something holds of the session.
pub(super) fn live_flag(
    flow: Flow,
    name: &'static str,
    value: &'static str,
    is_there: fn(&Session) -> bool,
) -> Live {
    live_attr(name, move || {
        flow.read(is_there).then(|| String::from(value))
    })
}

/// A text that follows the session.
pub(super) fn live_text(text: impl Fn() -> String + Send + Sync + 'static) -> Live {
    Live::Text(Arc::new(text))
}

/// A listener for an event of this element.
pub(super) fn listen(name: &'static str, listener: impl Fn(Event) + Send + Sync + 'static) -> Live {
    Live::Listener(name, Arc::new(listener))
}

/// Everything about an element but its name and children.
#[derive(Clone)]
struct Attributes {
    fixed: Vec<(&'static str, String)>,
    live: Vec<Live>,
}

/// A listener as the browser calls it.
type Heard = Closure<dyn FnMut(JsValue)>;

/// What keeps an element live. Dropping it stops the effects and removes the listeners.
///
/// Why not Leptos' own handles for listeners: they ask which thread they are on, and
/// the answer brings std's thread handles, and a second allocator, into the wasm.
struct Alive {
    element: Element,
    _effects: Vec<RenderEffect<()>>,
    listeners: Vec<(&'static str, Heard)>,
}

impl Drop for Alive {
    fn drop(&mut self) {
        for (name, listener) in &self.listeners {
            let listener = listener.as_ref().unchecked_ref();
            drop(
                self.element
                    .remove_event_listener_with_callback(name, listener),
            );
        }
    }
}

impl Attribute for Attributes {
    const MIN_LENGTH: usize = 0;

    type State = Alive;
    type AsyncOutput = Self;
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn html_len(&self) -> usize {
        self.fixed
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum()
    }

    fn to_html(self, html: &mut String, _: &mut String, _: &mut String, content: &mut String) {
        for (name, value) in self.fixed {
            AttributeValue::to_html(value, name, html);
        }
        for live in self.live {
            match live {
                Live::Attribute(name, value) => AttributeValue::to_html(value(), name, html),
                Live::Text(text) => {
                    let text = text();
                    // The HTML of an empty text is not empty, and `:empty` would not see it.
                    if !text.is_empty() {
                        content.push_str(&RenderHtml::to_html(text));
                    }
                }
                Live::Listener(..) => {}
            }
        }
    }

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Alive {
        self.build(element)
    }

    fn build(self, element: &Element) -> Alive {
        for (name, value) in &self.fixed {
            Rndr::set_attribute(element, name, value);
        }
        let mut effects = Vec::new();
        let mut listeners = Vec::new();
        for live in self.live {
            let element = element.clone();
            match live {
                Live::Listener(name, listener) => {
                    let heard: Box<dyn FnMut(JsValue)> =
                        Box::new(move |event| listener(event.unchecked_into()));
                    let heard = Closure::wrap(heard);
                    let function = heard.as_ref().unchecked_ref();
                    drop(element.add_event_listener_with_callback(name, function));
                    listeners.push((name, heard));
                }
                live => effects.push(RenderEffect::new(move |_| apply(&element, &live))),
            }
        }
        Alive {
            element: element.clone(),
            _effects: effects,
            listeners,
        }
    }

    // A change of question makes new elements, so this is for the trait alone.
    fn rebuild(self, state: &mut Alive) {
        let element = state.element.clone();
        *state = self.build(&element);
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }
}

impl NextAttribute for Attributes {
    type Output<NewAttr: Attribute> = (Self, NewAttr);

    fn add_any_attr<NewAttr: Attribute>(self, new_attr: NewAttr) -> Self::Output<NewAttr> {
        (self, new_attr)
    }
}

/// Brings one element up to what the session says now.
fn apply(element: &Element, live: &Live) {
    match live {
        Live::Attribute(name, value) => match value() {
            Some(value) => Rndr::set_attribute(element, name, &value),
            None => Rndr::remove_attribute(element, name),
        },
        // A screen reader says an alert again when it is written again.
        Live::Text(text) => {
            let text = text();
            if element.text_content().as_deref() != Some(&*text) {
                element.set_text_content(Some(&text));
            }
        }
        Live::Listener(..) => {}
    }
}
