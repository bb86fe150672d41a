//! Where the sessions of this thread are kept, so that a flow can be copied.
//!
//! Why not `StoredValue::new_local`: its store asks which thread it is on, and the
//! answer brings std's thread handles, and with them a second allocator, into the wasm.

use super::Inner;
use leptos::prelude::on_cleanup;
use std::cell::RefCell;

thread_local! {
    static KEPT: RefCell<Vec<Option<Inner>>> = const { RefCell::new(Vec::new()) };
}

/// A place among the kept. It is empty once the reactive owner it was made under has gone.
#[derive(Clone, Copy)]
pub(super) struct Slot(usize);

impl Slot {
    pub(super) fn new(inner: Inner) -> Self {
        let at = KEPT.with_borrow_mut(|kept| {
            let free = kept.iter().position(Option::is_none);
            let at = free.unwrap_or(kept.len());
            if at == kept.len() {
                kept.push(None);
            }
            if let Some(place) = kept.get_mut(at) {
                *place = Some(inner);
            }
            at
        });
        // Taken out first: what is dropped may look at another session.
        on_cleanup(move || {
            drop(KEPT.with_borrow_mut(|kept| kept.get_mut(at).and_then(Option::take)));
        });
        Slot(at)
    }

    /// Looks at what is in the place, if anything is.
    pub(super) fn look(self, look: &mut dyn FnMut(&mut Inner)) {
        KEPT.with_borrow_mut(|kept| {
            if let Some(Some(inner)) = kept.get_mut(self.0) {
                look(inner);
            }
        });
    }
}
