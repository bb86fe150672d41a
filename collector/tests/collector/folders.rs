//! Data folders as a collector leaves them after a while: with closed and compressed files.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use sayso_collector::history::{ACTIVE, closed_name, compressed_name};
use serde_json::{Value, json};

use crate::fixtures::{CSAT_SURVEY, SURVEY, survey};

/// How a file of the log is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    Plain,
    Compressed,
    Active,
}

/// Makes a data folder that keeps the surveys of the fixtures and has no log yet.
pub(crate) fn make_data(data: &Path) {
    let kept = data.join("surveys");
    fs::create_dir_all(&kept).unwrap();
    for text in [SURVEY, CSAT_SURVEY] {
        sayso_collector::surveys::kept::keep(&kept, &survey(text)).unwrap();
    }
}

/// The name of the file of this hour.
pub(crate) fn name(hour: usize, kept: Kept) -> String {
    let (day, hour) = (1 + hour / 24, hour % 24);
    let closed = closed_name(&format!("2026-11-{day:02}T{hour:02}"), 1);
    match kept {
        Kept::Plain => closed,
        Kept::Compressed => compressed_name(&closed),
        Kept::Active => String::from(ACTIVE),
    }
}

/// Writes a file of the log, and returns its name.
pub(crate) fn write_file(data: &Path, hour: usize, kept: Kept, text: &str) -> String {
    let name = name(hour, kept);
    let bytes = match kept {
        Kept::Compressed => zstd::encode_all(text.as_bytes(), 0).unwrap(),
        Kept::Plain | Kept::Active => text.as_bytes().to_vec(),
    };
    fs::write(data.join(&name), bytes).unwrap();
    name
}

/// The version of the survey, which takes time to find out.
static VERSION: LazyLock<String> = LazyLock::new(|| survey(SURVEY).version().to_string());

/// A line as the collector writes it.
pub(crate) fn record(number: u32, seq: u32, status: &str, answers: &Value) -> Value {
    json!({
        "schema": 1,
        "received_at": "2026-11-21T14:03:09.482Z",
        "response_id": format!("0199d0a4-7c1e-7b52-9d0e-{number:012x}"),
        "seq": seq,
        "survey": "post-purchase",
        "survey_version": *VERSION,
        "status": status,
        "answers": answers,
        "channel": "web"
    })
}

/// Lines as the text of a file.
pub(crate) fn lines(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// What stands in the place of a line that was erased.
pub(crate) fn tombstone(key: u128) -> Value {
    json!({
        "schema": 1,
        "erased_at": "2026-11-22T20:11:09.482Z",
        "key": format!("{key:032x}"),
        "survey": "post-purchase",
        "status": "completed"
    })
}
