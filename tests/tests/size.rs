//! The byte budgets: what a page pays, in brotli bytes, because bytes do not depend on the machine.

#![expect(clippy::unwrap_used, reason = "a test that prints its table")]

use sayso_tests::stage::root;
use std::fs;
use std::io::Write;

/// The loader alone.
const LOADER_BUDGET: u64 = 2_500;
/// Everything to show an NPS prompt with a follow-up text.
const TOTAL_BUDGET: u64 = 48_000;

/// The size of a packed file, as it is sent to a browser that takes brotli.
fn packed(name: &str) -> u64 {
    let path = root().join("collector/assets").join(format!("{name}.br"));
    let file = fs::metadata(&path);
    file.unwrap_or_else(|_| panic!("{} is missing; run `cargo xtask widget`", path.display()))
        .len()
}

/// The size of the definition of `nps`, fetched as a browser does.
fn definition() -> u64 {
    use std::io::Read;
    let data = tempfile::tempdir().unwrap();
    let collector = sayso_tests::collector::Collector::start(
        data.path(),
        &root().join("examples/surveys"),
        "127.0.0.1:0",
        "https://shop.example",
    );
    let mut stream = std::net::TcpStream::connect(collector.address()).unwrap();
    let request = "GET /v1/surveys/nps HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br\r\n\
                   Connection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    let head = reply
        .windows(4)
        .position(|bytes| bytes == b"\r\n\r\n")
        .unwrap();
    let head_text = String::from_utf8_lossy(&reply[..head]).to_lowercase();
    assert!(head_text.contains("content-encoding: br"), "{head_text}");
    (reply.len() - head - 4) as u64
}

#[test]
fn the_byte_budgets_hold() {
    let parts = [
        ("loader", packed("sayso.js")),
        ("definition", definition()),
        ("glue", packed("widget.js")),
        ("wasm, styles in it", packed("widget.wasm")),
    ];
    let total: u64 = parts.iter().map(|(_, bytes)| bytes).sum();
    // Straight to the output: what `println!` says the runner keeps to itself.
    let mut table = std::io::stdout().lock();
    writeln!(table).unwrap();
    for (name, bytes) in parts {
        writeln!(table, "{name:20} {bytes:>7} bytes, brotli 11").unwrap();
    }
    let what = "to show an NPS prompt";
    writeln!(table, "{what:21} {total:>6} of {TOTAL_BUDGET}").unwrap();
    assert!(
        parts[0].1 <= LOADER_BUDGET,
        "the loader has {} bytes",
        parts[0].1
    );
    assert!(total <= TOTAL_BUDGET, "{total} bytes to show a prompt");
}
