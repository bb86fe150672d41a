//! Gives the functions that wasm and glue share short names.
//!
//! wasm-bindgen names each import with a hash, in the wasm and in the glue: some
//! seventy names that no compression shrinks, two kilobytes in all. Binaryen
//! renames them in the wasm and prints what it renamed; the glue follows here. Since it
//! reads the wasm anyway, it also makes it compress better. What it drops of the imports
//! goes from the glue, too.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::lean::lean;
use crate::command;

/// What wasm-bindgen's output needs, and all three engines have.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What makes a wasm compress better: hints about alignment that no engine heeds go, and
/// locals are fewer and in another order. More of Trunk's passes would make it smaller, and
/// what is left of it after compression larger.
const PASSES: [&str; 5] = [
    "--coalesce-locals",
    "--dealign",
    "--rse",
    "--vacuum",
    "--reorder-locals",
];

/// What Binaryen renamed.
#[derive(Debug)]
struct Renamed {
    /// Module, old name, new name.
    imports: Vec<(String, String, String)>,
    /// Old name, new name.
    exports: Vec<(String, String)>,
}

impl Renamed {
    fn read(printed: &[u8]) -> serde_json::Result<Renamed> {
        let mut value: serde_json::Value = serde_json::from_slice(printed)?;
        Ok(Renamed {
            imports: serde_json::from_value(value["imports"].take())?,
            exports: serde_json::from_value(value["exports"].take())?,
        })
    }
}

/// The name that Binaryen gives the only module.
const MODULE: &str = "a";

/// Makes the glue lean, shortens the names in it and in `wasm`, and writes wasm and glue into
/// `folder` under their own names.
///
/// # Errors
///
/// wasm-opt fails, or the glue does not hold what is expected, as a name that the wasm has.
pub(super) fn shorten(wasm_opt: &Path, glue: &Path, wasm: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut opt = Command::new(wasm_opt);
    opt.arg(wasm)
        .args(FEATURES)
        .args(PASSES)
        .arg("--minify-imports-and-exports-and-modules")
        .arg("-o")
        .arg(folder.join(name_of(wasm)?));
    let printed = command::output_of(&mut opt)?;
    let renamed = Renamed::read(&printed).context("wasm-opt did not print what it renamed")?;
    let text = fs::read_to_string(glue)
        .with_context(|| format!("Trunk did not write {}", glue.display()))?;
    let path = folder.join(name_of(glue)?);
    fs::write(&path, follow(&lean(&text)?, &renamed)?)
        .with_context(|| format!("cannot write {}", path.display()))
}

fn name_of(path: &Path) -> Result<&std::ffi::OsStr> {
    path.file_name()
        .with_context(|| format!("{} has no name", path.display()))
}

/// The glue with the new names, and without the imports that the wasm does without.
fn follow(glue: &str, renamed: &Renamed) -> Result<String> {
    let mut glue = used(glue, &renamed.imports);
    for (module, old, new) in &renamed.imports {
        // In the glue an import is a field of the object of its module.
        let (old, new) = (format!("{old}: "), format!("{new}: "));
        if glue.matches(&old).count() != 1 {
            bail!("the glue does not hold `{old}` once");
        }
        glue = glue
            .replace(&old, &new)
            .replace(&format!("\"{module}\""), &format!("\"{MODULE}\""));
    }
    for (old, new) in &renamed.exports {
        glue = replace_field(&glue, &format!("wasm.{old}"), &format!("wasm.{new}"));
    }
    Ok(glue)
}

/// The glue with those of its imports that the wasm has.
fn used(glue: &str, imports: &[(String, String, String)]) -> String {
    let mut used = String::with_capacity(glue.len());
    let mut is_used = true;
    for line in glue.lines() {
        let field = line.strip_prefix("        __wb");
        if let Some((name, _)) = field.and_then(|field| field.split_once(": ")) {
            let is_meant = |old: &String| old.strip_prefix("__wb") == Some(name);
            is_used = imports.iter().any(|(_, old, _)| is_meant(old));
        }
        if is_used {
            used.push_str(line);
            used.push('\n');
        }
        is_used = is_used || line.starts_with("        }");
    }
    used
}

/// Replaces a field where its name ends there, and is not the beginning of another.
fn replace_field(text: &str, old: &str, new: &str) -> String {
    let mut parts = text.split(old);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let goes_on = part.starts_with(|next: char| next.is_alphanumeric() || "_$".contains(next));
        replaced.push_str(if goes_on { old } else { new });
        replaced.push_str(part);
    }
    replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = r#"
    const import0 = {
        __proto__: null,
        __wbg_focus_d5e2: (a) => {
            a.focus(); wasm.__wbindgen_free(a);
        },
        __wbg_unused_03ab: handleError((a) => {
            a.unused();
        }),
        __wbg_key_7612: (a) => {
            return wasm.show(a) ?? wasm.show_all;
        },
    };
    return { "./x_bg.js": import0 };
    "#;

    fn renamed(imports: &[(&str, &str)]) -> Renamed {
        let import = |(old, new): &(&str, &str)| {
            let module = "./x_bg.js".to_owned();
            (module, (*old).to_owned(), (*new).to_owned())
        };
        Renamed {
            imports: imports.iter().map(import).collect(),
            exports: vec![("show".to_owned(), "d".to_owned())],
        }
    }

    #[test]
    fn the_glue_follows_the_names_of_the_wasm() {
        let renamed = renamed(&[("__wbg_focus_d5e2", "b"), ("__wbg_key_7612", "c")]);
        let glue = follow(GLUE, &renamed).unwrap();
        for (part, count) in [
            ("\"a\": import0", 1),
            ("b: (a) => {\n            a.focus();", 1),
            (
                "c: (a) => {\n            return wasm.d(a) ?? wasm.show_all;",
                1,
            ),
            ("__proto__: null", 1),
            ("unused", 0),
            ("__wbg_", 0),
        ] {
            assert_eq!(glue.matches(part).count(), count, "{part} in {glue}");
        }
    }

    #[test]
    fn an_import_that_the_glue_lacks_is_an_error() {
        let error = follow(GLUE, &renamed(&[("__wbg_blur_0000", "b")])).unwrap_err();
        assert!(error.to_string().contains("__wbg_blur_0000"), "{error}");
    }
}
