//! The host code for apps, `examples/webview/hosts`: no compiler for it is at hand, so
//! it is at least parsed. What was compiled by hand is told in the README beside it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use sayso_tests::stage::root;
use std::fs;
use tree_sitter::{Language, Node, Parser};

/// A host, and how its code calls what the bridge looks for.
struct Host {
    file: &'static str,
    language: Option<Language>,
    name: &'static str,
}

fn hosts() -> [Host; 4] {
    let host = |file, language, name| Host {
        file,
        language,
        name,
    };
    [
        host(
            "ios.swift",
            Some(tree_sitter_swift::LANGUAGE.into()),
            "name: \"sayso\"",
        ),
        host(
            "android.kt",
            Some(tree_sitter_kotlin_ng::LANGUAGE.into()),
            "(Host(), \"SaysoHost\")",
        ),
        host(
            "flutter.dart",
            Some(tree_sitter_dart::LANGUAGE.into()),
            "addJavaScriptChannel('Sayso'",
        ),
        // The package makes `ReactNativeWebView` itself; its types were checked.
        host("ReactNative.tsx", None, "onMessage={listen}"),
    ]
}

fn code(file: &str) -> String {
    fs::read_to_string(root().join("examples/webview/hosts").join(file)).unwrap()
}

/// The places that are no code of this language, as `line: what stands there`.
fn faults(language: &Language, code: &str) -> Vec<String> {
    let mut parser = Parser::new();
    parser.set_language(language).unwrap();
    let tree = parser.parse(code, None).unwrap();
    let mut faults = Vec::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        if node.is_error() || node.is_missing() {
            faults.push(fault(&node, code));
        }
        let mut cursor = node.walk();
        open.extend(node.children(&mut cursor));
    }
    faults
}

fn fault(node: &Node<'_>, code: &str) -> String {
    let line = node.start_position().row + 1;
    let text = code.lines().nth(line - 1).unwrap_or_default();
    format!("{line}: {text}")
}

#[test]
fn each_host_is_code_of_its_language() {
    for Host { file, language, .. } in hosts() {
        if let Some(language) = language {
            assert_eq!(faults(&language, &code(file)), [""; 0], "{file}");
        }
    }
}

#[test]
fn what_is_no_code_is_found() {
    for Host { file, language, .. } in hosts() {
        let Some(language) = language else { continue };
        for sign in ["{", "}", ")"] {
            let code = code(file);
            let (before, after) = code.rsplit_once(sign).unwrap();
            let broken = format!("{before}{after}");
            assert_ne!(faults(&language, &broken), [""; 0], "{file} without {sign}");
        }
    }
}

#[test]
fn each_host_has_the_name_that_the_bridge_looks_for_and_closes() {
    let bridge = fs::read_to_string(root().join("widget/loader/bridge.js")).unwrap();
    for name in [
        "messageHandlers?.sayso",
        "SaysoHost, sayso, ReactNativeWebView, Sayso",
    ] {
        assert!(bridge.contains(name), "{name}");
    }
    for Host { file, name, .. } in hosts() {
        let code = code(file);
        assert!(code.contains(name), "{file}: {name}");
        for message in ["completed", "dismissed", "error"] {
            let quoted = [format!("\"{message}\""), format!("'{message}'")];
            assert!(
                quoted.iter().any(|text| code.contains(text)),
                "{file}: {message}"
            );
        }
    }
}

#[test]
fn the_readme_says_of_each_host_how_it_was_checked() {
    let folder = root().join("examples/webview/hosts");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let row = format!("| `{name}` |");
        assert!(name == "README.md" || readme.contains(&row), "{row}");
    }
}
