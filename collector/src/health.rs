//! `sayso health`: asks a running collector whether it is ready.
//!
//! For containers, whose image has no other program to ask with. Without TLS:
//! it asks on the same machine.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::error::StartError;

/// How long each step may take.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Longest reply that is read.
const MAX_REPLY: u64 = 4_096;

/// What there is to say of a collector, and whether it is ready.
///
/// # Errors
///
/// The address is none.
pub fn ask(listen: SocketAddr, url: Option<&str>) -> Result<(String, bool), StartError> {
    let (host, addresses) = match url {
        Some(url) => host_of(url)?,
        None => {
            let address = reachable(listen);
            (address.to_string(), vec![address])
        }
    };
    Ok(match request(&host, &addresses) {
        Ok(reply) => said(&reply),
        Err(cause) => (format!("no answer from {host}: {cause}\n"), false),
    })
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

fn host_of(url: &str) -> Result<(String, Vec<SocketAddr>), StartError> {
    let wrong = || StartError::NoAddress(String::from(url));
    let host = url.strip_prefix("http://").ok_or_else(wrong)?;
    let host = host.strip_suffix('/').unwrap_or(host);
    // The host goes into the request as it is.
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".:-[]".contains(letter);
    if host.is_empty() || !host.chars().all(is_plain) {
        return Err(wrong());
    }
    let addresses = host
        .to_socket_addrs()
        .or_else(|_| (host, 80).to_socket_addrs());
    Ok((
        String::from(host),
        addresses.map_err(|_| wrong())?.collect(),
    ))
}

/// The reply to `GET /readyz`.
fn request(host: &str, addresses: &[SocketAddr]) -> io::Result<String> {
    let mut stream = Err(io::Error::other("the name has no address"));
    for address in addresses {
        stream = TcpStream::connect_timeout(address, TIMEOUT);
        if stream.is_ok() {
            break;
        }
    }
    let mut stream = stream?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut reply = String::new();
    stream.take(MAX_REPLY).read_to_string(&mut reply)?;
    Ok(reply)
}

/// What a reply says, and whether that is "ready".
fn said(reply: &str) -> (String, bool) {
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or((reply, ""));
    let is_ready = head.starts_with("HTTP/1.1 200 ");
    match body.trim() {
        "" => (String::from("the answer is not a collector's\n"), false),
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
    fn addresses_are_plain_ones_without_tls() {
        assert!(host_of("http://127.0.0.1:8080").is_ok());
        assert!(host_of("http://127.0.0.1/").is_ok());
        for url in [
            "https://127.0.0.1",
            "127.0.0.1:8080",
            "http://",
            "http://a b",
            "http://127.0.0.1/path",
            "http://x\r\nevil: 1",
        ] {
            assert!(host_of(url).is_err(), "{url}");
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
