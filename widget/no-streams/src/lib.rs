//! The streams of `wasm-streams`, for a program that streams nothing.
//!
//! Leptos always brings its server functions, and they bring `wasm-streams`,
//! whose exported classes no linker may drop. The widget calls no server
//! function; the classes cost it 14 kB of wasm and 6 kB of glue. This crate has
//! the same names with nothing behind them: every stream is an empty one.
//!
//! It is put in place by `[patch.crates-io]` in the workspace's `Cargo.toml`. If
//! a later Leptos asks for more of the crate, the widget does not compile; then
//! look here, or remove the patch and pay the bytes.

#![forbid(unsafe_code)]

use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::{JsCast, JsValue};

/// A readable stream with nothing in it.
#[derive(Debug)]
pub struct ReadableStream;

impl ReadableStream {
    /// Takes a stream of the browser's and reads nothing of it.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        Self
    }

    /// Takes a stream and reads nothing of it.
    pub fn from_stream<S>(_: S) -> Self
    where
        S: Stream<Item = Result<JsValue, JsValue>> + 'static,
    {
        Self
    }

    /// An empty stream of the browser's.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        web_sys::ReadableStream::new().unwrap_or_else(|_| JsValue::UNDEFINED.unchecked_into())
    }

    /// A stream that ends at once.
    pub fn into_stream(self) -> Ended {
        Ended
    }
}

/// A stream that has ended.
#[derive(Debug)]
pub struct Ended;

impl Stream for Ended {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(None)
    }
}
