//! A collector from opening its data folder to its last line.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::admin::Admin;
use crate::assets::MISSING;
use crate::company::Company;
use crate::config::Config;
use crate::connections::{self, Bounds, Door};
use crate::data::DataFolder;
use crate::erase::Beside;
use crate::error::StartError;
use crate::metrics::Metrics;
use crate::routes::app;
use crate::secret::Secrets;
use crate::sink::{Log, Sink, Writer};
use crate::state::AppState;
use crate::surveys::watch::Watch;
use crate::systemd;
use crate::tls::Tls;
use crate::trust::Trust;
use crate::trust::site_key::SiteKeys;
use crate::trust::token::TokenKey;

/// How long requests that are under way at the end may take.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// A collector that has its data folder, and everything else that it needs but a socket.
#[must_use = "the writer's thread runs until the collector is served to its end"]
#[derive(Debug)]
pub struct Collector {
    state: Arc<AppState>,
    watch: Watch,
    writer: Writer,
    data: DataFolder,
    tls: Option<Arc<Tls>>,
}

impl Collector {
    /// Checks everything that can be wrong before a port is bound.
    ///
    /// # Errors
    ///
    /// What is wrong with the data folder, the log or the surveys.
    pub fn open(config: Config) -> Result<Self, StartError> {
        let tls = config.tls.map(Tls::open).transpose()?.map(Arc::new);
        let data = DataFolder::open(&config.data)?;
        let site = config.site_key_file.as_deref().map(SiteKeys::read);
        let site = site.transpose()?;
        let trust = Trust::new(config.rules, site, Some(TokenKey::open(data.path())?));
        let tokens = config.admin_token_file.as_deref();
        let tokens = tokens.map(|path| Secrets::read("admin_token_file", path));
        let tokens = tokens.transpose()?;
        let metrics = Arc::new(Metrics::default());
        let kept = data.kept_surveys();
        let max_body_bytes = config.limits.max_body_bytes;
        let watch = Watch::open(&config.surveys, &kept, max_body_bytes, Arc::clone(&metrics))?;
        let log = Log::open(data.path())?.with_upkeep(config.upkeep);
        let (sink, writer) = Sink::start(log, config.limits.max_waiting, Arc::clone(&metrics))
            .map_err(StartError::Run)?;
        let admin = tokens.map(|tokens| {
            let eraser = Beside::new(sink.clone(), data.path().into());
            Admin::new(tokens, data.path().into()).erasing(Arc::new(eraser))
        });
        let surveys = Arc::clone(watch.live());
        let mut state = AppState::new(surveys, sink, config.origins, config.limits, metrics);
        (state.trust, state.admin) = (trust, admin);
        state.proxies = config.proxies;
        Ok(Self {
            state: Arc::new(state),
            watch,
            writer,
            data,
            tls,
        })
    }

    /// What its requests share.
    pub fn state(&self) -> &Arc<AppState> {
        &self.state
    }
}

/// Serves until `shutdown` is ready, then answers what was accepted, syncs and returns.
///
/// # Errors
///
/// The listener's address cannot be read, or the writer of the log cannot be waited for.
pub async fn serve(
    listener: TcpListener,
    collector: Collector,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let Collector {
        state,
        watch,
        writer,
        data,
        tls,
    } = collector;
    let address = listener.local_addr().map_err(StartError::Run)?;
    let mut company = Company::start(watch, &data, &state).map_err(StartError::Run)?;
    if state.assets.is_none() {
        warn!("{MISSING}");
    }
    if state.admin.is_some() {
        info!("the admin token opens /v1/report and /admin/login");
    }
    info!(tls = tls.is_some(), %address, "listening");
    let surveys = state.surveys.now().served_count();
    systemd::ready(&format!("Listening on {address}, {surveys} surveys"));
    let door = Door {
        bounds: Bounds::new(&state.limits),
        proxies: state.proxies.clone(),
        tls,
        open: state.metrics.vitals.connections.clone(),
    };
    let stopping = Arc::new(Notify::new());
    let is_stopping = Arc::clone(&stopping);
    let shutdown = async move {
        shutdown.await;
        info!("stopping");
        systemd::stopping();
        stopping.notify_one();
    };
    let server = connections::serve(listener, app(Arc::clone(&state)), door, shutdown);
    tokio::select! {
        () = server => {}
        () = time_is_up(&is_stopping) => warn!("some requests took too long and are cut off"),
        () = systemd::stay_alive() => {}
        () = company.reload_on_hangup() => {}
    }
    // Joining a thread would block the runtime, and with it the last replies.
    let stopped = tokio::task::spawn_blocking(|| {
        writer.stop();
        company.stop();
    });
    let stopped = stopped.await;
    let totals = state.metrics.totals();
    info!(
        stored = totals.stored,
        duplicate = totals.duplicate,
        rejected = totals.rejected,
        failed = totals.failed,
        syncs = state.metrics.syncs.get(),
        uptime_s = state.metrics.vitals.uptime().as_secs(),
        "stopped"
    );
    drop(data);
    stopped.map_err(|error| StartError::Run(error.into()))
}

/// Is ready when the requests that were under way at the end have had their time.
async fn time_is_up(is_stopping: &Notify) {
    is_stopping.notified().await;
    sleep(STOP_LIMIT).await;
}

/// Is ready when the process is asked to end: SIGTERM or SIGINT.
///
/// # Errors
///
/// The signals cannot be listened for.
#[cfg(unix)]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Is ready when the process is asked to end: Ctrl-C.
///
/// # Errors
///
/// None here.
#[cfg(not(unix))]
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
