//! Files and folders that are on disk when a function returns.
//!
//! A new file is safe only when the folder that names it is synced too.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Creates a folder and the ones above it, and syncs each folder that got a new entry.
///
/// # Errors
///
/// A folder cannot be created or synced, or something else has its name.
pub fn create_folder(path: &Path) -> io::Result<()> {
    create(path, &DirBuilder::new())
}

/// As [`create_folder`], and on Unix what is new is for nobody else's eyes.
///
/// # Errors
///
/// As there.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there are no modes to set"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    create(path, &builder)
}

/// Says of a file that is made that nobody else may read it. One that is there stays as it is.
pub fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Makes a file, or empties the one that is there; a new one nobody else may read.
///
/// # Errors
///
/// It cannot be made.
pub fn create_private(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create(true).truncate(true)).open(path)
}

fn create(path: &Path, builder: &DirBuilder) -> io::Result<()> {
    match builder.create(path) {
        Ok(()) => sync_parent(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let above = path.parent().filter(|above| !above.as_os_str().is_empty());
            let above = above.filter(|above| !above.exists()).ok_or(error)?;
            create(above, builder)?;
            builder.create(path)?;
            sync_parent(path)
        }
        Err(error) => Err(error),
    }
}

/// Writes a file whole or not at all: under another name, synced, then renamed.
///
/// # Errors
///
/// The file cannot be written, synced or renamed. It is then as it was.
pub fn write_file(path: &Path, content: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.draft"));
    let mut file = create_private(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    sync_parent(path)
}

/// Syncs the folder that holds a path.
///
/// # Errors
///
/// The folder cannot be opened or synced.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Some(folder) => sync_folder(folder),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened, and names are journaled by the file system.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_created_with_the_ones_above_them() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a/b/c");
        create_folder(&path).unwrap();
        create_folder(&path).unwrap();
        assert!(path.is_dir());
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_is_an_error() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a");
        fs::write(&path, "").unwrap();
        assert!(create_folder(&path).is_err());
        assert!(create_folder(&path.join("b")).is_err());
    }

    #[test]
    fn a_written_file_leaves_no_draft() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.json");
        write_file(&path, b"1").unwrap();
        write_file(&path, b"2").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
