//! Surveys that tests share.

use super::SurveyFile;
use crate::id::QuestionId;
use crate::survey::Survey;

pub(crate) const BRANCHING: &str = r#"{
  "schema": 1,
  "id": "branching",
  "questions": [
    { "id": "recommend", "kind": "nps", "prompt": "Recommend?", "is_required": true,
      "low_label": "Not likely", "high_label": "Very likely",
      "next": [
        { "if": { "at_least": 9 }, "go_to": "liked" },
        { "if": { "at_least": 7, "at_most": 8 }, "go_to": "better" }
      ] },
    { "id": "wrong", "kind": "free_text", "prompt": "What went wrong?", "next": "end" },
    { "id": "better", "kind": "free_text", "prompt": "What could be better?", "next": "end" },
    { "id": "liked", "kind": "free_text", "prompt": "What did you like?", "max_chars": 20 }
  ]
}"#;

pub(crate) fn file(text: &str) -> SurveyFile {
    SurveyFile::parse(text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// NPS, then another question for detractors, passives and promoters.
pub(crate) fn branching() -> Survey {
    file(BRANCHING).survey("en")
}

/// The survey of the golden files.
pub(crate) fn post_purchase() -> Survey {
    file(include_str!("../../tests/golden/survey.json")).survey("en")
}

/// The same in German.
pub(crate) fn german() -> Survey {
    file(include_str!("../../tests/golden/survey.json")).survey("de")
}

pub(crate) fn id(text: &str) -> QuestionId {
    QuestionId::try_from(text).unwrap()
}
