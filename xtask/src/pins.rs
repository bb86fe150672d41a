//! The versions of all tools, in one place.
//!
//! Crates are pinned by Cargo.lock, and `wasm-bindgen-cli` follows it: the
//! tool refuses a module that was made with another version of the crate.

use std::fs;

use anyhow::{Context, Result};

use crate::folders::Folders;

/// Builds and serves the widget. Newer releases ask for a newer rustc.
pub(crate) const TRUNK: &str = "0.21.14";

/// Checks licences, sources and duplicates of the dependencies.
pub(crate) const CARGO_DENY: &str = "0.20.2";

/// Drives Firefox.
pub(crate) const GECKODRIVER: &str = "0.37.1";

/// Tools from npm: name, version, and what each is for.
pub(crate) const NPM: [(&str, &str, &str); 3] = [
    ("binaryen", "132.0.0", "wasm-opt makes the widget smaller"),
    ("esbuild", "0.28.2", "minifies the loader and the glue"),
    (
        "axe-core",
        "4.14.1",
        "the end-to-end tests look for accessibility faults with it",
    ),
];

/// The oldest rustc that knows the panic strategy `immediate-abort`.
pub(crate) const OLDEST_WASM_RUSTC: (u32, u32) = (1, 91);

/// The oldest LLVM linker that reads the objects of that rustc.
pub(crate) const OLDEST_WASM_LD: u32 = 19;

/// The version of `wasm-bindgen` in Cargo.lock.
pub(crate) fn wasm_bindgen(folders: &Folders) -> Result<String> {
    let path = folders.root.join("Cargo.lock");
    let lock = fs::read_to_string(&path)
        .context("cannot read Cargo.lock; `cargo generate-lockfile` writes it")?;
    locked_version(&lock, "wasm-bindgen")
}

fn locked_version(lock: &str, name: &str) -> Result<String> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is not TOML")?;
    lock.get("package")
        .and_then(|packages| packages.as_array())
        .and_then(|packages| {
            packages.iter().find(|package| {
                package
                    .get("name")
                    .is_some_and(|it| it.as_str() == Some(name))
            })
        })
        .and_then(|package| package.get("version")?.as_str())
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock does not name {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
        version = 4

        [[package]]
        name = "wasm-bindgen-macro"
        version = "0.2.1"

        [[package]]
        name = "wasm-bindgen"
        version = "0.2.130"
    "#;

    #[test]
    fn the_locked_version_is_that_of_the_exact_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").unwrap(), "0.2.130");
    }

    #[test]
    fn a_missing_package_is_named() {
        let message = locked_version(LOCK, "leptos").unwrap_err().to_string();
        assert_eq!(message, "Cargo.lock does not name leptos");
    }
}
