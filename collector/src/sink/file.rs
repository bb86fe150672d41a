//! The three things that are done to the log's file, so that tests can make each fail.

use std::fs::File;
use std::io::{self, Write};

/// A file that is only appended to.
pub trait LogFile: Send {
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

    /// Cuts the file back to a length.
    ///
    /// # Errors
    ///
    /// The file is as it was.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl LogFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}
