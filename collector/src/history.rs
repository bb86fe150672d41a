//! The files of the log: the closed ones, oldest first, and the active one at the end.
//!
//! | Name | What |
//! | --- | --- |
//! | `responses.ndjson` | the active file |
//! | `responses-2026-11-21T00.ndjson` | closed; named after the hour, UTC, in which it was begun |
//! | `responses-2026-11-21T00.2.ndjson` | the second one that was begun in that hour |
//! | `….ndjson.zst` | a closed file, compressed with zstd |
//!
//! A closed file is written anew under another name and then renamed, so each is
//! whole. Where a crash left a file in both forms, the compressed one counts.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use tracing::warn;

use crate::durable;

/// The name of the active file within the data folder.
pub const ACTIVE: &str = "responses.ndjson";

/// What every name of a closed file begins with.
const CLOSED: &str = "responses-";

/// The ending of compressed files.
const COMPRESSED: &str = ".zst";

/// The ending of drafts, which begin with a dot.
const DRAFT: &str = ".draft";

/// One file of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it is.
    pub path: PathBuf,
    /// The hour in which it was begun, and the number within that hour; none for the
    /// active file.
    pub begun: Option<(String, u32)>,
    /// Whether it is compressed.
    pub is_compressed: bool,
}

impl Part {
    /// Whether lines are still appended to it.
    pub fn is_active(&self) -> bool {
        self.begun.is_none()
    }

    /// Its name without the folder.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// The name that it has, or had, when it is closed and not compressed; none for the
    /// active file.
    pub fn plain_name(&self) -> Option<String> {
        let (hour, number) = self.begun.as_ref()?;
        Some(closed_name(hour, *number))
    }

    /// Its content from the first line on, decompressed.
    ///
    /// # Errors
    ///
    /// The file cannot be opened. What is wrong further on is said while reading.
    pub fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        let file = File::open(&self.path)?;
        Ok(match self.is_compressed {
            true => Box::new(BufReader::with_capacity(1 << 16, zstd::Decoder::new(file)?)),
            false => Box::new(BufReader::with_capacity(1 << 16, file)),
        })
    }
}

/// Whether what came of reading a file is that it is damaged: the system gave its bytes,
/// and they cannot be decompressed.
pub fn is_damage(error: &io::Error) -> bool {
    error.raw_os_error().is_none()
}

/// The files of the log in a data folder, in the order in which they were written.
///
/// # Errors
///
/// The folder cannot be read. A folder that is not there holds no files.
pub fn parts(data: &Path) -> io::Result<Vec<Part>> {
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut parts = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        if let Some(part) = name.to_str().and_then(|name| part(data, name)) {
            parts.push(part);
        }
    }
    // The active one last; of two forms of one file the compressed one first.
    let order = |part: &Part| {
        let begun = part.begun.clone();
        (begun.is_none(), begun, !part.is_compressed)
    };
    parts.sort_by_key(order);
    parts.dedup_by(|later, earlier| later.begun == earlier.begun);
    Ok(parts)
}

/// The name for a file that was begun in this hour and is to be closed: after all others of
/// that hour.
///
/// # Errors
///
/// The folder cannot be read.
pub fn next_name(data: &Path, hour: &str) -> io::Result<String> {
    let parts = parts(data)?;
    let begun = parts.iter().filter_map(|part| part.begun.as_ref());
    let numbers = begun.filter(|begun| begun.0 == hour).map(|begun| begun.1);
    Ok(closed_name(hour, numbers.max().map_or(1, |last| last + 1)))
}

/// Removes what a crash may have left of files that were written anew: unfinished
/// drafts, and plain files that are compressed already.
///
/// Only who has the data folder to itself may do that.
///
/// # Errors
///
/// The folder cannot be read, or a file cannot be removed.
pub fn tidy(data: &Path) -> io::Result<()> {
    let mut has_changed = false;
    for entry in fs::read_dir(data)? {
        let name = entry?.file_name();
        let Some(name) = name.to_str() else { continue };
        let draft = name
            .strip_prefix('.')
            .and_then(|name| name.strip_suffix(DRAFT));
        let is_draft = draft.is_some_and(|name| name == ACTIVE || part(data, name).is_some());
        if is_draft || is_superseded(data, name)? {
            fs::remove_file(data.join(name))?;
            has_changed = true;
        }
    }
    match has_changed {
        true => durable::sync_parent(&data.join(ACTIVE)),
        false => Ok(()),
    }
}

/// Whether a plain file is there compressed as well, and whole.
///
/// Who compresses by hand may have been stopped midway: what is no whole file is
/// set aside, so that the plain one counts.
fn is_superseded(data: &Path, name: &str) -> io::Result<bool> {
    let is_plain = part(data, name).is_some_and(|part| !part.is_compressed && !part.is_active());
    let compressed = data.join(compressed_name(name));
    if !is_plain || !compressed.exists() {
        return Ok(false);
    }
    let read = zstd::Decoder::new(File::open(&compressed)?)
        .and_then(|mut decoder| io::copy(&mut decoder, &mut io::sink()));
    let is_whole = match read {
        Ok(length) => 0 < length || fs::metadata(data.join(name))?.len() == 0,
        Err(_) => false,
    };
    if !is_whole {
        let file = compressed_name(name);
        warn!(
            file,
            "it is not whole and is set aside; the file that is not compressed counts"
        );
        fs::rename(&compressed, data.join(format!("{file}.broken")))?;
    }
    Ok(is_whole)
}

/// The name of a closed file, not compressed.
pub fn closed_name(hour: &str, number: u32) -> String {
    match number {
        0 | 1 => format!("{CLOSED}{hour}.ndjson"),
        number => format!("{CLOSED}{hour}.{number}.ndjson"),
    }
}

/// The name that a closed file has when it is compressed.
pub fn compressed_name(name: &str) -> String {
    format!("{name}{COMPRESSED}")
}

/// What a name says; none for a file that is no part of the log.
fn part(data: &Path, name: &str) -> Option<Part> {
    let path = data.join(name);
    if name == ACTIVE {
        return Some(Part {
            path,
            begun: None,
            is_compressed: false,
        });
    }
    let plain = name.strip_suffix(COMPRESSED);
    let stem = plain.unwrap_or(name);
    let stem = stem.strip_prefix(CLOSED)?.strip_suffix(".ndjson")?;
    let (hour, number) = match stem.split_once('.') {
        Some((hour, number)) => (hour, number.parse().ok()?),
        None => (stem, 1),
    };
    // Spelt in the one way in which the collector spells it: no two names are one file.
    let is_ours = is_hour(hour) && plain.unwrap_or(name) == closed_name(hour, number);
    is_ours.then(|| Part {
        path,
        begun: Some((String::from(hour), number)),
        is_compressed: plain.is_some(),
    })
}

/// Whether a text is an hour as in `2026-11-21T00`.
fn is_hour(text: &str) -> bool {
    let pattern = b"0000-00-00T00";
    text.len() == pattern.len()
        && text.bytes().zip(pattern).all(|(byte, model)| match model {
            b'0' => byte.is_ascii_digit(),
            model => byte == *model,
        })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn files_come_in_the_order_in_which_they_were_written() {
        let place = tempfile::tempdir().unwrap();
        let expected = [
            "responses-2026-11-20T23.ndjson.zst",
            "responses-2026-11-21T00.ndjson",
            "responses-2026-11-21T00.2.ndjson",
            "responses-2026-11-21T00.10.ndjson.zst",
            ACTIVE,
        ];
        let strangers = [
            "responses-old.ndjson",
            "responses.torn-2026-11-21T00-00-00.000Z",
            "responses-2026-11-21T00.ndjson.zst.draft",
            "responses-2026-11-21T00.x.ndjson",
            "responses-2026-11-21T00.1.ndjson",
            "responses-2026-11-21T00.02.ndjson",
        ];
        for name in expected.iter().rev().chain(&strangers) {
            fs::write(place.path().join(name), "").unwrap();
        }
        let parts = parts(place.path()).unwrap();
        assert_eq!(parts.iter().map(Part::name).collect::<Vec<_>>(), expected);
        assert!(parts[4].is_active() && !parts[3].is_active());
    }

    #[test]
    fn of_two_forms_of_one_file_the_compressed_one_counts() {
        let place = tempfile::tempdir().unwrap();
        let name = closed_name("2026-11-21T00", 1);
        fs::write(place.path().join(&name), "plain\n").unwrap();
        let packed = zstd::encode_all("packed\n".as_bytes(), 0).unwrap();
        fs::write(place.path().join(compressed_name(&name)), packed).unwrap();
        let parts = parts(place.path()).unwrap();
        assert_eq!(parts.len(), 1);
        let mut text = String::new();
        parts[0].open().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "packed\n");
    }

    #[track_caller]
    fn check_next(names: &[&str], expected: &str) {
        let place = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(place.path().join(name), "").unwrap();
        }
        let next = next_name(place.path(), "2026-11-21T00").unwrap();
        assert_eq!(next, expected, "{names:?}");
    }

    #[test]
    fn the_next_name_comes_after_all_of_its_hour() {
        check_next(&[], "responses-2026-11-21T00.ndjson");
        check_next(
            &["responses-2026-11-21T01.4.ndjson"],
            "responses-2026-11-21T00.ndjson",
        );
        let packed = "responses-2026-11-21T00.ndjson.zst";
        check_next(&[packed], "responses-2026-11-21T00.2.ndjson");
        let gap = "responses-2026-11-21T00.9.ndjson";
        check_next(&[packed, gap], "responses-2026-11-21T00.10.ndjson");
    }

    #[test]
    fn what_a_crash_left_is_tidied_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let left = [
            ".responses-2026-11-21T00.ndjson.zst.draft",
            ".responses.ndjson.draft",
            "responses-2026-11-21T00.ndjson",
        ];
        let kept = [
            ".other.draft",
            "responses-2026-11-21T00.ndjson.zst",
            "responses-2026-11-21T01.ndjson",
            ACTIVE,
        ];
        let packed = zstd::encode_all("a line\n".as_bytes(), 0).unwrap();
        for name in left.iter().chain(&kept) {
            fs::write(place.path().join(name), &packed).unwrap();
        }
        tidy(place.path()).unwrap();
        let names = fs::read_dir(place.path()).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, kept);
    }

    #[test]
    fn a_half_compressed_file_does_not_cost_the_plain_one() {
        let packed = zstd::encode_all("a line\n".as_bytes(), 0).unwrap();
        for length in [0, 5, packed.len() - 1] {
            let place = tempfile::tempdir().unwrap();
            let plain = place.path().join(closed_name("2026-11-21T00", 1));
            fs::write(&plain, "a line\n").unwrap();
            let half = compressed_name(plain.to_str().unwrap());
            fs::write(&half, &packed[..length]).unwrap();
            tidy(place.path()).unwrap();
            assert!(plain.exists() && !Path::new(&half).exists(), "{length}");
            assert_eq!(parts(place.path()).unwrap()[0].path, plain);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_holds_no_files() {
        let place = tempfile::tempdir().unwrap();
        assert_eq!(parts(&place.path().join("none")).unwrap(), []);
    }
}
