//! What travels is a JSON object, and nothing else.
//!
//! What serde derives also takes an array with the values of a struct's fields in
//! their order. Nobody sends that on purpose, and each field that is added would
//! change what it means. A struct that travels is read through [`Object`]:
//!
//! ```
//! use sayso_core::object::Object;
//! use serde::{Deserialize, Deserializer};
//!
//! #[derive(Debug, Deserialize)]
//! #[serde(remote = "Self")]
//! struct Named {
//!     name: String,
//! }
//!
//! impl<'de> Deserialize<'de> for Named {
//!     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
//!         Self::deserialize(Object(deserializer))
//!     }
//! }
//!
//! let named: Named = serde_json::from_str(r#"{"name":"Ann"}"#).unwrap();
//! assert_eq!(named.name, "Ann");
//! assert!(serde_json::from_str::<Named>(r#"["Ann"]"#).is_err());
//! ```

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Reads a struct from an object alone.
#[derive(Debug)]
pub struct Object<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Object<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Fields(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, Fields(visitor))
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
        ignored_any
    }
}

/// Reads a struct from text that is one JSON object, as a line of the log is.
///
/// # Errors
///
/// The text is no JSON, no object, or not one of this struct.
pub fn from_slice<'de, T: Deserialize<'de>>(text: &'de [u8]) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = T::deserialize(Object(&mut reader))?;
    reader.end()?;
    Ok(value)
}

/// Takes the fields of an object; whatever else comes is no object.
struct Fields<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Fields<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<V::Value, M::Error> {
        self.0.visit_map(map)
    }
}
