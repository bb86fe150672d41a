//! `GET /sayso.js` and `/assets/…`, with and without the widget's files.

use std::io::Read;

use axum::body::Bytes;
use flate2::read::GzDecoder;
use sayso_collector::assets::Assets;
use sayso_collector::packed::Packed;
use serde_json::Value;

use crate::desk::Desk;

/// The files, and what they are served as.
const FILES: [(&str, &str); 13] = [
    ("sayso.js", "text/javascript; charset=utf-8"),
    ("widget.js", "text/javascript; charset=utf-8"),
    ("widget.wasm", "application/wasm"),
    ("full.js", "text/javascript; charset=utf-8"),
    ("full.wasm", "application/wasm"),
    ("rules.js", "text/javascript; charset=utf-8"),
    ("diagnose.js", "text/javascript; charset=utf-8"),
    ("frame.js", "text/javascript; charset=utf-8"),
    ("outbox.js", "text/javascript; charset=utf-8"),
    ("tab.js", "text/javascript; charset=utf-8"),
    ("token.js", "text/javascript; charset=utf-8"),
    ("work.js", "text/javascript; charset=utf-8"),
    ("bridge.js", "text/javascript; charset=utf-8"),
];

fn packed(name: &'static str) -> Packed {
    let suffixed = |suffix: &str| Bytes::from(format!("{name}{suffix}"));
    Packed::new(suffixed(""), suffixed(".br"), suffixed(".gz"))
}

fn desk() -> Desk {
    let files = FILES.map(|(name, _)| (name, packed(name)));
    Desk::changed(Default::default(), |state| {
        state.assets = Some(Assets::new("0badc0de", files))
    })
}

#[tokio::test]
async fn the_loader_is_cached_for_minutes() {
    let desk = desk();
    let reply = desk
        .get("/sayso.js", &[("accept-encoding", "br, gzip")])
        .await;
    assert_eq!(
        (reply.status.as_u16(), &reply.body[..]),
        (200, &b"sayso.js.br"[..])
    );
    assert_eq!(
        reply.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(reply.header("content-encoding"), "br");
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    assert_eq!(reply.header("vary"), "Accept-Encoding");
    let tag = reply.header("etag");
    let again = desk
        .get(
            "/sayso.js",
            &[("accept-encoding", "br"), ("if-none-match", &tag)],
        )
        .await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn the_bridge_has_an_address_that_never_changes_too() {
    let desk = desk();
    let reply = desk.get("/bridge.js", &[("accept-encoding", "br")]).await;
    assert_eq!(reply.body, "bridge.js.br");
    assert_eq!(
        reply.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    assert_eq!(reply.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn files_under_their_hash_never_change() {
    let desk = desk();
    for (name, content_type) in FILES {
        for (accepted, suffix, encoding) in
            [("br", ".br", "br"), ("gzip", ".gz", "gzip"), ("", "", "")]
        {
            let path = format!("/assets/0badc0de/{name}");
            let reply = desk.get(&path, &[("accept-encoding", accepted)]).await;
            assert_eq!(reply.status, 200);
            assert_eq!(reply.body, format!("{name}{suffix}"));
            assert_eq!(reply.header("content-encoding"), encoding);
            assert_eq!(reply.header("content-type"), content_type);
            assert_eq!(
                reply.header("cache-control"),
                "public, max-age=31536000, immutable"
            );
            assert_eq!(reply.header("access-control-allow-origin"), "*");
            assert_eq!(reply.header("cross-origin-resource-policy"), "cross-origin");
            assert_eq!(reply.header("timing-allow-origin"), "*");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
        }
    }
}

#[tokio::test]
async fn another_hash_or_name_is_not_here() {
    let desk = desk();
    for path in [
        "/assets/0badc0d0/widget.js",
        "/assets/0badc0de/widget.js.br",
        "/assets/0badc0de/",
    ] {
        let reply = desk.get(path, &[]).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.json::<Value>()["code"], "not_found");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn without_the_files_the_reply_says_how_to_get_them() {
    let desk = Desk::changed(Default::default(), |state| state.assets = None);
    for path in ["/sayso.js", "/bridge.js", "/assets/0badc0de/widget.js"] {
        let reply = desk.get(path, &[]).await;
        assert_eq!(reply.status, 503, "{path}");
        assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
        let text = std::str::from_utf8(&reply.body).unwrap();
        assert!(
            text.contains("`cargo xtask widget` and build it again"),
            "{text}"
        );
    }
}

/// A program that was built without the widget has nothing to look at here; the
/// end-to-end tests insist on one that has it.
#[tokio::test]
async fn what_is_embedded_fits_together() {
    let Some(assets) = Assets::embedded() else {
        return;
    };
    let desk = Desk::new();
    let loader = desk.get("/sayso.js", &[]).await;
    let folder = format!("assets/{}/", assets.hash());
    assert!(String::from_utf8_lossy(&loader.body).contains(&folder));
    for (name, _) in FILES {
        let path = format!("/{folder}{name}");
        let plain = desk.get(&path, &[]).await;
        assert_eq!(plain.status, 200, "{name}");
        let brotli = desk.get(&path, &[("accept-encoding", "br")]).await;
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &brotli.body[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, plain.body, "{name}");
        let gzip = desk.get(&path, &[("accept-encoding", "gzip")]).await;
        let mut unpacked = Vec::new();
        GzDecoder::new(&gzip.body[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, plain.body, "{name}");
    }
}
