//! A real proxy with one of the example files, on an address of its own, before a collector.
//!
//! Of the file only what cannot stand on a test's machine is changed: where it
//! listens, where the collector is, certificates, and how patient it is.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use sayso_tests::collector::{Collector, PATIENCE};
use sayso_tests::stage::root;
use sayso_tests::tool;
use tempfile::TempDir;

use crate::visitor::{Reply, Visitor, head};

/// One way to stand before a collector.
#[derive(Debug)]
pub(crate) struct SetUp {
    /// In `examples/deploy`.
    pub(crate) file: &'static str,
    /// The name that visitors ask for.
    pub(crate) host: &'static str,
    /// Where the collector is below it.
    pub(crate) path: &'static str,
}

/// A running proxy with its collector. Dropping it ends both.
pub(crate) struct Proxy {
    child: Child,
    address: SocketAddr,
    collector: Collector,
    host: &'static str,
    path: &'static str,
    place: TempDir,
}

impl Proxy {
    /// Starts both; no two of one process may have the same number.
    pub(crate) fn start(set_up: &SetUp, number: u8, settings: &[&str]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let surveys = root().join("examples/surveys");
        let data = place.path().join("data");
        let collector = Collector::start_with(&data, &surveys, settings);
        // Each process has loopback addresses of its own, so no port need be guessed.
        let [_, _, high, low] = std::process::id().to_be_bytes();
        let address = SocketAddr::from((Ipv4Addr::new(127, high | 0x80, low, number), 8443));
        let text = fs::read_to_string(root().join("examples/deploy").join(set_up.file)).unwrap();
        let text = text
            .replace("127.0.0.1:8080", &collector.address().to_string())
            .replace("15s", "1s");
        let mut command = match set_up.file.starts_with("nginx") {
            true => nginx(place.path(), &text, address),
            false => caddy(place.path(), &text, address, set_up.host),
        };
        let errors = fs::File::create(place.path().join("errors")).unwrap();
        let child = command
            .stdout(Stdio::null())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut proxy = Self {
            child,
            address,
            collector,
            host: set_up.host,
            path: set_up.path,
            place,
        };
        proxy.wait();
        proxy
    }

    /// Waits until it listens.
    fn wait(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            let has_ended = self.child.try_wait().unwrap().is_some();
            assert!(!has_ended, "it ended");
            assert!(begun.elapsed() < PATIENCE, "it never listened");
            std::thread::yield_now();
        }
    }

    /// What it has said, for a test that fails.
    fn errors(&self) -> String {
        fs::read_to_string(self.place.path().join("errors")).unwrap_or_default()
    }

    pub(crate) fn collector(&self) -> SocketAddr {
        self.collector.address()
    }

    pub(crate) fn get(&self, visitor: Visitor, path: &str, headers: &[(&str, &str)]) -> Reply {
        visitor.get(
            self.address,
            self.host,
            &format!("{}{path}", self.path),
            headers,
        )
    }

    /// Sends a submission that is new.
    pub(crate) fn post(&self, visitor: Visitor, headers: &[(&str, &str)]) -> Reply {
        let headers: Vec<_> = headers
            .iter()
            .copied()
            .chain([("content-type", "text/plain")])
            .collect();
        self.send(visitor, &headers, &self.submission())
    }

    pub(crate) fn send(&self, visitor: Visitor, headers: &[(&str, &str)], body: &str) -> Reply {
        let length = body.len().to_string();
        let mut headers = headers.to_vec();
        headers.push(("content-length", &length));
        let path = format!("{}/v1/responses", self.path);
        visitor.ask(
            self.address,
            &head("POST", &path, self.host, &headers),
            body,
        )
    }

    /// Sends the half of a body, and waits for what comes of it.
    pub(crate) fn post_half(&self, visitor: Visitor) -> (Option<u16>, String) {
        let path = format!("{}/v1/responses", self.path);
        let headers = [("content-type", "text/plain"), ("content-length", "1000")];
        let mut stream = visitor.connect(self.address);
        let head = head("POST", &path, self.host, &headers);
        stream.write_all(format!("{head}half").as_bytes()).unwrap();
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("it waits for ever"),
            Ok(_) | Err(_) => {}
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text
            .split_whitespace()
            .nth(1)
            .map(|status| status.parse().unwrap());
        (status, text)
    }

    fn submission(&self) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let definition = Visitor::new(9).get(self.collector(), "localhost", "/v1/surveys/nps", &[]);
        let definition: serde_json::Value = serde_json::from_slice(&definition.body).unwrap();
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        serde_json::json!({
            "response_id": format!("0199d0a4-7c1e-7b52-9d0e-{number:012x}"),
            "seq": 0,
            "survey": "nps",
            "survey_version": definition["version"],
            "status": "shown",
        })
        .to_string()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}: {}", self.host, self.errors());
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// nginx as one process, with everything that it writes in a folder of the test's.
fn nginx(place: &Path, server: &str, address: SocketAddr) -> Command {
    let server = without(server, "ssl_certificate").replace("443 ssl", &address.to_string());
    let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {};\n", place.join(name).display()))
        .collect();
    let text = format!(
        "daemon off;\nmaster_process off;\npid {0}/pid;\nerror_log stderr;\nevents {{}}\n\
         http {{\naccess_log off;\n# As many sites have it.\ngzip on;\ngzip_types *;\n\
         {folders}{server}}}\n",
        place.display()
    );
    let path = place.join("nginx.conf");
    fs::write(&path, text).unwrap();
    let mut command = Command::new(tool("NGINX"));
    command.arg("-e").arg("stderr").arg("-p").arg(place);
    command.arg("-c").arg(path);
    command
}

/// Caddy without its administration, and with everything that it writes in a folder of the test's.
fn caddy(place: &Path, text: &str, address: SocketAddr, host: &str) -> Command {
    let global = "{\n\tadmin off\n\tauto_https off\n";
    let text = text.replacen("{\n", global, 1);
    let site = format!(
        "http://{host}:{} {{\n\tbind {}\n",
        address.port(),
        address.ip()
    );
    let text = text.replacen(&format!("{host} {{\n"), &site, 1);
    let path = place.join("Caddyfile");
    fs::write(&path, text).unwrap();
    let mut command = Command::new(tool("CADDY"));
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(path);
    command
        .env("XDG_DATA_HOME", place)
        .env("XDG_CONFIG_HOME", place)
        .env("HOME", place);
    command
}

/// The lines without those that hold a word.
fn without(text: &str, word: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains(word));
    lines.map(|line| format!("{line}\n")).collect()
}
