//! `sayso health`: asks a running collector whether it is ready.
//!
//! For containers, whose image has no other program to ask with. With TLS the
//! certificate is not checked: it is for the name that visitors call, and who asks here
//! asks this machine, and learns no more than whether it is ready.

mod trusting;

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::error::StartError;

/// How long each step may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Longest reply that is read.
const MAX_REPLY: u64 = 4_096;

/// Whom to ask, and how.
#[derive(Debug)]
struct Asked {
    host: String,
    addresses: Vec<SocketAddr>,
    has_tls: bool,
}

/// What the collector says that listens here, and whether it is ready.
pub fn ask(listen: SocketAddr, has_tls: bool) -> (String, bool) {
    let address = reachable(listen);
    Asked {
        host: address.to_string(),
        addresses: vec![address],
        has_tls,
    }
    .ask()
}

/// What the collector at this address says, and whether it is ready.
///
/// # Errors
///
/// The address is none.
pub fn ask_at(url: &str) -> Result<(String, bool), StartError> {
    Ok(Asked::at(url)?.ask())
}

/// An address to call, for one to listen on: "any" is called on this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}

impl Asked {
    fn at(url: &str) -> Result<Self, StartError> {
        let wrong = || StartError::NoAddress(String::from(url));
        let (has_tls, host) = match url.strip_prefix("https://") {
            Some(host) => (true, host),
            None => (false, url.strip_prefix("http://").ok_or_else(wrong)?),
        };
        let host = host.strip_suffix('/').unwrap_or(host);
        // The host goes into the request as it is.
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".:-[]".contains(letter);
        if host.is_empty() || !host.chars().all(is_plain) {
            return Err(wrong());
        }
        let port = if has_tls { 443 } else { 80 };
        let addresses = host
            .to_socket_addrs()
            .or_else(|_| (host, port).to_socket_addrs());
        Ok(Self {
            host: String::from(host),
            addresses: addresses.map_err(|_| wrong())?.collect(),
            has_tls,
        })
    }

    fn ask(&self) -> (String, bool) {
        match self.request() {
            Ok(reply) => said(&reply),
            Err(cause) => (format!("no answer from {}: {cause}\n", self.host), false),
        }
    }

    /// The reply to `GET /readyz`.
    fn request(&self) -> io::Result<String> {
        let mut stream = Err(io::Error::other("the name has no address"));
        for address in &self.addresses {
            stream = TcpStream::connect_timeout(address, TIMEOUT);
            if stream.is_ok() {
                break;
            }
        }
        let stream = stream?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        match self.has_tls {
            true => self.exchange(trusting::shake_hands(stream)?),
            false => self.exchange(stream),
        }
    }

    fn exchange(&self, mut stream: impl Read + Write) -> io::Result<String> {
        let host = &self.host;
        let request = format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes())?;
        stream.flush()?;
        let mut reply = Vec::new();
        stream.take(MAX_REPLY).read_to_end(&mut reply)?;
        Ok(String::from_utf8_lossy(&reply).into_owned())
    }
}

/// What a reply says, and whether that is "ready".
fn said(reply: &str) -> (String, bool) {
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or((reply, ""));
    let is_ready = head.starts_with("HTTP/1.1 200 ");
    match body.trim() {
        "" => {
            let text = "the answer is not a collector's; is TLS set where it is asked?\n";
            (String::from(text), false)
        }
        body => (format!("{body}\n"), is_ready),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_everywhere_is_called_on_this_machine() {
        for (listen, expected) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.1:80", "192.0.2.1:80"),
        ] {
            assert_eq!(
                reachable(listen.parse().unwrap()),
                expected.parse().unwrap()
            );
        }
    }

    #[test]
    fn addresses_are_of_a_host_alone() {
        for (url, has_tls) in [
            ("http://127.0.0.1:8080", false),
            ("http://127.0.0.1/", false),
            ("https://127.0.0.1:8443", true),
        ] {
            assert_eq!(Asked::at(url).unwrap().has_tls, has_tls, "{url}");
        }
        for url in [
            "127.0.0.1:8080",
            "http://",
            "https://",
            "http://a b",
            "http://127.0.0.1/path",
            "http://x\r\nevil: 1",
        ] {
            assert!(Asked::at(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_a_200_is_ready() {
        let reply = |status: &str, body: &str| format!("HTTP/1.1 {status}\r\na: b\r\n\r\n{body}");
        assert_eq!(said(&reply("200 OK", "ready\n")), ("ready\n".into(), true));
        let full = reply("503 Service Unavailable", "the log cannot be written\n");
        assert_eq!(said(&full), ("the log cannot be written\n".into(), false));
        assert!(!said("SSH-2.0\r\n").1);
    }
}
