//! Connections: how many there are at once, how long one may say nothing, and how they end.
//!
//! What a request may take is not here: its body has limits of its own, in [`crate::body`].

use std::future::{Future, pending};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower::ServiceExt;
use tracing::{debug, error, warn};

/// The bounds of all connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Most connections at once. Who comes later waits until one ends.
    pub(crate) max_connections: usize,
    /// Longest time from a connection, or from a reply on it, to the end of the next request's head.
    pub(crate) head_timeout: Duration,
    /// Longest life of a connection. The head's time does not run while a reply
    /// is written, so who never reads one would keep the connection for ever.
    pub(crate) lifetime: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            // Systems let a process have 1,024 files as a rule, and the log is one.
            max_connections: 960,
            head_timeout: Duration::from_secs(30),
            lifetime: Duration::from_mins(10),
        }
    }
}

/// How often it is said that there are too many connections.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// How long to wait when the system has no socket to give.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Serves connections until `shutdown` is ready, then lets each end what it is at.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    bounds: Bounds,
    open: Gauge,
    shutdown: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(bounds.max_connections));
    let (stop, stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut warned = None::<Instant>;
    let mut shutdown = pin!(shutdown);
    loop {
        let (place, stream, peer) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &places) => accepted,
            // Only taken away: a connection has nothing to tell.
            Some(_) = connections.join_next() => continue,
        };
        if places.available_permits() == 0 && warned.is_none_or(|at| WARN_EVERY <= at.elapsed()) {
            warned = Some(Instant::now());
            let connections = bounds.max_connections;
            warn!(
                connections,
                "too many connections; others wait until one ends"
            );
        }
        let connection = connection(stream, peer, app.clone(), bounds, stopping.clone());
        let counted = Counted::new(&open);
        connections.spawn(async move {
            connection.await;
            drop((place, counted));
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

/// Serves one connection to its end.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    bounds: Bounds,
    mut stopping: watch::Receiver<()>,
) {
    // A reply is one small packet; to wait for more would only delay it.
    if let Err(cause) = stream.set_nodelay(true) {
        debug!(%cause, "cannot turn off delay");
    }
    let service = app.map_request(move |mut request: Request<_>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    // The version is not looked for in what is sent first: that would have no timeout.
    let mut server = Builder::new(TokioExecutor::new()).http1_only();
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_timeout);
    let mut connection =
        pin!(server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    let ended = tokio::select! {
        ended = &mut connection => ended,
        // The sender is dropped at the end, which is the only message.
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        () = tokio::time::sleep(bounds.lifetime) => {
            connection.as_mut().graceful_shutdown();
            let ended = tokio::time::timeout(bounds.head_timeout, connection).await;
            ended.unwrap_or(Ok(()))
        }
    };
    if let Err(cause) = ended {
        debug!(%cause, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;
    use tokio::time::timeout;

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    /// A server that greets, its end, and what ends it.
    async fn start(bounds: Bounds) -> (SocketAddr, JoinHandle<()>, oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let app = Router::new()
            .route("/", get(async || "hello"))
            // More than the buffers of both ends hold.
            .route("/large", get(async || vec![0_u8; 64 << 20]));
        let server = tokio::spawn(serve(listener, app, bounds, Gauge::default(), async {
            drop(stopped.await);
        }));
        (address, server, stop)
    }

    /// Everything until the other side hangs up, within a time that is long for it.
    async fn read_to_end(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        let read = stream.read_to_string(&mut text);
        timeout(Duration::from_secs(20), read)
            .await
            .unwrap()
            .unwrap();
        text
    }

    fn bounds(max_connections: usize, head_timeout_ms: u64) -> Bounds {
        Bounds {
            max_connections,
            head_timeout: Duration::from_millis(head_timeout_ms),
            lifetime: Duration::from_secs(60),
        }
    }

    #[tokio::test]
    async fn who_never_reads_the_reply_keeps_no_place() {
        let lifetime = Duration::from_millis(100);
        let (address, _server, _stop) = start(Bounds {
            lifetime,
            ..bounds(1, 100)
        })
        .await;
        let mut deaf = TcpStream::connect(address).await.unwrap();
        let request = b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        deaf.write_all(request).await.unwrap();
        deaf.readable().await.unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        assert!(read_to_end(&mut stream).await.contains("hello"));
        drop(deaf);
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_is_ended() {
        let (address, _server, _stop) = start(bounds(10, 50)).await;
        for sent in [&b""[..], b"GET / HTTP/1.1\r\nHost: loc", REQUEST] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(sent).await.unwrap();
            let text = read_to_end(&mut stream).await;
            assert_eq!(text.ends_with("hello"), sent == REQUEST, "{text}");
        }
    }

    #[tokio::test]
    async fn silent_connections_keep_nobody_out_for_long() {
        let (address, _server, _stop) = start(bounds(2, 300)).await;
        let mut silent = Vec::new();
        for _ in 0..6 {
            silent.push(TcpStream::connect(address).await.unwrap());
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        assert!(read_to_end(&mut stream).await.contains("hello"));
    }

    #[tokio::test]
    async fn as_many_connections_are_served_as_may_be_and_no_more() {
        let (address, _server, _stop) = start(bounds(2, 60_000)).await;
        let mut open = Vec::new();
        for _ in 0..3 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(REQUEST).await.unwrap();
            open.push(stream);
        }
        let mut byte = [0];
        open[0].read_exact(&mut byte).await.unwrap();
        open[1].read_exact(&mut byte).await.unwrap();
        let mut third = open.remove(2);
        let early = timeout(Duration::from_millis(100), third.read_exact(&mut byte)).await;
        assert!(early.is_err(), "a third is served");
        drop(open);
        let later = timeout(Duration::from_secs(20), third.read_exact(&mut byte)).await;
        later.unwrap().unwrap();
    }

    #[tokio::test]
    async fn idle_connections_are_closed_at_the_end() {
        let (address, server, stop) = start(bounds(10, 60_000)).await;
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(REQUEST).await.unwrap();
        let mut byte = [0];
        idle.read_exact(&mut byte).await.unwrap();
        stop.send(()).unwrap();
        timeout(Duration::from_secs(20), server)
            .await
            .unwrap()
            .unwrap();
        assert!(read_to_end(&mut idle).await.ends_with("hello"));
    }
}
