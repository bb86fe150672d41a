//! Requests that a proxy and a server could read in two ways: refused, with the connection.

use std::io::{Read, Write};

use crate::fixtures::{keys_in, submission};
use crate::program::Place;
use crate::socket::{Served, chunked, with_length};

/// Sent last, so that the connection ends. It is answered 200, if it is still heard.
const LAST: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// The statuses of all replies to what is sent on one connection, and to [`LAST`].
pub(crate) fn statuses(served: &Served, sent: &str) -> Vec<u16> {
    let mut stream = served.connect();
    // The server may hang up before it has read everything.
    drop(stream.write_all(sent.as_bytes()));
    drop(stream.write_all(LAST.as_bytes()));
    let mut text = Vec::new();
    drop(stream.read_to_end(&mut text));
    let text = String::from_utf8(text).unwrap();
    let heads = text.split("HTTP/1.1 ").skip(1);
    heads
        .map(|head| head.split_whitespace().next().unwrap().parse().unwrap())
        .collect()
}

/// A request that is answered 404, if ever it is taken for one.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn post(headers: &str) -> String {
    format!(
        "POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n{headers}"
    )
}

/// Sends a submission with these headers, and expects that nothing of it is taken.
#[track_caller]
fn check_refused(name: &str, headers: &str, is_chunked: bool) {
    let place = Place::new();
    let served = Served::start(&place, "");
    let body = submission().to_string();
    let headers = headers.replace("LENGTH", &body.len().to_string());
    let body = match is_chunked {
        true => format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
        false => body,
    };
    let sent = format!("{}\r\n\r\n{body}{HIDDEN}", post(&headers));
    assert_eq!(statuses(&served, &sent), [400], "{name}");
    served.stop();
    assert!(place.log().is_empty(), "{name}");
}

#[test]
fn two_lengths_of_one_body_are_refused() {
    for (name, headers) in [
        ("two lengths", "Content-Length: LENGTH\r\nContent-Length: 3"),
        (
            "one length twice",
            "Content-Length: LENGTH\r\nContent-Length: LENGTH",
        ),
        ("a list of lengths", "Content-Length: LENGTH, LENGTH"),
        ("a signed length", "Content-Length: +LENGTH"),
    ] {
        check_refused(name, headers, false);
    }
}

#[test]
fn a_length_beside_chunks_and_other_encodings_are_refused() {
    for (name, headers) in [
        (
            "a length and chunks",
            "Content-Length: LENGTH\r\nTransfer-Encoding: chunked",
        ),
        (
            "chunks and a length",
            "Transfer-Encoding: chunked\r\nContent-Length: LENGTH",
        ),
        (
            "an encoding before chunks",
            "Transfer-Encoding: gzip, chunked",
        ),
        (
            "a hidden encoding",
            "Content-Length: LENGTH\r\nTransfer-Encoding : chunked",
        ),
        (
            "a folded encoding",
            "Content-Length: LENGTH\r\nTransfer-Encoding:\r\n chunked",
        ),
        ("an encoding that is none", "Transfer-Encoding: xchunked"),
        (
            "an encoding twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        ),
    ] {
        check_refused(name, headers, true);
    }
}

#[test]
fn lines_that_end_or_begin_otherwise_are_refused() {
    let place = Place::new();
    let served = Served::start(&place, "");
    for (name, sent) in [
        (
            "a bare line feed after the request line",
            "GET / HTTP/1.1\nHost: a\r\n\r\n",
        ),
        (
            "a bare line feed after a header",
            "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        ),
        (
            "a bare line feed at the end",
            "GET / HTTP/1.1\r\nHost: a\r\n\n",
        ),
        (
            "a bare carriage return",
            "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
        ),
        (
            "a folded header",
            "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n",
        ),
        (
            "a header that begins with a space",
            "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
        ),
        (
            "a space before the colon",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        ),
        (
            "a line without a colon",
            "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n",
        ),
        ("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("a zero byte", "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n"),
        ("no version", "GET /\r\n\r\n"),
        (
            "chunks in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        ),
    ] {
        assert_eq!(
            statuses(&served, &format!("{sent}{HIDDEN}")),
            [400],
            "{name}"
        );
    }
}

#[test]
fn chunks_that_are_none_end_the_connection() {
    let place = Place::new();
    let served = Served::start(&place, "");
    for chunks in [
        "5\nabcde\r\n0\r\n\r\n",
        "5\r\nabcdefgh\r\n0\r\n\r\n",
        "-5\r\nabcde\r\n0\r\n\r\n",
        "0x5\r\nabcde\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nabcde\r\n0\r\n\r\n",
        "5;a\nb\r\nabcde\r\n0\r\n\r\n",
        "0\r\nX: y\n\r\n",
    ] {
        let sent = post(&format!(
            "Transfer-Encoding: chunked\r\n\r\n{chunks}{HIDDEN}"
        ));
        let found = statuses(&served, &sent);
        assert!(matches!(found[..], [] | [400]), "{chunks:?}: {found:?}");
    }
}

#[test]
fn requests_one_after_the_other_are_each_answered() {
    let place = Place::new();
    let served = Served::start(&place, "");
    let bodies = [submission().to_string(), submission().to_string()];
    let first = post(&with_length(&bodies[0]));
    let second = post(&chunked(&bodies[1]));
    let sent = format!("{first}\r\n{second}{HIDDEN}");
    assert_eq!(statuses(&served, &sent), [201, 201, 404, 200]);
    served.stop();
    assert_eq!(keys_in(&place.log()).len(), 2);
}

#[test]
fn a_body_where_none_is_expected_is_never_taken_for_a_request() {
    let place = Place::new();
    let served = Served::start(&place, "");
    for path in ["/healthz", "/v1/surveys/support", "/metrics", "/nowhere"] {
        for frame in [with_length, chunked] {
            let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n");
            let sent = format!("{head}{}", frame(HIDDEN));
            let found = statuses(&served, &sent);
            // The connection may end, or go on with what follows the body.
            assert!(matches!(found[..], [_] | [_, 200]), "{path}: {found:?}");
        }
    }
}

#[test]
fn a_body_without_an_end_is_not_read_by_routes_that_take_none() {
    let place = Place::new();
    let served = Served::start(&place, "");
    let head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut stream = served.connect();
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("ffff\r\n{}\r\n", "x".repeat(0xffff));
    // It hangs up long before that.
    let hung_up = (0..2_000).find(|_| stream.write_all(chunk.as_bytes()).is_err());
    assert!(hung_up.is_some(), "it took 130 MB");
}
