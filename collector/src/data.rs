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
    _locks: [Option<File>; 2],
}

impl DataFolder {
    /// Makes and locks a data folder.
    ///
    /// # Errors
    ///
    /// It cannot be made or written to, or another process has it.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        durable::create_private_folder(path)
            .and_then(|()| durable::create_private_folder(&kept_surveys(path)))
            .map_err(StartError::file("make the data folder", path))?;
        let lock_path = path.join(".lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let file = durable::private(&mut options)
            .open(&lock_path)
            .map_err(StartError::file("write to", &lock_path))?;
        let file = lock(file, path, &lock_path)?;
        Ok(Self {
            path: path.into(),
            _locks: [Some(file), lock_folder(path)?],
        })
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

/// Locks the folder too: the file in it may be removed, and made again by another process.
#[cfg(unix)]
fn lock_folder(path: &Path) -> Result<Option<File>, StartError> {
    let folder = File::open(path).map_err(StartError::file("open the folder", path))?;
    lock(folder, path, path).map(Some)
}

/// Elsewhere folders cannot be opened, and a file that is open keeps its name.
#[cfg(not(unix))]
fn lock_folder(_path: &Path) -> Result<Option<File>, StartError> {
    Ok(None)
}

fn lock(file: File, folder: &Path, path: &Path) -> Result<File, StartError> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::DataInUse(folder.into())),
        Err(TryLockError::Error(source)) => Err(StartError::file("lock", path)(source)),
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

    #[cfg(unix)]
    #[test]
    fn a_folder_stays_locked_when_the_lock_file_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let first = DataFolder::open(place.path()).unwrap();
        std::fs::remove_file(place.path().join(".lock")).unwrap();
        let second = DataFolder::open(place.path()).unwrap_err();
        assert!(matches!(second, StartError::DataInUse(_)), "{second}");
        drop(first);
        assert!(DataFolder::open(place.path()).is_ok());
    }
}
