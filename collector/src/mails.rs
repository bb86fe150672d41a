//! `sayso link` and `sayso email-snippet`: what an operator puts into mails.

use std::path::{Path, PathBuf};

use sayso_core::file::SurveyFile;
use sayso_core::id::SurveyId;

use crate::args::{LinkArgs, SnippetArgs};
use crate::config::DEFAULT_SURVEYS;
use crate::error::StartError;
use crate::hosted::snippet::{Wanted, snippet as block};
use crate::secret::random_bytes;
use crate::surveys::folder;
use crate::time;
use crate::trust::hex;
use crate::trust::site_key::SiteKeys;

/// The link of one recipient, with its line feed.
///
/// # Errors
///
/// What is wrong with the key or what was typed.
pub(crate) fn link(args: &LinkArgs) -> Result<String, StartError> {
    let keys = SiteKeys::read(&args.site_key.site_key_file)?;
    let survey = SurveyId::try_from(args.survey.as_str()).map_err(|error| {
        no_link(format!(
            "`{}` is no id of a survey: it {error}",
            args.survey
        ))
    })?;
    let lasts = seconds(&args.expires).ok_or_else(|| {
        no_link(format!(
            "--expires: `{}` is no time; write a number and s, m, h or d, as in 30d",
            args.expires
        ))
    })?;
    let base = base(&args.base_url)?;
    if args.respondent.is_empty() {
        let text = "--respondent is empty; give the id of the one recipient whom the link is for";
        return Err(no_link(String::from(text)));
    }
    check_survey(&survey, args.surveys.as_deref())?;
    let expires = time::unix_seconds().saturating_add(lasts);
    let random = random_bytes().map_err(StartError::Run)?;
    let nonce: String = hex::encode(&random).chars().take(16).collect();
    let value = keys.sign_link(&survey, &args.respondent, expires, &nonce);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("respondent", &args.respondent)
        .append_pair("link", &value)
        .finish();
    Ok(format!("{base}/s/{survey}?{query}\n"))
}

/// The block for a mail.
///
/// # Errors
///
/// What is wrong with the survey or what was typed.
pub(crate) fn snippet(args: &SnippetArgs) -> Result<String, StartError> {
    let file = file(args)?;
    let wanted = Wanted {
        base_url: base(&args.base_url)?,
        respondent_field: args.respondent_field.as_deref(),
        locale: args.locale.as_deref(),
    };
    block(&file, &wanted).ok_or_else(|| {
        no_link(format!(
            "the first question of `{}` is no rating, and a mail can ask for nothing else; \
             link to {}/s/{} instead",
            args.survey,
            wanted.base_url,
            file.id()
        ))
    })
}

fn file(args: &SnippetArgs) -> Result<SurveyFile, StartError> {
    let is_file = args.survey.ends_with(".json");
    let path = match is_file {
        true => PathBuf::from(&args.survey),
        false => args.surveys.clone(),
    };
    if !path.exists() {
        return Err(match is_file {
            true => no_link(format!(
                "there is no file {}; name one that is there, or the id of a survey in the \
                 folder that --surveys names",
                path.display()
            )),
            false => StartError::NoSurveys(path),
        });
    }
    find(&path, |file| {
        path.is_file() || file.id().as_str() == args.survey
    })?
    .map_err(|others| unknown(&args.survey, &path, &others))
}

/// The survey of a file or folder that is meant, or else the ids of those that are there.
///
/// # Errors
///
/// They cannot be read, or it is not there and may be one of those that are wrong.
fn find(
    path: &Path,
    is_it: impl Fn(&SurveyFile) -> bool,
) -> Result<Result<SurveyFile, Vec<SurveyId>>, StartError> {
    let files = folder::read(&[path])?;
    let ids = files.good.iter().map(|(_, file)| file.id().clone());
    let ids: Vec<_> = ids.collect();
    let mut good = files.good.into_iter().map(|(_, file)| file);
    match good.find(is_it) {
        Some(file) => Ok(Ok(file)),
        None if files.problems.is_empty() => Ok(Err(ids)),
        None => {
            let problems = files.problems.iter().map(ToString::to_string);
            Err(StartError::Surveys(problems.collect()))
        }
    }
}

/// Looks whether there is such a survey: a link that leads nowhere is found out by its
/// recipients. Where the usual folder is not at hand, as on the machine that sends the
/// mails, nobody looks.
fn check_survey(survey: &SurveyId, named: Option<&Path>) -> Result<(), StartError> {
    let usual = Path::new(DEFAULT_SURVEYS);
    let path = match named {
        Some(path) if !path.exists() => return Err(StartError::NoSurveys(path.into())),
        Some(path) => path,
        None if usual.is_dir() => usual,
        None => return Ok(()),
    };
    find(path, |file| file.id() == survey)?
        .map_err(|others| unknown(survey.as_str(), path, &others))
        .map(drop)
}

fn unknown(survey: &str, folder: &Path, others: &[SurveyId]) -> StartError {
    let others: Vec<_> = others.iter().map(SurveyId::as_str).collect();
    let there_are = match others.is_empty() {
        true => String::from("there is none"),
        false => format!("there are {}", others.join(", ")),
    };
    no_link(format!(
        "there is no survey `{survey}` in {}; {there_are}; name another folder with --surveys",
        folder.display()
    ))
}

/// An address of a collector, without the slash at its end.
fn base(address: &str) -> Result<&str, StartError> {
    let name = |scheme| address.strip_prefix(scheme);
    let is_web = name("https://")
        .or_else(|| name("http://"))
        .is_some_and(|name| !name.is_empty() && !name.starts_with(['/', ':']));
    match is_web && !address.contains(['?', '#', '"', ' ']) {
        true => Ok(address.trim_end_matches('/')),
        false => Err(no_link(format!(
            "--base-url: `{address}` is no address of a collector; write it as respondents \
             reach it, as in https://feedback.example"
        ))),
    }
}

/// A time as `90s`, `15m`, `12h` or `30d`, in seconds.
fn seconds(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let factor = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        _ => return None,
    };
    let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
    (0 < number).then(|| number.checked_mul(factor)).flatten()
}

fn no_link(text: String) -> StartError {
    StartError::NoLink(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_number_and_a_unit() {
        for (text, expected) in [
            ("30d", Some(2_592_000)),
            ("90s", Some(90)),
            ("12h", Some(43_200)),
            ("0d", None),
            ("-1d", None),
            ("30", None),
            ("d", None),
            ("", None),
            ("9223372036854775807d", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
