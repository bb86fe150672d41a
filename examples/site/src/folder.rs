//! Finds the file behind an address. Nothing outside of the folder is served.

use std::fs;
use std::path::{Path, PathBuf};

use crate::PLACEHOLDER;

/// The pages, and the collector that they should use.
pub(crate) struct Folder {
    root: PathBuf,
    collector: String,
}

/// A file as it goes out.
pub(crate) struct File {
    pub(crate) content: Vec<u8>,
    pub(crate) content_type: &'static str,
}

impl Folder {
    pub(crate) fn new(root: PathBuf, collector: &str) -> Folder {
        Folder {
            root,
            collector: collector.trim_end_matches('/').to_owned(),
        }
    }

    /// Reads the file behind the path of a request.
    ///
    /// `None` if there is none, if its kind is unknown, or if the path leads
    /// out of the folder.
    pub(crate) fn read(&self, url: &str) -> Option<File> {
        let mut path = self.root.join(relative_path(url)?);
        if path.is_dir() {
            path.push("index.html");
        }
        let content_type = content_type(&path)?;
        // A link may lead anywhere; what it leads to must be in the folder.
        if !path
            .canonicalize()
            .ok()?
            .starts_with(self.root.canonicalize().ok()?)
        {
            return None;
        }
        let mut content = fs::read(&path).ok()?;
        if content_type.starts_with("text/html") {
            let page = String::from_utf8(content).ok()?;
            content = page.replace(PLACEHOLDER, &self.collector).into_bytes();
        }
        Some(File {
            content,
            content_type,
        })
    }
}

/// The path below the folder, or `None` if it is no plain way down.
fn relative_path(url: &str) -> Option<PathBuf> {
    let path = url
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .strip_prefix('/')?;
    let mut relative = PathBuf::new();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        // No name of ours begins with a dot or needs an escape, and only such
        // names could lead out of the folder.
        if name.starts_with('.') || name.contains(['%', '\\', ':', '\0']) {
            return None;
        }
        relative.push(name);
    }
    Some(relative)
}

fn content_type(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_path(url: &str, expected: Option<&str>) {
        assert_eq!(relative_path(url), expected.map(PathBuf::from), "{url}");
    }

    #[test]
    fn plain_paths_lead_below_the_folder() {
        check_path("/", Some(""));
        check_path("/shop/thanks.html?order=7", Some("shop/thanks.html"));
        check_path("//shop///", Some("shop"));
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        check_path("/../secret", None);
        check_path("/shop/../../secret", None);
        check_path("/%2e%2e/secret", None);
        check_path("/..%2fsecret", None);
        check_path("/c:\\secret", None);
        check_path("/.git/config", None);
        check_path("http://other.example/", None);
    }
}
