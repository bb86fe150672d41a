//! Reads survey files from files and folders, and gathers every problem of all of them.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sayso_core::file::{SurveyError, SurveyFile};
use sayso_core::id::SurveyId;

use crate::error::StartError;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The files without a problem, by name.
    pub good: Vec<(PathBuf, SurveyFile)>,
    /// The problems of all the others.
    pub problems: Vec<Problem>,
    /// What lies in the folders and is no `.json` file.
    pub passed_over: Vec<PathBuf>,
}

/// One problem of one file.
#[derive(Debug)]
pub struct Problem {
    file: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Content(SurveyError),
    NotText,
    SameId { id: SurveyId, other: PathBuf },
}

/// As `file:line: path: message`, which editors know how to open.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        match &self.cause {
            Cause::Content(error) => {
                if let Some(line) = error.line {
                    write!(f, "{line}:")?;
                }
                if !error.path.is_empty() {
                    write!(f, " {}:", error.path)?;
                }
                write!(f, " {}", error.cause)
            }
            Cause::NotText => f.write_str(" is not UTF-8 text"),
            Cause::SameId { id, other } => {
                let other = other.display();
                write!(
                    f,
                    " id: `{id}` is also the id of {other}; give each survey its own"
                )
            }
        }
    }
}

/// Reads survey files, and the `.json` files directly in folders.
///
/// # Errors
///
/// A file or folder cannot be read at all.
pub fn read(paths: &[impl AsRef<Path>]) -> Result<Found, StartError> {
    let mut found = Found::default();
    let mut files = Vec::new();
    for path in paths {
        let path = path.as_ref();
        match path.is_dir() {
            true => list(path, &mut files, &mut found.passed_over)?,
            false => files.push(path.into()),
        }
    }
    let mut ids = HashMap::<SurveyId, PathBuf>::new();
    for file in files {
        match read_file(&file).map_err(StartError::file("read", &file))? {
            Ok(survey) => match ids.get(survey.id()) {
                Some(other) => found.problems.push(same_id(&file, survey.id(), other)),
                None => {
                    ids.insert(survey.id().clone(), file.clone());
                    found.good.push((file, survey));
                }
            },
            Err(problems) => found.problems.extend(problems),
        }
    }
    Ok(found)
}

/// The survey files directly in a folder, by name.
///
/// # Errors
///
/// The folder cannot be read.
pub(super) fn survey_files(folder: &Path) -> Result<Vec<PathBuf>, StartError> {
    let mut files = Vec::new();
    list(folder, &mut files, &mut Vec::new())?;
    Ok(files)
}

/// A survey file, or everything that is wrong with it.
///
/// # Errors
///
/// The file cannot be read at all.
pub(super) fn read_file(file: &Path) -> io::Result<Result<SurveyFile, Vec<Problem>>> {
    let problem = |cause| Problem {
        file: file.into(),
        cause,
    };
    let Ok(text) = String::from_utf8(fs::read(file)?) else {
        return Ok(Err(vec![problem(Cause::NotText)]));
    };
    let parsed = SurveyFile::parse(&text);
    Ok(parsed.map_err(|errors| {
        let causes = errors.into_iter().map(Cause::Content);
        causes.map(problem).collect()
    }))
}

/// The problem of a file whose survey has the id of another's.
pub(super) fn same_id(file: &Path, id: &SurveyId, other: &Path) -> Problem {
    Problem {
        file: file.into(),
        cause: Cause::SameId {
            id: id.clone(),
            other: other.into(),
        },
    }
}

/// Sorts the entries of a folder into survey files and others.
///
/// Names that begin with a dot are drafts of editors and the like.
fn list(
    folder: &Path,
    files: &mut Vec<PathBuf>,
    passed_over: &mut Vec<PathBuf>,
) -> Result<(), StartError> {
    let error = || StartError::file("read the folder", folder);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(error())? {
        let entry = entry.map_err(error())?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    // Folders list their entries in any order.
    paths.sort();
    for path in paths {
        match path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            true => files.push(path),
            false => passed_over.push(path),
        }
    }
    Ok(())
}
