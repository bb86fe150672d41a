//! Whose address a request counts for: the peer's, or the one that a trusted proxy tells of.
//!
//! A proxy appends the address of who spoke to it to `X-Forwarded-For`. So the
//! list is read from the right, and only as long as the address that wrote the
//! next entry is a trusted proxy's: everything further left was written by
//! whoever wanted to.
//!
//! Why not `Forwarded` (RFC 7239) as well: proxies that write the one header
//! pass the other on as it came, so believing both would believe visitors.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, request};
use tracing::warn;

/// The header that proxies append to.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A network as `10.0.0.0/8`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u32,
}

/// A text that is no network whose proxies could be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no network of proxies: {reason}; write one like 127.0.0.1 or 10.0.0.0/8")]
pub struct InvalidNetwork {
    given: String,
    reason: &'static str,
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        read(text).map_err(|reason| InvalidNetwork {
            given: String::from(text),
            reason,
        })
    }
}

fn read(text: &str) -> Result<Network, &'static str> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().map_err(|_| "it has no address")?;
    let first = address.to_canonical();
    if first != address && bits.is_some() {
        return Err("a network of IPv4 addresses is written as one");
    }
    let width = if first.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Ok(width), |bits| bits.parse::<u32>().map_err(drop));
    let network = match bits {
        Ok(0) => return Err("it would let everybody write any address"),
        Ok(bits) if bits <= width => Network { first, bits },
        Ok(_) | Err(()) => return Err("what follows the / is no number of bits"),
    };
    match network.start_of(first) == Some(first) {
        true => Ok(network),
        false => Err("its address is not the first of the network"),
    }
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        self.start_of(address.to_canonical()) == Some(self.first)
    }

    /// The first address of the network of this size that an address is in; none for the other family.
    fn start_of(&self, address: IpAddr) -> Option<IpAddr> {
        match (self.first, address) {
            (IpAddr::V4(_), IpAddr::V4(address)) => {
                let mask = u32::MAX << (32 - self.bits);
                Some(IpAddr::V4((address.to_bits() & mask).into()))
            }
            (IpAddr::V6(_), IpAddr::V6(address)) => {
                let mask = u128::MAX << (128 - self.bits);
                Some(IpAddr::V6((address.to_bits() & mask).into()))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

/// The proxies whose word about a visitor's address is taken.
#[derive(Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<Network>,
    /// Whether it was said that a proxy seems to be missing here.
    has_warned: AtomicBool,
}

impl Clone for TrustedProxies {
    fn clone(&self) -> Self {
        Self::new(self.networks.clone())
    }
}

impl TrustedProxies {
    /// Trusts the proxies of these networks.
    pub fn new(networks: Vec<Network>) -> Self {
        Self {
            networks,
            has_warned: AtomicBool::new(false),
        }
    }

    /// Whether an address is a trusted proxy's.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.networks
            .iter()
            .any(|network| network.contains(address))
    }

    /// Whose address a request counts for.
    ///
    /// Requests without a connection, which only tests make, share one.
    pub fn client_of(&self, head: &request::Parts) -> IpAddr {
        let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        self.client(peer, &head.headers)
    }

    /// Whose address a request of this peer counts for.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            self.look_for_a_proxy(peer, headers);
            return peer;
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        // A line that is no text stops the walk, as an entry that is no address does.
        let entries = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        let mut client = peer;
        for entry in entries {
            let Some(address) = address_of(entry.trim()) else {
                break;
            };
            client = address;
            if !self.contains(client) {
                break;
            }
        }
        client
    }

    /// Says once that what looks like a proxy is not trusted, without its address.
    fn look_for_a_proxy(&self, peer: IpAddr, headers: &HeaderMap) {
        let is_near = match peer {
            IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
            IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
        };
        let is_proxy = is_near && headers.contains_key(FORWARDED_FOR);
        if is_proxy && !self.has_warned.swap(true, Ordering::Relaxed) {
            warn!(
                "a proxy forwards requests and is not trusted, so its visitors share one rate \
                 limit; name its address with --trusted-proxy, or trusted_proxy in sayso.toml"
            );
        }
    }
}

/// An entry of the header: an address, with a port where a proxy writes one.
fn address_of(entry: &str) -> Option<IpAddr> {
    let bare = entry
        .strip_prefix('[')
        .and_then(|entry| entry.strip_suffix(']'));
    let address = bare.unwrap_or(entry).parse::<IpAddr>().ok();
    let address = address.or_else(|| entry.parse::<SocketAddr>().ok().map(|entry| entry.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn proxies(networks: &[&str]) -> TrustedProxies {
        TrustedProxies::new(networks.iter().map(|text| text.parse().unwrap()).collect())
    }

    #[track_caller]
    fn check(peer: &str, lines: &[&str], expected: &str) {
        let trusted = proxies(&["127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"]);
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                FORWARDED_FOR,
                HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        let client = trusted.client(peer.parse().unwrap(), &headers);
        assert_eq!(client.to_string(), expected, "{peer} {lines:?}");
    }

    #[test]
    fn the_header_of_an_untrusted_peer_is_ignored() {
        check("192.0.2.9", &["198.51.100.1"], "192.0.2.9");
        check("192.0.2.9", &["127.0.0.1"], "192.0.2.9");
        check("127.0.0.2", &["198.51.100.1"], "127.0.0.2");
        check("::1", &["198.51.100.1"], "::1");
    }

    #[test]
    fn the_last_address_that_no_trusted_proxy_has_is_the_visitors() {
        check("127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("127.0.0.1", &["203.0.113.5, 198.51.100.1"], "198.51.100.1");
        check(
            "127.0.0.1",
            &["203.0.113.5", "198.51.100.1"],
            "198.51.100.1",
        );
        check(
            "127.0.0.1",
            &["203.0.113.5, 198.51.100.1, 10.1.2.3"],
            "198.51.100.1",
        );
        check(
            "10.1.2.3",
            &["198.51.100.1,10.1.2.3 , 127.0.0.1"],
            "198.51.100.1",
        );
        check("2001:db8:1:ff::1", &["2001:db8:9::7"], "2001:db8:9::7");
    }

    #[test]
    fn entries_may_have_ports_and_brackets() {
        check("127.0.0.1", &["198.51.100.1:4711"], "198.51.100.1");
        check("127.0.0.1", &["[2001:db8:9::7]:4711"], "2001:db8:9::7");
        check("127.0.0.1", &["[2001:db8:9::7]"], "2001:db8:9::7");
        check("127.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1");
    }

    #[test]
    fn where_the_list_ends_or_makes_no_sense_the_last_known_address_counts() {
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &[""], "127.0.0.1");
        check("127.0.0.1", &["unknown"], "127.0.0.1");
        check("127.0.0.1", &["198.51.100.1, unknown"], "127.0.0.1");
        check(
            "127.0.0.1",
            &["198.51.100.1, unknown, 10.0.0.1"],
            "10.0.0.1",
        );
        check("127.0.0.1", &["198.51.100.1", "\u{e9}"], "127.0.0.1");
        check("127.0.0.1", &["10.0.0.2, 10.0.0.1"], "10.0.0.2");
        check("127.0.0.1", &["198.51.100.1,"], "127.0.0.1");
    }

    #[test]
    fn networks_end_where_their_bits_end() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("10.0.0.0/8", "::1", false),
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.0/31", "192.0.2.1", true),
            ("128.0.0.0/1", "127.255.255.255", false),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe00::1", false),
            ("::1", "::1", true),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
        ] {
            let found = proxies(&[network]).contains(address.parse().unwrap());
            assert_eq!(found, expected, "{network} {address}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused_with_the_reason() {
        for (given, reason) in [
            ("", "no address"),
            ("nginx", "no address"),
            ("10.0.0", "no address"),
            ("127.0.0.1:80", "no address"),
            ("10.0.0.0/33", "number of bits"),
            ("10.0.0.0/", "number of bits"),
            ("10.0.0.0/-1", "number of bits"),
            ("fd00::/129", "number of bits"),
            ("10.0.0.1/8", "not the first"),
            ("0.0.0.0/0", "everybody"),
            ("::/0", "everybody"),
            ("::ffff:10.0.0.0/104", "written as one"),
        ] {
            let message = given.parse::<Network>().unwrap_err().to_string();
            assert!(message.contains(reason), "{given}: {message}");
        }
    }
}
