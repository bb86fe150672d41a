//! Somebody with a loopback address of their own, who speaks HTTP by hand.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::runtime::Builder;

/// After this long, what is waited for does not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody with an address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visitor(Ipv4Addr);

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Visitor {
    /// The same for the same number.
    pub(crate) fn new(number: u8) -> Self {
        Self(Ipv4Addr::new(127, 77, 0, number))
    }

    pub(crate) fn connect(self, address: SocketAddr) -> TcpStream {
        let runtime = Builder::new_current_thread().enable_io().build().unwrap();
        let stream = runtime.block_on(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind((self.0, 0).into()).unwrap();
            socket.connect(address).await.unwrap().into_std().unwrap()
        });
        stream.set_nonblocking(false).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    pub(crate) fn get(
        self,
        address: SocketAddr,
        host: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Reply {
        self.ask(address, &head("GET", path, host, headers), "")
    }

    /// Sends a request to its end, and reads the reply.
    pub(crate) fn ask(self, address: SocketAddr, head: &str, body: &str) -> Reply {
        let mut stream = self.connect(address);
        stream.write_all(head.as_bytes()).unwrap();
        // A refusal may come before all is sent.
        drop(stream.write_all(body.as_bytes()));
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        Reply::read(&bytes)
    }
}

/// The head of a request, after which the connection ends.
pub(crate) fn head(method: &str, path: &str, host: &str, headers: &[(&str, &str)]) -> String {
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n")
}

impl Reply {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|end| end == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("{:?}", String::from_utf8_lossy(bytes)));
        let (head, body) = bytes.split_at(end + 4);
        let head = std::str::from_utf8(head).unwrap();
        let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
        let lines = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        let headers: Vec<_> = lines
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let is_chunked = headers
            .iter()
            .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if is_chunked {
            joined(body)
        } else {
            body.to_vec()
        };
        Self {
            status,
            headers,
            body,
        }
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = self.headers.iter().filter(move |header| header.0 == name);
        same.map(|header| header.1.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|header| header.0 == name);
        found.map_or("", |header| header.1.as_str())
    }
}

/// The chunks of a body, put together.
fn joined(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = bytes.windows(2).position(|end| end == b"\r\n") {
        let size = std::str::from_utf8(bytes.get(..end).unwrap()).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        let start = end + 2;
        body.extend_from_slice(bytes.get(start..start + size).unwrap());
        bytes = bytes.get(start + size + 2..).unwrap_or_default();
    }
    body
}
