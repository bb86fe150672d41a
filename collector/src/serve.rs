//! A collector from opening its data folder to its last line.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::{info, warn};

use crate::assets::MISSING;
use crate::config::Config;
use crate::connections::{self, Bounds, Door};
use crate::data::DataFolder;
use crate::error::StartError;
use crate::metrics::Metrics;
use crate::routes::app;
use crate::sink::{Log, Sink, Writer};
use crate::state::AppState;
use crate::surveys::Surveys;
use crate::tls::Tls;

/// How long requests that are under way at the end may take.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// A collector that has its data folder, and everything else that it needs but a socket.
#[must_use = "the writer's thread runs until the collector is served to its end"]
#[derive(Debug)]
pub struct Collector {
    state: Arc<AppState>,
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
        let surveys = Surveys::open(&config.surveys, &data.kept_surveys())?;
        surveys.check_room(config.limits.max_body_bytes)?;
        let log = Log::open(data.path())?;
        let metrics = Arc::new(Metrics::default());
        let (sink, writer) = Sink::start(log, config.limits.max_waiting, Arc::clone(&metrics))
            .map_err(StartError::Run)?;
        let mut state = AppState::new(surveys, sink, config.origins, config.limits, metrics);
        state.proxies = config.proxies;
        Ok(Self {
            state: Arc::new(state),
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
        writer,
        data,
        tls,
    } = collector;
    let address = listener.local_addr().map_err(StartError::Run)?;
    if state.assets.is_none() {
        warn!("{MISSING}");
    }
    info!(tls = tls.is_some(), %address, "listening");
    let door = Door {
        bounds: Bounds::new(&state.limits),
        proxies: state.proxies.clone(),
        tls,
    };
    let stopping = Arc::new(Notify::new());
    let is_stopping = Arc::clone(&stopping);
    let shutdown = async move {
        shutdown.await;
        info!("stopping");
        stopping.notify_one();
    };
    let server = connections::serve(listener, app(Arc::clone(&state)), door, shutdown);
    tokio::select! {
        () = server => {}
        () = time_is_up(&is_stopping) => warn!("some requests took too long and are cut off"),
    }
    // Joining a thread would block the runtime, and with it the last replies.
    let stopped = tokio::task::spawn_blocking(|| writer.stop()).await;
    let totals = state.metrics.totals();
    info!(
        stored = totals.stored,
        duplicate = totals.duplicate,
        rejected = totals.rejected,
        failed = totals.failed,
        syncs = state.metrics.syncs.get(),
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
