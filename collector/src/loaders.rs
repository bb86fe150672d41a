//! The loader with a definition in it: `GET /sayso.js?survey=nps`.
//!
//! A page that names its survey in the address of the script waits for one reply less. The
//! definition is the one that the loader would ask for, under the path that it would ask
//! at; whoever cannot have it so gets the loader alone, which asks and hears why.
//!
//! Why one survey and not a list: each list would be a text to compress of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;

use crate::packed::Packed;

/// Where the loader takes in what it need not ask for: an object with nothing in it that
/// counts. `xtask/src/widget/pack.rs` looks that it stands there once.
const PLACE: &[u8] = b"{$:0}";

/// Most loaders that are kept. An operator's surveys times their languages are fewer, by name
/// and by the browser's choice; were they more, they would be made more than once.
const MAX_LOADERS: usize = 512;

/// The loaders that somebody has asked for, by path and by what is in them.
#[derive(Debug, Default)]
pub(crate) struct Loaders(Mutex<HashMap<(String, String), Arc<Packed>>>);

impl Loaders {
    /// The loader with a definition in it, which is put together unless it is there; none
    /// where it cannot be.
    pub(crate) fn with(
        &self,
        loader: &Packed,
        path: &str,
        definition: &Packed,
    ) -> Option<Arc<Packed>> {
        let key = (path.to_owned(), definition.tag_text().to_owned());
        // A thread that panicked here left whole loaders behind.
        let mut loaders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = loaders.get(&key) {
            return Some(Arc::clone(known));
        }
        let text = put_in(loader.plain(), path, definition.plain())?;
        let made = Arc::new(Packed::compressed_when_asked_for(text));
        if MAX_LOADERS <= loaders.len() {
            loaders.clear();
        }
        loaders.insert(key, Arc::clone(&made));
        Some(made)
    }
}

/// The loader's text with a definition in its place. What JSON calls `__proto__` would
/// be something else in a script.
fn put_in(loader: &[u8], path: &str, definition: &[u8]) -> Option<Bytes> {
    let at = find(loader, PLACE)?;
    if find(definition, b"\"__proto__\"").is_some() {
        return None;
    }
    let (before, after) = (loader.get(..at)?, loader.get(at + PLACE.len()..)?);
    let known = [b"{\"", path.as_bytes(), b"\":", definition, b"}"].concat();
    Some([before, &known, after].concat().into())
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &str) -> Packed {
        Packed::compressed_when_asked_for(text.to_owned())
    }

    #[test]
    fn a_definition_stands_in_its_place_and_is_put_there_once() {
        let loaders = Loaders::default();
        let loader = packed("let k={$:0},m={};");
        let path = "v1/surveys/nps";
        let first = loaders
            .with(&loader, path, &packed(r#"{"id":"nps"}"#))
            .unwrap();
        assert_eq!(
            first.plain(),
            r#"let k={"v1/surveys/nps":{"id":"nps"}},m={};"#
        );
        let again = loaders
            .with(&loader, path, &packed(r#"{"id":"nps"}"#))
            .unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let changed = loaders.with(&loader, path, &packed(r#"{"id":"new"}"#));
        assert!(!Arc::ptr_eq(&first, &changed.unwrap()));
    }

    #[test]
    fn what_a_script_would_read_otherwise_is_not_put_into_one() {
        let loaders = Loaders::default();
        let loader = packed("let k={$:0};");
        let odd = packed(r#"{"traits":{"__proto__":{}}}"#);
        assert!(loaders.with(&loader, "v1/surveys/a", &odd).is_none());
        let usual = packed(r#"{"prompt":"__proto__?"}"#);
        assert!(loaders.with(&loader, "v1/surveys/a", &usual).is_some());
        let full = packed("let k={};");
        assert!(loaders.with(&full, "v1/surveys/b", &usual).is_none());
    }

    #[test]
    fn few_are_kept_however_many_there_are() {
        let loaders = Loaders::default();
        let loader = packed("{$:0}");
        for number in 0..3 * MAX_LOADERS {
            let definition = packed(&format!("{{\"id\":{number}}}"));
            assert!(loaders.with(&loader, "p", &definition).is_some());
        }
        assert!(loaders.0.lock().unwrap().len() <= MAX_LOADERS);
    }
}
