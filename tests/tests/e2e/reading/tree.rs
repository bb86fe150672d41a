//! The card in Chromium's accessibility tree, as the lines of `docs/accessibility.md`.

use sayso_tests::browser::Browser;
use serde_json::{Value, json};
use std::fmt::Write;

/// What a screen reader finds in the card, from top to bottom: one line a node,
/// indented below what it stands in.
pub(crate) async fn reading(browser: &Browser) -> String {
    browser.devtools("Accessibility.enable", json!({})).await;
    let tree = browser.devtools("Accessibility.getFullAXTree", json!({}));
    let mut tree = tree.await["nodes"].take();
    add_placeholders(browser, tree.as_array_mut().unwrap()).await;
    let tree = Tree(tree.as_array().unwrap());
    // An element that means nothing to a screen reader is not in the tree: then its inside is.
    let host = "document.querySelector('sayso-card')";
    let inside = format!("{host}.shadowRoot.querySelector('[part=card]')");
    let mut card = tree.of(browser, host).await;
    if card.is_none() {
        card = tree.of(browser, &inside).await;
    }
    let mut lines = String::new();
    tree.read(card.unwrap(), Around::default(), &mut lines);
    lines
}

/// A placeholder is read out, but is not in the tree.
async fn add_placeholders(browser: &Browser, nodes: &mut [Value]) {
    for node in nodes {
        if role(node) == "textbox" {
            let id = json!({ "backendNodeId": node["backendDOMNodeId"] });
            let element = browser.devtools("DOM.describeNode", id).await;
            let attributes = element["node"]["attributes"].as_array().unwrap();
            let at = attributes.iter().position(|it| it == "placeholder");
            node["placeholder"] = at.map(|at| attributes[at + 1].clone()).unwrap_or_default();
        }
    }
}

/// The nodes of a page, each with its id and those of its children.
#[derive(Clone, Copy)]
struct Tree<'a>(&'a [Value]);

/// What a node stands in.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    /// What has been said already, so that a text in it is not said again.
    name: &'a str,
    depth: usize,
}

impl<'a> Tree<'a> {
    /// The node of an element, if it has one.
    async fn of(self, browser: &Browser, element: &str) -> Option<&'a Value> {
        let expression = json!({ "expression": element });
        let object = browser.devtools("Runtime.evaluate", expression).await;
        let object = json!({ "objectId": object["result"]["objectId"] });
        let described = browser.devtools("DOM.describeNode", object).await;
        let id = &described["node"]["backendNodeId"];
        self.0.iter().find(|node| node["backendDOMNodeId"] == *id)
    }

    fn children(self, node: &'a Value) -> impl Iterator<Item = &'a Value> {
        let ids = node["childIds"].as_array().into_iter().flatten();
        ids.filter_map(move |id| self.0.iter().find(|node| node["nodeId"] == *id))
    }

    /// All nodes in a node, from top to bottom.
    fn within(self, node: &'a Value) -> Vec<&'a Value> {
        let below = self.children(node);
        below
            .flat_map(|child| std::iter::once(child).chain(self.within(child)))
            .collect()
    }

    fn read(self, node: &'a Value, around: Around<'a>, lines: &mut String) {
        let mut within = around;
        match role(node) {
            "InlineTextBox" => return,
            "StaticText" => {
                let text = text(node, "name").trim();
                if !around.name.contains(text) {
                    push_line(lines, around.depth, &format!("text {text:?}"));
                }
            }
            // Its own text has just been said as the name of the group.
            "Legend" => {}
            "LabelText" => {
                // A text that is the name of the control beside it is not said again.
                let inside = self.within(node);
                let named = inside.iter().find(|it| has(it, "labelledby"));
                within.name = named.map_or("", |control| text(control, "name"));
            }
            "alert" | "status" => {
                let inside = self.within(node).into_iter();
                let said = inside.filter(|it| role(it) == "StaticText");
                let said: Vec<&str> = said.map(|it| text(it, "name")).collect();
                let mut line = String::from(role(node));
                if !said.is_empty() {
                    write!(line, " {:?}", said.join(" ")).unwrap();
                }
                return push_line(lines, around.depth, &line);
            }
            "none" | "generic" | "form" | "paragraph" => {}
            _ if node["ignored"] == true => {}
            // What is written in it has been said as its value.
            "textbox" => return push_line(lines, around.depth, &line(node)),
            _ => {
                push_line(lines, around.depth, &line(node));
                within.name = text(node, "name");
                within.depth += 1;
            }
        }
        for child in self.children(node) {
            self.read(child, within, lines);
        }
    }
}

fn push_line(lines: &mut String, depth: usize, line: &str) {
    writeln!(lines, "{:indent$}{line}", "", indent = 2 * depth).unwrap();
}

fn line(node: &Value) -> String {
    let mut line = String::from(role(node));
    let mut add = |before: &str, text: &str| {
        if !text.is_empty() {
            write!(line, "{before} {text:?}").unwrap();
        }
    };
    add("", text(node, "name"));
    add(
        ", placeholder",
        node["placeholder"].as_str().unwrap_or_default(),
    );
    add(", value", &value(node));
    for state in [
        "modal",
        "multiline",
        "required",
        "checked",
        "invalid",
        "disabled",
        "focused",
    ] {
        // Some are true or false, some say it as a word.
        let value = property(node, state);
        if value == Some(&json!(true)) || value == Some(&json!("true")) {
            write!(line, ", {state}").unwrap();
        }
    }
    match property(node, "expanded") {
        Some(Value::Bool(true)) => line.push_str(", expanded"),
        Some(_) => line.push_str(", collapsed"),
        None => {}
    }
    let description = text(node, "description");
    if !description.is_empty() {
        write!(line, ", described {description:?}").unwrap();
    }
    line
}

/// What is written, or how far a bar is.
fn value(node: &Value) -> String {
    match (&node["value"]["value"], property(node, "valuemax")) {
        (Value::String(written), _) => written.clone(),
        (Value::Number(done), Some(all)) => format!("{done} of {all}"),
        _ => String::new(),
    }
}

fn role(node: &Value) -> &str {
    text(node, "role")
}

fn text<'a>(node: &'a Value, part: &str) -> &'a str {
    node[part]["value"].as_str().unwrap_or_default()
}

fn has(node: &Value, name: &str) -> bool {
    property(node, name).is_some()
}

fn property<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    let mut properties = node["properties"].as_array()?.iter();
    let property = properties.find(|property| property["name"] == name)?;
    Some(&property["value"]["value"])
}
