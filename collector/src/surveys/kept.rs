//! Every survey version that was ever served, as `<id>@<version>.json`.
//!
//! Responses arrive long after a survey was edited, and are checked against the
//! version that was answered. The version is part of the file's name and is not
//! computed again: a later release may write the same survey in another way.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sayso_core::file::SurveyFile;
use sayso_core::id::{SurveyId, SurveyVersion};
use sayso_core::survey::Survey;
use tracing::warn;

use crate::durable;
use crate::error::StartError;

/// Keeps a survey's version, if it is not kept yet.
///
/// # Errors
///
/// It cannot be written, or another survey is kept under its name.
pub fn keep(folder: &Path, file: &SurveyFile) -> Result<(), StartError> {
    let path = folder.join(format!("{}@{}.json", file.id(), file.version()));
    let content = format!("{}\n", file.canonical());
    match fs::read(&path) {
        Ok(kept) if kept == content.as_bytes() => Ok(()),
        Ok(_) => Err(StartError::KeptDiffers(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            durable::write_file(&path, content.as_bytes()).map_err(StartError::file("write", &path))
        }
        Err(source) => Err(StartError::File {
            action: "read",
            path,
            source,
        }),
    }
}

/// Loads every version that is kept, each in its survey's main language.
///
/// They need only be readable: today's rules may be stricter than those of the
/// release that kept them, and responses to them still arrive.
///
/// # Errors
///
/// The folder or a file cannot be read, or a file is no survey file.
pub fn load(folder: &Path) -> Result<Vec<Survey>, StartError> {
    let error = || StartError::file("read the folder", folder);
    let mut surveys = Vec::new();
    let mut problems = Vec::new();
    for entry in fs::read_dir(folder).map_err(error())? {
        let path = entry.map_err(error())?.path();
        match name_of(&path) {
            Some((id, version)) => match read(&path)? {
                Ok(file) if *file.id() == id => {
                    surveys.push(Survey {
                        version,
                        ..file.survey(file.negotiate(&[]))
                    });
                }
                Ok(_) => return Err(StartError::KeptDiffers(path)),
                Err(found) => problems.extend(found),
            },
            // A draft that a crash left behind; the file was not kept then.
            None if path
                .extension()
                .is_some_and(|extension| extension == "draft") => {}
            None => {
                warn!(file = %path.display(), "the folder of kept surveys holds a strange file")
            }
        }
    }
    match problems.is_empty() {
        true => Ok(surveys),
        false => Err(StartError::Surveys(problems)),
    }
}

/// The file, or its problems.
fn read(path: &Path) -> Result<Result<SurveyFile, Vec<String>>, StartError> {
    let text = fs::read_to_string(path).map_err(StartError::file("read", path))?;
    Ok(SurveyFile::parse_kept(&text).map_err(|errors| {
        errors
            .iter()
            .map(|error| format!("{}: {error}", path.display()))
            .collect()
    }))
}

/// The id and version that a name says.
fn name_of(path: &Path) -> Option<(SurveyId, SurveyVersion)> {
    let name: PathBuf = path.file_name()?.into();
    let (id, version) = name.to_str()?.strip_suffix(".json")?.split_once('@')?;
    Some((
        SurveyId::try_from(id).ok()?,
        SurveyVersion::try_from(version).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(prompt: &str) -> SurveyFile {
        let text = format!(
            r#"{{"schema": 1, "id": "nps",
                "questions": [{{"id": "q", "kind": "nps", "prompt": "{prompt}"}}]}}"#
        );
        SurveyFile::parse(&text).unwrap()
    }

    fn path(folder: &Path, file: &SurveyFile) -> PathBuf {
        folder.join(format!("nps@{}.json", file.version()))
    }

    #[test]
    fn each_version_is_kept_beside_the_others() {
        let place = tempfile::tempdir().unwrap();
        let (old, new) = (survey("Old?"), survey("New?"));
        for file in [&old, &new, &old] {
            keep(place.path(), file).unwrap();
        }
        let mut versions: Vec<_> = load(place.path())
            .unwrap()
            .into_iter()
            .map(|survey| survey.version)
            .collect();
        versions.sort();
        let mut expected = [old.version(), new.version()];
        expected.sort();
        assert_eq!(versions, expected);
    }

    #[test]
    fn a_kept_version_that_was_edited_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let file = survey("Old?");
        fs::write(path(place.path(), &file), survey("Other?").canonical()).unwrap();
        let error = keep(place.path(), &file).unwrap_err();
        assert!(matches!(error, StartError::KeptDiffers(_)), "{error}");
    }

    #[test]
    fn the_version_is_the_one_in_the_name() {
        let place = tempfile::tempdir().unwrap();
        fs::write(
            place.path().join("nps@0badc0de.json"),
            survey("Old?").canonical(),
        )
        .unwrap();
        assert_eq!(load(place.path()).unwrap()[0].version.as_str(), "0badc0de");
    }

    #[test]
    fn a_kept_file_that_is_broken_keeps_the_collector_from_starting() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("nps@0badc0de.json"), "{}").unwrap();
        let text = load(place.path()).unwrap_err().to_string();
        for part in ["nps@0badc0de.json: ", "schema: is missing"] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
    }

    #[test]
    fn a_kept_file_that_would_not_pass_today_is_loaded() {
        let place = tempfile::tempdir().unwrap();
        let bad = survey("Old?").canonical().replace("\"q\"", "\"end\"");
        SurveyFile::parse(&bad).unwrap_err();
        fs::write(place.path().join("nps@0badc0de.json"), bad).unwrap();
        assert_eq!(load(place.path()).unwrap().len(), 1);
    }

    #[test]
    fn drafts_and_strangers_are_passed_over() {
        let place = tempfile::tempdir().unwrap();
        for name in [
            ".nps@0badc0de.json.draft",
            "readme.txt",
            "nps.json",
            "NPS@0badc0de.json",
        ] {
            fs::write(place.path().join(name), "{").unwrap();
        }
        assert!(load(place.path()).unwrap().is_empty());
    }
}
