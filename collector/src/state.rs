//! Everything that requests share.

use std::sync::Arc;
use std::time::Instant;

use crate::admin::Admin;
use crate::assets::Assets;
use crate::disk::Disk;
use crate::hosted::recent::Recent;
use crate::limits::Limits;
use crate::loaders::Loaders;
use crate::metrics::Metrics;
use crate::origin::{AllowedOrigins, RefusedOrigins};
use crate::proxy::TrustedProxies;
use crate::rate::RateLimiter;
use crate::sink::Sink;
use crate::surveys::live::LiveSurveys;
use crate::trust::Trust;

/// Everything that requests share.
#[derive(Debug)]
pub struct AppState {
    /// The surveys.
    pub surveys: Arc<LiveSurveys>,
    /// Where responses go.
    pub sink: Sink,
    /// Whose pages may send.
    pub origins: AllowedOrigins,
    pub(crate) refused_origins: RefusedOrigins,
    /// Whose word about a visitor's address is taken.
    pub proxies: TrustedProxies,
    /// The widget's files, if they are there.
    pub assets: Option<Assets>,
    pub(crate) loaders: Loaders,
    /// What is accepted at most.
    pub limits: Limits,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// Whether the data folder can be written.
    pub disk: Arc<Disk>,
    pub(crate) rate: RateLimiter,
    /// Whom to believe. Until it is set: nobody more and nobody less than others.
    pub trust: Trust,
    /// Who may read over the network: nobody, unless there is an admin token.
    pub admin: Option<Admin>,
    pub(crate) survey_rate: RateLimiter,
    pub(crate) forms: Recent,
}

impl AppState {
    /// A state that lets these origins' pages send, within these limits.
    pub fn new(
        surveys: Arc<LiveSurveys>,
        sink: Sink,
        origins: AllowedOrigins,
        limits: Limits,
        metrics: Arc<Metrics>,
    ) -> Self {
        let now = Instant::now();
        Self {
            surveys,
            sink,
            origins,
            refused_origins: RefusedOrigins::default(),
            proxies: TrustedProxies::default(),
            assets: Assets::embedded(),
            loaders: Loaders::default(),
            limits,
            metrics,
            disk: Arc::default(),
            rate: RateLimiter::new(limits.rate_limit_per_minute, now),
            survey_rate: RateLimiter::new(limits.survey_rate_limit_per_minute, now),
            trust: Trust::default(),
            admin: None,
            forms: Recent::default(),
        }
    }
}
