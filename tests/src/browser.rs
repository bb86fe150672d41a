//! A real Chromium, driven over WebDriver, with what WebDriver itself does not know.

use crate::collector::PATIENCE;
use crate::tool;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

/// The window of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// 1100 by 760 pixels, with a mouse.
    Desktop,
    /// 360 by 740 pixels, with a finger.
    Phone,
}

/// A browser with one page. Dropping it ends the driver, and the browser with it.
#[derive(Debug)]
pub struct Browser {
    /// The page, for what WebDriver knows.
    pub client: Client,
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts Chromium with a fresh profile.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub async fn start(window: Window) -> Self {
        let (driver, port) = start_driver();
        let profile = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
        let mut options = json!({
            "binary": tool("CHROME"),
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1100,760", "--lang=en",
                format!("--user-data-dir={}", profile.path().display()),
            ],
        });
        if window == Window::Phone {
            let metrics = json!({ "width": 360, "height": 740, "pixelRatio": 2, "touch": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let mut capabilities = Map::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let session = client.session_id().await.ok().flatten().unwrap_or_default();
        Self {
            client,
            driver,
            port,
            session,
            _profile: profile,
        }
    }

    /// Opens an address and waits for its load event.
    ///
    /// # Panics
    ///
    /// When it cannot be opened.
    pub async fn open(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Runs a script's text as the body of a function; promises are awaited.
    ///
    /// # Panics
    ///
    /// When the script throws.
    #[track_caller]
    pub fn run<'a>(&'a self, body: &'a str) -> impl Future<Output = Value> + use<'a> {
        let caller = std::panic::Location::caller();
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {body} }})().then(value => done([value === undefined ? null : value]),
                                                error => done(String(error)));"
        );
        async move {
            let outcome = self.client.execute_async(&script, vec![]).await;
            match outcome {
                Ok(Value::Array(mut values)) => values.pop().unwrap_or_default(),
                Ok(thrown) => panic!("{caller}: {thrown} from {body}"),
                Err(error) => panic!("{caller}: {error} from {body}"),
            }
        }
    }

    /// Waits until a script's expression is true.
    ///
    /// # Panics
    ///
    /// When it stays false.
    #[track_caller]
    pub fn wait_until(&self, expression: &str) -> impl Future<Output = ()> + use<'_> {
        self.wait_for_owned(expression.to_owned())
    }

    /// As [`wait_until`](Self::wait_until), for an expression that was put together.
    #[track_caller]
    pub(crate) fn wait_for_owned(&self, expression: String) -> impl Future<Output = ()> + use<'_> {
        let caller = std::panic::Location::caller();
        async move {
            let start = std::time::Instant::now();
            let body = format!("return Boolean({expression})");
            while self.run(&body).await != Value::Bool(true) {
                assert!(
                    start.elapsed() < PATIENCE,
                    "{caller}: never true: {expression}"
                );
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
        }
    }

    /// Sends a command of the Chrome DevTools Protocol.
    ///
    /// # Panics
    ///
    /// When the browser refuses it.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        self.issue("goog/cdp/execute", body).await
    }

    /// What the page wrote on its console, and the browser about it, since the last call.
    ///
    /// # Panics
    ///
    /// When the driver keeps no log.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.issue("se/log", json!({ "type": "browser" })).await;
        let entries = entries.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| format!("{}: {}", entry["level"], entry["message"]))
            .collect()
    }

    async fn issue(&self, path: &'static str, body: Value) -> Value {
        let outcome = self.client.issue_cmd(DriverCommand { path, body }).await;
        outcome.unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Drop for Browser {
    /// Ends the session, so that the driver ends its browser, and then the driver.
    /// A driver that is killed leaves its browser running for ever.
    fn drop(&mut self) {
        drop(end_session(self.port, &self.session));
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

/// `DELETE /session/{id}`, by hand: dropping cannot wait for the client.
fn end_session(port: u16, session: &str) -> std::io::Result<()> {
    let mut driver = TcpStream::connect(("127.0.0.1", port))?;
    driver.set_read_timeout(Some(PATIENCE))?;
    write!(driver, "DELETE /session/{session} HTTP/1.1\r\n")?;
    write!(
        driver,
        "Host: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    )?;
    driver.read(&mut [0]).map(drop)
}

/// Starts chromedriver on a free port.
///
/// It looks for a port that is free for IPv4 and then wants the same for IPv6;
/// if another process was quicker there it ends, and the next try finds another.
fn start_driver() -> (Child, u16) {
    for _ in 0..5 {
        let mut driver = Command::new(tool("CHROMEDRIVER"))
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("chromedriver does not start: {error}"));
        if let Some(port) = port_of(&mut driver) {
            return (driver, port);
        }
        drop(driver.kill());
        drop(driver.wait());
    }
    panic!("chromedriver finds no free port")
}

/// The port that the driver says it was given; `None` when it ended instead.
fn port_of(driver: &mut Child) -> Option<u16> {
    let stdout = driver.stdout.take().map(BufReader::new);
    let (send, ports) = mpsc::channel();
    std::thread::spawn(move || {
        // Reads on to the end, so that the driver never waits for its reader.
        let lines = stdout.into_iter().flat_map(BufRead::lines);
        for line in lines.map_while(Result::ok) {
            let port = line
                .strip_suffix('.')
                .and_then(|line| line.rsplit_once("on port "));
            if let Some(port) = port.and_then(|(_, port)| port.parse::<u16>().ok()) {
                let _is_awaited = send.send(port).is_ok();
            }
        }
    });
    ports.recv_timeout(PATIENCE).ok()
}

/// A command of the driver that the WebDriver standard does not have.
#[derive(Debug)]
struct DriverCommand {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for DriverCommand {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
