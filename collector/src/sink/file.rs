//! What is done to the log's file, so that tests can make each of it fail.
//!
//! The file is not the collector's alone: operators append to it, truncate it,
//! move and remove it while it is written. So nothing about it is remembered
//! that can be asked for.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::log;
use super::position::ReadAt;
use crate::{durable, history};

/// What went wrong with a file, and whether it may go on.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nothing that was written is in doubt. The same may work later.
    #[error(transparent)]
    Later(#[from] io::Error),
    /// A sync failed: what is on disk is not known, and trying again does not tell.
    #[error("cannot sync it")]
    Unsynced(#[source] io::Error),
}

/// A file that is only appended to.
pub trait LogFile: ReadAt + Send {
    /// Goes on in the file that bears the log's name by now; false if that is this
    /// file still. A new one is synced, and ends at the end of a line.
    ///
    /// # Errors
    ///
    /// It is not known which file that is, or it cannot be opened. This one stays open.
    fn follow(&mut self) -> Result<bool, Failure>;

    /// Whether the file is part of the log still, under its name or a closed file's.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    fn is_in_log(&mut self) -> io::Result<bool>;

    /// Closes the file, which was begun in this hour, under a name of its own, and
    /// begins a new one. Returns the name.
    ///
    /// # Errors
    ///
    /// The file may have its new name nevertheless, and there may be no new one;
    /// [`LogFile::follow`] goes on from there.
    fn close(&mut self, hour: &str) -> Result<String, Failure>;

    /// Where the file ends, by what the system says of it now.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    fn end(&mut self) -> io::Result<End>;

    /// Writes at the end, all of it.
    ///
    /// # Errors
    ///
    /// Not all of it is written; a part may be.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Returns when everything written is on disk.
    ///
    /// # Errors
    ///
    /// What is on disk is not known.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts the file back to a length. A file that is shorter stays as it is.
    ///
    /// # Errors
    ///
    /// The file is as it was.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// The end of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// How many bytes there are before it.
    pub length: u64,
    /// False within a line: what is appended would be glued to it.
    pub is_line_end: bool,
}

/// The log's file, and the name under which others find it.
#[derive(Debug)]
pub(super) struct NamedFile {
    path: PathBuf,
    file: File,
    /// The folder that is locked. A folder of the same name can be another's.
    folder: File,
}

impl NamedFile {
    pub(super) fn new(path: PathBuf, file: File, folder: File) -> Self {
        Self { path, file, folder }
    }
}

impl NamedFile {
    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    fn check_folder(&self) -> io::Result<()> {
        match is_at(self.folder(), &self.folder)? {
            true => Ok(()),
            false => Err(io::Error::other(
                "the data folder was moved or removed; another of its name may be in use by \
                 another process",
            )),
        }
    }
}

impl ReadAt for NamedFile {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(offset, buffer)
    }
}

impl LogFile for NamedFile {
    fn follow(&mut self) -> Result<bool, Failure> {
        if is_at(&self.path, &self.file)? {
            return Ok(false);
        }
        self.check_folder()?;
        self.file = log::open_file(&self.path)?;
        Ok(true)
    }

    fn is_in_log(&mut self) -> io::Result<bool> {
        if is_at(&self.path, &self.file)? {
            return Ok(true);
        }
        self.check_folder()?;
        for part in history::parts(self.folder())? {
            if is_at(&part.path, &self.file)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn close(&mut self, hour: &str) -> Result<String, Failure> {
        self.check_folder()?;
        let name = history::next_name(self.folder(), hour)?;
        fs::rename(&self.path, self.folder().join(&name))?;
        durable::sync_parent(&self.path).map_err(Failure::Unsynced)?;
        self.file = log::open_file(&self.path)?;
        Ok(name)
    }

    fn end(&mut self) -> io::Result<End> {
        let length = self.file.seek(SeekFrom::End(0))?;
        if length == 0 {
            let is_line_end = true;
            return Ok(End {
                length,
                is_line_end,
            });
        }
        let mut last = [0];
        self.file.seek(SeekFrom::Start(length - 1))?;
        self.file.read_exact(&mut last)?;
        let is_line_end = last == [b'\n'];
        Ok(End {
            length,
            is_line_end,
        })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        match length < self.file.metadata()?.len() {
            true => self.file.set_len(length),
            false => Ok(()),
        }
    }
}

/// Whether a path leads to an open file or folder. The number of a file that is
/// open is given to no other.
#[cfg(unix)]
fn is_at(path: &Path, open: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    let path = match path.as_os_str().is_empty() {
        true => Path::new("."),
        false => path,
    };
    let open = open.metadata()?;
    match fs::metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere a file that is open keeps its name.
#[cfg(not(unix))]
fn is_at(_path: &Path, _open: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_with(content: &str) -> (tempfile::TempDir, NamedFile) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("log");
        fs::write(&path, content).unwrap();
        let file = File::options().read(true).append(true).open(&path).unwrap();
        let folder = File::open(place.path()).unwrap();
        (place, NamedFile::new(path, file, folder))
    }

    #[track_caller]
    fn check_end(content: &str, is_line_end: bool) {
        let (_place, mut file) = file_with(content);
        let length = content.len() as u64;
        assert_eq!(
            file.end().unwrap(),
            End {
                length,
                is_line_end
            }
        );
        file.append(b"more").unwrap();
        assert_eq!(file.end().unwrap().length, length + 4, "{content:?}");
    }

    #[test]
    fn the_end_is_where_the_file_ends_now() {
        check_end("", true);
        check_end("\n", true);
        check_end("a line\n", true);
        check_end("a line\nand a half", false);
    }

    #[track_caller]
    fn check_cut(length: u64, expected: &str) {
        let (_place, mut file) = file_with("12345");
        file.cut(length).unwrap();
        assert_eq!(fs::read_to_string(&file.path).unwrap(), expected);
    }

    #[test]
    fn a_cut_never_makes_a_file_longer() {
        check_cut(4, "1234");
        check_cut(5, "12345");
        check_cut(6, "12345");
    }

    /// A pipe cannot be synced, and only the system call says so: what flushes
    /// a buffer, or does nothing, would succeed.
    #[cfg(unix)]
    #[test]
    fn a_sync_asks_the_system() {
        let (_reader, writer) = io::pipe().unwrap();
        let (_place, mut file) = file_with("");
        file.sync().unwrap();
        file.file = File::from(std::os::fd::OwnedFd::from(writer));
        file.append(b"written").unwrap();
        let error = file.sync().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_replaced_is_not_followed_into() {
        let (place, mut file) = file_with("a line\n");
        let elsewhere = place.path().with_extension("moved");
        fs::rename(place.path(), &elsewhere).unwrap();
        assert!(file.follow().is_err());
        fs::create_dir(place.path()).unwrap();
        let error = file.follow().unwrap_err().to_string();
        assert!(error.contains("moved or removed"), "{error}");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
        fs::remove_dir_all(place.path()).unwrap();
        fs::rename(&elsewhere, place.path()).unwrap();
        assert!(!file.follow().unwrap());
    }
}
