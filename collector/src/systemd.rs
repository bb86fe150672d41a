//! What systemd and the collector tell each other: ready, reloading, ending, alive; and the socket.
//!
//! Without systemd, which says in `NOTIFY_SOCKET` and `LISTEN_FDS` that it is
//! there, nothing here does anything.
//!
//! The messages are a few words in a datagram, as sd_notify(3) has them. The crate
//! `sd-notify` would send them too, but not to sockets without a file.

use std::env;
use std::ffi::OsStr;
use std::future::pending;
use std::io;
use std::net::TcpListener;
use std::process;
use std::time::Duration;

use tokio::time::interval;
use tracing::debug;

/// Tells systemd that requests are taken, and what else there is to say in one line.
pub fn ready(status: &str) {
    tell(&format!("READY=1\nSTATUS={status}\n"));
}

/// Tells systemd that the end has begun.
pub fn stopping() {
    tell("STOPPING=1\n");
}

/// Tells systemd that a reload goes on while `reload` runs.
pub fn reloading(reload: &mut dyn FnMut()) {
    // The time tells this reload from an earlier one.
    tell(&format!("RELOADING=1\nMONOTONIC_USEC={}\n", monotonic_us()));
    reload();
    tell("READY=1\n");
}

/// Tells systemd that the collector lives, as often as it wants to hear it, for ever.
///
/// This runs among the requests: it falls silent when they hang. A disk that is
/// broken is no reason to fall silent: a restart does not mend it.
pub async fn stay_alive() {
    let wanted = |name: &str| env::var(name).ok()?.parse::<u64>().ok();
    let is_meant = wanted("WATCHDOG_PID").is_none_or(|id| id == u64::from(process::id()));
    let Some(limit_us) = wanted("WATCHDOG_USEC").filter(|limit| is_meant && 0 < *limit) else {
        return pending().await;
    };
    let mut turns = interval((Duration::from_micros(limit_us) / 2).max(SHORTEST_TURN));
    loop {
        turns.tick().await;
        tell("WATCHDOG=1\n");
    }
}

/// Signs of life come no oftener.
const SHORTEST_TURN: Duration = Duration::from_millis(1);

/// Sends a message to systemd, if it listens.
fn tell(message: &str) {
    if let Some(name) = env::var_os("NOTIFY_SOCKET")
        && let Err(cause) = send(&name, message.as_bytes())
    {
        debug!(%cause, "systemd cannot be told");
    }
}

/// Sends to a socket in the file system, or to one that has a name alone, written with an `@`.
#[cfg(target_os = "linux")]
fn send(name: &OsStr, message: &[u8]) -> io::Result<()> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    let address = match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(name)?,
    };
    UnixDatagram::unbound()?.send_to_addr(message, &address)?;
    Ok(())
}

/// There is no systemd elsewhere.
#[cfg(not(target_os = "linux"))]
fn send(_name: &OsStr, _message: &[u8]) -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn monotonic_us() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1_000
}

#[cfg(not(target_os = "linux"))]
fn monotonic_us() -> i64 {
    0
}

/// The socket that systemd opened for the collector; none if it did not.
///
/// # Errors
///
/// It is no TCP socket that listens, or it is not alone.
#[cfg(unix)]
pub fn listener() -> io::Result<Option<TcpListener>> {
    let mut passed = listenfd::ListenFd::from_env();
    if 1 < passed.len() {
        let message = format!(
            "systemd passed {} sockets; name one ListenStream= in the .socket unit",
            passed.len()
        );
        return Err(io::Error::other(message));
    }
    if passed.len() == 0 {
        return Ok(None);
    }
    let listener = passed.take_tcp_listener(0)?;
    if let Some(listener) = &listener {
        listener.set_nonblocking(true)?;
    }
    Ok(listener)
}

/// Elsewhere there is none.
///
/// # Errors
///
/// None here.
#[cfg(not(unix))]
pub fn listener() -> io::Result<Option<TcpListener>> {
    Ok(None)
}
