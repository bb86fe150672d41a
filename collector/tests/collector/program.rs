//! The real program as a child process, in a folder of the test's own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;

use crate::fixtures::{eventually, write_surveys};

/// The program, as cargo built it for the tests.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_sayso");

/// A folder with surveys, and room for data.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        write_surveys(&place.surveys());
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub(crate) fn surveys(&self) -> PathBuf {
        self.path().join("surveys")
    }

    pub(crate) fn log(&self) -> Vec<u8> {
        fs::read(self.data().join("responses.ndjson")).unwrap_or_default()
    }

    /// The program, set to run in this folder and in no environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.path()).env_clear();
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }
}

/// What every test of a running program asks for.
pub(crate) const SERVE: [&str; 7] = [
    "serve",
    "--listen",
    "127.0.0.1:0",
    "--log-format",
    "json",
    "--rate-limit-per-minute",
    "0",
];

/// The running program. Dropping it kills it.
pub(crate) struct Program {
    child: Child,
    lines: Arc<Mutex<Vec<Value>>>,
    /// Reads the lines, to the last one.
    reader: JoinHandle<()>,
    pub(crate) address: SocketAddr,
    agent: Agent,
}

impl Program {
    pub(crate) fn start(place: &Place) -> Self {
        Self::start_as(place.command().args(SERVE))
    }

    /// Starts a command that ends up as the program, and waits until it listens.
    pub(crate) fn start_as(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (stderr, read) = (child.stderr.take().unwrap(), Arc::clone(&lines));
        let reader = thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or(Value::String(line));
                read.lock().unwrap().push(line);
            }
        });
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut program = Self {
            child,
            lines,
            reader,
            address,
            agent: config.into(),
        };
        let listening = program.wait_for("listening");
        program.address = listening["fields"]["address"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        program
    }

    /// The first line with this message.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, message: &str) -> Value {
        let mut found = None;
        eventually(message, || {
            // Asked before the lines are looked at: the last may come in between.
            let were_all_read = self.reader.is_finished();
            let lines = self.lines.lock().unwrap();
            found = lines
                .iter()
                .find(|line| line["fields"]["message"] == message)
                .cloned();
            assert!(
                found.is_some() || !were_all_read,
                "ended without `{message}`: {lines:#?}"
            );
            found.is_some()
        });
        found.unwrap()
    }

    /// Everything it has said.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.lines.lock().unwrap().clone()
    }

    /// The status and body of a reply; an error when the connection broke.
    pub(crate) fn post(&self, submission: &Value) -> Result<(u16, Value), ureq::Error> {
        let address = format!("http://{}/v1/responses", self.address);
        let request = self
            .agent
            .post(address)
            .header("content-type", "application/json");
        let mut reply = request.send(submission.to_string())?;
        let body = reply.body_mut().read_to_string()?;
        Ok((
            reply.status().as_u16(),
            serde_json::from_str(&body).unwrap(),
        ))
    }

    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut reply = self
            .agent
            .get(format!("http://{}{path}", self.address))
            .call()
            .unwrap();
        (
            reply.status().as_u16(),
            reply.body_mut().read_to_string().unwrap(),
        )
    }

    pub(crate) fn id(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.id(), signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the end of the program", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }

    /// Ends it as a crash would.
    pub(crate) fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // An error means that it has ended, which is all that is wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
