//! Connections: how many there are at once, how long one may say nothing, and how they end.
//!
//! What a request may take is not here: its body has limits of its own, in [`crate::body`].

mod crowd;
#[cfg(test)]
mod tests;

use std::future::{Future, pending};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::header;
use axum::response::Response as HttpResponse;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt;
use tracing::{debug, error, warn};

use crate::headers::STRICT_TRANSPORT;
use crate::limits::Limits;
use crate::proxy::TrustedProxies;
use crate::strict::{MAX_HEAD_BYTES, Strict};
use crate::tls::Tls;
use crowd::Crowd;

/// Most headers of a request: what browsers send is a fifth of it.
const MAX_HEADERS: usize = 100;

/// Most bytes that a connection holds unread: room for the longest head, and as
/// much again so that one that is too long is answered.
const BUFFER_BYTES: usize = 2 * MAX_HEAD_BYTES;

/// The bounds of all connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Most connections at once. Who comes later waits until one ends.
    pub(crate) max_connections: usize,
    /// Most connections of one address that is no trusted proxy. Further ones are closed.
    pub(crate) max_per_address: usize,
    /// Longest time that TLS may take to begin.
    pub(crate) handshake_timeout: Duration,
    /// Longest time from a connection, or from a reply on it, to the end of the next request's head.
    pub(crate) head_timeout: Duration,
    /// Longest time in which nothing of a reply is taken.
    pub(crate) write_timeout: Duration,
    /// Longest life of a connection: who takes a reply byte by byte would keep it for ever.
    pub(crate) lifetime: Duration,
}

impl Bounds {
    /// The bounds that are set, and those that are not to be set.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            max_connections: limits.max_connections,
            max_per_address: limits.max_connections_per_address,
            handshake_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            lifetime: Duration::from_mins(10),
        }
    }

    /// The bounds of a trusted proxy: it sends many visitors' requests on one
    /// connection, and one that ends just when it sends would lose a submission.
    const fn of_proxy(self) -> Self {
        Self {
            head_timeout: PROXY_IDLE,
            lifetime: Duration::MAX,
            ..self
        }
    }
}

/// Longer than proxies keep an idle connection when nobody says otherwise.
const PROXY_IDLE: Duration = Duration::from_mins(5);

/// How connections come in.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) bounds: Bounds,
    /// Who may have as many connections as there are.
    pub(crate) proxies: TrustedProxies,
    /// The server's own TLS, if it has any.
    pub(crate) tls: Option<Arc<Tls>>,
    /// How many connections are open.
    pub(crate) open: Gauge,
}

/// How often it is said that there are too many connections.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// How long to wait when the system has no socket to give.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Serves connections until `shutdown` is ready, then lets each end what it is at.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    door: Door,
    shutdown: impl Future<Output = ()>,
) {
    let bounds = door.bounds;
    let places = Arc::new(Semaphore::new(bounds.max_connections));
    let crowd = Crowd::new(bounds.max_per_address);
    let (stop, stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    let (mut full, mut crowded) = (Occasion::default(), Occasion::default());
    let mut shutdown = pin!(shutdown);
    let mut certificate = pin!(watch_certificate(door.tls.clone()));
    loop {
        let (place, stream, peer) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
            // Only taken away: a connection has nothing to tell.
            Some(_) = connections.join_next() => continue,
            () = &mut certificate => continue,
        };
        if places.available_permits() == 0 && full.is_now() {
            let connections = bounds.max_connections;
            warn!(
                connections,
                "too many connections; others wait until one ends"
            );
        }
        let member = crowd.enter(peer.ip());
        let is_proxy = door.proxies.contains(peer.ip());
        if member.is_none() && !is_proxy {
            if crowded.is_now() {
                let connections = bounds.max_per_address;
                warn!(
                    connections,
                    "too many connections from one address; further ones are closed"
                );
            }
            continue;
        }
        let connection = Connection {
            peer,
            app: app.clone(),
            bounds: if is_proxy { bounds.of_proxy() } else { bounds },
            stopping: stopping.clone(),
            is_tls: door.tls.is_some(),
        };
        let tls = door.tls.clone();
        let counted = Counted::new(&door.open);
        connections.spawn(async move {
            connection.begin(stream, tls).await;
            drop((place, member, counted));
        });
    }
    drop((listener, stop));
    while connections.join_next().await.is_some() {}
}

/// One of the open connections. Dropping it counts it off.
struct Counted(Gauge);

impl Counted {
    fn new(open: &Gauge) -> Self {
        open.inc();
        Self(open.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Something that is said at most once in a while.
#[derive(Debug, Default)]
struct Occasion(Option<Instant>);

impl Occasion {
    fn is_now(&mut self) -> bool {
        let is_due = self.0.is_none_or(|at| WARN_EVERY <= at.elapsed());
        if is_due {
            self.0 = Some(Instant::now());
        }
        is_due
    }
}

/// Never ends.
async fn watch_certificate(tls: Option<Arc<Tls>>) {
    match tls {
        Some(tls) => tls.watch().await,
        None => pending().await,
    }
}

/// A place and a connection for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (OwnedSemaphorePermit, TcpStream, SocketAddr) {
    let Ok(place) = Arc::clone(places).acquire_owned().await else {
        // Nobody closes the semaphore.
        return pending().await;
    };
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (place, stream, peer),
            // It went away before it was taken.
            Err(cause)
                if matches!(
                    cause.kind(),
                    ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
                ) => {}
            Err(cause) => {
                error!(%cause, "cannot take connections");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// What one connection needs to know.
struct Connection {
    peer: SocketAddr,
    app: Router,
    bounds: Bounds,
    stopping: watch::Receiver<()>,
    is_tls: bool,
}

impl Connection {
    /// Serves to the end of the connection, by TLS where there is a certificate.
    async fn begin(mut self, stream: TcpStream, tls: Option<Arc<Tls>>) {
        // A reply is one small packet; to wait for more would only delay it.
        if let Err(cause) = stream.set_nodelay(true) {
            debug!(%cause, "cannot turn off delay");
        }
        let Some(tls) = tls else {
            return self.serve(stream).await;
        };
        let handshake = timeout(self.bounds.handshake_timeout, tls.acceptor().accept(stream));
        let stream = tokio::select! {
            stream = handshake => stream.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into())),
            _ = self.stopping.changed() => Err(io::Error::from(ErrorKind::Interrupted)),
        };
        match stream {
            Ok(stream) => self.serve(stream).await,
            Err(cause) => debug!(%cause, "TLS did not begin"),
        }
    }

    /// Serves to the end of the connection.
    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Self {
            peer,
            app,
            bounds,
            mut stopping,
            is_tls,
        } = self;
        let service = app
            .map_request(move |mut request: Request<_>| {
                request.extensions_mut().insert(ConnectInfo(peer));
                request
            })
            .map_response(move |mut reply: HttpResponse| {
                if is_tls {
                    let name = header::STRICT_TRANSPORT_SECURITY;
                    reply.headers_mut().insert(name, STRICT_TRANSPORT);
                }
                reply
            });
        let stream = TokioIo::new(Strict::new(stream, bounds.write_timeout));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(bounds.head_timeout)
            .max_headers(MAX_HEADERS)
            .max_header_size(MAX_HEAD_BYTES)
            .max_buf_size(BUFFER_BYTES)
            .serve_connection(stream, TowerToHyperService::new(service));
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            // The sender is dropped at the end, which is the only message.
            _ = stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = sleep(bounds.lifetime) => {
                connection.as_mut().graceful_shutdown();
                let ended = timeout(bounds.head_timeout, connection).await;
                ended.unwrap_or(Ok(()))
            }
        };
        if let Err(cause) = ended {
            debug!(%cause, "a connection ended early");
        }
    }
}
