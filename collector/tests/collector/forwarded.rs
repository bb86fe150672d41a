//! Forged addresses: whose `X-Forwarded-For` counts, and for how much.

use std::io::Write;

use crate::fixtures::submission;
use crate::program::{Place, Program, SERVE};
use crate::socket::{HEAD, Served, reply, with_length};

/// Sends a submission on a connection of its own, with these header lines.
fn post(served: &Served, headers: &str) -> u16 {
    let mut stream = served.connect();
    let request = format!("{HEAD}{headers}{}", with_length(&submission().to_string()));
    stream.write_all(request.as_bytes()).unwrap();
    reply(&mut stream).0
}

#[test]
fn visitors_behind_a_trusted_proxy_are_limited_one_by_one() {
    let place = Place::new();
    let settings = "rate_limit_per_minute = 1\ntrusted_proxy = ['127.0.0.1', '10.0.0.0/8']";
    let served = Served::start(&place, settings);
    for (headers, status) in [
        ("X-Forwarded-For: 198.51.100.1\r\n", 201),
        ("X-Forwarded-For: 198.51.100.1\r\n", 429),
        ("X-Forwarded-For: 198.51.100.2\r\n", 201),
        // What a visitor wrote stands further left, and changes nothing.
        ("X-Forwarded-For: 203.0.113.1, 198.51.100.2\r\n", 429),
        (
            "X-Forwarded-For: 203.0.113.2\r\nX-Forwarded-For: 198.51.100.2\r\n",
            429,
        ),
        ("x-forwarded-for: 198.51.100.2, 10.7.7.7\r\n", 429),
        // One customer has a whole /64.
        ("X-Forwarded-For: 2001:db8::1\r\n", 201),
        ("X-Forwarded-For: 2001:db8::2\r\n", 429),
        ("X-Forwarded-For: 2001:db8:0:1::1\r\n", 201),
        // Another header that says the same is not believed.
        (
            "Forwarded: for=192.0.2.60\r\nX-Forwarded-For: 198.51.100.2\r\n",
            429,
        ),
        (
            "X-Real-IP: 192.0.2.61\r\nX-Forwarded-For: 198.51.100.2\r\n",
            429,
        ),
        // Without the header it is the proxy that asks.
        ("", 201),
        ("Forwarded: for=192.0.2.60\r\n", 429),
        ("X-Real-IP: 192.0.2.61\r\n", 429),
    ] {
        assert_eq!(post(&served, headers), status, "{headers:?}");
    }
}

#[test]
fn the_header_of_anybody_else_is_ignored() {
    let place = Place::new();
    for trusted in ["[]", "['10.0.0.0/8', '127.0.0.2', '::1']"] {
        let settings = format!("rate_limit_per_minute = 1\ntrusted_proxy = {trusted}");
        let served = Served::start(&place, &settings);
        assert_eq!(post(&served, "X-Forwarded-For: 198.51.100.1\r\n"), 201);
        for forged in ["198.51.100.2", "127.0.0.1", "10.0.0.1", "::1"] {
            let header = format!("X-Forwarded-For: {forged}\r\n");
            assert_eq!(post(&served, &header), 429, "{forged}, {trusted} trusted");
        }
    }
}

#[test]
fn a_proxy_that_is_not_trusted_is_said_once_and_nobodys_address_ever() {
    let place = Place::new();
    let mut program = Program::start_as(place.command().args(SERVE).args(["--log-level", "trace"]));
    for visitor in ["198.51.100.1", "198.51.100.2"] {
        let address = format!("http://{}/v1/responses", program.address);
        let request = ureq::post(address).header("x-forwarded-for", visitor);
        let request = request.header("content-type", "text/plain");
        assert_eq!(
            request.send(submission().to_string()).unwrap().status(),
            201
        );
    }
    let line = program.wait_for(
        "a proxy forwards requests and is not trusted, so its visitors share one rate limit; \
         name its address with --trusted-proxy, or trusted_proxy in sayso.toml",
    );
    program.signal(rustix::process::Signal::TERM);
    program.wait_for("stopped");
    let lines = program.lines();
    let same = lines
        .iter()
        .filter(|other| other["fields"] == line["fields"]);
    assert_eq!(same.count(), 1);
    let text = format!("{lines:?}");
    assert!(!text.contains("198.51.100"), "{text}");
}
