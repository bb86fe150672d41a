//! Puts the widget's files, as `cargo xtask widget` left them in `assets/`, into the program.
//!
//! Without them the collector builds all the same, and says how to get them.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The files that are served, each also compressed.
const FILES: [&str; 13] = [
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
];

fn main() -> io::Result<()> {
    let folder = folder("CARGO_MANIFEST_DIR")?.join("assets");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    let expression = match fs::read_to_string(folder.join("hash")) {
        Ok(hash) if is_complete(&folder) => embedding(&folder, hash.trim()),
        Ok(_) | Err(_) => String::from("None"),
    };
    fs::write(folder_out()?.join("assets.rs"), expression)
}

fn is_complete(folder: &Path) -> bool {
    FILES.iter().all(|file| {
        ["", ".br", ".gz"]
            .iter()
            .all(|suffix| folder.join(format!("{file}{suffix}")).is_file())
    })
}

/// An expression of type `Option<Assets>`.
fn embedding(folder: &Path, hash: &str) -> String {
    let files = FILES.map(|file| {
        let [plain, brotli, gzip] = ["", ".br", ".gz"].map(|suffix| {
            let path = folder.join(format!("{file}{suffix}"));
            format!("include_bytes!({path:?})")
        });
        format!("({file:?}, Packed::embedded({plain}, {brotli}, {gzip}))")
    });
    let files = files.join(", ");
    format!("Some(Assets::new({hash:?}, [{files}]))")
}

fn folder_out() -> io::Result<PathBuf> {
    folder("OUT_DIR")
}

fn folder(variable: &str) -> io::Result<PathBuf> {
    let value = env::var_os(variable);
    value
        .map(PathBuf::from)
        .ok_or_else(|| io::Error::other(format!("cargo did not set {variable}")))
}
