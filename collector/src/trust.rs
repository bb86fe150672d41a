//! Whom to believe: what speaks for a submission and its respondent, and what against them.
//!
//! Nothing here refuses but [`Trust::verify`], and that only where the operator asks
//! for it. All else ends as a mark on the record, because a person whose answer was
//! dropped by mistake never learns of it, and a reader can leave marked lines out.
//!
//! What each mark can and cannot show is told in `docs/spam.md`.

pub(crate) mod hex;
pub mod link;
mod mac;
mod pages;
pub mod site_key;
pub mod token;
pub mod work;

use std::sync::Arc;

use axum::body::Bytes;
use sayso_core::id::SurveyId;
use sayso_core::page::Demands;
use sayso_core::record::Suspicion;
use sayso_core::wire::{Respondent, Status, Submission};

use self::link::Link;
use self::pages::Pages;
use self::site_key::SiteKeys;
use self::token::{Token, TokenKey};
use self::work::Load;
use crate::error::ApiError;
use crate::limits;
use crate::packed::Packed;

/// What is asked of submissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Only respondents whose id is signed may answer.
    pub require_verified_respondents: bool,
    /// Who completed a survey in less than this for each answer was too fast; 0 is no limit.
    pub min_ms_per_answer: u32,
    /// Above so many submissions of a survey in a minute, work is asked for; 0 is never.
    pub work_above_per_minute: u32,
    /// How much work: so many zero bits.
    pub work_bits: u8,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            require_verified_respondents: false,
            min_ms_per_answer: limits::MIN_MS_PER_ANSWER.usual,
            work_above_per_minute: limits::WORK_ABOVE_PER_MINUTE.usual,
            work_bits: u8::try_from(limits::WORK_BITS.usual).unwrap_or(u8::MAX),
        }
    }
}

/// What speaks for the respondent of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Nothing does.
    Nothing,
    /// The site has signed the id.
    Signature,
    /// The site has signed a link for this person, this survey and this response.
    Link,
}

/// Whom to believe.
#[derive(Debug, Default)]
pub struct Trust {
    rules: Rules,
    site: Option<SiteKeys>,
    key: Option<TokenKey>,
    load: Load,
    pages: Pages,
}

impl Trust {
    /// By these rules. Without a site's keys nobody is verified; without a key for
    /// tokens, none are given out and none are missed.
    pub fn new(rules: Rules, site: Option<SiteKeys>, key: Option<TokenKey>) -> Self {
        Self {
            rules,
            site,
            key,
            ..Self::default()
        }
    }

    /// Whether the respondent's id is signed.
    ///
    /// # Errors
    ///
    /// It is not, and only those may answer.
    pub fn verify(&self, respondent: &Respondent) -> Result<bool, ApiError> {
        let site = self.site.as_ref();
        let is_verified = site.is_some_and(|site| site.have_signed(respondent));
        match is_verified || !self.rules.require_verified_respondents {
            true => Ok(is_verified),
            false => Err(ApiError::RespondentNotVerified),
        }
    }

    /// What speaks for the respondent of a submission: a signature of the id, or a signed
    /// link to this survey in its place, whose response this is.
    ///
    /// # Errors
    ///
    /// Nothing does, and only who is verified may answer.
    pub fn proof(&self, submission: &Submission, now: i64) -> Result<Proof, ApiError> {
        if self.is_by_link(submission, now) {
            return Ok(Proof::Link);
        }
        Ok(match self.verify(&submission.respondent)? {
            true => Proof::Signature,
            false => Proof::Nothing,
        })
    }

    fn is_by_link(&self, submission: &Submission, now: i64) -> bool {
        let respondent = &submission.respondent;
        let (Some(site), Some(id), Some(link)) =
            (self.site(), &respondent.id, &respondent.signature)
        else {
            return false;
        };
        let read = site.read_link(&submission.survey, id, link, now);
        read == Link::Good(submission.response_id.clone())
    }

    /// Counts a submission whose answers are valid, and says what makes it doubtful.
    pub fn marks(&self, submission: &Submission, now: i64) -> Vec<Suspicion> {
        let rules = &self.rules;
        self.load
            .note(&submission.survey, rules.work_above_per_minute, now);
        let (token, about_token) = self.token(submission, now);
        let is_honeypot = |text: &String| !text.trim().is_empty();
        let mut marks = Vec::new();
        if submission.website.as_ref().is_some_and(is_honeypot) {
            marks.push(Suspicion::Honeypot);
        }
        if is_too_fast(submission, token, rules.min_ms_per_answer, now) {
            marks.push(Suspicion::TooFast);
        }
        marks.extend(about_token);
        if token.is_some_and(|token| lacks_work(submission, token)) {
            marks.push(Suspicion::NoWork);
        }
        marks
    }

    /// The token that a submission shows, or what is wrong with it.
    fn token(&self, submission: &Submission, now: i64) -> (Option<Token>, Option<Suspicion>) {
        let Some(key) = &self.key else {
            return (None, None);
        };
        match submission.token.as_deref() {
            None | Some("") => (None, Some(Suspicion::NoToken)),
            Some(token) => match key.read(&submission.survey, token, now) {
                Some(token) => (Some(token), None),
                None => (None, Some(Suspicion::BadToken)),
            },
        }
    }

    /// The token of a survey at this moment; none if there is nothing to show.
    pub(crate) fn hosted_token(&self, survey: &SurveyId, now: i64) -> Option<String> {
        let bits = match self.load.is_busy(survey, now) {
            true => self.rules.work_bits,
            false => 0,
        };
        let key = self.key.as_ref()?;
        Some(key.sign(survey, Token::of(now, bits)))
    }

    /// The site's keys, if there are some.
    pub(crate) fn site(&self) -> Option<&SiteKeys> {
        self.site.as_ref()
    }

    /// A definition with what its submissions must show; none if there is nothing to show.
    pub fn page(&self, survey: &str, definition: &Packed, now: i64) -> Option<Arc<Packed>> {
        let key = self.key.as_ref()?;
        let survey = SurveyId::try_from(survey).ok()?;
        let bits = match self.load.is_busy(&survey, now) {
            true => self.rules.work_bits,
            false => 0,
        };
        let token = Token::of(now, bits);
        let page = self.pages.page(definition.tag_text(), token, || {
            let demands = Demands {
                token: key.sign(&survey, token),
                work: (0 < bits).then_some(bits),
            };
            let json = demands.added_to(definition.plain());
            Packed::compressed_when_asked_for(Bytes::from(json))
        });
        Some(page)
    }
}

/// Whether less time has passed than people need.
///
/// What has passed is at most what the page says, and at most the age of the token:
/// the card cannot have been seen before the definition was fetched. A program can
/// wait, or say that it did with a token from a while ago; most do neither.
fn is_too_fast(submission: &Submission, token: Option<Token>, least_ms: u32, now: i64) -> bool {
    if submission.status != Status::Completed {
        return false;
    }
    // The clock counts whole seconds here, so the one that has begun counts as passed.
    let age_s = token.map(|token| now - token.issued_at + 1);
    let age_ms = age_s
        .and_then(|seconds| u64::try_from(seconds).ok())
        .map(|seconds| seconds.saturating_mul(1_000));
    let answers = u64::try_from(answers(submission)).unwrap_or(u64::MAX);
    let least = u64::from(least_ms).saturating_mul(answers);
    [submission.elapsed_ms, age_ms]
        .into_iter()
        .flatten()
        .any(|passed| passed < least)
}

/// Whether the token's definition asked for work that was not done.
///
/// Without an answer nothing is asked: the page has just begun to work when it says
/// that the card is there.
fn lacks_work(submission: &Submission, token: Token) -> bool {
    if token.bits == 0 || answers(submission) == 0 {
        return false;
    }
    match (&submission.token, &submission.work) {
        (Some(text), Some(work)) => !work::is_done(text, &submission.response_id, work, token.bits),
        _ => true,
    }
}

/// How many questions were answered with something.
fn answers(submission: &Submission) -> usize {
    let answers = submission.answers.iter();
    answers
        .filter(|(_, answer)| answer.says_something())
        .count()
}

#[cfg(test)]
mod tests;
