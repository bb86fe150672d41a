//! Reads `sayso.toml`: strictly, so that a typo does not pass.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use crate::error::StartError;
use crate::settings::Settings;

/// The file that is read without being asked for, when it is there.
pub const DEFAULT_FILE: &str = "sayso.toml";

/// How alike a typo and a name must be for the one to be meant, from 0 to 1.
const LIKENESS: f64 = 0.8;

/// The settings of a file; of none, when no file is asked for and there is none.
///
/// Relative folders are taken from where the file is.
///
/// # Errors
///
/// The file cannot be read, is no TOML, or holds what is no setting.
pub fn load(asked_for: Option<&Path>) -> Result<Settings, StartError> {
    let path = asked_for.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if asked_for.is_none() && error.kind() == ErrorKind::NotFound => {
            return Ok(Settings::default());
        }
        Err(source) => {
            return Err(StartError::File {
                action: "read",
                path: path.into(),
                source,
            });
        }
    };
    let name = path.display();
    let problems = |lines: Vec<String>| {
        StartError::Config(
            lines
                .into_iter()
                .map(|line| format!("{name}: {line}"))
                .collect(),
        )
    };
    let mut settings = parse(&text).map_err(problems)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let from_file = |path: PathBuf| folder.join(path);
    settings.data = settings.data.map(from_file);
    settings.surveys = settings.surveys.map(from_file);
    for secret in [&mut settings.site_key_file, &mut settings.admin_token_file] {
        // An empty path names none, and must not come to name the folder.
        let path = secret.take().filter(|path| !path.as_os_str().is_empty());
        *secret = path.map(from_file);
    }
    settings.tls_cert = settings.tls_cert.map(from_file);
    settings.tls_key = settings.tls_key.map(from_file);
    Ok(settings)
}

fn parse(text: &str) -> Result<Settings, Vec<String>> {
    let table: Table = text
        .parse()
        .map_err(|error: toml::de::Error| vec![error.to_string()])?;
    let names = Settings::names();
    let problems: Vec<_> = table
        .iter()
        .filter_map(|(key, value)| match names.contains(key) {
            true => wrong_value(key, value),
            false => Some(unknown(key, &names)),
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    Settings::deserialize(table).map_err(|error| vec![error.to_string()])
}

/// What is wrong with one value, looked at by itself so that all are reported.
fn wrong_value(key: &str, value: &Value) -> Option<String> {
    let alone = Table::from_iter([(String::from(key), value.clone())]);
    let error = Settings::deserialize(alone).err()?;
    Some(format!("{key}: {}", error.message()))
}

fn unknown(key: &str, names: &[String]) -> String {
    let alike = names
        .iter()
        .map(|name| (strsim::jaro_winkler(key, name), name));
    let nearest = alike.max_by(|left, right| left.0.total_cmp(&right.0));
    match nearest {
        Some((likeness, name)) if LIKENESS <= likeness => {
            format!("{key}: is no setting; did you mean `{name}`?")
        }
        _ => format!("{key}: is no setting; there are {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_problems(text: &str, expected: &[&str]) {
        let problems = parse(text).unwrap_err();
        assert_eq!(problems.len(), expected.len(), "{problems:#?}");
        for (problem, expected) in problems.iter().zip(expected) {
            assert!(problem.contains(expected), "{problem} / {expected}");
        }
    }

    #[test]
    fn a_typo_is_an_error_that_names_what_was_meant() {
        check_problems(
            "alow_origin = []",
            &["alow_origin: is no setting; did you mean `allow_origin`?"],
        );
        check_problems("allow-origin = []", &["did you mean `allow_origin`?"]);
        check_problems(
            "colour = 1",
            &["colour: is no setting; there are data, surveys, listen"],
        );
    }

    #[test]
    fn every_problem_of_a_file_is_reported() {
        let text = "datta = 'x'\nlisten = 8080\nlog_format = 'xml'\nmax_waiting = -1";
        let expected = [
            "did you mean `data`",
            "listen: invalid type",
            "log_format: unknown",
            "max_waiting: ",
        ];
        check_problems(text, &expected);
    }

    #[test]
    fn what_is_no_toml_is_said_with_its_line() {
        check_problems("data = 'x'\nsurveys = ", &["line 2"]);
    }

    #[test]
    fn folders_are_taken_from_where_the_file_is() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("sayso.toml");
        fs::write(&path, "data = 'd'\nsurveys = '/s'").unwrap();
        let settings = load(Some(&path)).unwrap();
        assert_eq!(settings.data, Some(place.path().join("d")));
        assert_eq!(settings.surveys, Some("/s".into()));
    }

    #[test]
    fn a_file_that_was_asked_for_must_be_there() {
        let place = tempfile::tempdir().unwrap();
        assert!(load(Some(&place.path().join("none.toml"))).is_err());
    }
}
