//! Whether one line is a record that fits its survey.
//!
//! What is said of a line names fields and questions, and never quotes what is in them.

use jiff::Timestamp;
use sayso_core::record::{Record, SCHEMA};
use sayso_core::validate::{Violation, validate};
use sayso_core::wire::Submission;
use serde_json::Value;

use super::{Kind, Versions};
use crate::tombstone::{Key, Tombstone};

/// Most wrong answers of one line that are named.
const MAX_NAMED: usize = 5;

/// What one line came to.
pub(super) struct Checked {
    pub(super) what: What,
    /// Which submission it is, as far as that can be read.
    pub(super) key: Option<Key>,
    pub(super) received_at: Option<Timestamp>,
    pub(super) problem: Option<(Kind, String)>,
}

/// What sort of line it is.
pub(super) enum What {
    Record,
    Tombstone,
    Neither,
}

/// Checks a whole line, without its line feed.
pub(super) fn check(line: &[u8], versions: &Versions) -> Checked {
    match serde_json::from_slice::<Record>(line) {
        Ok(record) if record.schema == SCHEMA => check_record(&record, versions),
        Ok(_) | Err(_) => check_other(line),
    }
}

fn check_record(record: &Record, versions: &Versions) -> Checked {
    let submission = &record.submission;
    let received_at = record.received_at.parse().ok();
    let problem = match received_at {
        Some(_) => fits(record, versions).err(),
        None => {
            let message = String::from("is no record: `received_at` is no time");
            Some((Kind::NotARecord, message))
        }
    };
    Checked {
        what: What::Record,
        key: Some(Key::new(&submission.response_id, submission.seq)),
        received_at,
        problem,
    }
}

/// Whether the answers fit the version that was answered.
fn fits(record: &Record, versions: &Versions) -> Result<(), (Kind, String)> {
    let submission = &record.submission;
    let (id, version) = (&submission.survey, &submission.survey_version);
    let of_survey = versions.0.get(id).ok_or_else(|| {
        let message = format!("is of the survey {id}, of which no version is kept");
        (Kind::UnknownSurvey, message)
    })?;
    let survey = of_survey.get(version).ok_or_else(|| {
        let message = format!("is of the version {version} of {id}, which is not kept");
        (Kind::UnknownVersion, message)
    })?;
    let mut around = submission.surroundings();
    // The log has it without its query: what a condition saw is not known any more.
    around.context.retain(|(name, _)| name != "url");
    match validate(survey, &submission.answers, submission.status, &around) {
        Ok(_) => Ok(()),
        Err(violations) => Err((Kind::InvalidAnswers, broken(&violations))),
    }
}

fn broken(violations: &[Violation]) -> String {
    let named: Vec<_> = violations
        .iter()
        .take(MAX_NAMED)
        .map(|violation| {
            let problem = serde_json::to_value(violation.problem).unwrap_or_default();
            let problem = problem.as_str().unwrap_or_default();
            format!("{} {problem}", violation.question_id)
        })
        .collect();
    let more = match MAX_NAMED < violations.len() {
        true => ", …",
        false => "",
    };
    let named = named.join(", ");
    format!("breaks the rules of its survey: {named}{more}")
}

/// A line that is no record of this format: why not.
fn check_other(line: &[u8]) -> Checked {
    if let Some(tombstone) = Tombstone::parse(line) {
        let is_known = tombstone.schema == SCHEMA;
        let schema = tombstone.schema;
        return Checked {
            what: What::Tombstone,
            key: tombstone.key,
            received_at: None,
            problem: (!is_known).then(|| unknown_schema(&schema.into())),
        };
    }
    let wrong = |kind, message: String| Checked {
        what: What::Neither,
        key: None,
        received_at: None,
        problem: Some((kind, message)),
    };
    if line.contains(&0) {
        let message = "holds NUL bytes, as a loss of power leaves them";
        return wrong(Kind::NulBytes, String::from(message));
    }
    if line.trim_ascii().is_empty() {
        return wrong(Kind::NotJson, String::from("is empty"));
    }
    if std::str::from_utf8(line).is_err() {
        return wrong(Kind::NotJson, String::from("is no UTF-8 text"));
    }
    let (kind, message) = match serde_json::from_slice::<Value>(line) {
        Ok(value) => not_a_record(line, &value),
        Err(error) if error.is_eof() => {
            (Kind::NotJson, String::from("is no JSON: it ends too early"))
        }
        Err(error) => {
            let message = format!("is no JSON, from byte {} on", error.column());
            (Kind::NotJson, message)
        }
    };
    wrong(kind, message)
}

/// What keeps JSON from being a record.
fn not_a_record(line: &[u8], value: &Value) -> (Kind, String) {
    let Some(object) = value.as_object() else {
        let message = String::from("is no record: it is no object");
        return (Kind::NotARecord, message);
    };
    match object.get("schema") {
        Some(schema) if *schema != SCHEMA => return unknown_schema(schema),
        Some(_) if object.get("received_at").is_some_and(Value::is_string) => {}
        field => {
            let name = match field {
                Some(_) => "received_at",
                None => "schema",
            };
            let message = format!("is no record: `{name}` is missing or wrong");
            return (Kind::NotARecord, message);
        }
    }
    let reader = &mut serde_json::Deserializer::from_slice(line);
    let field = match serde_path_to_error::deserialize::<_, Submission>(reader) {
        Ok(_) => String::from("a field"),
        Err(error) => match error.path().to_string().as_str() {
            // What is missing is named by the message, which quotes nothing then.
            "." => missing(&error.inner().to_string()),
            path => format!("`{path}`"),
        },
    };
    let message = format!("is no record: {field} is missing or wrong");
    (Kind::NotARecord, message)
}

fn missing(message: &str) -> String {
    let name = message.strip_prefix("missing field `");
    let name = name.and_then(|rest| rest.split('`').next());
    name.map_or_else(|| String::from("a field"), |name| format!("`{name}`"))
}

fn unknown_schema(schema: &Value) -> (Kind, String) {
    let schema = match schema {
        Value::Number(number) => number.to_string(),
        _ => String::from("that is no number"),
    };
    let message = format!("has the schema {schema}, and this release knows {SCHEMA} alone");
    (Kind::UnknownSchema, message)
}
