//! What was typed on the command line. What is made of it is in [`crate::config`].

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::config::Source;
use crate::settings::Settings;

/// Asks people how it went, and keeps what they say.
#[derive(Debug, Parser)]
#[command(name = "sayso", version, arg_required_else_help = true)]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the widget and the surveys, and store what people answer
    Serve(Box<ServeArgs>),
    /// Check survey files and say everything that is wrong with them
    Check(CheckArgs),
    /// Print the scores of what was stored
    Report(ReportArgs),
    /// Print the signature of a respondent's id, as your server would make it
    Sign(SignArgs),
    /// Print a link for one recipient, which ends and gives one response
    Link(LinkArgs),
    /// Print a block of HTML for a mail, whose links mark an answer
    EmailSnippet(SnippetArgs),
    /// Read every line of the log, and say what is wrong and where
    Verify(VerifyArgs),
    /// Take one person out of the log
    Erase(EraseArgs),
    /// Write a first survey and a configuration
    Init(InitArgs),
    /// Ask a running collector whether it can store responses, for containers and scripts
    Health(HealthArgs),
}

/// Which configuration file a command reads.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// Settings; sayso.toml in the current folder is read when it is there
    #[arg(
        long,
        value_name = "FILE",
        env = "SAYSO_CONFIG",
        hide_env_values = true
    )]
    pub config: Option<PathBuf>,
}

/// `sayso serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The settings of the file.
    #[command(flatten)]
    pub file: FileArgs,
    /// Print every setting and where it came from, and end
    #[arg(long)]
    pub print_config: bool,
    /// The settings.
    #[command(flatten)]
    pub settings: Settings,
}

/// `sayso check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Survey files, or folders of them
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
}

/// Which log a command is about.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// The settings of the file.
    #[command(flatten)]
    pub file: FileArgs,
    /// Folder of the log and of every survey version [default: data]
    #[arg(long, value_name = "DIR", env = "SAYSO_DATA", hide_env_values = true)]
    pub data: Option<PathBuf>,
}

/// `sayso report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The log that it is about.
    #[command(flatten)]
    pub log: LogArgs,
    /// One survey alone
    #[arg(long, value_name = "ID")]
    pub survey: Option<String>,
    /// Leave out responses that are marked as suspicious
    #[arg(long)]
    pub exclude_suspicious: bool,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
}

/// `sayso verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The log that it is about.
    #[command(flatten)]
    pub log: LogArgs,
    /// For people or for programs
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
}

/// `sayso erase`.
#[derive(Debug, Args)]
pub struct EraseArgs {
    /// The log that it is about.
    #[command(flatten)]
    pub log: LogArgs,
    /// Whose lines go, by `respondent.id`; `-` reads it from standard input, so that
    /// it does not stand in the shell's history
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub respondent: String,
}

/// How a report looks, and what `sayso verify` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// For programs, one object.
    Json,
}

/// What a command signs with.
#[derive(Debug, Args)]
pub struct SiteKeyArgs {
    /// File with the site key; of several lines, the first signs
    #[arg(
        long,
        value_name = "FILE",
        env = "SAYSO_SITE_KEY_FILE",
        hide_env_values = true
    )]
    pub site_key_file: PathBuf,
}

/// `sayso sign`.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// The respondent's id, as the page gives it
    #[arg(long, value_name = "ID")]
    pub respondent: String,
    /// What signs.
    #[command(flatten)]
    pub site_key: SiteKeyArgs,
}

/// `sayso link`.
#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The survey's id
    #[arg(value_name = "SURVEY")]
    pub survey: String,
    /// Folder of the survey files, where the survey has to be [default: surveys, where
    /// there is such a folder]
    #[arg(
        long,
        value_name = "DIR",
        env = "SAYSO_SURVEYS",
        hide_env_values = true
    )]
    pub surveys: Option<PathBuf>,
    /// Address of the collector, as respondents reach it
    #[arg(long, value_name = "URL")]
    pub base_url: String,
    /// The recipient's id
    #[arg(long, value_name = "ID")]
    pub respondent: String,
    /// When the link ends: a number and s, m, h or d
    #[arg(long, value_name = "TIME", default_value = "30d")]
    pub expires: String,
    /// What signs.
    #[command(flatten)]
    pub site_key: SiteKeyArgs,
}

/// `sayso email-snippet`.
#[derive(Debug, Args)]
pub struct SnippetArgs {
    /// The survey's id, or its file
    #[arg(value_name = "SURVEY")]
    pub survey: String,
    /// Folder of the survey files
    #[arg(
        long,
        value_name = "DIR",
        env = "SAYSO_SURVEYS",
        hide_env_values = true,
        default_value = "surveys"
    )]
    pub surveys: PathBuf,
    /// Address of the collector, as respondents reach it
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub base_url: String,
    /// What your mail program replaces by the recipient's id, as {{contact.id}}
    #[arg(long, value_name = "FIELD")]
    pub respondent_field: Option<String>,
    /// Language of the block and of the survey
    #[arg(long, value_name = "LOCALE")]
    pub locale: Option<String>,
}

/// `sayso init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Where to write
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// `sayso health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// The settings of the file.
    #[command(flatten)]
    pub file: FileArgs,
    /// Address of the collector, as `http://127.0.0.1:8080` or `https://…`, whose
    /// certificate is not checked [default: the port of --listen on this machine]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Address and port that the collector listens on [default: 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SAYSO_LISTEN",
        hide_env_values = true
    )]
    pub listen: Option<String>,
    /// Certificates of the collector; when it has some, it is asked by TLS [default: none]
    #[arg(
        long,
        value_name = "FILE",
        env = "SAYSO_TLS_CERT",
        hide_env_values = true
    )]
    pub tls_cert: Option<PathBuf>,
}

/// Where each setting was typed: as a flag, or as an environment variable.
#[derive(Debug, Default)]
pub struct Sources(HashMap<String, Source>);

impl Sources {
    /// Where a setting was typed.
    pub fn of(&self, name: &str) -> Source {
        self.0.get(name).copied().unwrap_or(Source::Flag)
    }

    fn read(matches: &ArgMatches) -> Self {
        let named = matches.ids().filter_map(|id| {
            let source = match matches.value_source(id.as_str())? {
                ValueSource::CommandLine => Source::Flag,
                ValueSource::EnvVariable => Source::Environment,
                _ => return None,
            };
            Some((id.to_string(), source))
        });
        Self(named.collect())
    }
}

/// Takes an empty variable for one that is not set, as in `SAYSO_LISTEN= sayso serve`.
fn without_empty_variable(argument: Arg) -> Arg {
    match argument.get_env().map(std::env::var_os) {
        Some(Some(value)) if value.is_empty() => argument.env(Resettable::Reset),
        _ => argument,
    }
}

/// Reads the command line and the environment.
///
/// # Errors
///
/// What clap says about it: a mistake, or the help that was asked for.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<(CommandLine, Sources), clap::Error> {
    let command =
        CommandLine::command().mut_subcommands(|command| command.mut_args(without_empty_variable));
    let matches = command.try_get_matches_from(arguments)?;
    let sources = matches
        .subcommand()
        .map(|(_, matches)| Sources::read(matches))
        .unwrap_or_default();
    Ok((CommandLine::from_arg_matches(&matches)?, sources))
}
