//! The few words the views are written in: elements, texts, and what follows the session.
//!
//! Why not Leptos' own builder: there each element's type holds the types of all
//! its attributes, listeners and children, and the compiler writes the code to
//! build, rebuild and drop each of them. With one type for all of them that code
//! exists once, which halved what the views add to the wasm. It is Leptos' own
//! tree all the same: the same views render in the browser and to HTML.

use leptos::attr::{Attribute, AttributeValue, NextAttribute};
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::renderer::{RemoveEventHandler, Rndr};
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Element, Event};
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
    Attribute(
        &'static str,
        Arc<dyn Fn() -> Option<&'static str> + Send + Sync>,
    ),
    /// The text in the element.
    Text(Arc<dyn Fn() -> String + Send + Sync>),
    /// What is done on an event of this element, by the event's name.
    Listener(&'static str, Arc<dyn Fn(Event) + Send + Sync>),
}

/// An attribute that follows the session; `None` takes it away.
pub(super) fn live_attr(
    name: &'static str,
    value: impl Fn() -> Option<&'static str> + Send + Sync + 'static,
) -> Live {
    Live::Attribute(name, Arc::new(value))
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

/// What keeps an element live. Dropping it stops the effects and removes the listeners.
struct Alive {
    element: Element,
    _effects: Vec<RenderEffect<()>>,
    _listeners: Vec<RemoveEventHandler<Element>>,
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
                Live::Text(text) => content.push_str(&RenderHtml::to_html(text())),
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
                    let listener = Box::new(move |event: JsValue| listener(event.unchecked_into()));
                    listeners.push(Rndr::add_event_listener(&element, name, listener));
                }
                live => effects.push(RenderEffect::new(move |_| apply(&element, &live))),
            }
        }
        Alive {
            element: element.clone(),
            _effects: effects,
            _listeners: listeners,
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
            Some(value) => Rndr::set_attribute(element, name, value),
            None => Rndr::remove_attribute(element, name),
        },
        Live::Text(text) => element.set_text_content(Some(&text())),
        Live::Listener(..) => {}
    }
}
