//! The surveys: those that are served now, and every version that ever was.
//!
//! What is here never changes: when files change, [`watch`] makes another of
//! these and puts it into [`live`].

pub mod closing;
pub mod folder;
pub mod kept;
pub mod live;
mod reload;
pub mod watch;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sayso_core::answer::OTHER;
use sayso_core::file::{Delivery, SurveyFile};
use sayso_core::id::{SurveyId, SurveyVersion};
use sayso_core::question::{Choices, MAX_OTHER_CHARS, QuestionKind};
use sayso_core::survey::Survey;
use tracing::{info, warn};

use crate::error::{ApiError, StartError};
use crate::packed::Packed;

/// Room for all of a submission but its answers: ids, touchpoint, locale,
/// respondent and context, as long as pages write them.
const BYTES_WITHOUT_ANSWERS: usize = 4_096;

/// JSON writes a control character as `\u0000`, and no character longer than that.
const BYTES_OF_A_CHARACTER: usize = 6;

/// The longest rating, `10`.
const BYTES_OF_A_RATING: usize = 2;

/// The surveys of one collector.
#[derive(Debug, Default)]
pub struct Surveys {
    served: HashMap<SurveyId, Arc<Served>>,
    versions: HashMap<SurveyId, HashMap<SurveyVersion, Arc<Survey>>>,
}

/// A survey as pages get it, in each of its languages.
#[derive(Debug)]
struct Served {
    /// The file it was read from; none in tests.
    path: PathBuf,
    file: SurveyFile,
    delivery: Delivery,
    by_locale: HashMap<String, Arc<Packed>>,
}

impl Surveys {
    /// Reads and checks the folder of survey files, keeps each version that is
    /// new in `kept`, and loads every version that is kept there.
    ///
    /// # Errors
    ///
    /// Every problem of every file, or what kept a file from being read or kept.
    pub fn open(surveys: &Path, kept: &Path) -> Result<Self, StartError> {
        if !surveys.is_dir() {
            return Err(StartError::NoSurveys(surveys.into()));
        }
        let files = folder::read(&[surveys])?;
        if !files.problems.is_empty() {
            let problems = files
                .problems
                .iter()
                .map(folder::Problem::to_string)
                .collect();
            return Err(StartError::Surveys(problems));
        }
        for path in &files.passed_over {
            warn!(file = %path.display(), "the survey folder holds a file that is no .json file");
        }
        if files.good.is_empty() {
            warn!(folder = %surveys.display(), "the survey folder holds no survey");
        }
        for (path, file) in &files.good {
            kept::keep(kept, file)?;
            let (survey_id, version) = (file.id().as_str(), file.version());
            info!(survey_id, version = version.as_str(), file = %path.display(), "survey loaded");
        }
        let mut surveys = Self::new(Vec::new(), kept::load(kept)?);
        for (path, file) in files.good {
            surveys.serve(path, file);
        }
        Ok(surveys)
    }

    /// Serves these files, and takes responses to them and to these versions.
    pub fn new(files: Vec<SurveyFile>, kept: Vec<Survey>) -> Self {
        let mut surveys = Self::default();
        for survey in kept {
            surveys.add_version(survey);
        }
        for file in files {
            surveys.serve(PathBuf::new(), file);
        }
        surveys
    }

    /// Serves a file, and takes responses to it.
    fn serve(&mut self, path: PathBuf, file: SurveyFile) {
        self.add_version(file.survey(file.negotiate(&[])));
        let served = Arc::new(Served::new(path, file));
        self.served.insert(served.file.id().clone(), served);
    }

    fn add_version(&mut self, survey: Survey) {
        let versions = self.versions.entry(survey.id.clone()).or_default();
        versions.insert(survey.version.clone(), Arc::new(survey));
    }

    /// How many surveys are served.
    pub fn served_count(&self) -> usize {
        self.served.len()
    }

    /// Checks that a request may carry the longest answers of each survey that is served.
    ///
    /// # Errors
    ///
    /// Every survey whose answers are too long, with what it needs.
    pub fn check_room(&self, max_body_bytes: usize) -> Result<(), StartError> {
        let mut surveys: Vec<_> = self
            .served
            .values()
            .filter_map(|served| lacks_room(&served.file, max_body_bytes))
            .collect();
        surveys.sort();
        match surveys.is_empty() {
            true => Ok(()),
            false => Err(StartError::AnswersTooLarge {
                max_body_bytes,
                surveys,
            }),
        }
    }

    /// A survey's id, and what its file says of its delivery.
    pub fn delivery(&self, id: &str) -> Option<(&SurveyId, Delivery)> {
        let (id, served) = self.served.get_key_value(&SurveyId::try_from(id).ok()?)?;
        Some((id, served.delivery))
    }

    /// What every file says of its survey's delivery.
    pub fn deliveries(&self) -> impl Iterator<Item = (&SurveyId, Delivery)> {
        self.served.iter().map(|(id, served)| (id, served.delivery))
    }

    /// A survey as a page gets it, in the best language for these wishes.
    pub fn page(&self, id: &str, wishes: &[&str]) -> Option<&Arc<Packed>> {
        let served = self.served(id)?;
        served.by_locale.get(served.file.negotiate(wishes))
    }

    /// True when a survey has texts of its own in a language.
    pub fn speaks(&self, id: &str, locale: &str) -> bool {
        self.served(id)
            .is_some_and(|served| served.by_locale.contains_key(locale))
    }

    /// A survey in the best language for these wishes.
    pub fn survey(&self, id: &str, wishes: &[&str]) -> Option<Survey> {
        let served = self.served(id)?;
        Some(served.file.survey(served.file.negotiate(wishes)))
    }

    fn served(&self, id: &str) -> Option<&Served> {
        let served = self.served.get(&SurveyId::try_from(id).ok()?)?;
        Some(served.as_ref())
    }

    /// The version of a survey that was answered.
    ///
    /// # Errors
    ///
    /// The survey, or this version of it, was never here.
    pub fn version(&self, id: &SurveyId, version: &SurveyVersion) -> Result<&Survey, ApiError> {
        let versions = self.versions.get(id).ok_or(ApiError::UnknownSurvey)?;
        let survey = versions.get(version).map(AsRef::as_ref);
        survey.ok_or(ApiError::UnknownSurveyVersion)
    }
}

impl Served {
    fn new(path: PathBuf, file: SurveyFile) -> Self {
        let by_locale = file.locales().into_iter().map(|locale| {
            #[expect(clippy::expect_used, reason = "texts and numbers always write")]
            let json =
                serde_json::to_vec(&file.definition(locale)).expect("a definition is plain data");
            (
                String::from(locale),
                Arc::new(Packed::compressed_when_asked_for(json)),
            )
        });
        Self {
            by_locale: by_locale.collect(),
            delivery: file.delivery(),
            path,
            file,
        }
    }
}

/// What is wrong with a survey whose longest answers no request may carry.
fn lacks_room(file: &SurveyFile, max_body_bytes: usize) -> Option<String> {
    let needed = longest_submission(file);
    (max_body_bytes < needed).then(|| format!("{} needs {needed} bytes", file.id()))
}

/// The bytes of a submission in which every question has its longest answer.
fn longest_submission(file: &SurveyFile) -> usize {
    let survey = file.survey(file.negotiate(&[]));
    let answers = survey.questions.iter().map(|question| {
        let value = longest_answer(&question.kind);
        question.id.as_str().len() + "\"\":,".len() + value
    });
    BYTES_WITHOUT_ANSWERS + answers.sum::<usize>()
}

/// The bytes of the longest answer to a question.
fn longest_answer(kind: &QuestionKind) -> usize {
    let text = |chars: u32| "\"\"".len() + chars as usize * BYTES_OF_A_CHARACTER;
    let other = |choices: &Choices| match &choices.other {
        Some(_) => OTHER.len() + text(MAX_OTHER_CHARS),
        None => 0,
    };
    let ids = |choices: &Choices| {
        let ids = choices.choices.iter();
        ids.map(|choice| choice.id.as_str().len() + "\"\",".len())
            .collect::<Vec<_>>()
    };
    match kind {
        QuestionKind::Nps(_)
        | QuestionKind::Csat(_)
        | QuestionKind::Ces(_)
        | QuestionKind::Rating(_) => BYTES_OF_A_RATING,
        QuestionKind::FreeText(field) => text(field.max_chars),
        QuestionKind::SingleChoice(choices) => {
            other(choices).max(ids(choices).into_iter().max().unwrap_or_default())
        }
        QuestionKind::MultipleChoice(choices) => {
            "[],".len() + other(choices) + ids(choices).iter().sum::<usize>()
        }
        QuestionKind::Consent { .. } => "false".len(),
        QuestionKind::Message(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of the longest length, each `\u0000` as JSON.
    fn survey(texts: u32, max_chars: u32) -> Surveys {
        let questions: Vec<_> = (0..texts)
            .map(|number| {
                format!(
                    r#"{{"id": "q{number}", "kind": "free_text", "prompt": "Why?",
                        "max_chars": {max_chars}}}"#
                )
            })
            .collect();
        let questions = questions.join(",");
        let text = format!(r#"{{"schema": 1, "id": "long", "questions": [{questions}]}}"#);
        let file = SurveyFile::parse(&text).unwrap_or_else(|errors| panic!("{errors:#?}"));
        Surveys::new(vec![file], Vec::new())
    }

    #[test]
    fn the_longest_answers_have_room_to_the_byte() {
        let answers = serde_json::json!({"q0": "\u{1}".repeat(5), "q1": "\u{1}".repeat(5)});
        // The braces are two bytes, and the comma behind the last answer is none.
        let needed = BYTES_WITHOUT_ANSWERS + answers.to_string().len() - 1;
        let surveys = survey(2, 5);
        surveys.check_room(needed).unwrap();
        let text = surveys.check_room(needed - 1).unwrap_err().to_string();
        assert!(
            text.contains(&format!("long needs {needed} bytes")),
            "{text}"
        );
    }

    #[test]
    fn the_usual_limit_has_room_for_four_of_the_longest_texts() {
        let usual = crate::limits::Limits::default().max_body_bytes;
        survey(4, 10_000).check_room(usual).unwrap();
        let text = survey(5, 10_000).check_room(usual).unwrap_err().to_string();
        for part in [
            "long needs 304",
            "--max-body-bytes, which is 262144",
            "max_chars",
        ] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
    }
}
