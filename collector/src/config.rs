//! What is used: complete and checked. Flag before environment before file before default.

mod door;
pub mod file;
mod trust;

use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use self::door::Door;
use crate::error::StartError;
use crate::limits::{self, Limits, Range};
use crate::origin::{AllowedOrigins, Pattern};
use crate::proxy::TrustedProxies;
use crate::settings::{Compress, LogFormat, LogLevel, RotateEvery, Settings};
use crate::sink::Upkeep;
use crate::tls::TlsFiles;
use crate::trust::Rules;

/// Where the log is when nobody says.
pub const DEFAULT_DATA: &str = "data";

/// Where survey files are when nobody says.
pub(crate) const DEFAULT_SURVEYS: &str = "surveys";

/// Where the collector listens when nobody says: to this machine alone.
pub(crate) const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// Where a setting came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A flag on the command line.
    Flag,
    /// An environment variable.
    Environment,
    /// The configuration file.
    File,
    /// Nobody said, so it is the usual.
    Default,
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Flag => "flag",
            Source::Environment => "environment",
            Source::File => "file",
            Source::Default => "default",
        })
    }
}

/// What the collector runs with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the log and of every survey version.
    pub data: PathBuf,
    /// Folder of survey files.
    pub surveys: PathBuf,
    /// Address and port.
    pub listen: SocketAddr,
    /// Whose pages may send.
    pub origins: AllowedOrigins,
    /// Whose word about a visitor's address is taken.
    pub proxies: TrustedProxies,
    /// The files of TLS; plain HTTP without them.
    pub tls: Option<TlsFiles>,
    /// What is accepted at most.
    pub limits: Limits,
    /// What is asked of submissions.
    pub rules: Rules,
    /// File with the keys that the host's server signs respondents' ids with.
    pub site_key_file: Option<PathBuf>,
    /// File with the tokens that open the admin routes.
    pub admin_token_file: Option<PathBuf>,
    /// When a file of the log is closed, and what becomes of it.
    pub upkeep: Upkeep,
    /// How log lines look.
    pub log_format: LogFormat,
    /// How much is logged.
    pub log_level: LogLevel,
}

/// The settings from every place.
pub struct Layers<'a> {
    /// Flags and environment variables.
    pub typed: Settings,
    /// Which of the two each of them was.
    pub source_of: &'a dyn Fn(&str) -> Source,
    /// The configuration file.
    pub file: Settings,
}

impl Config {
    /// Picks each setting from the first place that has it, and checks it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with where it came from.
    pub fn resolve(layers: Layers<'_>) -> Result<(Self, Explained), StartError> {
        let Layers {
            typed,
            source_of,
            file,
        } = layers;
        let mut pick = Pick {
            source_of,
            explained: Explained::default(),
            problems: Vec::new(),
        };
        let trust = pick.trust(&typed, &file);
        let door = pick.door(&typed, &file);
        let limits = pick.limits(&typed, &file, &door);
        let data = pick.path("data", [typed.data, file.data], DEFAULT_DATA);
        let surveys = pick.path("surveys", [typed.surveys, file.surveys], DEFAULT_SURVEYS);
        let listen = pick.listen([typed.listen, file.listen]);
        let origins = pick.origins([typed.allow_origin, file.allow_origin]);
        let upkeep = pick.upkeep(
            [typed.rotate_bytes, file.rotate_bytes],
            [typed.rotate_every, file.rotate_every],
            [typed.compress, file.compress],
            [typed.keep_days, file.keep_days],
        );
        let format = [typed.log_format, file.log_format];
        let log_format = pick.word("log_format", format, LogFormat::Text);
        let level = [typed.log_level, file.log_level];
        let log_level = pick.word("log_level", level, LogLevel::Info);
        if !pick.problems.is_empty() {
            return Err(StartError::Config(pick.problems));
        }
        let config = Self {
            data,
            surveys,
            listen,
            origins,
            proxies: door.proxies,
            tls: door.tls,
            limits,
            rules: trust.rules,
            site_key_file: trust.site_key_file,
            admin_token_file: trust.admin_token_file,
            upkeep,
            log_format,
            log_level,
        };
        pick.explained.sort();
        Ok((config, pick.explained))
    }
}

/// Every setting with where it came from, as lines that `sayso.toml` would take.
#[derive(Debug, Default)]
pub struct Explained(Vec<(&'static str, String, Source)>);

impl Explained {
    /// Puts the settings in the order of their list.
    fn sort(&mut self) {
        let names = Settings::names();
        self.0
            .sort_by_key(|(name, ..)| names.iter().position(|known| known == name));
    }
}

impl Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value, source) in &self.0 {
            let setting = format!("{name} = {value}");
            writeln!(f, "{setting:<50} # {source}")?;
        }
        Ok(())
    }
}

/// Picks settings one by one, and notes what was picked and what is wrong.
///
/// Each pair holds what was typed and what the file says.
struct Pick<'a> {
    source_of: &'a dyn Fn(&str) -> Source,
    explained: Explained,
    problems: Vec<String>,
}

impl Pick<'_> {
    fn first<T>(&self, name: &str, [typed, file]: [Option<T>; 2], usual: T) -> (T, Source) {
        match (typed, file) {
            (Some(value), _) => (value, (self.source_of)(name)),
            (None, Some(value)) => (value, Source::File),
            (None, None) => (usual, Source::Default),
        }
    }

    fn explain(&mut self, name: &'static str, value: String, source: Source) {
        self.explained.0.push((name, value, source));
    }

    fn wrong(&mut self, name: &str, source: Source, message: &dyn Display) {
        self.problems.push(format!("{name} ({source}): {message}"));
    }

    fn path(&mut self, name: &'static str, given: [Option<PathBuf>; 2], usual: &str) -> PathBuf {
        let (path, source) = self.first(name, given, PathBuf::from(usual));
        if path.as_os_str().is_empty() {
            self.wrong(name, source, &"must name a folder");
        }
        self.explain(name, quoted(&path.to_string_lossy()), source);
        path
    }

    fn listen(&mut self, given: [Option<String>; 2]) -> SocketAddr {
        let (text, source) = self.first("listen", given, DEFAULT_LISTEN.to_string());
        self.explain("listen", quoted(&text), source);
        text.parse().unwrap_or_else(|_| {
            let message = format!("`{text}` is no address with a port such as 127.0.0.1:8080");
            self.wrong("listen", source, &message);
            DEFAULT_LISTEN
        })
    }

    fn origins(&mut self, given: [Option<Vec<String>>; 2]) -> AllowedOrigins {
        let name = "allow_origin";
        let (texts, source) = self.first(name, given, Vec::new());
        let shown: Vec<_> = texts.iter().map(|text| quoted(text)).collect();
        self.explain(name, format!("[{}]", shown.join(", ")), source);
        let mut origins = Vec::new();
        for text in texts {
            match text.parse::<Pattern>() {
                Ok(origin) => origins.push(origin),
                Err(error) => self.wrong(name, source, &error),
            }
        }
        AllowedOrigins::new(origins)
    }

    fn number(&mut self, name: &'static str, given: [Option<u64>; 2], range: Range) -> u32 {
        let Range { min, max, usual } = range;
        let (value, source) = self.first(name, given, u64::from(usual));
        self.explain(name, value.to_string(), source);
        match u32::try_from(value) {
            Ok(value) if min <= value && value <= max => value,
            Ok(_) | Err(_) => {
                self.wrong(
                    name,
                    source,
                    &format!("must be from {min} to {max}, and is {value}"),
                );
                usual
            }
        }
    }

    fn upkeep(
        &mut self,
        bytes: [Option<u64>; 2],
        every: [Option<RotateEvery>; 2],
        compress: [Option<Compress>; 2],
        days: [Option<u64>; 2],
    ) -> Upkeep {
        Upkeep {
            rotate_bytes: self
                .number("rotate_bytes", bytes, limits::ROTATE_BYTES)
                .into(),
            rotate_every: self.word("rotate_every", every, RotateEvery::Day),
            compress: self.word("compress", compress, Compress::Off),
            keep_days: self.number("keep_days", days, limits::KEEP_DAYS),
        }
    }

    fn limits(&mut self, typed: &Settings, file: &Settings, door: &Door) -> Limits {
        let body_bytes = [typed.max_body_bytes, file.max_body_bytes];
        let body_bytes = self.number("max_body_bytes", body_bytes, limits::MAX_BODY_BYTES);
        let waiting = [typed.max_waiting, file.max_waiting];
        let waiting = self.number("max_waiting", waiting, limits::MAX_WAITING);
        let rate = [typed.rate_limit_per_minute, file.rate_limit_per_minute];
        let rate = self.number("rate_limit_per_minute", rate, limits::RATE_LIMIT_PER_MINUTE);
        let timeout = [typed.body_timeout_ms, file.body_timeout_ms];
        let timeout = self.number("body_timeout_ms", timeout, limits::BODY_TIMEOUT_MS);
        Limits {
            max_body_bytes: body_bytes as usize,
            max_waiting: waiting as usize,
            rate_limit_per_minute: rate,
            body_timeout: Duration::from_millis(u64::from(timeout)),
            survey_rate_limit_per_minute: door.survey_rate_limit_per_minute,
            max_connections: door.max_connections,
            max_connections_per_address: door.max_connections_per_address,
        }
    }

    fn word<T: Display>(&mut self, name: &'static str, given: [Option<T>; 2], usual: T) -> T {
        let (value, source) = self.first(name, given, usual);
        self.explain(name, quoted(&value.to_string()), source);
        value
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(String::from(text)).to_string()
}

#[cfg(test)]
mod tests;
