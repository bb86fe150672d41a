//! Shows the kit: a collector, the example pages, and where the answers land.
//!
//! The collector is a child with its own log; the pages are served from here.

mod collector;

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sayso_example_site::Site;

use crate::args::DemoArgs;
use crate::command;
use crate::folders::Folders;
use crate::report;
use crate::widget::{self, Rebuild};

use collector::Collector;

/// The example pages, by folder, and what each shows.
const PAGES: [(&str, &str); 4] = [
    ("script-tag", "a website with the script tag"),
    ("post-purchase", "a shop's thank-you page"),
    ("webview", "a page for an in-app webview"),
    (
        "gallery",
        "every survey and every call (live reload: `cargo xtask serve`)",
    ),
];

/// How often to look whether the collector is still there.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Builds what is missing, starts everything and runs until Ctrl-C.
pub(crate) fn run(folders: &Folders, options: &DemoArgs) -> Result<()> {
    require_free(options.listen, "--listen")?;
    require_free(options.site, "--site")?;
    widget::build(folders, Rebuild::IfChanged)?;
    let program = build_collector(folders)?;

    // From here on Ctrl-C must not kill this process: it has a child to end.
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Nobody listens any more when the demo is ending already.
        stop.send(()).ok();
    })?;
    let data = folders.root.join(&options.data);
    let mut collector = Collector::start(folders, &program, &data, options)?;
    let site = Site::start(
        options.site,
        folders.root.join("examples"),
        &collector.address(),
    )
    .with_context(|| {
        format!(
            "cannot serve the pages on {}; try another --site",
            options.site
        )
    })?;
    collector.wait_until_ready()?;
    print_addresses(folders, &collector, &site, &data);

    while stopped.recv_timeout(LOOK_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
        if let Some(status) = collector.ended()? {
            bail!("the collector ended by itself with {status}; its last lines say why");
        }
    }
    report::step("stopping");
    collector.stop()
}

/// Builds the collector as the tests build it. A release build would take
/// minutes more, and a person who clicks through a demo would not notice.
fn build_collector(folders: &Folders) -> Result<PathBuf> {
    report::step("building the collector");
    build_program(folders, "sayso-collector", "sayso")
}

/// Builds one program of the workspace and says where it is.
pub(crate) fn build_program(folders: &Folders, package: &str, program: &str) -> Result<PathBuf> {
    let mut build = command::cargo(folders);
    build.args(["build", "--package", package]);
    command::run(&mut build)?;
    // The second call compiles nothing; it only tells where things are.
    build.args(["--quiet", "--message-format=json"]);
    let messages = command::text_of(&mut build)?;
    executable(&messages, program)
        .with_context(|| format!("package {package} has no program named {program}"))
}

/// The path of a program among cargo's messages, one JSON object a line.
fn executable(messages: &str, program: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| {
            let is_wanted = message["target"]["name"] == program;
            is_wanted.then(|| message["executable"].as_str().map(PathBuf::from))?
        })
}

/// Fails early, and names the flag: the builds before the start take minutes.
fn require_free(address: SocketAddr, flag: &str) -> Result<()> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("{address} is taken; choose another address with {flag}")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address} ({flag})")),
    }
}

fn print_addresses(folders: &Folders, collector: &Collector, site: &Site, data: &std::path::Path) {
    let pages = site.address();
    report::step("ready; stop with Ctrl-C");
    report::say(format_args!("    all examples    http://{pages}/"));
    for (folder, what) in PAGES {
        report::say(format_args!(
            "    {folder:<14}  http://{pages}/{folder}/  {what}"
        ));
    }
    report::say(format_args!("    collector       {}", collector.address()));
    report::say("\n    watch the answers arrive:");
    let log = data.join("responses.ndjson");
    report::say(format_args!("    tail -F {}", folders.short(&log)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_names_its_flag() -> Result<()> {
        let taken = TcpListener::bind("127.0.0.1:0")?;
        let message = require_free(taken.local_addr()?, "--site")
            .unwrap_err()
            .to_string();
        assert!(message.ends_with("with --site"), "{message}");
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        require_free(free, "--site")
    }

    #[test]
    fn the_program_is_found_among_the_artifacts() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"sayso_core"},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"sayso"},"executable":"/t/sayso"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(
            executable(messages, "sayso"),
            Some(PathBuf::from("/t/sayso"))
        );
        assert_eq!(executable(messages, "sayso_core"), None);
    }
}
