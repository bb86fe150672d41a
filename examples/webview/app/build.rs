//! Bundles what the survey page needs, so that the app shows it without a network:
//! the page, the widget's files, and the survey in each of its languages.

use sayso_core::file::SurveyFile;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The survey that comes with the app.
const SURVEY: &str = "surveys/post-purchase.json";

/// The languages that the app has.
const LOCALES: [&str; 3] = ["en", "de", "ar"];

fn main() -> Result<(), Box<dyn Error>> {
    let examples = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let examples = examples.canonicalize()?;
    let mut bundle = Vec::new();
    for (address, file) in [
        ("shop.html", "webview/app/shop.html"),
        ("index.html", "webview/index.html"),
        ("style.css", "webview/style.css"),
    ] {
        bundle.push((String::from(address), examples.join(file)));
    }
    widget(&examples.join("../collector/assets"), &mut bundle)?;
    definitions(&examples.join(SURVEY), &mut bundle)?;
    write(&bundle)
}

/// `sayso.js` and `bridge.js` by their names, the rest where the loader looks for it.
fn widget(folder: &Path, bundle: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let hash = fs::read_to_string(folder.join("hash"))
        .map_err(|_| "the widget is missing: run `cargo xtask widget` first")?;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if !name.ends_with(".js") && !name.ends_with(".wasm") {
            continue;
        }
        let address = match name {
            "sayso.js" | "bridge.js" => String::from(name),
            _ => format!("assets/{}/{name}", hash.trim()),
        };
        bundle.push((address, path));
    }
    Ok(())
}

/// What the collector answers at `/v1/surveys/{id}`, one file for each language.
fn definitions(survey: &Path, bundle: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", survey.display());
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let file = SurveyFile::parse(&fs::read_to_string(survey)?)
        .map_err(|errors| format!("{}: {errors:#?}", survey.display()))?;
    let id = survey.file_stem().and_then(|name| name.to_str());
    let id = id.ok_or("the survey file has no name")?;
    for locale in LOCALES {
        let path = out.join(format!("{id}.{locale}.json"));
        fs::write(&path, serde_json::to_vec(&file.definition(locale))?)?;
        bundle.push((format!("v1/surveys/{id}/{locale}"), path));
    }
    Ok(())
}

/// A list of addresses and contents, as Rust.
fn write(bundle: &[(String, PathBuf)]) -> Result<(), Box<dyn Error>> {
    let mut list = String::from("&[");
    for (address, path) in bundle {
        println!("cargo::rerun-if-changed={}", path.display());
        list += &format!("({address:?}, include_bytes!({path:?})),\n");
    }
    list += "]";
    let out = PathBuf::from(env::var("OUT_DIR")?);
    Ok(fs::write(out.join("bundle.rs"), list)?)
}
