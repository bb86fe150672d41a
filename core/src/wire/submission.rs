//! The bodies of `POST /v1/responses` and of its replies, as JSON.

use super::{ErrorCode, Status};
use crate::answer::Answers;
use crate::condition::{Scalar, Surroundings, Values};
use crate::id::{ResponseId, SurveyId, SurveyVersion};
use crate::object::Object;
use crate::validate::Violation;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// The request that carries a response, or a part of one.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(remote = "Self")]
pub struct Submission {
    /// Which response this belongs to.
    pub response_id: ResponseId,
    /// Counts the submissions of one response from 0. The highest one wins.
    pub seq: u32,
    /// Which survey was answered.
    pub survey: SurveyId,
    /// Which version of it.
    pub survey_version: SurveyVersion,
    /// How far the response came.
    pub status: Status,
    /// The answers so far, all of them, by question id.
    #[serde(default, deserialize_with = "null_as_missing")]
    pub answers: Answers,
    /// The moment in the customer's journey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touchpoint: Option<String>,
    /// How the survey reached the respondent.
    #[serde(default, deserialize_with = "null_as_missing")]
    pub channel: Channel,
    /// The language it was shown in, as a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Who answers, as far as the page said.
    #[serde(
        default,
        deserialize_with = "null_as_missing",
        skip_serializing_if = "Respondent::is_unknown"
    )]
    pub respondent: Respondent,
    /// What the page said of the moment: `url`, `order_id` and the like.
    #[serde(
        default,
        deserialize_with = "null_as_missing",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub context: Meta,
    /// Milliseconds from the card becoming visible to this submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_ms: Option<u64>,
    /// Shows that the definition was fetched from the collector: the `token` that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Shows that a computer worked for it, where the definition asks for `work`:
    /// SHA-256 of `<token>:<response_id>:<work>` begins with that many zero bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<String>,
    /// A field that people do not see, and programs that fill every field do fill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
}

/// Longest `token`, `work` or `signature` that is looked at, in bytes. A longer one is wrong.
pub const MAX_PROOF_BYTES: usize = 128;

impl Submission {
    /// Takes away what is for the collector alone and never stored, and what only it may say.
    pub(crate) fn strip(&mut self) {
        self.respondent.signature = None;
        self.respondent.is_verified = false;
        (self.token, self.work, self.website) = (None, None, None);
    }

    /// What the submission says of respondent and moment, for conditions. The page may
    /// have known more: what the respondent's privacy forbids is not sent.
    pub fn surroundings(&self) -> Surroundings {
        Surroundings {
            traits: values(&self.respondent.traits),
            context: values(&self.context),
            locale: self.locale.clone().unwrap_or_default(),
            may_lack_some: true,
        }
    }
}

/// What conditions and texts may look at, out of what a page said.
pub fn values(said: &Meta) -> Values {
    let scalar = |value: &MetaValue| match value {
        MetaValue::Flag(flag) => Scalar::Truth(*flag),
        MetaValue::Number(number) => Scalar::Number(number.as_f64().unwrap_or(f64::NAN)),
        MetaValue::Text(text) => Scalar::Text(text.clone()),
    };
    said.iter()
        .map(|(name, value)| (name.clone(), scalar(value)))
        .collect()
}

/// Reads `null` as a field that is not there, as pages write what they do not know.
fn null_as_missing<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Who answers, as far as the page said.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(remote = "Self")]
pub struct Respondent {
    /// The owner's own id of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The owner's server says that the id is right: HMAC-SHA256 of it with the site key,
    /// in lower-case hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// The collector found the signature right. Only in records: a page that says it is not heard.
    #[serde(
        default,
        deserialize_with = "null_as_missing",
        rename = "verified",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub is_verified: bool,
    /// What is known of the person: plan, segment, first order.
    #[serde(
        default,
        deserialize_with = "null_as_missing",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub traits: Meta,
}

/// Reads it from an object alone: see [`Object`].
impl<'de> Deserialize<'de> for Submission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(Object(deserializer))
    }
}

impl Serialize for Submission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// Reads it from an object alone: see [`Object`].
impl<'de> Deserialize<'de> for Respondent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(Object(deserializer))
    }
}

impl Serialize for Respondent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl Respondent {
    /// True when the page said nothing of the respondent.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// Named values that the page adds: context and traits.
pub type Meta = BTreeMap<String, MetaValue>;

/// A value that the page adds.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(untagged, expecting = "a text, a number, true or false")]
pub enum MetaValue {
    /// True or false.
    Flag(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
}

/// How the survey reached the respondent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// On a page in a browser.
    #[default]
    Web,
    /// In the webview of an app.
    Webview,
    /// By a link in a mail.
    Email,
    /// By a link in a text message.
    Sms,
    /// By a link from elsewhere.
    Link,
}

/// The body of a 201 or 200 reply.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Stored {
    /// `stored` or `duplicate`.
    pub code: String,
    /// The response it was for.
    pub response_id: ResponseId,
    /// The submission of it.
    pub seq: u32,
}

/// The body of every refusal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Refusal {
    /// For programs; never changes.
    pub code: ErrorCode,
    /// For people; may change.
    pub message: String,
    /// One for each wrong answer; only with `invalid_answers`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
}
