//! A log file in memory that counts, waits and fails when it is told to.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use sayso_collector::sink::{Contents, End, LogFile};

/// The tests' hold on the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
pub(crate) struct State {
    /// What was written.
    pub(crate) bytes: Vec<u8>,
    /// What is safe.
    pub(crate) synced: Vec<u8>,
    pub(crate) writes: u32,
    pub(crate) syncs: u32,
    /// How many bytes there is room for in all.
    pub(crate) room: Option<usize>,
    pub(crate) fails_sync: bool,
    pub(crate) fails_cut: bool,
    /// Syncs wait as long as this is true.
    pub(crate) holds_sync: bool,
    /// True while a sync waits.
    pub(crate) is_in_sync: bool,
}

impl Disk {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap()
    }

    /// Changes what the file does, and wakes a sync that waits.
    pub(crate) fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.0.1.notify_all();
    }
}

impl LogFile for Disk {
    fn follow(&mut self) -> io::Result<Option<Contents>> {
        Ok(None)
    }

    fn end(&mut self) -> io::Result<End> {
        let state = self.state();
        let is_line_end = state.bytes.last().is_none_or(|last| *last == b'\n');
        let length = state.bytes.len() as u64;
        Ok(End {
            length,
            is_line_end,
        })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        state.writes += 1;
        let room = state
            .room
            .map_or(bytes.len(), |room| room.saturating_sub(state.bytes.len()));
        let fitting = bytes.len().min(room);
        // A full disk takes what fits and then refuses, as real ones do.
        state.bytes.extend_from_slice(&bytes[..fitting]);
        match fitting == bytes.len() {
            true => Ok(()),
            false => Err(io::ErrorKind::StorageFull.into()),
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.state();
        state.is_in_sync = true;
        let mut state = self
            .0
            .1
            .wait_while(state, |state| state.holds_sync)
            .unwrap();
        state.is_in_sync = false;
        if state.fails_sync {
            return Err(io::Error::other("the disk is broken"));
        }
        state.syncs += 1;
        state.synced = state.bytes.clone();
        Ok(())
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        let mut state = self.state();
        if state.fails_cut {
            return Err(io::Error::other("the disk is broken"));
        }
        state.bytes.truncate(length as usize);
        Ok(())
    }
}
