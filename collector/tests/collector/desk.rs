//! A collector without a socket, on a disk of the test's own: requests in, replies out.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use sayso_collector::AppState;
use sayso_collector::limits::Limits;
use sayso_collector::metrics::Metrics;
use sayso_collector::origin::AllowedOrigins;
use sayso_collector::sink::{Log, Seen, Sink, Upkeep, Writer};
use sayso_collector::surveys::Surveys;
use sayso_collector::surveys::live::LiveSurveys;
use sayso_core::wire::{Refusal, Stored};
use serde_json::Value;
use tower::ServiceExt;

use crate::disk::Disk;
use crate::fixtures::{CSAT_SURVEY, SURVEY, survey};

/// The origin whose pages may send.
pub(crate) const SHOP: &str = "https://shop.example";

/// A running collector.
pub(crate) struct Desk {
    pub(crate) app: Router,
    pub(crate) disk: Disk,
    pub(crate) metrics: Arc<Metrics>,
    writer: Option<Writer>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Desk {
    /// With the usual limits, but for the rate.
    pub(crate) fn new() -> Self {
        Self::with(Limits {
            rate_limit_per_minute: 0,
            ..Limits::default()
        })
    }

    pub(crate) fn with(limits: Limits) -> Self {
        Self::changed(limits, |_| {})
    }

    /// With something changed before the first request.
    pub(crate) fn changed(limits: Limits, change: impl FnOnce(&mut AppState)) -> Self {
        Self::made(limits, Upkeep::NONE, change)
    }

    /// With files that are closed by these rules.
    pub(crate) fn closing(upkeep: Upkeep) -> Self {
        let limits = Limits {
            rate_limit_per_minute: 0,
            ..Limits::default()
        };
        Self::made(limits, upkeep, |_| {})
    }

    fn made(limits: Limits, upkeep: Upkeep, change: impl FnOnce(&mut AppState)) -> Self {
        let disk = Disk::default();
        let metrics = Arc::new(Metrics::default());
        let log = Log::new(Box::new(disk.clone()), 0, Seen::default()).with_upkeep(upkeep);
        let (sink, writer) = Sink::start(log, limits.max_waiting, Arc::clone(&metrics)).unwrap();
        let surveys = Surveys::new(vec![survey(SURVEY), survey(CSAT_SURVEY)], Vec::new());
        let surveys = Arc::new(LiveSurveys::new(surveys));
        let origins = AllowedOrigins::new(vec![SHOP.parse().unwrap()]);
        let mut state = AppState::new(surveys, sink, origins, limits, Arc::clone(&metrics));
        change(&mut state);
        let app = sayso_collector::app(Arc::new(state));
        Self {
            app,
            disk,
            metrics,
            writer: Some(writer),
        }
    }

    /// Ends the thread that owns the log.
    pub(crate) fn stop_writer(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.stop();
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let reply = self.app.clone().oneshot(request).await.unwrap();
        let (head, body) = reply.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(request("GET", path, headers).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a submission as a page would.
    pub(crate) async fn post(&self, submission: &Value) -> Reply {
        self.post_as("application/json", submission.to_string())
            .await
    }

    pub(crate) async fn post_as(&self, content_type: &str, body: impl Into<Body>) -> Reply {
        let headers = [("content-type", content_type), ("origin", SHOP)];
        let request = request("POST", "/v1/responses", &headers);
        self.send(request.body(body.into()).unwrap()).await
    }
}

pub(crate) fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> axum::http::request::Builder {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "feedback.example");
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    })
}

impl Reply {
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// A header's values, joined as a browser would join them.
    pub(crate) fn header(&self, name: &str) -> String {
        let values = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap());
        values.collect::<Vec<_>>().join(", ")
    }

    /// The code of a reply that is no refusal.
    pub(crate) fn stored(&self) -> String {
        self.json::<Stored>().code
    }

    #[track_caller]
    pub(crate) fn check_refused(&self, status: u16, code: &str) -> Refusal {
        let refusal: Refusal = self.json();
        assert_eq!(
            (self.status.as_u16(), refusal.code.as_str()),
            (status, code),
            "{self:?}"
        );
        assert_eq!(refusal.code.status(), status);
        assert!(!refusal.message.is_empty());
        refusal
    }
}
