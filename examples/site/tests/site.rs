//! The server over a real socket.

use std::fs;
use std::io::{ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use sayso_example_site::Site;
use tempfile::TempDir;

const ANY_PORT: &str = "127.0.0.1:0";

fn sample_folder() -> Result<TempDir> {
    let place = tempfile::tempdir()?;
    let pages = place.path().join("pages");
    fs::create_dir_all(pages.join("shop"))?;
    fs::write(place.path().join("secret.txt"), "secret")?;
    fs::write(pages.join("index.html"), "<h1>start</h1>")?;
    fs::write(
        pages.join("shop/index.html"),
        r#"<script src="https://feedback.example/sayso.js"></script>"#,
    )?;
    fs::write(pages.join("shop/shop.js"), "// https://feedback.example")?;
    fs::write(pages.join("shop/look.css"), "p {}")?;
    fs::write(pages.join("shop/data.json"), "{}")?;
    fs::write(pages.join("shop/logo.svg"), "<svg/>")?;
    fs::write(pages.join("shop/photo.png"), [0x89, b'P'])?;
    fs::write(pages.join("shop/notes.bak"), "old")?;
    Ok(place)
}

fn serve(place: &TempDir) -> Result<Site> {
    Site::start(
        ANY_PORT,
        place.path().join("pages"),
        "http://127.0.0.1:8080/",
    )
}

/// Sends one request and returns the whole reply.
fn request(address: SocketAddr, line: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply)?;
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

#[test]
fn pages_carry_the_address_of_the_running_collector() -> Result<()> {
    let place = sample_folder()?;
    let site = serve(&place)?;
    let reply = request(site.address(), "GET /shop/")?;
    assert!(
        reply.contains(r#"src="http://127.0.0.1:8080/sayso.js""#),
        "{reply}"
    );
    let script = request(site.address(), "GET /shop/shop.js")?;
    assert!(
        script.contains("https://feedback.example"),
        "only pages are changed: {script}"
    );
    Ok(())
}

#[test]
fn every_kind_of_file_has_its_content_type() -> Result<()> {
    let place = sample_folder()?;
    let site = serve(&place)?;
    for (path, expected) in [
        ("/", "text/html; charset=utf-8"),
        ("/shop", "text/html; charset=utf-8"),
        ("/shop/shop.js", "text/javascript; charset=utf-8"),
        ("/shop/look.css", "text/css; charset=utf-8"),
        ("/shop/data.json", "application/json"),
        ("/shop/logo.svg", "image/svg+xml"),
        ("/shop/photo.png", "image/png"),
    ] {
        let reply = request(site.address(), &format!("GET {path}"))?;
        assert!(reply.starts_with("HTTP/1.1 200"), "{path}: {reply}");
        assert!(
            reply.contains(&format!("Content-Type: {expected}\r\n")),
            "{path}: {reply}"
        );
    }
    Ok(())
}

#[test]
fn what_is_not_a_page_is_not_found() -> Result<()> {
    let place = sample_folder()?;
    let site = serve(&place)?;
    for path in [
        "/missing.html",
        "/shop/notes.bak",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
    ] {
        let reply = request(site.address(), &format!("GET {path}"))?;
        assert!(reply.starts_with("HTTP/1.1 404"), "{path}: {reply}");
        assert!(!reply.contains("secret"), "{path}: {reply}");
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_not_followed() -> Result<()> {
    let place = sample_folder()?;
    std::os::unix::fs::symlink(
        place.path().join("secret.txt"),
        place.path().join("pages/link.txt"),
    )?;
    let site = serve(&place)?;
    let reply = request(site.address(), "GET /link.txt")?;
    assert!(reply.starts_with("HTTP/1.1 404"), "{reply}");
    Ok(())
}

#[test]
fn only_reading_is_allowed() -> Result<()> {
    let place = sample_folder()?;
    let site = serve(&place)?;
    assert!(request(site.address(), "POST /")?.starts_with("HTTP/1.1 405"));
    let head = request(site.address(), "HEAD /")?;
    assert!(
        head.starts_with("HTTP/1.1 200") && !head.contains("start"),
        "{head}"
    );
    Ok(())
}

#[test]
fn extra_headers_reach_every_page() -> Result<()> {
    let place = sample_folder()?;
    let policy = ("Content-Security-Policy", "default-src 'self'");
    let pages = place.path().join("pages");
    let site = Site::with_headers(ANY_PORT, pages, "http://127.0.0.1:8080", &[policy])?;
    for path in ["/", "/shop/shop.js"] {
        let reply = request(site.address(), &format!("GET {path}"))?;
        assert!(
            reply.contains("Content-Security-Policy: default-src 'self'\r\n"),
            "{reply}"
        );
    }
    Ok(())
}

#[test]
fn a_header_that_is_none_is_refused() -> Result<()> {
    let place = sample_folder()?;
    for header in [
        ("No Header", "x"),
        ("X-Sample", "one\r\nX-Other: two"),
        ("X-Sample", "\u{e9}"),
    ] {
        let error = Site::with_headers(ANY_PORT, place.path(), "http://c", &[header]).err();
        let kind = error.map(|error| error.kind());
        assert_eq!(kind, Some(ErrorKind::InvalidInput), "{header:?}");
    }
    Ok(())
}

#[test]
fn a_taken_port_is_told_as_such() -> Result<()> {
    let place = sample_folder()?;
    let site = serve(&place)?;
    let error = Site::start(site.address(), place.path(), "http://c").err();
    assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::AddrInUse));
    Ok(())
}

#[test]
fn dropping_the_site_frees_its_port() -> Result<()> {
    let place = sample_folder()?;
    let site = serve(&place)?;
    let address = site.address();
    drop(site);
    let dropped = Instant::now();
    while let Err(error) = Site::start(address, place.path(), "http://c") {
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        assert!(
            dropped.elapsed() < Duration::from_secs(10),
            "{address} is still taken"
        );
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
