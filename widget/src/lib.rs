//! The card that asks, in the browser and as plain HTML.
//!
//! [`views`] show a [`flow::Flow`] and send events to it; they hold no rule.
//! With the feature `csr` the module `browser` carries out the session's effects:
//! it mounts the card in a shadow root, sends submissions, tells the page what
//! happened. With the feature `ssr` the same views render to HTML.
//!
//! When a survey is due is not here: that is the loader's, `loader/sayso.js`.
//!
//! The views use Leptos' builder functions and not `view!`: the macro turns
//! markup that never changes into `innerHTML`, which pages with
//! `require-trusted-types-for 'script'` refuse.

#[cfg(target_arch = "wasm32")]
use lol_alloc::{FreeListAllocator, LockedAllocator};

pub mod flow;
pub mod style;
pub mod views;

#[cfg(feature = "csr")]
pub mod browser;

/// What the cards of a page keep is small, and so is this allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> =
    LockedAllocator::new(FreeListAllocator::new());
