//! Decides by content whether the packed widget is still what its sources say.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Everything that can change a byte of the packed widget. Times do not
/// count: a fresh checkout of the same sources needs no build.
const INPUTS: [&str; 12] = [
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "core/Cargo.toml",
    "core/src",
    "examples/gallery",
    "widget",
    "xtask/src/pins.rs",
    "xtask/src/setup/toolchain.rs",
    "xtask/src/widget",
    "xtask/src/widget.rs",
];

/// A hash over the names and contents of all inputs below `root`.
pub(super) fn fingerprint(root: &Path) -> Result<String> {
    fingerprint_of(root, &INPUTS)
}

fn fingerprint_of(root: &Path, inputs: &[&str]) -> Result<String> {
    let mut hasher = Sha256::new();
    for input in inputs {
        for file in files_below(&root.join(input))? {
            let name = file.strip_prefix(root).unwrap_or(&file);
            let content =
                fs::read(&file).with_context(|| format!("cannot read {}", name.display()))?;
            // The lengths keep the end of a name apart from the content.
            for part in [name.to_string_lossy().as_bytes(), &content] {
                hasher.update(part.len().to_le_bytes());
                hasher.update(part);
            }
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// The files at or below a path, sorted; none if there is nothing.
fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut entries = path
        .read_dir()
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .with_context(|| format!("cannot list {}", path.display()))?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_of_name_or_content_changes_the_fingerprint() -> Result<()> {
        let place = tempfile::tempdir()?;
        let root = place.path();
        fs::create_dir_all(root.join("src/deep"))?;
        fs::write(root.join("src/deep/a.rs"), "one")?;
        let of = || fingerprint_of(root, &["src", "Lock"]);
        let first = of()?;
        assert_eq!(first, of()?, "the same sources twice");

        fs::write(root.join("src/deep/a.rs"), "two")?;
        let changed = of()?;
        assert_ne!(first, changed, "another content");

        fs::rename(root.join("src/deep/a.rs"), root.join("src/deep/b.rs"))?;
        let renamed = of()?;
        assert_ne!(changed, renamed, "another name");

        fs::write(root.join("Lock"), "")?;
        assert_ne!(renamed, of()?, "another file");
        Ok(())
    }

    #[test]
    fn files_beside_the_inputs_do_not_matter() -> Result<()> {
        let place = tempfile::tempdir()?;
        let before = fingerprint(place.path())?;
        fs::write(place.path().join("README.md"), "text")?;
        assert_eq!(before, fingerprint(place.path())?);
        Ok(())
    }
}
