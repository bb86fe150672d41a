//! From the lines of the log to responses: each as its submission with the highest `seq` left it.

use std::collections::HashMap;

use sayso_core::answer::Answer;
use sayso_core::id::{SurveyId, SurveyVersion};
use sayso_core::question::{Choices, Question, QuestionKind};
use sayso_core::record::Record;
use sayso_core::survey::Survey;
use sayso_core::wire::Status;

/// The responses of a log, merged.
#[derive(Debug)]
pub(super) struct Merged<'a> {
    versions: Vec<Version<'a>>,
    positions: HashMap<(SurveyId, SurveyVersion), usize>,
    /// By response and version: one response is to one version, but nothing forces it.
    responses: HashMap<(u128, usize), Response>,
    lines: u64,
}

/// One version of one survey.
#[derive(Debug)]
pub(super) struct Version<'a> {
    pub(super) id: SurveyId,
    /// The survey, as far as this version is still kept.
    pub(super) survey: Option<&'a Survey>,
    /// Which line of the log was its last; 0 for none.
    pub(super) last_line: u64,
}

/// What one response came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Response {
    seq: u32,
    pub(super) status: Status,
    /// Whether any of its lines is marked as suspicious.
    pub(super) is_suspicious: bool,
    /// What can be counted of the answers, by the position of their question.
    pub(super) given: Vec<(usize, Given)>,
}

/// An answer that can be counted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// A number.
    Rating(u8),
    /// The positions of choices; "other" is one past the last.
    Chosen(Vec<usize>),
    /// Whether the box was ticked.
    Agreed(bool),
}

impl<'a> Merged<'a> {
    /// No responses yet, to these kept versions.
    pub(super) fn new(kept: &'a [Survey]) -> Self {
        let (versions, positions) = (Vec::new(), HashMap::new());
        let mut merged = Self {
            versions,
            positions,
            responses: HashMap::new(),
            lines: 0,
        };
        for survey in kept {
            let position = merged.position(&survey.id, &survey.version);
            if let Some(version) = merged.versions.get_mut(position) {
                version.survey = Some(survey);
            }
        }
        merged
    }

    /// Takes in one line. The order of lines does not matter.
    pub(super) fn add(&mut self, record: &Record, is_suspicious: bool) {
        self.lines += 1;
        let submission = &record.submission;
        let position = self.position(&submission.survey, &submission.survey_version);
        let Some(version) = self.versions.get_mut(position) else {
            return;
        };
        version.last_line = self.lines;
        let key = (submission.response_id.bits(), position);
        let mut is_suspicious = is_suspicious;
        if let Some(known) = self.responses.get_mut(&key) {
            known.is_suspicious |= is_suspicious;
            is_suspicious = known.is_suspicious;
            if submission.seq <= known.seq {
                return;
            }
        }
        let given = record.answers().iter().filter_map(|(id, answer)| {
            let survey = version.survey?;
            let position = survey.position(id)?;
            Some((position, given(survey.question(id)?, answer)?))
        });
        let (seq, status) = (submission.seq, submission.status);
        let response = Response {
            seq,
            status,
            is_suspicious,
            given: given.collect(),
        };
        self.responses.insert(key, response);
    }

    /// Every version that is kept or was answered.
    pub(super) fn versions(&self) -> &[Version<'a>] {
        &self.versions
    }

    /// Every response, with the position of its version.
    pub(super) fn responses(&self) -> impl Iterator<Item = (usize, &Response)> {
        self.responses
            .iter()
            .map(|((_, version), response)| (*version, response))
    }

    /// Where a version stands; it is added if it is new.
    fn position(&mut self, id: &SurveyId, version: &SurveyVersion) -> usize {
        let next = self.versions.len();
        let position = *self
            .positions
            .entry((id.clone(), version.clone()))
            .or_insert(next);
        if position == next {
            self.versions.push(Version {
                id: id.clone(),
                survey: None,
                last_line: 0,
            });
        }
        position
    }
}

/// What can be counted of an answer; texts cannot.
fn given(question: &Question, answer: &Answer) -> Option<Given> {
    let chosen = |choices: &Choices, id: &str| {
        let mut known = choices.choices.iter();
        let position = known.position(|choice| choice.id.as_str() == id);
        position.unwrap_or(choices.choices.len())
    };
    match (answer, &question.kind) {
        (Answer::Rating(rating), _) => Some(Given::Rating(*rating)),
        (Answer::Truth(is_agreed), _) => Some(Given::Agreed(*is_agreed)),
        (Answer::Text(id), QuestionKind::SingleChoice(choices)) => {
            Some(Given::Chosen(vec![chosen(choices, id)]))
        }
        (Answer::Choices(ids), QuestionKind::MultipleChoice(choices)) => {
            let positions = ids.iter().map(|id| chosen(choices, id));
            Some(Given::Chosen(positions.collect()))
        }
        (Answer::Text(_) | Answer::Choices(_) | Answer::OtherNumber(_) | Answer::Other, _) => None,
    }
}

#[cfg(test)]
mod tests;
