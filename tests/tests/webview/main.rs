//! Surveys inside of apps: the bridge in a page, and a real app with a webview.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod app;
mod bridge;
mod desktop;
mod schema;

use serde_json::Value;

/// The types of messages but `resize`, which comes whenever the page grows.
fn story(said: &[Value]) -> Vec<&str> {
    let types = said.iter().filter_map(|message| message["type"].as_str());
    types.filter(|name| *name != "resize").collect()
}
