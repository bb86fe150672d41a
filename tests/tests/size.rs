//! The byte budgets: what a page pays, in brotli bytes, because bytes do not depend on the machine.

#![expect(clippy::unwrap_used, reason = "a test that prints its table")]

use sayso_tests::collector::Collector;
use sayso_tests::stage::root;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

/// The loader alone.
const LOADER_BUDGET: u64 = 2_500;
/// Everything to show an NPS prompt with a follow-up text.
const TOTAL_BUDGET: u64 = 48_000;
/// Everything to show the heaviest survey, without targeting.
const FULL_BUDGET: u64 = 78_000;
/// Targeting, and the tab, each for the surveys that have it.
const EXTRA_BUDGET: u64 = 3_000;

/// The size of a packed file, as it is sent to a browser that takes brotli.
fn packed(name: &str) -> u64 {
    let path = root().join("collector/assets").join(format!("{name}.br"));
    let file = fs::metadata(&path);
    file.unwrap_or_else(|_| panic!("{} is missing; run `cargo xtask widget`", path.display()))
        .len()
}

/// The reply to a `GET`, as a browser sends it: its body, perhaps as brotli.
fn fetch(collector: &Collector, path: &str, encoding: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(collector.address()).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {encoding}\r\n\
         Referer: https://shop.example/\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    let head = reply
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap();
    let head_text = String::from_utf8_lossy(&reply[..head]).to_lowercase();
    assert!(head_text.starts_with("http/1.1 200"), "{head_text}");
    assert_eq!(encoding == "br", head_text.contains("content-encoding: br"));
    reply.split_off(head + 4)
}

/// What a survey transfers: its definition, and everything until the card stands.
fn transfer(collector: &Collector, survey: &str) -> (&'static str, u64, u64) {
    let path = format!("/v1/surveys/{survey}");
    let definition = fetch(collector, &path, "br").len() as u64;
    let plain: serde_json::Value =
        serde_json::from_slice(&fetch(collector, &path, "identity")).unwrap();
    let build = if plain["widget"] == "full" {
        "full"
    } else {
        "widget"
    };
    let code = packed(&format!("{build}.js")) + packed(&format!("{build}.wasm"));
    (build, definition, packed("sayso.js") + definition + code)
}

#[test]
fn the_byte_budgets_hold() {
    let data = tempfile::tempdir().unwrap();
    let surveys = root().join("examples/surveys");
    let collector = Collector::start(data.path(), &surveys, "127.0.0.1:0", "https://shop.example");
    // Straight to the output: what `println!` says the runner keeps to itself.
    let mut table = std::io::stdout().lock();
    writeln!(table, "\nbytes as brotli 11 sends them").unwrap();
    for name in [
        "sayso.js",
        "widget.js",
        "widget.wasm",
        "full.js",
        "full.wasm",
        "diagnose.js",
        "frame.js",
        "outbox.js",
        "rules.js",
        "tab.js",
        "token.js",
        "work.js",
        "bridge.js",
    ] {
        writeln!(table, "{name:24} {:>7}", packed(name)).unwrap();
    }
    writeln!(
        table,
        "\n{:24} {:>7} {:>10} {:>7}",
        "survey", "build", "definition", "in all"
    )
    .unwrap();
    let mut names: Vec<String> = fs::read_dir(&surveys)
        .unwrap()
        .filter_map(|file| {
            file.unwrap()
                .file_name()
                .into_string()
                .unwrap()
                .strip_suffix(".json")
                .map(String::from)
        })
        .filter(|name| name == "nps" || name.starts_with("gallery-"))
        .collect();
    names.sort();
    assert!(15 < names.len(), "{names:?}");
    for name in names {
        let (build, definition, total) = transfer(&collector, &name);
        writeln!(table, "{name:24} {build:>7} {definition:>10} {total:>7}").unwrap();
        let budget = if build == "full" {
            FULL_BUDGET
        } else {
            TOTAL_BUDGET
        };
        assert!(total <= budget, "{total} bytes to show {name}");
    }
    assert_eq!(
        transfer(&collector, "nps").0,
        "widget",
        "the small build shows NPS"
    );
    assert!(packed("sayso.js") <= LOADER_BUDGET, "the loader");
    assert!(packed("rules.js") <= EXTRA_BUDGET, "targeting");
    assert!(packed("tab.js") <= EXTRA_BUDGET, "the tab");
}

#[test]
fn what_the_script_brings_along_costs_no_more_than_what_is_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let surveys = root().join("examples/surveys");
    let collector = Collector::start(data.path(), &surveys, "127.0.0.1:0", "https://shop.example");
    let definition = fetch(&collector, "/v1/surveys/nps", "br").len() as u64;
    let together = fetch(&collector, "/sayso.js?survey=nps", "br").len() as u64;
    let apart = packed("sayso.js") + definition;
    let mut table = std::io::stdout().lock();
    writeln!(
        table,
        "\nsayso.js?survey=nps {together} bytes, apart {apart}"
    )
    .unwrap();
    assert!(packed("sayso.js") + definition / 2 < together && together <= apart);
}
