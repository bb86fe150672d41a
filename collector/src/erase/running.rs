//! Erasing by the collector that runs: it closes its active file if the person is in it, and
//! then the closed ones are done.

use std::path::PathBuf;
use std::sync::PoisonError;

use tokio::runtime::Handle;

use super::{erase_closed, is_in_active};
use crate::admin::Eraser;
use crate::error::{StartError, chain};
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
        let is_in_active = match is_in_active(&self.data, respondent) {
            Ok(is_in_active) => is_in_active,
            Err(error @ StartError::Damaged { .. }) => return Err(chain(&error)),
            // It may have been closed meanwhile. If not, it fails below.
            Err(_) => true,
        };
        if is_in_active {
            let closed = Handle::current().block_on(self.sink.close_file());
            closed.map_err(|error| chain(&error))?;
        }
        let erased = erase_closed(&self.data, respondent).map_err(|error| chain(&error))?;
        Ok(erased.lines)
    }
}
