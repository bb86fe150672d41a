//! A collector in a folder of its own, without a socket.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use sayso_collector::config::{Config, Layers, Source};
use sayso_collector::settings::Settings;
use sayso_collector::{Collector, app};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// A survey with every kind of question, and one with a single question.
pub(crate) const SURVEYS: [(&str, &str); 2] = [
    (
        "everything.json",
        include_str!("../../core/tests/golden/everything.json"),
    ),
    (
        "post-purchase.json",
        include_str!("../../core/tests/golden/survey.json"),
    ),
];

/// The origin whose pages may send.
pub(crate) const SHOP: &str = "https://shop.example";

/// A folder in memory where there is one: a target runs thousands of times a second.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

/// A collector that takes requests.
pub(crate) struct Desk {
    app: Router,
    runtime: Runtime,
    data: PathBuf,
    _collector: Collector,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Desk {
    /// Opens a collector on the folders `data` and `surveys` of a place.
    pub(crate) fn open(place: &Path) -> Self {
        let (data, surveys) = (place.join("data"), place.join("surveys"));
        if !surveys.is_dir() {
            fs::create_dir_all(&surveys).unwrap();
            for (name, text) in SURVEYS {
                fs::write(surveys.join(name), text).unwrap();
            }
        }
        let settings = "allow_origin = [\"https://shop.example\"]\nrate_limit_per_minute = 0";
        let typed = Settings {
            data: Some(data.clone()),
            surveys: Some(surveys),
            ..toml::from_str(settings).unwrap()
        };
        let layers = Layers {
            typed,
            source_of: &|_| Source::Flag,
            file: Settings::default(),
        };
        let collector = Collector::open(Config::resolve(layers).unwrap().0).unwrap();
        Self {
            app: app(collector.state().clone()),
            runtime: Builder::new_current_thread().enable_all().build().unwrap(),
            data,
            _collector: collector,
        }
    }

    /// The reply to a request.
    pub(crate) fn send(&self, request: Request<Body>) -> Reply {
        let reply = async {
            let reply = self.app.clone().oneshot(request).await.unwrap();
            let (head, body) = reply.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            Reply {
                status: head.status,
                headers: head.headers,
                body,
            }
        };
        self.runtime.block_on(reply)
    }

    /// The reply to a submission, as a page would send it.
    pub(crate) fn post(&self, body: impl Into<Body>) -> Reply {
        let request = Request::post("/v1/responses")
            .header("host", "feedback.example")
            .header("origin", SHOP)
            .header("content-type", "application/json");
        self.send(request.body(body.into()).unwrap())
    }

    /// How long the active file of the log is.
    pub(crate) fn length(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |found| found.len())
    }

    /// What the active file of the log holds from here on.
    pub(crate) fn log_from(&self, start: u64) -> String {
        let mut file = File::open(self.log()).unwrap();
        file.seek(SeekFrom::Start(start)).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        text
    }

    fn log(&self) -> PathBuf {
        self.data.join(sayso_collector::history::ACTIVE)
    }
}

impl Reply {
    /// The body, which is JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code that is for programs.
    pub(crate) fn code(&self) -> String {
        let code = self.json()["code"].as_str().map(String::from);
        code.unwrap_or_else(|| panic!("a reply without a code: {self:?}"))
    }
}
