//! The settings of `sayso serve`, as flags, environment variables and keys of `sayso.toml`.
//!
//! One list for all three. Everything is optional here, and nothing is checked
//! yet: what is used in the end is [`crate::config::Config`].

use std::fmt;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, ValueEnum};
use serde::Deserialize;

/// What was set in one place.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of the log and of every survey version [default: data]
    #[arg(long, value_name = "DIR", env = "SAYSO_DATA", hide_env_values = true)]
    pub data: Option<PathBuf>,
    /// Folder of survey files [default: surveys]
    #[arg(
        long,
        value_name = "DIR",
        env = "SAYSO_SURVEYS",
        hide_env_values = true
    )]
    pub surveys: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "SAYSO_LISTEN",
        hide_env_values = true
    )]
    pub listen: Option<String>,
    /// Origin whose pages may send, as `https://shop.example`, `capacitor://localhost`,
    /// `https://*.shop.example` for all subdomains, or `null` for pages from files;
    /// may be repeated, or separated by commas [default: the collector's own alone]
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "SAYSO_ALLOW_ORIGIN",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub allow_origin: Option<Vec<String>>,
    /// Longest accepted request body, in bytes; must have room for the longest
    /// answers that a survey allows [default: 262144]
    #[arg(
        long,
        value_name = "BYTES",
        env = "SAYSO_MAX_BODY_BYTES",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub max_body_bytes: Option<u64>,
    /// Most submissions that wait for the disk; who comes later is told to come
    /// back [default: 1024]
    #[arg(
        long,
        value_name = "COUNT",
        env = "SAYSO_MAX_WAITING",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub max_waiting: Option<u64>,
    /// Most submissions in a minute from one IPv4 address or IPv6 /64; 0 is no
    /// limit. Behind a proxy all visitors have the proxy's address, unless
    /// `--trusted-proxy` names it [default: 60]
    #[arg(
        long,
        value_name = "COUNT",
        env = "SAYSO_RATE_LIMIT_PER_MINUTE",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub rate_limit_per_minute: Option<u64>,
    /// Most submissions in a minute to one survey, from all visitors together; 0 is
    /// no limit [default: 0]
    #[arg(
        long,
        value_name = "COUNT",
        env = "SAYSO_SURVEY_RATE_LIMIT_PER_MINUTE",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub survey_rate_limit_per_minute: Option<u64>,
    /// Address or network of a proxy whose X-Forwarded-For is believed, as
    /// `127.0.0.1` or `10.0.0.0/8`; may be repeated, or separated by commas
    /// [default: none]
    #[arg(
        long,
        value_name = "NETWORK",
        env = "SAYSO_TRUSTED_PROXY",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub trusted_proxy: Option<Vec<String>>,
    /// Most connections at once; who comes later waits until one ends. The system
    /// must let the process have as many files and some more [default: 960]
    #[arg(
        long,
        value_name = "COUNT",
        env = "SAYSO_MAX_CONNECTIONS",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub max_connections: Option<u64>,
    /// Most connections at once from one IPv4 address or IPv6 /64; further ones are
    /// closed. Trusted proxies may have as many as there are [default: 240]
    #[arg(
        long,
        value_name = "COUNT",
        env = "SAYSO_MAX_CONNECTIONS_PER_ADDRESS",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub max_connections_per_address: Option<u64>,
    /// Certificates of the server as a PEM file, its own first; needs `--tls-key`
    /// [default: none, and plain HTTP]
    #[arg(
        long,
        value_name = "FILE",
        env = "SAYSO_TLS_CERT",
        hide_env_values = true
    )]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate as a PEM file [default: none]
    #[arg(
        long,
        value_name = "FILE",
        env = "SAYSO_TLS_KEY",
        hide_env_values = true
    )]
    pub tls_key: Option<PathBuf>,
    /// Longest time that a request body may take to arrive, in milliseconds
    /// [default: 10000]
    #[arg(
        long,
        value_name = "MS",
        env = "SAYSO_BODY_TIMEOUT_MS",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub body_timeout_ms: Option<u64>,
    /// Longest file of the log, in bytes; before it grows longer it is closed and a new
    /// one begun; 0 is no limit [default: 268435456]
    #[arg(
        long,
        value_name = "BYTES",
        env = "SAYSO_ROTATE_BYTES",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub rotate_bytes: Option<u64>,
    /// How often a file of the log is closed and a new one begun, however short it is
    /// [default: day]
    #[arg(
        long,
        value_name = "PERIOD",
        env = "SAYSO_ROTATE_EVERY",
        hide_env_values = true
    )]
    pub rotate_every: Option<RotateEvery>,
    /// What closed files of the log are compressed with [default: off]
    #[arg(
        long,
        value_name = "FORMAT",
        env = "SAYSO_COMPRESS",
        hide_env_values = true
    )]
    pub compress: Option<Compress>,
    /// Days after which a closed file of the log is removed, counted from its newest
    /// line; 0 keeps it for ever [default: 0]
    #[arg(
        long,
        value_name = "DAYS",
        env = "SAYSO_KEEP_DAYS",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub keep_days: Option<u64>,
    /// File with the keys that your server signs respondents' ids with, one a line
    /// [default: none, so nobody is verified]
    #[arg(
        long,
        value_name = "FILE",
        env = "SAYSO_SITE_KEY_FILE",
        hide_env_values = true
    )]
    pub site_key_file: Option<PathBuf>,
    /// Refuse respondents whose id is not signed; needs a site key [default: false]
    #[arg(
        long,
        value_name = "TRUE|FALSE",
        env = "SAYSO_REQUIRE_VERIFIED_RESPONDENTS",
        hide_env_values = true,
        num_args = 0..=1,
        default_missing_value = "true"
    )]
    pub require_verified_respondents: Option<bool>,
    /// File with the tokens that open the admin routes, one a line [default: none,
    /// so nobody may read over the network]
    #[arg(
        long,
        value_name = "FILE",
        env = "SAYSO_ADMIN_TOKEN_FILE",
        hide_env_values = true
    )]
    pub admin_token_file: Option<PathBuf>,
    /// Least time for each answer of a completed survey, in milliseconds; what was
    /// faster is marked as too_fast; 0 is none [default: 300]
    #[arg(
        long,
        value_name = "MS",
        env = "SAYSO_MIN_MS_PER_ANSWER",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub min_ms_per_answer: Option<u64>,
    /// Submissions of one survey in a minute above which browsers must do a small
    /// work first; what comes without is marked as no_work; 0 is never [default: 0]
    #[arg(
        long,
        value_name = "COUNT",
        env = "SAYSO_WORK_ABOVE_PER_MINUTE",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub work_above_per_minute: Option<u64>,
    /// How much work, in bits: each one more doubles it [default: 14]
    #[arg(
        long,
        value_name = "BITS",
        env = "SAYSO_WORK_BITS",
        hide_env_values = true,
        allow_negative_numbers = true,
        value_parser = whole_number
    )]
    pub work_bits: Option<u64>,
    /// How the log lines on standard error look [default: text]
    #[arg(
        long,
        value_name = "FORMAT",
        env = "SAYSO_LOG_FORMAT",
        hide_env_values = true
    )]
    pub log_format: Option<LogFormat>,
    /// How much is logged; `debug` has a line for each submission [default: info]
    #[arg(
        long,
        value_name = "LEVEL",
        env = "SAYSO_LOG_LEVEL",
        hide_env_values = true
    )]
    pub log_level: Option<LogLevel>,
}

impl Settings {
    /// The names of all settings, as in `sayso.toml`.
    pub fn names() -> Vec<String> {
        /// clap knows the fields; this makes it tell.
        #[derive(Parser)]
        #[command(disable_help_flag = true)]
        struct Known {
            #[command(flatten)]
            _settings: Settings,
        }
        Known::command()
            .get_arguments()
            .map(|argument| argument.get_id().to_string())
            .collect()
    }
}

/// Reads a number; a negative one is no flag of ours, and is told what it is.
fn whole_number(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "must be a whole number, 0 or more")
}

/// How often a file of the log is closed, however short it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RotateEvery {
    /// When the day, UTC, in which it was begun is over.
    Day,
    /// By its length alone.
    Never,
}

/// What closed files of the log are compressed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compress {
    /// They stay as they are.
    Off,
    /// Zstandard, which `zstdcat` reads.
    Zstd,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs, one object a line.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// A response was lost, or an operator must act.
    Error,
    /// And what was not expected, with nothing lost.
    Warn,
    /// And the life of the process.
    Info,
    /// And one line for each submission.
    Debug,
    /// And what happens within a step.
    Trace,
}

impl fmt::Display for RotateEvery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_word(self, f)
    }
}

impl fmt::Display for Compress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_word(self, f)
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_word(self, f)
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_word(self, f)
    }
}

fn show_word(value: &impl ValueEnum, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.to_possible_value() {
        Some(value) => f.write_str(value.get_name()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_known_by_its_name() {
        let names = Settings::names();
        assert!(names.contains(&String::from("allow_origin")), "{names:?}");
        assert_eq!(names.len(), 26, "{names:?}");
    }
}
