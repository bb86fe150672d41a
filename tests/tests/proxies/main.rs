//! The set-ups of `docs/deploy.md`, tried: a real nginx and a real Caddy with the
//! files of `examples/deploy`, a collector behind them, and visitors before them.

#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests stumble over fails the test"
)]

mod proxy;
mod visitor;

use std::fs;

use proxy::{Proxy, SetUp};
use sayso_tests::stage::root;
use visitor::{Reply, Visitor};

/// What is tried with every proxy: the collector as a host, and as a path of another.
const SET_UPS: [SetUp; 4] = [
    SetUp {
        file: "nginx-host.conf",
        host: "feedback.example",
        path: "",
    },
    SetUp {
        file: "nginx-path.conf",
        host: "shop.example",
        path: "/feedback",
    },
    SetUp {
        file: "Caddyfile.host",
        host: "feedback.example",
        path: "",
    },
    SetUp {
        file: "Caddyfile.path",
        host: "shop.example",
        path: "/feedback",
    },
];

/// Runs a test for each set-up, with the proxy and three visitors before it.
fn each(number: u8, settings: &[&str], test: impl Fn(&SetUp, &Proxy)) {
    for (at, set_up) in (0_u8..).zip(&SET_UPS) {
        let proxy = Proxy::start(set_up, number * 10 + at, settings);
        test(set_up, &proxy);
    }
}

#[test]
fn the_widget_comes_as_the_collector_packed_it() {
    each(1, &[], |set_up, proxy| {
        for encoding in ["br", "gzip", "identity"] {
            let headers = [("accept-encoding", encoding)];
            let direct = Visitor::new(1).get(proxy.collector(), "", "/sayso.js", &headers);
            let through = proxy.get(Visitor::new(1), "/sayso.js", &headers);
            assert_eq!(through.status, 200, "{set_up:?} {encoding}");
            let kinds: Vec<_> = through.all("content-encoding").collect();
            let expected = Some(encoding).filter(|name| *name != "identity");
            assert_eq!(kinds, Vec::from_iter(expected), "{set_up:?}");
            assert_eq!(through.body, direct.body, "{set_up:?} {encoding}");
            assert_eq!(through.header("etag"), direct.header("etag"), "{set_up:?}");
            let again = [
                ("accept-encoding", encoding),
                ("if-none-match", direct.header("etag")),
            ];
            let again = proxy.get(Visitor::new(1), "/sayso.js", &again);
            assert_eq!(again.status, 304, "{set_up:?} {encoding}");
        }
        let definition = proxy.get(Visitor::new(1), "/v1/surveys/nps?locale=de", &[]);
        assert_eq!(definition.status, 200, "{set_up:?}");
        assert_eq!(definition.header("x-content-type-options"), "nosniff");
    });
}

#[test]
fn pages_of_the_same_host_may_send_and_others_may_not() {
    each(2, &[], |set_up, proxy| {
        let own = format!("https://{}", set_up.host);
        let reply = proxy.post(Visitor::new(1), &[("origin", &own)]);
        assert_eq!(reply.status, 201, "{set_up:?}: {reply:?}");
        let reply = proxy.post(Visitor::new(1), &[("origin", "https://evil.example")]);
        check_refused(set_up, &reply, 403, "origin_not_allowed");
    });
}

#[test]
fn every_visitor_is_limited_by_an_address_of_their_own() {
    let settings = [
        "--rate-limit-per-minute",
        "1",
        "--trusted-proxy",
        "127.0.0.1",
    ];
    each(3, &settings, |set_up, proxy| {
        assert_eq!(proxy.post(Visitor::new(1), &[]).status, 201, "{set_up:?}");
        let reply = proxy.post(Visitor::new(1), &[]);
        check_refused(set_up, &reply, 429, "rate_limited");
        let seconds: u64 = reply.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{set_up:?}: {seconds}");
        for forged in [
            "198.51.100.1",
            "127.0.0.1",
            "198.51.100.1, 127.0.0.1",
            "unknown",
        ] {
            let headers = [
                ("x-forwarded-for", forged),
                ("forwarded", "for=198.51.100.2"),
            ];
            let reply = proxy.post(Visitor::new(1), &headers);
            check_refused(set_up, &reply, 429, "rate_limited");
        }
        assert_eq!(proxy.post(Visitor::new(2), &[]).status, 201, "{set_up:?}");
    });
}

#[test]
fn without_trust_all_visitors_share_one_limit() {
    each(4, &["--rate-limit-per-minute", "1"], |set_up, proxy| {
        assert_eq!(proxy.post(Visitor::new(1), &[]).status, 201, "{set_up:?}");
        let forged = [("x-forwarded-for", "198.51.100.1")];
        let reply = proxy.post(Visitor::new(2), &forged);
        check_refused(set_up, &reply, 429, "rate_limited");
    });
}

#[test]
fn the_collectors_own_refusal_of_a_large_body_comes_through() {
    each(5, &[], |set_up, proxy| {
        let large = "x".repeat(300_000);
        let reply = proxy.send(Visitor::new(1), &[("content-type", "text/plain")], &large);
        check_refused(set_up, &reply, 413, "body_too_large");
        // nginx refuses this itself.
        let huge = "x".repeat(1_100_000);
        let reply = proxy.send(Visitor::new(1), &[("content-type", "text/plain")], &huge);
        assert_eq!(reply.status, 413, "{set_up:?}");
    });
}

#[test]
fn what_is_for_the_operator_is_not_for_visitors() {
    each(6, &[], |set_up, proxy| {
        for path in [
            "/metrics",
            "/healthz",
            "/readyz",
            "/%6detrics",
            "//metrics",
            "/./metrics",
            "/v1/../metrics",
            "/v1/%2e%2e/metrics",
            "/metrics?x",
            "/metrics/",
        ] {
            let reply = proxy.get(Visitor::new(1), path, &[]);
            assert!(
                matches!(reply.status, 301 | 308 | 400 | 404),
                "{set_up:?} {path}: {reply:?}"
            );
        }
    });
}

#[test]
fn a_slow_body_is_given_up_and_never_taken_for_a_whole_one() {
    each(7, &["--body-timeout-ms", "1000"], |set_up, proxy| {
        let (status, body) = proxy.post_half(Visitor::new(1));
        // nginx, which takes the body itself, hangs up without a word.
        let expected = Some(408).filter(|_| set_up.file.starts_with("Caddy"));
        assert_eq!(status, expected, "{set_up:?}: {body}");
        assert_eq!(proxy.post(Visitor::new(1), &[]).status, 201, "{set_up:?}");
    });
}

#[test]
fn the_document_names_every_file_and_every_set_up() {
    let document = fs::read_to_string(root().join("docs/deploy.md")).unwrap();
    let folder = fs::read_dir(root().join("examples/deploy")).unwrap();
    // The units of systemd are no set-ups of a proxy; docs/operate.md has them.
    let mut names: Vec<_> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("sayso."))
        .collect();
    names.sort_unstable();
    let mut tried = SET_UPS.map(|set_up| set_up.file);
    tried.sort_unstable();
    assert_eq!(names, tried);
    for name in names {
        assert!(
            document.contains(&format!("examples/deploy/{name}")),
            "{name}"
        );
    }
}

#[track_caller]
fn check_refused(set_up: &SetUp, reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{set_up:?}: {reply:?}");
    let body: serde_json::Value = serde_json::from_slice(&reply.body)
        .unwrap_or_else(|error| panic!("{set_up:?}: {error}: {reply:?}"));
    assert_eq!(body["code"], code, "{set_up:?}");
}
