//! What happened, in numbers: every submission ends in exactly one counted outcome.

mod vitals;

use std::sync::Arc;
use std::time::Instant;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use sayso_core::id::SurveyId;
use sayso_core::record::Suspicion;
use sayso_core::wire::ErrorCode;
use tracing::debug;

pub use vitals::Vitals;

/// The counters of one collector.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    submissions: Family<Labels, Counter>,
    /// How often the log was synced.
    pub syncs: Counter,
    /// Submissions that wait for the disk now.
    pub waiting: Gauge,
    suspicious: Family<Mark, Counter>,
    /// Attempts to log in, or to use an admin route, with a token.
    pub(crate) admin_attempts: Family<Attempt, Counter>,
    /// Times, sizes and ages.
    pub vitals: Vitals,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Mark {
    mark: &'static str,
}

/// How an attempt with an admin token ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Attempt {
    pub(crate) outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    outcome: &'static str,
    code: &'static str,
}

/// How a submission ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its line is synced to disk.
    Stored,
    /// It was on disk before.
    Duplicate,
    /// It was answered with this code.
    Refused(ErrorCode),
    /// The client went away before it had sent all.
    Aborted,
}

/// How many submissions ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// On disk.
    pub stored: u64,
    /// On disk before.
    pub duplicate: u64,
    /// Not accepted, by the fault of who sent them.
    pub rejected: u64,
    /// Not accepted, by our own fault.
    pub failed: u64,
}

impl Ending {
    /// Every way a submission can end.
    fn all() -> impl Iterator<Item = Ending> {
        [Ending::Stored, Ending::Duplicate, Ending::Aborted]
            .into_iter()
            .chain(ErrorCode::ALL.map(Ending::Refused))
    }

    const fn outcome(self) -> &'static str {
        match self {
            Ending::Stored => "stored",
            Ending::Duplicate => "duplicate",
            Ending::Refused(code) if 500 <= code.status() => "failed",
            Ending::Refused(_) | Ending::Aborted => "rejected",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Ending::Stored => "stored",
            Ending::Duplicate => "duplicate",
            Ending::Refused(code) => code.as_str(),
            Ending::Aborted => "aborted",
        }
    }

    const fn labels(self) -> Labels {
        Labels {
            outcome: self.outcome(),
            code: self.code(),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("sayso");
        let submissions = Family::<Labels, Counter>::default();
        let (syncs, waiting) = (Counter::default(), Gauge::default());
        registry.register(
            "submissions",
            "Submissions by how they ended",
            submissions.clone(),
        );
        registry.register("syncs", "Times the log was synced to disk", syncs.clone());
        registry.register(
            "waiting",
            "Submissions that wait for the disk",
            waiting.clone(),
        );
        let suspicious = Family::<Mark, Counter>::default();
        registry.register(
            "suspicious",
            "Stored submissions by what makes them doubtful",
            suspicious.clone(),
        );
        let admin_attempts = Family::<Attempt, Counter>::default();
        registry.register(
            "admin_attempts",
            "Attempts with an admin token by how they ended",
            admin_attempts.clone(),
        );
        let vitals = Vitals::register(&mut registry);
        // Every series exists from the start, so that a first failure is a change.
        for ending in Ending::all() {
            drop(submissions.get_or_create(&ending.labels()));
        }
        for mark in Suspicion::ALL.map(Suspicion::as_str) {
            drop(suspicious.get_or_create(&Mark { mark }));
        }
        for outcome in ["passed", "wrong", "slowed"] {
            drop(admin_attempts.get_or_create(&Attempt { outcome }));
        }
        Self {
            registry,
            submissions,
            syncs,
            waiting,
            suspicious,
            admin_attempts,
            vitals,
        }
    }
}

impl Metrics {
    /// Everything as Prometheus text.
    pub fn text(&self) -> String {
        self.vitals.refresh();
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            // Writing to a string does not fail.
            Err(_) => String::new(),
        }
    }

    /// How many submissions ended how, so far.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for ending in Ending::all() {
            let count = self.submissions.get_or_create(&ending.labels()).get();
            match ending.outcome() {
                "stored" => totals.stored += count,
                "duplicate" => totals.duplicate += count,
                "failed" => totals.failed += count,
                _ => totals.rejected += count,
            }
        }
        totals
    }
}

/// A submission that has not ended yet. It ends once, at the latest when it is dropped.
///
/// It travels with the submission, from the first header into the writer's
/// thread: browsers close connections and their requests are dropped midway,
/// and what was stored then must be counted all the same.
#[derive(Debug)]
pub struct OpenSubmission {
    metrics: Arc<Metrics>,
    started: Instant,
    if_dropped: Ending,
    about: Option<SurveyId>,
    marks: Vec<&'static str>,
    has_ended: bool,
}

impl OpenSubmission {
    /// A submission whose head has arrived.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        let (started, if_dropped) = (Instant::now(), Ending::Aborted);
        Self {
            metrics,
            started,
            if_dropped,
            about: None,
            marks: Vec::new(),
            has_ended: false,
        }
    }

    /// Notes what it is about, for the log: a survey of ours, and not what was sent.
    pub fn is_about(&mut self, survey: &SurveyId) {
        self.about = Some(survey.clone());
    }

    /// Notes what makes it doubtful, for the log and the counters.
    pub fn is_marked(&mut self, marks: &[Suspicion]) {
        self.marks = marks.iter().map(|mark| mark.as_str()).collect();
    }

    /// From here on the collector has it, and if it gets lost it is our failure.
    pub fn hand_over(&mut self) {
        self.if_dropped = Ending::Refused(ErrorCode::StorageUnavailable);
    }

    /// Counts it.
    pub fn end(mut self, ending: Ending) {
        self.count(ending);
    }

    fn count(&mut self, ending: Ending) {
        if self.has_ended {
            return;
        }
        self.has_ended = true;
        self.metrics
            .submissions
            .get_or_create(&ending.labels())
            .inc();
        if ending == Ending::Stored {
            self.metrics.vitals.stored();
            for mark in &self.marks {
                let mark = Mark { mark };
                self.metrics.suspicious.get_or_create(&mark).inc();
            }
        }
        debug!(
            outcome = ending.outcome(),
            code = ending.code(),
            survey_id = self.about.as_ref().map(SurveyId::as_str),
            suspicious = (!self.marks.is_empty()).then(|| self.marks.join(",")),
            elapsed_ms = self.started.elapsed().as_millis() as u64,
            "submission ended"
        );
    }
}

impl Drop for OpenSubmission {
    fn drop(&mut self) {
        self.count(self.if_dropped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_is_counted_once_and_under_its_outcome() {
        let metrics = Arc::new(Metrics::default());
        for ending in Ending::all() {
            OpenSubmission::new(Arc::clone(&metrics)).end(ending);
        }
        let expected = Totals {
            stored: 1,
            duplicate: 1,
            rejected: 11,
            failed: 1,
        };
        assert_eq!(metrics.totals(), expected);
        let text = metrics.text();
        let submissions = text
            .lines()
            .filter(|line| line.starts_with("sayso_submissions_total{"));
        assert!(
            submissions.clone().count() == 14
                && submissions.clone().all(|line| line.ends_with(" 1")),
            "{text}"
        );
    }

    #[test]
    fn what_is_dropped_is_counted_by_who_had_it() {
        let metrics = Arc::new(Metrics::default());
        drop(OpenSubmission::new(Arc::clone(&metrics)));
        assert_eq!(
            metrics.totals(),
            Totals {
                rejected: 1,
                ..Totals::default()
            }
        );
        let mut open = OpenSubmission::new(Arc::clone(&metrics));
        open.hand_over();
        drop(open);
        assert_eq!(
            metrics.totals(),
            Totals {
                rejected: 1,
                failed: 1,
                ..Totals::default()
            }
        );
    }
}
