//! JavaScript values as core's [`Node`], and the other way round.

use js_sys::{Array, Reflect};
use sayso_core::page::Node;
use wasm_bindgen::{JsCast, JsValue};

/// A value that the browser's JSON reader made.
pub(super) struct JsNode(JsValue);

impl JsNode {
    pub(super) fn new(value: &JsValue) -> Self {
        Self(value.clone())
    }
}

impl Node for JsNode {
    fn field(&self, name: &str) -> Option<Self> {
        field(&self.0, name).map(JsNode)
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn is_true(&self) -> bool {
        self.0.is_truthy()
    }

    fn items(&self) -> Vec<Self> {
        match self.0.dyn_ref::<Array>() {
            Some(items) => items.iter().map(JsNode).collect(),
            None => Vec::new(),
        }
    }
}

/// A field of an object; `None` if it is missing, `null`, or this is no object.
#[inline(never)]
pub(super) fn field(value: &JsValue, name: &str) -> Option<JsValue> {
    // `Reflect.get` throws for what is no object, and so may a getter of the page.
    let found = Reflect::get(value, &JsValue::from_str(name)).ok()?;
    (!found.is_null() && !found.is_undefined()).then_some(found)
}

/// Puts a field into an object of our own.
#[inline(never)]
pub(super) fn put(object: &JsValue, name: &str, value: &JsValue) {
    // Fails for frozen objects alone, and ours are not.
    drop(Reflect::set(object, &JsValue::from_str(name), value));
}
