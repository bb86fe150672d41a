//! From the command line to a command, and from its result to an exit code.

use std::ffi::OsString;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tracing::info;

use crate::args::{
    self, CheckArgs, Command, EraseArgs, HealthArgs, InitArgs, LogArgs, ReportArgs, ReportFormat,
    ServeArgs, SignArgs, Sources, VerifyArgs,
};
use crate::config::{Config, DEFAULT_DATA, DEFAULT_LISTEN, Layers, file};
use crate::erase::erase;
use crate::error::{StartError, chain};
use crate::report::{Choice, Report};
use crate::serve::{Collector, serve, stop_signal};
use crate::settings::Settings;
use crate::trust::site_key::SiteKeys;
use crate::verify::Verified;
use crate::{check, health, init, logging, mails, systemd};

/// The command found something wrong with what it was given to look at.
const FOUND_PROBLEMS: u8 = 1;

/// The command could not begin, or not do its work.
const CANNOT: u8 = 2;

/// No id of a respondent is longer than what a request may carry.
const MAX_INPUT_BYTES: u64 = 16 << 20;

/// Runs a command line to its end. Problems are said on standard error.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let (line, sources) = match args::parse(arguments) {
        Ok(parsed) => parsed,
        Err(error) => error.exit(),
    };
    let result = match line.command {
        Command::Serve(args) => run_serve(*args, &sources),
        Command::Check(args) => run_check(&args),
        Command::Report(args) => run_report(args),
        Command::Sign(args) => run_sign(&args),
        Command::Link(args) => mails::link(&args).and_then(|text| print(&text)),
        Command::EmailSnippet(args) => mails::snippet(&args).and_then(|text| print(&text)),
        Command::Verify(args) => run_verify(args),
        Command::Erase(args) => run_erase(args),
        Command::Init(args) => run_init(&args),
        Command::Health(args) => run_health(&args),
    };
    match result {
        Ok(code) => code,
        // Whoever read the output has had enough of it, as `head` has.
        Err(StartError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            let text = format!("sayso: {}\n", chain(&error));
            // Without standard error there is nobody to tell.
            drop(io::stderr().write_all(text.as_bytes()));
            ExitCode::from(CANNOT)
        }
    }
}

fn run_serve(args: ServeArgs, sources: &Sources) -> Result<ExitCode, StartError> {
    let source_of = |name: &str| sources.of(name);
    let file = file::load(args.file.config.as_deref())?;
    let layers = Layers {
        typed: args.settings,
        source_of: &source_of,
        file,
    };
    let (config, explained) = Config::resolve(layers)?;
    if args.print_config {
        return print(&explained.to_string());
    }
    // Before any thread is started: it takes variables out of the environment.
    let passed = systemd::listener().map_err(StartError::Passed)?;
    logging::start(config.log_format, config.log_level);
    let address = config.listen;
    let collector = Collector::open(config)?;
    Runtime::new().map_err(StartError::Run)?.block_on(async {
        let shutdown = stop_signal().map_err(StartError::Run)?;
        let listener = match passed {
            Some(passed) => {
                info!("the socket is systemd's; the setting `listen` is not used");
                TcpListener::from_std(passed).map_err(StartError::Run)?
            }
            None => TcpListener::bind(address)
                .await
                .map_err(|source| StartError::Listen { address, source })?,
        };
        serve(listener, collector, shutdown).await?;
        Ok(ExitCode::SUCCESS)
    })
}

fn run_check(args: &CheckArgs) -> Result<ExitCode, StartError> {
    let (text, is_good) = check::check(&args.paths)?;
    print(&text)?;
    Ok(if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FOUND_PROBLEMS)
    })
}

fn run_report(args: ReportArgs) -> Result<ExitCode, StartError> {
    let is_named = args.log.data.is_some();
    let data = data_folder(args.log)?;
    // Without a name it is the usual one, which the first start makes.
    if is_named && !data.is_dir() {
        return Err(StartError::NoLog(data));
    }
    let choice = Choice {
        survey: args.survey,
        without_suspicious: args.exclude_suspicious,
    };
    let report = Report::read_chosen(&data, &choice)?;
    print(&match args.format {
        ReportFormat::Text => report.to_text(),
        ReportFormat::Json => report.to_json(),
    })?;
    Ok(if report.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FOUND_PROBLEMS)
    })
}

fn run_sign(args: &SignArgs) -> Result<ExitCode, StartError> {
    let keys = SiteKeys::read(&args.site_key.site_key_file)?;
    let signature = keys.sign(&args.respondent);
    print(&format!("{signature}\n"))
}

fn run_verify(args: VerifyArgs) -> Result<ExitCode, StartError> {
    let verified = Verified::read(&data_folder(args.log)?)?;
    print(&match args.format {
        ReportFormat::Text => verified.to_text(),
        ReportFormat::Json => verified.to_json(),
    })?;
    Ok(if verified.is_fine() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FOUND_PROBLEMS)
    })
}

fn run_erase(args: EraseArgs) -> Result<ExitCode, StartError> {
    let respondent = match args.respondent.as_str() {
        "-" => first_line_of_input().map_err(StartError::Input)?,
        _ => args.respondent,
    };
    if respondent.is_empty() {
        return Err(StartError::NoRespondent);
    }
    let data = data_folder(args.log)?;
    print(&erase(&data, &respondent)?.to_text())
}

/// The first line of standard input, without its end.
fn first_line_of_input() -> io::Result<String> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .take(MAX_INPUT_BYTES)
        .read_line(&mut line)?;
    Ok(String::from(line.trim_end_matches(['\r', '\n'])))
}

/// The data folder that was named, on the command line or in the configuration.
fn data_folder(log: LogArgs) -> Result<PathBuf, StartError> {
    Ok(match log.data {
        Some(data) => data,
        None => file::load(log.file.config.as_deref())?
            .data
            .unwrap_or(DEFAULT_DATA.into()),
    })
}

fn run_init(args: &InitArgs) -> Result<ExitCode, StartError> {
    print(&init::init(&args.dir)?)
}

fn run_health(args: &HealthArgs) -> Result<ExitCode, StartError> {
    let file = match args.url {
        Some(_) => Settings::default(),
        None => file::load(args.file.config.as_deref())?,
    };
    let listen = args.listen.clone().or(file.listen);
    let cert = args.tls_cert.clone().or(file.tls_cert);
    let has_tls = cert.is_some_and(|cert| !cert.as_os_str().is_empty());
    let (text, is_ready) = match (&args.url, listen) {
        (Some(url), _) => health::ask_at(url)?,
        (None, Some(listen)) => {
            let address = listen.parse();
            health::ask(address.map_err(|_| StartError::NoListen(listen))?, has_tls)
        }
        (None, None) => health::ask(DEFAULT_LISTEN, has_tls),
    };
    print(&text)?;
    Ok(if is_ready {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FOUND_PROBLEMS)
    })
}

/// Writes a command's result to standard output, which is for data.
fn print(text: &str) -> Result<ExitCode, StartError> {
    let mut output = io::stdout().lock();
    output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush())
        .map_err(StartError::Output)?;
    Ok(ExitCode::SUCCESS)
}
