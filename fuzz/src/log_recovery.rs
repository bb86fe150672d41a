//! Any bytes as the files of a log that a collector finds at start.
//!
//! The first byte says how many closed files there are, and which of them are
//! compressed; [`NEXT`] stands between the files, and the last is the active one.

use std::fs;
use std::io::Read;
use std::path::Path;

use sayso_collector::history::{self, ACTIVE, closed_name, compressed_name};
use sayso_collector::report::Report;
use sayso_core::file::SurveyFile;
use sayso_core::id::ResponseId;
use serde_json::{Value, json};

use crate::desk::{Desk, SURVEYS, folder};

/// What stands between two files.
const NEXT: &[u8] = b"\x00NEXT\x00";

/// Of so many submissions in the log a repeat is sent.
const MOST_REPEATS: usize = 4;

/// Opens the log, and looks at what is lost: nothing that was whole.
pub(crate) fn run(bytes: &[u8]) {
    let place = folder();
    let data = place.path().join("data");
    fs::create_dir_all(&data).unwrap();
    // One small survey: each start reads and keeps all that there are.
    let surveys = place.path().join("surveys");
    fs::create_dir(&surveys).unwrap();
    fs::write(surveys.join(SURVEYS[1].0), SURVEYS[1].1).unwrap();
    let torn = write(&data, bytes);
    let before = whole_lines(&data);
    let desk = Desk::open(place.path());
    assert_eq!(whole_lines(&data), before, "a start has changed the log");
    assert_eq!(set_aside(&data), torn, "what was torn is not set aside");
    let known = submissions(&before);
    for (response_id, seq) in known.into_iter().take(MOST_REPEATS) {
        let reply = desk.post(submission(&response_id, seq).to_string());
        assert_eq!(reply.code(), "duplicate", "{response_id} {seq}");
    }
    assert_eq!(whole_lines(&data), before, "a repeat was stored");
    let fresh = submission("0199d0a4-7c1e-7b52-9d0e-ffffffffffff", u32::MAX);
    let is_known = submissions(&before).iter().any(|known| known.1 == u32::MAX);
    let reply = desk.post(fresh.to_string());
    assert!(reply.code() == "stored" || is_known, "{reply:?}");
    drop(desk);
    let after = whole_lines(&data);
    assert!(after.starts_with(&before), "what was there has changed");
    drop(Report::read(&data, None).unwrap().to_text());
}

/// Writes the files, and returns what is torn of the active one.
fn write(data: &Path, bytes: &[u8]) -> Vec<u8> {
    let (flags, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let closed = usize::from(*flags % 4);
    let mut rest = rest;
    for number in 0..closed {
        let Some(at) = rest.windows(NEXT.len()).position(|part| part == NEXT) else {
            break;
        };
        let (file, further) = rest.split_at(at);
        rest = further.get(NEXT.len()..).unwrap_or_default();
        // A closed file is whole, as a crash leaves only the active one torn.
        let file = [file, b"\n"].concat();
        let name = closed_name(&format!("2026-11-2{number}T00"), 1);
        match flags >> (2 + number) & 1 {
            0 => fs::write(data.join(name), file).unwrap(),
            _ => {
                let packed = zstd(&file);
                fs::write(data.join(compressed_name(&name)), packed).unwrap();
            }
        }
    }
    fs::write(data.join(ACTIVE), rest).unwrap();
    let whole = rest
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    rest.get(whole..).unwrap_or_default().to_vec()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 0).unwrap()
}

/// Every whole line of every file of the log.
fn whole_lines(data: &Path) -> Vec<u8> {
    let mut lines = Vec::new();
    for part in history::parts(data).unwrap() {
        let mut text = Vec::new();
        part.open().unwrap().read_to_end(&mut text).unwrap();
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        text.truncate(whole);
        lines.extend(text);
    }
    lines
}

/// What a start has set aside.
fn set_aside(data: &Path) -> Vec<u8> {
    let names = fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_torn = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with("responses.torn-")
    };
    names
        .filter(is_torn)
        .flat_map(|path| fs::read(path).unwrap())
        .collect()
}

/// The submissions whose lines are records.
fn submissions(lines: &[u8]) -> Vec<(String, u32)> {
    let records = lines.split(|byte| *byte == b'\n').filter_map(|line| {
        let record: sayso_core::record::Record = serde_json::from_slice(line).ok()?;
        let id: ResponseId = record.submission.response_id;
        Some((String::from(id.as_str()), record.submission.seq))
    });
    records.collect()
}

/// A submission that is accepted if it is new.
fn submission(response_id: &str, seq: u32) -> Value {
    let survey = SurveyFile::parse(SURVEYS[1].1).unwrap();
    json!({
        "response_id": response_id,
        "seq": seq,
        "survey": survey.id().as_str(),
        "survey_version": survey.version().as_str(),
        "status": "shown",
    })
}
