//! A collector process of a test's own, and its log.

use crate::tool;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running `sayso serve`. Dropping it kills it.
#[derive(Debug)]
pub struct Collector {
    child: Child,
    address: SocketAddr,
    data: PathBuf,
}

impl Collector {
    /// Starts `sayso serve` and waits until it listens.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn start(data: &Path, surveys: &Path, listen: &str, origin: &str) -> Self {
        Self::start_more(data, surveys, listen, origin, &[])
    }

    /// As [`start`](Self::start), with more arguments.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn start_more(
        data: &Path,
        surveys: &Path,
        listen: &str,
        origin: &str,
        more: &[&str],
    ) -> Self {
        let settings = [
            "--listen",
            listen,
            "--allow-origin",
            origin,
            "--rate-limit-per-minute",
            "0",
        ];
        Self::spawn(data, surveys, &[&settings, more].concat())
    }

    /// Starts `sayso serve` on a free port with other settings than the usual.
    ///
    /// # Panics
    ///
    /// When it does not start.
    #[must_use]
    pub fn start_with(data: &Path, surveys: &Path, settings: &[&str]) -> Self {
        let settings = [&["--listen", "127.0.0.1:0"], settings].concat();
        Self::spawn(data, surveys, &settings)
    }

    fn spawn(data: &Path, surveys: &Path, settings: &[&str]) -> Self {
        let mut child = Command::new(tool("SAYSO_BIN"))
            .arg("serve")
            .args(settings)
            .args([Path::new("--data"), data, Path::new("--surveys"), surveys])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the collector does not start: {error}"));
        let stderr = child.stderr.take().map(BufReader::new);
        let (send, addresses) = mpsc::channel();
        // Reads on to the end, so that the collector never waits for its log.
        std::thread::spawn(move || {
            for line in stderr
                .into_iter()
                .flat_map(BufRead::lines)
                .map_while(Result::ok)
            {
                if let Some((_, address)) = line.split_once("address=") {
                    drop(send.send(String::from(address.trim())));
                }
            }
        });
        let address = addresses
            .recv_timeout(PATIENCE)
            .ok()
            .and_then(|text| text.parse().ok());
        let address = address.unwrap_or_else(|| panic!("the collector never said that it listens"));
        Self {
            child,
            address,
            data: data.to_owned(),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its address as the pages write it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends it a signal: `STOP` freezes it, `CONT` lets it go on, `TERM` asks it to end.
    ///
    /// # Panics
    ///
    /// When there is no such process any more.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "cannot send SIG{name}"
        );
    }

    /// Ends it without a chance to tidy up.
    ///
    /// # Panics
    ///
    /// When it cannot be killed.
    pub fn kill(&mut self) {
        assert!(
            self.child.kill().and_then(|()| self.child.wait()).is_ok(),
            "cannot be killed"
        );
    }

    /// The records of the log so far.
    ///
    /// # Panics
    ///
    /// When a line is not a record.
    #[must_use]
    pub fn records(&self) -> Vec<Value> {
        let log = std::fs::read_to_string(self.data.join("responses.ndjson")).unwrap_or_default();
        assert!(log.is_empty() || log.ends_with('\n'), "torn line in {log}");
        log.lines()
            .map(|line| {
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))
            })
            .collect()
    }

    /// Waits for a number of records.
    ///
    /// # Panics
    ///
    /// When they do not come, or more come.
    pub async fn wait_for_records(&self, count: usize) -> Vec<Value> {
        let start = Instant::now();
        loop {
            let records = self.records();
            if count <= records.len() || PATIENCE < start.elapsed() {
                assert_eq!(records.len(), count, "{records:#?}");
                return records;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
