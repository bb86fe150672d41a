//! Serves the example pages on loopback, for the demo and the tests.
//!
//! The pages name `https://feedback.example` as their collector, so that
//! people can copy them; the server puts the address of the running collector
//! in its place. It is no web server for production: every request reads from
//! the disk, so that an edited page shows on the next load.

mod folder;

use std::io::{self, Cursor, ErrorKind};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use tiny_http::{Header, Method, Request, Response as HttpResponse, Server};

use folder::Folder;

/// The collector's address as the pages write it.
pub const PLACEHOLDER: &str = "https://feedback.example";

/// How many requests are answered at the same time.
const WORKERS: usize = 4;

/// A running server of example pages.
///
/// Dropping it stops it; the port is free a moment later.
#[must_use = "dropping the site stops it"]
pub struct Site {
    server: Arc<Server>,
    address: SocketAddr,
    is_stopping: Arc<AtomicBool>,
    workers: Vec<JoinHandle<()>>,
}

impl Site {
    /// Serves `folder` at `listen`, with `collector` in place of the
    /// [`PLACEHOLDER`].
    ///
    /// Port 0 takes any free port; [`address`](Site::address) tells which.
    ///
    /// # Errors
    ///
    /// The address is taken or cannot be listened on.
    pub fn start(
        listen: impl ToSocketAddrs,
        folder: impl Into<PathBuf>,
        collector: &str,
    ) -> io::Result<Site> {
        Site::with_headers(listen, folder, collector, &[])
    }

    /// As [`start`](Site::start), with headers that every page carries, for
    /// instance a `Content-Security-Policy`.
    ///
    /// # Errors
    ///
    /// As for [`start`](Site::start), or a header is not one.
    pub fn with_headers(
        listen: impl ToSocketAddrs,
        folder: impl Into<PathBuf>,
        collector: &str,
        headers: &[(&str, &str)],
    ) -> io::Result<Site> {
        let headers = headers
            .iter()
            .map(|(name, value)| header(name, value))
            .collect::<io::Result<Vec<_>>>()?;
        let server = Arc::new(Server::http(listen).map_err(into_io)?);
        let address = server
            .server_addr()
            .to_ip()
            .ok_or_else(|| io::Error::other("the site does not listen on an IP address"))?;
        let is_stopping = Arc::new(AtomicBool::new(false));
        let pages = Arc::new(Pages {
            folder: Folder::new(folder.into(), collector),
            headers,
        });
        let workers = (0..WORKERS)
            .map(|_| {
                let (server, pages) = (Arc::clone(&server), Arc::clone(&pages));
                let is_stopping = Arc::clone(&is_stopping);
                thread::spawn(move || answer_all(&server, &pages, &is_stopping))
            })
            .collect();
        Ok(Site {
            server,
            address,
            is_stopping,
            workers,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the start page, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        for _ in &self.workers {
            self.server.unblock();
        }
        for worker in self.workers.drain(..) {
            // A worker that panicked has printed why; there is nothing to mend.
            drop(worker.join());
        }
    }
}

struct Pages {
    folder: Folder,
    headers: Vec<Header>,
}

fn answer_all(server: &Server, pages: &Pages, is_stopping: &AtomicBool) {
    while !is_stopping.load(Ordering::SeqCst) {
        // An error means that this worker was unblocked, or that one
        // connection broke; the loop's condition tells which.
        if let Ok(request) = server.recv() {
            answer(request, pages);
        }
    }
}

fn answer(request: Request, pages: &Pages) {
    let reply = if matches!(request.method(), Method::Get | Method::Head) {
        pages.reply(request.url())
    } else {
        plain(405, "only GET")
    };
    // The visitor may be gone before the reply; that is theirs to decide.
    drop(request.respond(reply));
}

impl Pages {
    fn reply(&self, url: &str) -> HttpResponse<Cursor<Vec<u8>>> {
        let Some(file) = self.folder.read(url) else {
            return plain(404, "not found");
        };
        let mut reply = HttpResponse::from_data(file.content);
        let fixed = [
            ("Content-Type", file.content_type),
            ("Cache-Control", "no-cache"),
        ];
        for (name, value) in fixed {
            if let Ok(header) = header(name, value) {
                reply.add_header(header);
            }
        }
        for header in &self.headers {
            reply.add_header(header.clone());
        }
        reply
    }
}

fn plain(status: u16, text: &str) -> HttpResponse<Cursor<Vec<u8>>> {
    HttpResponse::from_string(format!("{text}\n")).with_status_code(status)
}

fn header(name: &str, value: &str) -> io::Result<Header> {
    let is_name = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    let is_line = !value.contains(char::is_control);
    Header::from_bytes(name, value)
        .ok()
        .filter(|_| is_name && is_line)
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, format!("{name} is not a header")))
}

/// Keeps the kind of the error, so that callers can tell a taken port.
fn into_io(error: Box<dyn std::error::Error + Send + Sync>) -> io::Error {
    match error.downcast::<io::Error>() {
        Ok(error) => *error,
        Err(error) => io::Error::other(error),
    }
}
