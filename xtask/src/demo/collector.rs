//! The collector as a child process.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::args::DemoArgs;
use crate::folders::Folders;

/// Where `Trunk.toml` has the developer's gallery served.
const TRUNK_PORT: u16 = 8082;

/// How long a start may take before something must be wrong.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How long it may take to answer what it has accepted and end.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// The question whether it is ready.
const READY: &[u8] = b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n";

const POLL_EVERY: Duration = Duration::from_millis(50);

/// A running collector. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Collector {
    child: Child,
    listen: SocketAddr,
}

impl Collector {
    /// Starts the program on the demo's folders.
    pub(super) fn start(
        folders: &Folders,
        program: &Path,
        data: &Path,
        options: &DemoArgs,
    ) -> Result<Collector> {
        let child = Command::new(program)
            .current_dir(&folders.root)
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--surveys", "examples/surveys"])
            .args(["--listen", &options.listen.to_string()])
            .args(["--allow-origin", &allowed_origins(options.site)])
            .spawn()
            .context("cannot start the collector")?;
        Ok(Collector {
            child,
            listen: options.listen,
        })
    }

    /// Where it answers.
    pub(super) fn address(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Waits until it says that it is ready.
    pub(super) fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < START_LIMIT {
            if let Some(status) = self.ended()? {
                bail!("the collector did not start ({status}); its lines above say why");
            }
            if is_ready(self.listen) {
                return Ok(());
            }
            thread::sleep(POLL_EVERY);
        }
        bail!(
            "the collector was not ready after {} s",
            START_LIMIT.as_secs()
        )
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Asks it to end, and waits until it has.
    pub(super) fn stop(mut self) -> Result<()> {
        terminate(&mut self.child)?;
        let asked = Instant::now();
        while asked.elapsed() < STOP_LIMIT {
            match self.ended()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("the collector ended with {status}"),
                None => thread::sleep(POLL_EVERY),
            }
        }
        bail!(
            "the collector did not end within {} s and was killed",
            STOP_LIMIT.as_secs()
        )
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // An error means that it has ended, which is all that is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends SIGTERM, on which the collector answers what it has accepted.
#[cfg(unix)]
fn terminate(child: &mut Child) -> Result<()> {
    use rustix::process::{Pid, Signal, kill_process};

    if child.try_wait()?.is_some() {
        return Ok(());
    }
    let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let id = id.context("the collector has no process id")?;
    kill_process(id, Signal::TERM).context("cannot signal the collector")
}

/// There is no SIGTERM here; a kill loses nothing that was acknowledged.
#[cfg(not(unix))]
fn terminate(child: &mut Child) -> Result<()> {
    Ok(child.kill()?)
}

/// One plain request: whether `/readyz` answers 200.
fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(READY)?;
        let mut status_line = [0; 12];
        stream.read_exact(&mut status_line)?;
        Ok(status_line.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}

/// The example pages, and the gallery of `trunk serve`, each by the names that people type.
fn allowed_origins(site: SocketAddr) -> String {
    let (site_port, port) = (site.port(), TRUNK_PORT);
    format!(
        "http://{site},http://localhost:{site_port},http://127.0.0.1:{port},http://localhost:{port}"
    )
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[track_caller]
    fn check_ready(reply: &'static str, expected: bool) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; READY.len()];
            stream.read_exact(&mut request).unwrap();
            stream.write_all(reply.as_bytes()).unwrap();
        });
        assert_eq!(is_ready(address), expected, "{reply:?}");
        server.join().unwrap();
    }

    #[test]
    fn only_a_200_counts_as_ready() {
        check_ready("HTTP/1.0 200 OK\r\n\r\n", true);
        check_ready("HTTP/1.1 503 Service Unavailable\r\n\r\n", false);
        check_ready("", false);
    }
}
