//! A site whose pages each have headers of their own, and a path that leads to a collector.
//!
//! What browsers report about a page's policy comes to `/reports/…`, and is kept.

use serde_json::Value;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where the collector stands on the site, as in `examples/deploy/nginx-path.conf`.
pub const FEEDBACK: &str = "/feedback/";

/// Browsers open connections that they may not use.
const IDLE: Duration = Duration::from_secs(30);

/// A running site. Dropping it stops it.
#[derive(Debug)]
pub struct Pages {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Headers and text of each page, by its path.
    pages: Mutex<HashMap<String, (String, String)>>,
    reports: Mutex<Vec<(String, Value)>>,
    collector: Mutex<Option<SocketAddr>>,
    is_stopping: AtomicBool,
}

/// A request, as far as it matters here.
struct Request {
    method: String,
    path: String,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Pages {
    /// Listens on a free port of loopback, without a page yet.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0");
        let bound = listener.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = bound.unwrap_or_else(|error| panic!("no port: {error}"));
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ours.is_stopping.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&ours);
                // A visitor who is gone needs no reply.
                std::thread::spawn(move || drop(shared.answer(stream)));
            }
        });
        Self { address, shared }
    }

    /// Its origin, as browsers write it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same server as another site: `localhost`.
    #[must_use]
    pub fn other_site(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Puts a page at a path, with headers as `Name: value`.
    pub fn put(&self, path: &str, headers: &[String], html: &str) {
        let headers = headers.iter().map(|header| format!("{header}\r\n"));
        let page = (headers.collect(), html.to_owned());
        lock(&self.shared.pages).insert(path.to_owned(), page);
    }

    /// Has `/feedback/` lead to this collector, as a proxy on the site's own host would.
    pub fn lead_to(&self, collector: SocketAddr) {
        *lock(&self.shared.collector) = Some(collector);
    }

    /// What browsers have reported to `/reports/{name}`: directive and what it blocked, once
    /// each. The icon that some browsers ask for by themselves is left out.
    #[must_use]
    pub fn reports(&self, name: &str) -> Vec<(String, String)> {
        let reports = lock(&self.shared.reports);
        let text = |report: &Value, key: &str| report[key].as_str().unwrap_or_default().to_owned();
        let mut said: Vec<_> = reports
            .iter()
            .filter(|(path, _)| path == &format!("/reports/{name}"))
            .map(|(_, body)| &body["csp-report"])
            .map(|it| (text(it, "effective-directive"), text(it, "blocked-uri")))
            .filter(|(_, blocked)| !blocked.ends_with("/favicon.ico"))
            .collect();
        said.sort();
        said.dedup();
        said
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.shared.is_stopping.store(true, Ordering::SeqCst);
        // Whoever waits for a visitor gets one more.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(IDLE))?;
        let Some(request) = read(&stream)? else {
            return Ok(());
        };
        if let Some(rest) = request.path.strip_prefix(FEEDBACK) {
            return self.hand_on(stream, &request, rest);
        }
        if request.path.starts_with("/reports/") {
            let report = serde_json::from_slice(&request.body).unwrap_or_default();
            lock(&self.reports).push((request.path, report));
            return write!(stream, "{}\r\n", head("204 No Content", 0));
        }
        let path = request.path.split('?').next().unwrap_or_default();
        let page = lock(&self.pages).get(path).cloned();
        match page {
            Some((headers, html)) => {
                let head = head("200 OK", html.len());
                let kind = "Content-Type: text/html; charset=utf-8\r\n";
                write!(stream, "{head}{kind}{headers}\r\n{html}")
            }
            None => write!(stream, "{}\r\n", head("404 Not Found", 0)),
        }
    }

    fn hand_on(&self, mut from: TcpStream, request: &Request, rest: &str) -> std::io::Result<()> {
        let Some(collector) = *lock(&self.collector) else {
            return write!(from, "{}\r\n", head("502 Bad Gateway", 0));
        };
        let mut to = TcpStream::connect(collector)?;
        write!(to, "{} /{rest} HTTP/1.1\r\n", request.method)?;
        for header in &request.headers {
            write!(to, "{header}\r\n")?;
        }
        write!(to, "Connection: close\r\n\r\n")?;
        to.write_all(&request.body)?;
        std::io::copy(&mut to, &mut from).map(drop)
    }
}

fn head(status: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Length: {length}\r\n"
    )
}

/// Reads one request; `None` where a connection was opened for nothing.
fn read(stream: &TcpStream) -> std::io::Result<Option<Request>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let [method, path] = [(); 2].map(|()| words.next().unwrap_or_default().to_owned());
    let mut headers = Vec::new();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let header = header.trim_end();
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "connection" => continue,
            "content-length" => length = value.trim().parse().unwrap_or_default(),
            _ => {}
        }
        headers.push(header.to_owned());
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request {
        method,
        path,
        headers,
        body,
    }))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
