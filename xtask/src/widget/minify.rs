//! Makes the scripts and style sheets small with esbuild.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::setup::NpmTools;

/// What all browsers have that run the widget: modules, dynamic import,
/// optional chaining.
const SCRIPT_TARGET: &str = "--target=es2020";

/// The oldest browsers with all that the style sheets use: container queries, `:has()`.
const STYLE_TARGET: &str = "--target=chrome105,firefox121,safari16.4";

/// The name under which `card.js` imports the JavaScript that wasm-bindgen
/// wrote: which of the two it gets is decided here.
const GLUE: &str = "sayso-glue";

/// esbuild.
#[derive(Debug)]
pub(super) struct Minifier {
    esbuild: PathBuf,
}

impl Minifier {
    pub(super) fn new(npm: &NpmTools) -> Minifier {
        Minifier {
            esbuild: npm.esbuild(),
        }
    }

    /// The loader stays a classic script: people paste it without `type="module"`.
    pub(super) fn classic(&self, path: &Path) -> Result<String> {
        let bytes = command::output_of(&mut self.script(path))?;
        Ok(String::from_utf8(bytes)?)
    }

    /// A module stays one, with its exports. Bundling draws in what it
    /// imports, so that there is one file to fetch.
    pub(super) fn module(&self, path: &Path) -> Result<Vec<u8>> {
        command::output_of(&mut bundled(self.script(path)))
    }

    /// The script of a card, with the glue of one build in it. What only the
    /// full build needs stands behind `IS_FULL`, and is left out of the other.
    pub(super) fn card(&self, path: &Path, glue: &Path, is_full: bool) -> Result<Vec<u8>> {
        let mut esbuild = bundled(self.script(path));
        esbuild.arg(format!("--alias:{GLUE}={}", glue.display()));
        esbuild.arg(format!("--define:IS_FULL={is_full}"));
        // The glue warns developers of mistakes that the loader does not make.
        esbuild.arg("--drop:console");
        command::output_of(&mut esbuild)
    }

    /// A style sheet.
    pub(super) fn style(&self, path: &Path) -> Result<Vec<u8>> {
        command::output_of(self.esbuild(path).arg(STYLE_TARGET))
    }

    fn script(&self, path: &Path) -> Command {
        let mut esbuild = self.esbuild(path);
        esbuild.arg(SCRIPT_TARGET);
        esbuild
    }

    fn esbuild(&self, path: &Path) -> Command {
        let mut esbuild = Command::new(&self.esbuild);
        esbuild.arg(path).args([
            "--minify",
            "--legal-comments=none",
            "--charset=utf8",
            "--log-level=warning",
        ]);
        esbuild
    }
}

fn bundled(mut esbuild: Command) -> Command {
    esbuild.args(["--bundle", "--format=esm"]);
    esbuild
}
