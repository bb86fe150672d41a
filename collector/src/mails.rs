//! `sayso link` and `sayso email-snippet`: what an operator puts into mails.

use std::path::PathBuf;

use sayso_core::file::SurveyFile;
use sayso_core::id::SurveyId;

use crate::args::{LinkArgs, SnippetArgs};
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
            "`{}` is no time; write a number and s, m, h or d, as in 30d",
            args.expires
        ))
    })?;
    let base = base(&args.base_url)?;
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
    let path = match args.survey.ends_with(".json") {
        true => PathBuf::from(&args.survey),
        false => args.surveys.clone(),
    };
    if !path.exists() {
        return Err(match args.survey.ends_with(".json") {
            true => no_link(format!("there is no file {}", path.display())),
            false => StartError::NoSurveys(path),
        });
    }
    let files = folder::read(&[&path])?;
    if !files.problems.is_empty() {
        let problems = files.problems.iter().map(ToString::to_string);
        return Err(StartError::Surveys(problems.collect()));
    }
    let is_it = |file: &SurveyFile| path.is_file() || file.id().as_str() == args.survey;
    let mut found = files.good.into_iter().map(|(_, file)| file);
    found.find(is_it).ok_or_else(|| {
        no_link(format!(
            "there is no survey `{}` in {}; name another folder with --surveys",
            args.survey,
            path.display()
        ))
    })
}

/// An address of a collector, without the slash at its end.
fn base(address: &str) -> Result<&str, StartError> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    match is_web && !address.contains(['?', '#', '"', ' ']) {
        true => Ok(address.trim_end_matches('/')),
        false => Err(StartError::NoAddress(String::from(address))),
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
