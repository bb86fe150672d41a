//! The surveys: those that are served now, and every version that ever was.
//!
//! Files are read once, at start.

pub mod folder;
pub mod kept;

use std::collections::HashMap;
use std::io;
use std::path::Path;

use sayso_core::file::SurveyFile;
use sayso_core::id::{SurveyId, SurveyVersion};
use sayso_core::survey::Survey;
use tracing::{info, warn};

use crate::error::{ApiError, StartError};
use crate::packed::Packed;

/// The surveys of one collector.
#[derive(Debug, Default)]
pub struct Surveys {
    served: HashMap<SurveyId, Served>,
    versions: HashMap<SurveyId, HashMap<SurveyVersion, Survey>>,
}

/// A survey as pages get it, compressed in each of its languages.
#[derive(Debug)]
struct Served {
    file: SurveyFile,
    by_locale: HashMap<String, Packed>,
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
        let served = files.good.into_iter().map(|(_, file)| file).collect();
        Self::new(served, kept::load(kept)?).map_err(StartError::Run)
    }

    /// Serves these files, and takes responses to them and to these versions.
    ///
    /// # Errors
    ///
    /// As [`Packed::compress`].
    pub fn new(files: Vec<SurveyFile>, kept: Vec<Survey>) -> io::Result<Self> {
        let mut surveys = Self::default();
        for survey in kept {
            surveys.add_version(survey);
        }
        for file in files {
            surveys.add_version(file.survey(file.negotiate(&[])));
            let by_locale = file.locales().into_iter().map(|locale| {
                let json = serde_json::to_vec(&file.definition(locale))?;
                Ok((String::from(locale), Packed::compress(json)?))
            });
            let by_locale = by_locale.collect::<io::Result<_>>()?;
            surveys
                .served
                .insert(file.id().clone(), Served { file, by_locale });
        }
        Ok(surveys)
    }

    fn add_version(&mut self, survey: Survey) {
        let versions = self.versions.entry(survey.id.clone()).or_default();
        versions.insert(survey.version.clone(), survey);
    }

    /// A survey as a page gets it, in the best language for these wishes.
    pub fn page(&self, id: &str, wishes: &[&str]) -> Option<&Packed> {
        let served = self.served.get(&SurveyId::try_from(id).ok()?)?;
        served.by_locale.get(served.file.negotiate(wishes))
    }

    /// The version of a survey that was answered.
    ///
    /// # Errors
    ///
    /// The survey, or this version of it, was never here.
    pub fn version(&self, id: &SurveyId, version: &SurveyVersion) -> Result<&Survey, ApiError> {
        let versions = self.versions.get(id).ok_or(ApiError::UnknownSurvey)?;
        versions.get(version).ok_or(ApiError::UnknownSurveyVersion)
    }
}
