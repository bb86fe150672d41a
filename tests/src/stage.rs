//! One test's own world: folder, collector, site and browser.

use crate::browser::{Browser, Colours, Engine, Window};
use crate::collector::Collector;
use sayso_example_site::{PLACEHOLDER, Site};
use std::fs;
use std::path::{Path, PathBuf};

/// A collector on one origin, pages on another, and a browser to look at them.
pub struct Stage {
    /// The browser. Before the others, so that it goes first.
    pub browser: Browser,
    /// The collector.
    pub collector: Collector,
    site: Site,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Starts all of it in a desktop window of Chromium.
    ///
    /// # Panics
    ///
    /// When something does not start.
    pub async fn new() -> Self {
        Self::with(Window::Desktop, &[]).await
    }

    /// Starts all of it in Chromium, with headers that every page carries.
    /// `{collector}` in a header stands for the collector's address.
    ///
    /// # Panics
    ///
    /// When something does not start.
    pub async fn with(window: Window, headers: &[(&str, &str)]) -> Self {
        Self::in_engine(Engine::Chromium, window, headers).await
    }

    /// As [`with`](Self::with), in the browser of one's choice.
    ///
    /// # Panics
    ///
    /// When something does not start.
    pub async fn in_engine(engine: Engine, window: Window, headers: &[(&str, &str)]) -> Self {
        Self::set_up(engine, window, Colours::Light, headers).await
    }

    /// Starts all of it on a system whose user prefers dark colours.
    ///
    /// # Panics
    ///
    /// When something does not start.
    pub async fn in_the_dark(engine: Engine, window: Window) -> Self {
        Self::set_up(engine, window, Colours::Dark, &[]).await
    }

    async fn set_up(
        engine: Engine,
        window: Window,
        colours: Colours,
        headers: &[(&str, &str)],
    ) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
        let pages = folder.path().join("pages");
        copy_folder(&root().join("examples"), &pages);
        copy_folder(&root().join("tests/pages"), &pages.join("tests"));
        let surveys = surveys(folder.path());
        copy_folder(&root().join("examples/surveys"), &surveys);
        copy_folder(&root().join("tests/surveys"), &surveys);
        // The site comes first, so that the collector knows whom to allow; the
        // pages get the collector's address afterwards, in their copies.
        let site = serve(&pages, &[]);
        let collector = start_collector(folder.path(), "127.0.0.1:0", &site.url());
        let headers: Vec<(&str, String)> = headers
            .iter()
            .map(|(name, value)| (*name, value.replace("{collector}", &collector.url())))
            .collect();
        let (site, collector) = if headers.is_empty() {
            (site, collector)
        } else {
            let site = serve(&pages, &headers);
            let listen = collector.address().to_string();
            drop(collector);
            let collector = start_collector(folder.path(), &listen, &site.url());
            (site, collector)
        };
        replace_in_pages(&pages, PLACEHOLDER, &collector.url());
        Self {
            browser: Browser::start_in(engine, window, colours).await,
            collector,
            site,
            folder,
        }
    }

    /// Opens a page of the site, as `/script-tag/`.
    ///
    /// # Panics
    ///
    /// When it cannot be opened.
    pub async fn open(&self, path: &str) {
        self.browser
            .open(&format!("{}{path}", self.site.url().trim_end_matches('/')))
            .await;
    }

    /// Adds built pages to the site, below `/{to}/`, with the collector's address in them.
    ///
    /// # Panics
    ///
    /// When they are not there.
    pub fn add_pages(&self, from: &Path, to: &str) {
        let pages = self.folder.path().join("pages").join(to);
        copy_folder(from, &pages);
        replace_in_pages(&pages, PLACEHOLDER, &self.collector.url());
    }

    /// Starts the collector again, at the same address with the same folder.
    pub fn restart_collector(&mut self) {
        self.collector.kill();
        let listen = self.collector.address().to_string();
        self.collector = start_collector(self.folder.path(), &listen, &self.site.url());
    }
}

/// The surveys of a stage: those of the examples, and those of the tests.
fn surveys(folder: &Path) -> PathBuf {
    folder.join("surveys")
}

/// What opens the admin routes of a stage's collector.
pub const ADMIN_TOKEN: &str = "an-admin-token-for-the-tests-alone";

fn start_collector(folder: &Path, listen: &str, origin: &str) -> Collector {
    let token = folder.join("admin.token");
    assert!(
        fs::write(&token, ADMIN_TOKEN).is_ok(),
        "cannot write a token"
    );
    Collector::start_more(
        &folder.join("data"),
        &surveys(folder),
        listen,
        origin.trim_end_matches('/'),
        &["--admin-token-file", &token.to_string_lossy()],
    )
}

fn serve(pages: &Path, headers: &[(&str, String)]) -> Site {
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Site::with_headers("127.0.0.1:0", pages, PLACEHOLDER, &headers)
        .unwrap_or_else(|error| panic!("the site does not start: {error}"))
}

/// The folder of the whole repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn copy_folder(from: &Path, to: &Path) {
    let copied = fs::create_dir_all(to)
        .and_then(|()| fs::read_dir(from))
        .map(|entries| {
            for entry in entries.flatten() {
                let (from, to) = (entry.path(), to.join(entry.file_name()));
                // What people install in the sample projects is no page.
                if from.ends_with("node_modules") {
                    continue;
                }
                if from.is_dir() {
                    copy_folder(&from, &to);
                } else {
                    assert!(
                        fs::copy(&from, &to).is_ok(),
                        "cannot copy {}",
                        from.display()
                    );
                }
            }
        });
    assert!(copied.is_ok(), "cannot copy {}", from.display());
}

fn replace_in_pages(folder: &Path, from: &str, to: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            replace_in_pages(&path, from, to);
        } else if path.extension().is_some_and(|ending| ending == "html") {
            let text = fs::read_to_string(&path)
                .unwrap_or_default()
                .replace(from, to);
            assert!(
                fs::write(&path, text).is_ok(),
                "cannot write {}",
                path.display()
            );
        }
    }
}
