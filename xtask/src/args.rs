//! What can be typed after `cargo xtask`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::stages::Stage;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, shows and checks Sayso",
    version
)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// One thing to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Shows the kit: builds the widget, starts the collector and the example pages.
    Demo(DemoArgs),
    /// Checks everything, stage by stage; names of stages run only those.
    Test(TestArgs),
    /// Kills the collector under load, again and again, and looks for every answer.
    Torture(TortureArgs),
    /// Sends a flood of submissions, and prints how much memory the collector holds.
    Flood {
        /// How many submissions.
        #[arg(long, default_value_t = 1_000_000)]
        submissions: u64,
    },
    /// Feeds made-up bytes to the parsers, led by coverage, for as long as is said.
    Fuzz(FuzzArgs),
    /// Installs all that the other commands need, and nothing else.
    Setup,
    /// Builds the widget for size and packs it for the collector.
    Widget {
        /// Build even if no input has changed.
        #[arg(long)]
        force: bool,
    },
    /// Packs the npm package, with the widget in it, as `target/npm/sayso-<version>.tgz`.
    Npm {
        /// Build the sample projects with it too, and check the types.
        #[arg(long)]
        samples: bool,
    },
    /// Serves the gallery page and rebuilds it on every change (`trunk serve`).
    Serve {
        /// Passed on to Trunk, for instance `--open`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Prints the environment for calling Trunk by hand; in a shell of its own:
    /// `eval "$(cargo xtask env)"`.
    Env,
}

/// Options of `demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Where the collector listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where the example pages are served.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) site: SocketAddr,
    /// Where the answers are kept.
    #[arg(long, default_value = "target/demo-data")]
    pub(crate) data: PathBuf,
}

/// Options of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct TestArgs {
    /// The stages to run, in the usual order; all of them if none is named.
    #[arg(value_enum)]
    pub(crate) stages: Vec<Stage>,
    /// Check the dependencies for known vulnerabilities too; fetches a database.
    #[arg(long)]
    pub(crate) advisories: bool,
}

/// Options of `torture`.
#[derive(Debug, clap::Args)]
pub(crate) struct TortureArgs {
    /// How long, in minutes.
    #[arg(long, default_value_t = 60.0)]
    pub(crate) minutes: f64,
    /// Makes the same load again; it is printed at the start. Another one each time by default.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Torture the program as it is released, not as it is tested.
    #[arg(long)]
    pub(crate) release: bool,
}

/// Options of `fuzz`.
#[derive(Debug, clap::Args)]
pub(crate) struct FuzzArgs {
    /// The targets, which are the folders in fuzz/corpus; all of them if none is named.
    pub(crate) targets: Vec<String>,
    /// How long each target runs, in minutes.
    #[arg(long, default_value_t = 15.0)]
    pub(crate) minutes: f64,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &str) -> Result<Task, clap::Error> {
        Args::try_parse_from(line.split_whitespace()).map(|args| args.task)
    }

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn demo_listens_on_loopback_unless_told_otherwise() {
        let Ok(Task::Demo(options)) = parse("xtask demo --site 127.0.0.1:9001") else {
            panic!("demo should parse");
        };
        assert_eq!(options.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(options.site.to_string(), "127.0.0.1:9001");
        assert_eq!(options.data, PathBuf::from("target/demo-data"));
    }

    #[test]
    fn test_takes_stages_by_name() {
        let Ok(Task::Test(options)) = parse("xtask test clippy-wasm tidy") else {
            panic!("test should parse");
        };
        assert_eq!(options.stages, [Stage::ClippyWasm, Stage::Tidy]);
        assert!(!options.advisories);
    }

    #[test]
    fn an_unknown_stage_is_refused_with_the_known_ones() {
        let message = parse("xtask test e3e").map(drop).unwrap_err().to_string();
        assert!(message.contains("e2e"), "{message}");
    }

    #[test]
    fn serve_passes_flags_on() {
        let Ok(Task::Serve { arguments }) = parse("xtask serve --open --port 9000") else {
            panic!("serve should parse");
        };
        assert_eq!(arguments, ["--open", "--port", "9000"]);
    }
}
