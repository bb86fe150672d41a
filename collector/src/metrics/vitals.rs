//! What an operator watches besides the counted submissions: times, sizes, ages.

use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// From a fast disk to one that is in trouble, in seconds.
const SYNC_BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// From a reply out of memory to a body that arrives as slowly as it may, in seconds.
const REQUEST_BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 10.0,
];

/// Times, sizes and ages.
#[derive(Debug)]
pub struct Vitals {
    sync: Histogram,
    requests: Family<Route, Histogram, Buckets>,
    newest_line: Gauge,
    /// Bytes of the files of the log.
    pub log_bytes: Gauge,
    /// Files of the log, the active one included.
    pub log_files: Gauge,
    /// Bytes that may still be written to the data folder's disk.
    pub free_bytes: Gauge,
    /// 1 while the data folder can be written, else 0.
    pub disk_writable: Gauge,
    /// Surveys that are served.
    pub surveys: Gauge,
    /// Of these, the ones that are paused or have ended.
    pub surveys_closed: Gauge,
    /// Survey files that are not served as they stand.
    pub survey_problems: Gauge,
    /// Connections that are open.
    pub connections: Gauge,
    uptime: Gauge<f64, AtomicU64>,
    started: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// Makes the histogram of a route.
#[derive(Debug, Clone)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(REQUEST_BUCKETS)
    }
}

impl Vitals {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let vitals = Self {
            sync: Histogram::new(SYNC_BUCKETS),
            requests: Family::new_with_constructor(Buckets),
            newest_line: Gauge::default(),
            log_bytes: Gauge::default(),
            log_files: Gauge::default(),
            free_bytes: Gauge::default(),
            disk_writable: Gauge::default(),
            surveys: Gauge::default(),
            surveys_closed: Gauge::default(),
            survey_problems: Gauge::default(),
            connections: Gauge::default(),
            uptime: Gauge::default(),
            started: Instant::now(),
        };
        vitals.disk_writable.set(1);
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The release that runs", build);
        vitals.register_times(registry);
        vitals.register_sizes(registry);
        vitals
    }

    fn register_times(&self, registry: &mut Registry) {
        let seconds = || Unit::Seconds;
        let help = "Time that the sync of the log took";
        registry.register_with_unit("sync", help, seconds(), self.sync.clone());
        let help = "Time from the head of a request to the head of its reply";
        registry.register_with_unit("request", help, seconds(), self.requests.clone());
        let help = "When the newest line was stored, in seconds since 1970; 0 if there is none";
        let newest = self.newest_line.clone();
        registry.register_with_unit("newest_line_timestamp", help, seconds(), newest);
        let help = "Time since the start";
        registry.register_with_unit("uptime", help, seconds(), self.uptime.clone());
    }

    fn register_sizes(&self, registry: &mut Registry) {
        let bytes = || Unit::Bytes;
        registry.register_with_unit("log", "Size of the log", bytes(), self.log_bytes.clone());
        let help = "Room on the disk of the data folder";
        registry.register_with_unit("disk_free", help, bytes(), self.free_bytes.clone());
        for (name, help, gauge) in [
            ("log_files", "Files of the log", &self.log_files),
            (
                "disk_writable",
                "1 while the data folder can be written",
                &self.disk_writable,
            ),
            ("surveys", "Surveys that are served", &self.surveys),
            (
                "surveys_closed",
                "Surveys that are paused or have ended",
                &self.surveys_closed,
            ),
            (
                "survey_problems",
                "Survey files that are not served as they stand",
                &self.survey_problems,
            ),
            (
                "connections",
                "Connections that are open",
                &self.connections,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
    }

    /// A sync of the log took so long.
    pub fn synced(&self, took: Duration) {
        self.sync.observe(took.as_secs_f64());
    }

    /// A request to a route took so long. Routes are patterns, so that there are few.
    pub fn answered(&self, route: &str, took: Duration) {
        let route = Route {
            route: String::from(route),
        };
        let requests = self.requests.get_or_create(&route);
        requests.observe(took.as_secs_f64());
    }

    /// A line was stored just now.
    pub fn stored(&self) {
        self.newest_line.set(Timestamp::now().as_second());
    }

    /// The newest line was stored at this second since 1970, before this start.
    pub fn stored_before(&self, at_s: i64) {
        self.newest_line.set(at_s);
    }

    /// How long the collector runs.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// Brings up to date what changes by itself.
    pub(super) fn refresh(&self) {
        self.uptime.set(self.uptime().as_secs_f64());
    }
}
