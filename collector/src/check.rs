//! `sayso check`: says everything that is wrong with survey files.

use std::path::PathBuf;

use crate::error::StartError;
use crate::surveys::folder;

/// What there is to say of the survey files at these paths, and whether all is well.
///
/// # Errors
///
/// A path cannot be read, or there is nothing to check.
pub fn check(paths: &[PathBuf]) -> Result<(String, bool), StartError> {
    let found = folder::read(paths)?;
    let mut text = String::new();
    for problem in &found.problems {
        text.push_str(&format!("{problem}\n"));
    }
    for (path, survey) in &found.good {
        let (id, version) = (survey.id(), survey.version());
        text.push_str(&format!("{}: ok, {id} version {version}\n", path.display()));
    }
    if text.is_empty() {
        let paths: Vec<_> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        return Err(StartError::NothingToCheck(paths.join(", ")));
    }
    Ok((text, found.problems.is_empty()))
}
