//! The widget's files inside the program: the loader under one address, everything by content hash.

use crate::packed::{Kind, Packed};

/// The widget's files.
#[derive(Debug, Clone)]
pub struct Assets {
    hash: String,
    files: Vec<(&'static str, Packed)>,
}

/// What is said on the asset routes, and at start, of a program without the files.
pub const MISSING: &str = "this collector was built without the widget; \
    run `cargo xtask widget` and build it again";

impl Assets {
    /// These files, under this hash.
    pub fn new(hash: &str, files: impl Into<Vec<(&'static str, Packed)>>) -> Self {
        Self {
            hash: String::from(hash),
            files: files.into(),
        }
    }

    /// The files that are inside this program; none if it was built without.
    pub fn embedded() -> Option<Self> {
        include!(concat!(env!("OUT_DIR"), "/assets.rs"))
    }

    /// The hash that is part of the address of each file.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The script that people paste.
    pub fn loader(&self) -> Option<&Packed> {
        self.file("sayso.js")
    }

    /// A file by its name.
    pub fn file(&self, name: &str) -> Option<&Packed> {
        self.files
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, file)| file)
    }
}

/// How the loader is served: its address never changes, so it is asked for anew now and then.
pub static LOADER: Kind = Kind {
    content_type: JAVASCRIPT,
    cache_control: "public, max-age=300",
    vary: "Accept-Encoding",
};

/// The same for a page that wants a survey in it: kept as long as a definition, and by
/// that page's browser alone, since it depends on whose page it is.
pub(crate) static LOADER_FOR_ONE: Kind = Kind {
    content_type: JAVASCRIPT,
    cache_control: "private, max-age=60",
    vary: "Accept-Language, Accept-Encoding",
};

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// How a script is served whose address has its content in it.
pub(crate) static SCRIPT: Kind = Kind::immutable(JAVASCRIPT);

static WASM: Kind = Kind::immutable("application/wasm");

/// How a file is served under its hash.
pub fn kind(name: &str) -> &'static Kind {
    if name.ends_with(".wasm") {
        &WASM
    } else {
        &SCRIPT
    }
}
