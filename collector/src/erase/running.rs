//! Erasing by the collector that runs: it closes its active file if the person is in it, and
//! then the closed ones are done.

use std::path::PathBuf;
use std::sync::PoisonError;

use tokio::runtime::Handle;

use super::{erase_closed, is_in_active};
use crate::admin::Eraser;
use crate::error::chain;
use crate::sink::Sink;

/// Erases beside the writer of a log.
#[derive(Debug)]
pub struct Beside {
    sink: Sink,
    data: PathBuf,
}

impl Beside {
    /// Erases from this data folder, whose log this sink writes.
    pub fn new(sink: Sink, data: PathBuf) -> Self {
        Self { sink, data }
    }
}

impl Eraser for Beside {
    /// Must be called where waiting does no harm, on a thread of the runtime for that.
    fn erase(&self, respondent: &str) -> Result<u64, String> {
        let lock = self.sink.closed_files();
        let _held = lock.lock().unwrap_or_else(PoisonError::into_inner);
        // What cannot be told now may be told of closed files, or fails there.
        if is_in_active(&self.data, respondent).unwrap_or(true) {
            let closed = Handle::current().block_on(self.sink.close_file());
            closed.map_err(|error| chain(&error))?;
        }
        let erased = erase_closed(&self.data, respondent).map_err(|error| chain(&error))?;
        Ok(erased.lines)
    }
}
