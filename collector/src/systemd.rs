//! What systemd and the collector tell each other: ready, reloading, ending, alive; and the socket.
//!
//! Without systemd, which says in `NOTIFY_SOCKET` and `LISTEN_FDS` that it is
//! there, nothing here does anything.

use std::time::Duration;

/// Tells systemd that requests are taken, and what for.
pub fn ready(status: &str) {
    tell::all(&[tell::State::Ready, tell::State::Status(status)]);
}

/// Tells systemd that the end has begun.
pub fn stopping() {
    tell::all(&[tell::State::Stopping]);
}

/// Tells systemd that a reload goes on while `reload` runs.
pub fn reloading(reload: &mut dyn FnMut()) {
    tell::reloading();
    reload();
    tell::all(&[tell::State::Ready]);
}

/// Tells systemd that the collector lives, as often as it wants to hear it, for ever.
///
/// This runs among the requests: it falls silent when they hang. A disk that is
/// broken is no reason to fall silent: a restart does not mend it.
pub async fn stay_alive() {
    let Some(limit) = tell::watchdog() else {
        return std::future::pending().await;
    };
    let mut turns = tokio::time::interval((limit / 2).max(Duration::from_millis(1)));
    loop {
        turns.tick().await;
        tell::all(&[tell::State::Watchdog]);
    }
}

#[cfg(unix)]
mod tell {
    use std::time::Duration;

    pub(super) use sd_notify::NotifyState as State;
    use tracing::debug;

    pub(super) fn all(states: &[State<'_>]) {
        if let Err(cause) = sd_notify::notify(states) {
            debug!(%cause, "systemd cannot be told");
        }
    }

    pub(super) fn reloading() {
        // The time tells this reload from an earlier one.
        match State::monotonic_usec_now() {
            Ok(now) => all(&[State::Reloading, now]),
            Err(_) => all(&[State::Reloading]),
        }
    }

    pub(super) fn watchdog() -> Option<Duration> {
        sd_notify::watchdog_enabled()
    }
}

#[cfg(not(unix))]
mod tell {
    use std::time::Duration;

    pub(super) enum State<'a> {
        Ready,
        Stopping,
        Watchdog,
        Status(&'a str),
    }

    pub(super) fn all(_states: &[State<'_>]) {}

    pub(super) fn reloading() {}

    pub(super) fn watchdog() -> Option<Duration> {
        None
    }
}

/// The socket that systemd opened for the collector; none if it did not.
///
/// # Errors
///
/// It is no TCP socket that listens, or it is not alone.
#[cfg(unix)]
pub fn listener() -> std::io::Result<Option<std::net::TcpListener>> {
    let mut passed = listenfd::ListenFd::from_env();
    if 1 < passed.len() {
        let message = format!(
            "systemd passed {} sockets; name one ListenStream= in the .socket unit",
            passed.len()
        );
        return Err(std::io::Error::other(message));
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
pub fn listener() -> std::io::Result<Option<std::net::TcpListener>> {
    Ok(None)
}
