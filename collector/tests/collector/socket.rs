//! `serve` on a free port: what only shows on a real connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sayso_collector::config::{Config, Layers, Source};
use sayso_collector::settings::Settings;
use sayso_collector::{Collector, serve};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::fixtures::{key, keys_in, submission};
use crate::limits::of_length;
use crate::program::Place;

/// A served collector. Dropping it stops it and waits for its end.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub(crate) fn start(place: &Place, settings: &str) -> Self {
        let typed = Settings {
            data: Some(place.data()),
            surveys: Some(place.surveys()),
            ..toml::from_str(settings).unwrap()
        };
        let layers = Layers {
            typed,
            source_of: &|_| Source::Flag,
            file: Settings::default(),
        };
        let collector = Collector::open(Config::resolve(layers).unwrap().0).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let shutdown = async { drop(stopped.await) };
            runtime
                .block_on(serve(listener, collector, shutdown))
                .unwrap();
        });
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    pub(crate) fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.end();
    }
}

pub(crate) const HEAD: &str = "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                    Content-Type: application/json\r\n";

/// The status and body of what comes.
pub(crate) fn reply(stream: &mut TcpStream) -> (u16, Value) {
    reply_of(stream)
}

/// As [`reply`], from any stream.
pub(crate) fn reply_of(stream: &mut impl Read) -> (u16, Value) {
    let mut text = Vec::new();
    // A reply that comes before the body was read may end in a reset.
    drop(stream.read_to_end(&mut text));
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{text:?}"));
    let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

pub(crate) fn chunked(body: &str) -> String {
    let chunks: String = body
        .as_bytes()
        .chunks(1000)
        .map(|chunk| {
            format!(
                "{:x}\r\n{}\r\n",
                chunk.len(),
                std::str::from_utf8(chunk).unwrap()
            )
        })
        .collect();
    format!("Transfer-Encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")
}

pub(crate) fn with_length(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn the_size_limit_holds_for_bodies_of_either_framing() {
    let place = Place::new();
    let served = Served::start(&place, "max_body_bytes = 5000");
    for frame in [chunked, with_length] {
        for (length, status, code) in [(5000, 201, "stored"), (5001, 413, "body_too_large")] {
            let mut stream = served.connect();
            let request = format!("{HEAD}{}", frame(&of_length(length)));
            stream.write_all(request.as_bytes()).unwrap();
            let (found, body) = reply(&mut stream);
            assert_eq!(
                (found, &body["code"]),
                (status, &Value::from(code)),
                "{length}"
            );
        }
    }
    served.stop();
    assert_eq!(keys_in(&place.log()).len(), 2);
}

#[test]
fn a_body_that_is_announced_too_large_is_not_waited_for() {
    let place = Place::new();
    let served = Served::start(&place, "max_body_bytes = 5000");
    let mut stream = served.connect();
    stream
        .write_all(format!("{HEAD}Content-Length: 5001\r\n\r\n").as_bytes())
        .unwrap();
    let (status, body) = reply(&mut stream);
    assert_eq!(
        (status, &body["code"]),
        (413, &Value::from("body_too_large"))
    );
}

#[test]
fn who_sends_more_than_is_read_learns_why_it_was_refused() {
    let place = Place::new();
    let served = Served::start(&place, "max_body_bytes = 5000");
    for frame in [chunked, with_length] {
        let mut stream = served.connect();
        let request = format!("{HEAD}{}", frame(&of_length(2_000_000)));
        let (begin, rest) = request.split_at(100_000);
        stream.write_all(begin.as_bytes()).unwrap();
        // It is refused by now. Until all is sent, nobody looks for a reply.
        stream.peek(&mut [0]).unwrap();
        for piece in rest.as_bytes().chunks(10_000) {
            stream.write_all(piece).unwrap();
        }
        assert_eq!(reply(&mut stream).0, 413);
    }
}

#[test]
fn a_body_without_an_end_is_cut_off_at_the_limit() {
    let place = Place::new();
    let served = Served::start(&place, "max_body_bytes = 5000");
    let mut stream = served.connect();
    let head = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1000));
    stream
        .write_all(format!("{head}{}", chunk.repeat(6)).as_bytes())
        .unwrap();
    assert_eq!(reply(&mut stream).0, 413);
}

#[test]
fn a_body_that_takes_too_long_is_given_up() {
    let place = Place::new();
    let served = Served::start(&place, "body_timeout_ms = 50");
    let mut stream = served.connect();
    stream
        .write_all(format!("{HEAD}Content-Length: 100\r\n\r\nhalf").as_bytes())
        .unwrap();
    let (status, body) = reply(&mut stream);
    assert_eq!((status, &body["code"]), (408, &Value::from("timeout")));
}

#[test]
fn a_body_that_comes_in_pieces_and_in_time_is_stored() {
    let place = Place::new();
    let served = Served::start(&place, "");
    let submission = submission();
    let body = submission.to_string();
    let mut stream = served.connect();
    stream.set_nodelay(true).unwrap();
    let (half, rest) = body.split_at(body.len() / 2);
    let request = format!("{HEAD}Content-Length: {}\r\n\r\n{half}", body.len());
    stream.write_all(request.as_bytes()).unwrap();
    stream.write_all(rest.as_bytes()).unwrap();
    assert_eq!(reply(&mut stream).0, 201);
    served.stop();
    assert_eq!(keys_in(&place.log()), [key(&submission)]);
}

#[test]
fn addresses_are_told_apart_by_their_connection() {
    let place = Place::new();
    let served = Served::start(&place, "rate_limit_per_minute = 1");
    for status in [201, 429] {
        let mut stream = served.connect();
        let request = format!("{HEAD}{}", with_length(&submission().to_string()));
        stream.write_all(request.as_bytes()).unwrap();
        assert_eq!(reply(&mut stream).0, status);
    }
}

/// Whether a connection is answered, and not closed.
fn is_served(stream: &mut TcpStream) -> bool {
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut byte = [0];
    stream.write_all(request).is_ok() && stream.read_exact(&mut byte).is_ok()
}

#[test]
fn an_address_has_as_many_connections_as_is_set_and_a_trusted_proxy_has_more() {
    let place = Place::new();
    let settings = "max_connections_per_address = 2";
    let served = Served::start(&place, settings);
    let mut kept = [served.connect(), served.connect()];
    assert!(kept.iter_mut().all(is_served));
    assert!(!is_served(&mut served.connect()), "a third");
    drop(served);
    let settings = format!("{settings}\ntrusted_proxy = ['127.0.0.1']");
    let served = Served::start(&place, &settings);
    let mut kept = [served.connect(), served.connect(), served.connect()];
    assert!(kept.iter_mut().all(is_served));
}

#[test]
fn a_connection_that_sends_nothing_does_not_hold_up_the_end() {
    let place = Place::new();
    let served = Served::start(&place, "");
    let silent = served.connect();
    // An answered request on a second connection shows that the first is accepted.
    let mut stream = served.connect();
    let request = format!("{HEAD}{}", with_length(&submission().to_string()));
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(reply(&mut stream).0, 201);
    let begun = std::time::Instant::now();
    served.stop();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    drop(silent);
}
