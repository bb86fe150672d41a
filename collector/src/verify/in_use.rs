//! Whether a collector has a data folder.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Whether another process has a data folder. Asked only where it must be known: for a
/// moment this holds what a collector that starts would ask for.
pub(super) fn is_in_use(data: &Path) -> io::Result<bool> {
    let mut locks = vec![data.join(".lock")];
    // Elsewhere folders cannot be opened.
    if cfg!(unix) {
        locks.push(data.into());
    }
    for path in locks {
        let lock = match File::open(path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        match lock.try_lock_shared() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataFolder;

    #[test]
    fn a_folder_is_in_use_while_somebody_has_it() {
        let place = tempfile::tempdir().unwrap();
        assert!(!is_in_use(place.path()).unwrap());
        let folder = DataFolder::open(place.path()).unwrap();
        assert!(is_in_use(place.path()).unwrap());
        drop(folder);
        assert!(!is_in_use(place.path()).unwrap());
        assert!(
            DataFolder::open(place.path()).is_ok(),
            "and was only looked at"
        );
    }
}
