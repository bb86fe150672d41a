//! The app of `examples/webview/app`, running on a display of its own.

use sayso_tests::browser::Display;
use sayso_tests::collector::PATIENCE;
use sayso_tests::tool;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

/// A running app. Dropping it ends it.
pub(crate) struct App {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Value>,
    /// All that it has said, in order.
    pub(crate) said: Vec<Value>,
    // After the process that uses them.
    _display: Display,
}

impl App {
    /// Starts it with its files in a folder, and waits for its main window.
    pub(crate) fn start(home: &Path, collector: &str, arguments: &[&str]) -> Self {
        let display = Display::start();
        let mut child = Command::new(tool("WEBVIEW_APP"))
            .args(["--remote", "--collector", collector, "--data"])
            .arg(home.join("webview"))
            .args(arguments)
            .envs(display.environment(home))
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str(&line) {
                    drop(send.send(value));
                }
            }
        });
        let mut app = Self {
            input: child.stdin.take(),
            child,
            lines,
            said: Vec::new(),
            _display: display,
        };
        app.wait_for("app", "started");
        app
    }

    /// The customer presses the button in the app.
    pub(crate) fn receive_order(&mut self) {
        self.command("main document.getElementById('received').click()");
        self.wait_for("app", "opened");
    }

    /// Ends it as its user would.
    pub(crate) fn quit(mut self) {
        self.command("quit");
        assert!(self.child.wait().unwrap().success());
    }

    /// Writes a line on its input.
    pub(crate) fn command(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Waits until it says something with this value in this field.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, field: &str, value: &str) -> Value {
        let start = Instant::now();
        loop {
            let next = self.next(start);
            if next[field] == value {
                return next;
            }
        }
    }

    /// The value of an expression in the survey's page.
    #[track_caller]
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        self.command(&format!("survey {expression}"));
        let start = Instant::now();
        loop {
            let mut next = self.next(start);
            if let Some(value) = next.get_mut("value") {
                return value.take();
            }
        }
    }

    /// Waits until an expression in the survey's page is true.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, expression: &str) {
        let start = Instant::now();
        while self.value(&format!("Boolean({expression})")) != Value::Bool(true) {
            assert!(start.elapsed() < PATIENCE, "never true: {expression}");
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
    }

    /// Clicks a part of the card, once it is there.
    #[track_caller]
    pub(crate) fn click(&mut self, selector: &str) {
        let part =
            format!("document.querySelector('sayso-card')?.shadowRoot.querySelector('{selector}')");
        self.wait_until(&part);
        // As a finger does it: the card goes on by itself then.
        self.command(&format!(
            "survey (part => (part.dispatchEvent(new PointerEvent('pointerup', {{ bubbles: true }})), part.click()))({part})"
        ));
    }

    /// The page's messages so far.
    pub(crate) fn messages(&self) -> Vec<Value> {
        let is_message = |said: &&Value| said.get("sayso").is_some();
        self.said.iter().filter(is_message).cloned().collect()
    }

    #[track_caller]
    fn next(&mut self, start: Instant) -> Value {
        match self
            .lines
            .recv_timeout(PATIENCE.saturating_sub(start.elapsed()))
        {
            Ok(value) => {
                self.said.push(value.clone());
                value
            }
            Err(RecvTimeoutError::Timeout) => panic!("it said no more than {:#?}", self.said),
            Err(RecvTimeoutError::Disconnected) => panic!("it has ended after {:#?}", self.said),
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // The end of its input ends it; a view that hangs is not waited for.
        drop(self.input.take());
        let start = Instant::now();
        while start.elapsed() < std::time::Duration::from_secs(3) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
