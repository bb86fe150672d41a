//! The log lines on standard error. Standard output is for data.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{fmt, registry};

use crate::settings::{LogFormat, LogLevel};

/// Begins logging. A second call changes nothing.
pub fn start(format: LogFormat, level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    // Of the libraries below only what an operator may need: their details can
    // hold headers, and so addresses.
    let ours = Targets::new()
        .with_target("sayso_collector", level)
        .with_default(LevelFilter::WARN);
    let lines = fmt::layer().with_writer(io::stderr).with_target(false);
    let lines = registry().with(ours).with(match format {
        LogFormat::Text => Box::new(lines.with_ansi(io::stderr().is_terminal())) as BoxedLayer<_>,
        LogFormat::Json => Box::new(lines.json()),
    });
    if lines.try_init().is_err() {
        tracing::debug!("logging has begun already");
    }
}

type BoxedLayer<S> = Box<dyn tracing_subscriber::Layer<S> + Send + Sync>;
