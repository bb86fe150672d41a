//! Every line of every file of the log, oldest file first, also while a collector runs.
//!
//! Nothing is locked and nothing is held in memory but one line. A collector may
//! close, compress or remove files meanwhile: [`walk`] reads each file once, in
//! whatever form it finds it.

use std::collections::BTreeSet;
use std::io::{self, BufRead, ErrorKind};
use std::path::Path;

use crate::error::StartError;
use crate::history::{self, ACTIVE, Part};

/// Longest line that is read. A record is not much longer than the largest request
/// body that can be allowed, 16 MiB.
pub const MAX_LINE_BYTES: usize = 64 << 20;

/// A line, without its line feed.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Which line of the file it is, from 1.
    pub number: u64,
    /// What is in it; of a line that is too long, the beginning.
    pub bytes: &'a [u8],
    /// How it ends.
    pub end: End,
    /// How many bytes of the file it takes, with its line feed.
    pub length: u64,
    /// Whether it has a line feed; the last line of a file may have none.
    pub has_line_feed: bool,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a line feed.
    Whole,
    /// With the file: it is being written, or was torn by a crash.
    Torn,
    /// It has more than [`MAX_LINE_BYTES`], and the rest was passed over.
    TooLong,
}

/// The lines of one file.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    number: u64,
    longest: usize,
}

impl<R: BufRead> Lines<R> {
    /// The lines that this reader gives.
    pub fn new(reader: R) -> Self {
        Self::with_longest(reader, MAX_LINE_BYTES)
    }

    fn with_longest(reader: R, longest: usize) -> Self {
        let (buffer, number) = (Vec::new(), 0);
        Self {
            reader,
            buffer,
            number,
            longest,
        }
    }

    /// The next line; none at the end.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or not be decompressed.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let (mut length, mut has_line_feed) = (0_usize, false);
        while !has_line_feed {
            let available = match self.reader.fill_buf() {
                Ok([]) => break,
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let line_feed = available.iter().position(|byte| *byte == b'\n');
            has_line_feed = line_feed.is_some();
            let taken = line_feed.unwrap_or(available.len());
            let room = self.longest - self.buffer.len();
            let kept = available.get(..taken.min(room)).unwrap_or_default();
            self.buffer.extend_from_slice(kept);
            let used = taken + usize::from(has_line_feed);
            self.reader.consume(used);
            length += used;
        }
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        let end = match has_line_feed {
            _ if self.longest < length - usize::from(has_line_feed) => End::TooLong,
            true => End::Whole,
            false => End::Torn,
        };
        Ok(Some(Line {
            number: self.number,
            bytes: &self.buffer,
            end,
            length: length as u64,
            has_line_feed,
        }))
    }
}

/// The content of one file, decompressed.
type Reader = Box<dyn BufRead + Send>;

/// Opens each file of the log once, oldest first, and the active one last. Returns how many
/// there were.
///
/// # Errors
///
/// The folder or a file cannot be read, or what the visitor says.
pub fn walk(
    data: &Path,
    mut visit: impl FnMut(&Part, Reader) -> Result<(), StartError>,
) -> Result<u64, StartError> {
    let mut known = BTreeSet::new();
    let mut count = 0;
    loop {
        // Opened before the folder is listed: if it was closed in between, it is
        // in the list and is read from there.
        let active = Part {
            path: data.join(ACTIVE),
            begun: None,
            is_compressed: false,
        };
        let opened = open(data, &active)?;
        let parts = history::parts(data).map_err(StartError::file("read the folder", data))?;
        let is_fresh = |part: &Part| !part.is_active() && !known.contains(&part.begun);
        let fresh: Vec<_> = parts.into_iter().filter(is_fresh).collect();
        if fresh.is_empty() {
            if let Some((active, reader)) = opened {
                visit(&active, reader)?;
                count += 1;
            }
            return Ok(count);
        }
        drop(opened);
        for part in fresh {
            if let Some((part, reader)) = open(data, &part)? {
                visit(&part, reader)?;
                count += 1;
            }
            known.insert(part.begun);
        }
    }
}

/// Opens a file of the log, or what became of it since; none when it is gone.
fn open(data: &Path, part: &Part) -> Result<Option<(Part, Reader)>, StartError> {
    let failed = |part: &Part| StartError::file("read", part.path.clone());
    match part.open() {
        Ok(reader) => return Ok(Some((part.clone(), reader))),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(part)(error)),
        Err(_) if part.is_active() => return Ok(None),
        Err(_) => {}
    }
    // It was compressed or removed after the folder was listed.
    let parts = history::parts(data).map_err(StartError::file("read the folder", data))?;
    let Some(same) = parts.into_iter().find(|other| other.begun == part.begun) else {
        return Ok(None);
    };
    match same.open() {
        Ok(reader) => Ok(Some((same, reader))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(&same)(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{BufReader, Read};

    use super::*;
    use crate::history::{closed_name, compressed_name};

    #[track_caller]
    fn check_lines(text: &str, expected: &[(&str, End)]) {
        // Also when a line comes in pieces.
        for piece in [1, 2, 3, 100] {
            let reader = BufReader::with_capacity(piece, text.as_bytes());
            let mut lines = Lines::with_longest(reader, 4);
            for (at, (bytes, end)) in expected.iter().enumerate() {
                let line = lines.next_line().unwrap().unwrap();
                let text = std::str::from_utf8(line.bytes).unwrap();
                assert_eq!((text, line.end), (*bytes, *end), "{piece}");
                assert_eq!(line.number, at as u64 + 1);
            }
            assert_eq!(lines.next_line().unwrap(), None, "{piece}");
        }
    }

    #[test]
    fn lines_are_whole_torn_or_too_long() {
        use End::{TooLong, Torn, Whole};
        check_lines("", &[]);
        check_lines("\n", &[("", Whole)]);
        check_lines("a\n\nb", &[("a", Whole), ("", Whole), ("b", Torn)]);
        check_lines("1234\n12", &[("1234", Whole), ("12", Torn)]);
        check_lines("1234", &[("1234", Torn)]);
        check_lines("12345\n1\n", &[("1234", TooLong), ("1", Whole)]);
        check_lines("123456789\n1\n", &[("1234", TooLong), ("1", Whole)]);
        check_lines("12345", &[("1234", TooLong)]);
    }

    /// What is read of a folder when something happens to it after some files.
    fn read(data: &Path, mut after: impl FnMut(usize)) -> String {
        let (mut text, mut files) = (String::new(), 0);
        let count = walk(data, |_, mut reader| {
            reader.read_to_string(&mut text).unwrap();
            files += 1;
            after(files);
            Ok(())
        });
        assert_eq!(count.unwrap(), files as u64);
        text
    }

    fn folder() -> tempfile::TempDir {
        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::write(path(&closed_name("2026-11-21T00", 1)), "1\n").unwrap();
        fs::write(path(&closed_name("2026-11-21T01", 1)), "2\n").unwrap();
        fs::write(path(ACTIVE), "3\n").unwrap();
        place
    }

    #[test]
    fn every_file_is_read_once_in_order() {
        let place = folder();
        assert_eq!(read(place.path(), |_| {}), "1\n2\n3\n");
        assert_eq!(read(&place.path().join("none"), |_| {}), "");
    }

    #[test]
    fn a_file_that_is_closed_meanwhile_is_read_once() {
        let place = folder();
        let path = |name: &str| place.path().join(name);
        let text = read(place.path(), |files| {
            if files == 1 {
                fs::rename(path(ACTIVE), path(&closed_name("2026-11-21T02", 1))).unwrap();
                fs::write(path(ACTIVE), "4\n").unwrap();
            }
        });
        assert_eq!(text, "1\n2\n3\n4\n");
    }

    #[test]
    fn a_file_that_is_compressed_meanwhile_is_read_once() {
        let place = folder();
        let name = closed_name("2026-11-21T01", 1);
        let text = read(place.path(), |files| {
            if files == 1 {
                let packed = zstd::encode_all("2\n".as_bytes(), 0).unwrap();
                fs::write(place.path().join(compressed_name(&name)), packed).unwrap();
                fs::remove_file(place.path().join(&name)).unwrap();
            }
        });
        assert_eq!(text, "1\n2\n3\n");
    }

    #[test]
    fn a_file_that_is_removed_meanwhile_is_passed_over() {
        let place = folder();
        let name = closed_name("2026-11-21T01", 1);
        let text = read(place.path(), |files| {
            if files == 1 {
                fs::remove_file(place.path().join(&name)).unwrap();
            }
        });
        assert_eq!(text, "1\n3\n");
    }
}
