//! Connections on a free port, with bounds that are soon reached.

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

const LAST_REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

type Started = (SocketAddr, JoinHandle<()>, oneshot::Sender<()>);

/// A server that greets, its end, and what ends it.
async fn start(bounds: Bounds) -> Started {
    start_for(bounds, TrustedProxies::default()).await
}

async fn start_for(bounds: Bounds, proxies: TrustedProxies) -> Started {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let door = Door {
        bounds,
        proxies,
        tls: None,
        open: Gauge::default(),
    };
    let app = Router::new()
        .route("/", get(async || "hello"))
        // More than the buffers of both ends hold.
        .route("/large", get(async || vec![0_u8; 64 << 20]));
    let server = tokio::spawn(serve(listener, app, door, async { drop(stopped.await) }));
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
        max_per_address: 100,
        handshake_timeout: Duration::from_secs(60),
        head_timeout: Duration::from_millis(head_timeout_ms),
        write_timeout: Duration::from_secs(60),
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
async fn who_takes_nothing_of_the_reply_is_cut_off() {
    let write_timeout = Duration::from_millis(100);
    let (address, _server, _stop) = start(Bounds {
        write_timeout,
        ..bounds(1, 60_000)
    })
    .await;
    let mut deaf = TcpStream::connect(address).await.unwrap();
    let request = b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n";
    deaf.write_all(request).await.unwrap();
    deaf.readable().await.unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(LAST_REQUEST).await.unwrap();
    assert!(read_to_end(&mut stream).await.contains("hello"));
    drop(deaf);
}

#[tokio::test]
async fn who_takes_the_reply_in_pieces_gets_it_all() {
    let write_timeout = Duration::from_secs(10);
    let (address, _server, _stop) = start(Bounds {
        write_timeout,
        ..bounds(1, 60_000)
    })
    .await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    let request = b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    slow.write_all(request).await.unwrap();
    let mut count = 0;
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = timeout(Duration::from_secs(20), slow.read(&mut piece));
        match read.await.unwrap().unwrap() {
            0 => break,
            read => count += read,
        }
        tokio::task::yield_now().await;
    }
    assert!(64 << 20 < count, "{count}");
}

#[tokio::test]
async fn one_address_has_as_many_connections_as_it_may_and_no_more() {
    let few = Bounds {
        max_per_address: 2,
        ..bounds(10, 60_000)
    };
    let (address, _server, _stop) = start(few).await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        stream.read_exact(&mut [0]).await.unwrap();
        open.push(stream);
    }
    let mut third = TcpStream::connect(address).await.unwrap();
    let ended = timeout(Duration::from_secs(20), third.read(&mut [0])).await;
    assert!(
        matches!(ended.unwrap(), Ok(0) | Err(_)),
        "a third is served"
    );
    drop(open.pop());
    // The place is free when the server has seen the end of the one before.
    loop {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let mut byte = [0];
        if stream.write_all(REQUEST).await.is_ok() && stream.read_exact(&mut byte).await.is_ok() {
            break;
        }
    }
}

#[tokio::test]
async fn a_trusted_proxy_has_as_many_connections_as_there_are() {
    let few = Bounds {
        max_per_address: 1,
        ..bounds(10, 60_000)
    };
    let proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
    let (address, _server, _stop) = start_for(few, proxies).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        let mut byte = [0];
        let read = stream.read_exact(&mut byte);
        timeout(Duration::from_secs(20), read)
            .await
            .unwrap()
            .unwrap();
        open.push(stream);
    }
}

#[tokio::test]
async fn a_trusted_proxy_may_rest_longer_than_others() {
    let brief = Bounds {
        lifetime: Duration::from_millis(1),
        ..bounds(10, 1)
    };
    let proxies = TrustedProxies::new(vec!["127.0.0.1".parse().unwrap()]);
    let (address, _server, _stop) = start_for(brief, proxies).await;
    let mut proxy = TcpStream::connect(address).await.unwrap();
    let (other, _other_server, _other_stop) = start(brief).await;
    // Somebody else's connection has lived and ended meanwhile.
    let mut visitor = TcpStream::connect(other).await.unwrap();
    read_to_end(&mut visitor).await;
    for _ in 0..2 {
        proxy.write_all(REQUEST).await.unwrap();
        proxy.read_exact(&mut [0]).await.unwrap();
    }
    proxy.write_all(LAST_REQUEST).await.unwrap();
    assert!(read_to_end(&mut proxy).await.ends_with("hello"));
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
