//! A log file in memory that counts, waits and fails when it is told to.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use sayso_collector::sink::{End, Failure, LogFile, ReadAt};

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
    /// What the closed files hold.
    pub(crate) closed: Vec<Vec<u8>>,
    /// While a sync goes on, somebody puts another file in the place of this one.
    pub(crate) is_replaced_in_sync: bool,
    /// The next look at the name finds another file, whose sync fails.
    pub(crate) fails_follow: bool,
    /// Closing a file fails, before anything has changed.
    pub(crate) fails_close: bool,
    /// A file is closed, and there is no room for a new one.
    pub(crate) fails_begin: bool,
    is_moved: bool,
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
    fn follow(&mut self) -> Result<bool, Failure> {
        let mut state = self.state();
        if std::mem::take(&mut state.fails_follow) {
            return Err(Failure::Unsynced(io::Error::other("the disk is broken")));
        }
        if state.fails_begin && state.is_moved {
            return Err(io::Error::from(io::ErrorKind::StorageFull).into());
        }
        let is_moved = std::mem::take(&mut state.is_moved);
        if is_moved {
            let moved = std::mem::take(&mut state.bytes);
            state.closed.push(moved);
        }
        Ok(is_moved)
    }

    fn is_in_log(&mut self) -> io::Result<bool> {
        Ok(!self.state().is_moved)
    }

    fn close(&mut self, hour: &str) -> Result<String, Failure> {
        let mut state = self.state();
        if state.fails_close {
            return Err(io::Error::from(io::ErrorKind::StorageFull).into());
        }
        let closed = std::mem::take(&mut state.bytes);
        state.closed.push(closed);
        state.is_moved = state.fails_begin;
        if state.fails_begin {
            return Err(io::Error::from(io::ErrorKind::StorageFull).into());
        }
        Ok(format!("responses-{hour}.{}.ndjson", state.closed.len()))
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
        state.is_moved |= std::mem::take(&mut state.is_replaced_in_sync);
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

impl ReadAt for Disk {
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let state = self.state();
        let rest = state.bytes.get(offset as usize..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}
