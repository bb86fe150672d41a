//! The data folder: made if it is missing, and locked, so that two processes never write one log.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::durable;
use crate::error::StartError;

/// A data folder that this process alone writes to, until this is dropped.
#[must_use = "dropping it lets another process have the folder"]
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes and locks a data folder.
    ///
    /// # Errors
    ///
    /// It cannot be made or written to, or another process has it.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        durable::create_folder(path)
            .and_then(|()| durable::create_folder(&kept_surveys(path)))
            .map_err(StartError::file("make the data folder", path))?;
        let lock_path = path.join(".lock");
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(StartError::file("write to", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.into(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(StartError::DataInUse(path.into())),
            Err(TryLockError::Error(source)) => Err(StartError::File {
                action: "lock",
                path: lock_path,
                source,
            }),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where every survey version that was ever served is kept.
    pub fn kept_surveys(&self) -> PathBuf {
        kept_surveys(&self.path)
    }
}

/// Where the survey versions of a data folder are kept.
pub fn kept_surveys(data: &Path) -> PathBuf {
    data.join("surveys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_belongs_to_one_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        let first = DataFolder::open(&path).unwrap();
        let second = DataFolder::open(&path).unwrap_err();
        assert!(matches!(second, StartError::DataInUse(_)), "{second}");
        drop(first);
        assert!(DataFolder::open(&path).is_ok());
    }
}
