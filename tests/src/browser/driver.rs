//! The driver of a browser: a process that speaks WebDriver on a port of its own.

use super::display::Display;
use super::{Engine, settings};
use crate::collector::PATIENCE;
use crate::tool;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long a process that was asked to end may take.
const GRACE: Duration = Duration::from_secs(3);

/// A running driver. Dropping it ends its session, and so its browser, and then itself.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    port: u16,
    session: Option<String>,
    // After the processes that use them.
    _display: Option<Display>,
    profile: tempfile::TempDir,
}

impl Driver {
    /// Starts the driver of an engine on a free port, with an empty profile.
    ///
    /// A port that was free may be taken a moment later: the driver ends then,
    /// and the next try finds another.
    pub(super) fn start(engine: Engine) -> Self {
        let profile = tempfile::tempdir().unwrap_or_else(|error| panic!("no folder: {error}"));
        settings::write_profile(engine, profile.path());
        let display = match engine {
            Engine::WebKit => Some(Display::start()),
            Engine::Chromium | Engine::Firefox => None,
        };
        for _ in 0..5 {
            let mut command = command(engine, profile.path(), display.as_ref());
            let started = match engine {
                Engine::Chromium | Engine::Firefox => on_its_port(command.arg("--port=0")),
                Engine::WebKit => on_our_port(&mut command),
            };
            if let Some((process, port)) = started {
                return Self {
                    process,
                    port,
                    session: None,
                    _display: display,
                    profile,
                };
            }
        }
        panic!("the driver of {engine:?} ends at once, or finds no free port")
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The folder of the browser's own files.
    pub(super) fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Notes the session that has to be ended.
    pub(super) fn opened(&mut self, session: Option<String>) {
        self.session = session;
    }

    /// `DELETE /session/{id}`, by hand: dropping cannot wait for the client.
    fn end_session(&self, session: &str) -> std::io::Result<()> {
        let mut driver = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        driver.set_read_timeout(Some(PATIENCE))?;
        write!(driver, "DELETE /session/{session} HTTP/1.1\r\n")?;
        write!(driver, "Host: 127.0.0.1:{}\r\n", self.port)?;
        write!(driver, "Connection: close\r\n\r\n")?;
        driver.read(&mut [0]).map(drop)
    }
}

impl Drop for Driver {
    /// A driver that is killed leaves its browser running for ever, so the
    /// session goes first.
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            drop(self.end_session(&session));
        }
        end(&mut self.process);
    }
}

fn command(engine: Engine, profile: &Path, display: Option<&Display>) -> Command {
    let mut command = match engine {
        Engine::Chromium => Command::new(tool("CHROMEDRIVER")),
        Engine::Firefox => {
            let mut command = Command::new(tool("GECKODRIVER"));
            // Its usual port is the same for all, and taken by the first.
            command.arg("--websocket-port=0").env("HOME", profile);
            command
        }
        Engine::WebKit => Command::new(tool("WEBKIT_DRIVER")),
    };
    if let Some(display) = display {
        command
            .env("DISPLAY", display.name())
            .env_remove("WAYLAND_DISPLAY")
            .envs(settings::webkit_environment(profile));
    }
    command
}

/// Starts a driver that chooses a port and says it; `None` when it ended instead.
fn on_its_port(command: &mut Command) -> Option<(Child, u16)> {
    let mut driver = spawn(command.stdout(Stdio::piped()));
    // `… started successfully on port 40771.`, `… Listening on 127.0.0.1:40771`;
    // before that, `Starting … on port 0` repeats what was asked for.
    let port = first_of(&mut driver, |line| {
        let line = line.trim_end().trim_end_matches('.');
        let is_about_it = line.contains("on port ") || line.contains("Listening on ");
        let (_, port) = line.rsplit_once([' ', ':'])?;
        let port = port.parse::<u16>().ok()?;
        (is_about_it && port != 0).then_some(port)
    });
    if port.is_none() {
        end(&mut driver);
    }
    Some((driver, port?))
}

/// Starts a driver on a port that is free right now; `None` when it ended or
/// never listened.
fn on_our_port(command: &mut Command) -> Option<(Child, u16)> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    let port = port.ok()?.port();
    let mut driver = spawn(command.arg(format!("--port={port}")).stdout(Stdio::null()));
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let is_listening = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        // A driver whose port was taken ends in a moment; the listener is another then.
        std::thread::sleep(Duration::from_millis(20));
        if !matches!(driver.try_wait(), Ok(None)) {
            return None;
        }
        if is_listening {
            return Some((driver, port));
        }
    }
    end(&mut driver);
    None
}

fn spawn(command: &mut Command) -> Child {
    command
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            let program = command.get_program();
            panic!("{} does not start: {error}", program.display())
        })
}

/// What the first fitting line of a process says; `None` when it ended without one.
pub(super) fn first_of<T: Send + 'static>(
    process: &mut Child,
    read: impl Fn(&str) -> Option<T> + Send + 'static,
) -> Option<T> {
    let stdout = process.stdout.take().map(BufReader::new);
    let (send, found) = mpsc::channel();
    std::thread::spawn(move || {
        // Reads on to the end, so that the process never waits for its reader.
        let lines = stdout.into_iter().flat_map(BufRead::lines);
        for value in lines.map_while(Result::ok).filter_map(|line| read(&line)) {
            let _is_awaited = send.send(value).is_ok();
        }
    });
    found.recv_timeout(PATIENCE).ok()
}

/// Asks a process to end, so that it can end its own, and kills it if it does not.
pub(super) fn end(process: &mut Child) {
    let id = process.id().to_string();
    drop(Command::new("kill").args(["-TERM", &id]).status());
    let start = Instant::now();
    while start.elapsed() < GRACE {
        if !matches!(process.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(process.kill());
    drop(process.wait());
}
