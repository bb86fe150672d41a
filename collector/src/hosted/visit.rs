//! What is known of a response between two forms: it travels with them.

use sayso_core::answer::Answers;
use sayso_core::condition::Surroundings;
use sayso_core::id::{QuestionId, ResponseId, SurveyVersion};
use sayso_core::question::Question;
use sayso_core::session::{Outgoing, Session};
use sayso_core::survey::Survey;
use sayso_core::wire::{self, Channel, Meta, Respondent, Submission};
use sayso_widget::views::plain::{ANSWER, BACK, CLOSE, HONEYPOT, OWN_WORDS, PRESSED};

use super::answers;
use super::walk::Pressed;

/// The fields with what the page around a frame said.
const CONTEXT: &str = "context";
const TRAITS: &str = "traits";

/// Longest value of a wish that is kept, in bytes.
const MAX_WISH_BYTES: usize = 512;

/// What is known of a response.
#[derive(Debug, Clone, Default)]
pub struct Visit {
    /// Names the response; none before the first form.
    pub response_id: Option<ResponseId>,
    /// The number of the next submission.
    pub seq: u32,
    /// The version that is answered.
    pub version: Option<SurveyVersion>,
    /// When the page was first there, in milliseconds since 1970.
    pub started_ms: Option<i64>,
    /// Shows when the page was first there.
    pub token: Option<String>,
    /// The question in the card.
    pub at: Option<String>,
    /// All that was answered, on whatever way.
    pub answers: Answers,
    /// What links say.
    pub wishes: Wishes,
    /// What the page around a frame said of the moment.
    pub context: Meta,
    /// What it said of the respondent.
    pub traits: Meta,
    pressed: Option<String>,
    values: Vec<String>,
    own_words: String,
    website: Option<String>,
}

/// What a link may say, besides answers.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The language.
    pub locale: Option<String>,
    /// `light` or `dark`.
    pub theme: Option<String>,
    /// True for a page that stays a form, whatever the browser can do.
    pub is_plain: bool,
    /// What the page around a frame lets be kept where: `session` or `none`; else anything.
    pub storage: Option<String>,
    /// True within a frame.
    pub is_embedded: bool,
    /// The origin of the page around the frame.
    pub parent: Option<String>,
    /// Who answers.
    pub respondent: Option<String>,
    /// The site's signature of that.
    pub signature: Option<String>,
    /// A signed link.
    pub link: Option<String>,
    /// The moment in the customer's journey.
    pub touchpoint: Option<String>,
    /// How the link reached the respondent.
    pub channel: Option<String>,
}

impl Visit {
    /// The visit that a form carries.
    pub fn of_form(pairs: &[(String, String)]) -> Self {
        let mut visit = Self {
            wishes: Wishes::read(pairs),
            ..Self::default()
        };
        for (name, value) in pairs {
            let text = || Some(value.clone()).filter(|text| !text.is_empty());
            match name.as_str() {
                "response_id" => visit.response_id = ResponseId::try_from(value.as_str()).ok(),
                "seq" => visit.seq = value.parse().unwrap_or_default(),
                "version" => visit.version = SurveyVersion::try_from(value.as_str()).ok(),
                "started" => visit.started_ms = value.parse().ok(),
                "token" => visit.token = text(),
                "at" => visit.at = text(),
                "answers" => visit.answers = serde_json::from_str(value).unwrap_or_default(),
                CONTEXT => visit.context = serde_json::from_str(value).unwrap_or_default(),
                TRAITS => visit.traits = serde_json::from_str(value).unwrap_or_default(),
                PRESSED => visit.pressed = text(),
                ANSWER => visit.values.push(value.clone()),
                OWN_WORDS => visit.own_words.clone_from(value),
                HONEYPOT => visit.website = text(),
                _ => {}
            }
        }
        visit
    }

    /// The visit that begins with a link: what it answers is marked, and nothing more.
    pub fn of_link(pairs: &[(String, String)], wishes: Wishes, survey: &Survey) -> Self {
        let answer = |question: &Question| {
            let values: Vec<_> = pairs
                .iter()
                .filter(|(name, _)| name == question.id.as_str())
                .map(|(_, value)| value.as_str())
                .collect();
            let answer = answers::preselected(question, &values)?;
            Some((question.id.clone(), answer))
        };
        Self {
            version: Some(survey.version.clone()),
            answers: survey.questions.iter().filter_map(answer).collect(),
            wishes,
            ..Self::default()
        }
    }

    /// Takes the answer in that the form has for the question in the card.
    pub fn answer(&mut self, question: &Question) {
        let values: Vec<_> = self.values.iter().map(String::as_str).collect();
        match answers::read(question, &values, &self.own_words) {
            Some(answer) => self.answers.put(question.id.clone(), answer),
            None => self.answers.remove(&question.id),
        }
    }

    /// The button that was pressed; on by the key Enter.
    pub fn pressed(&self) -> Pressed {
        match self.pressed.as_deref() {
            Some(BACK) => Pressed::Back,
            Some(CLOSE) => Pressed::Close,
            _ => Pressed::Next,
        }
    }

    /// Who answers, as far as the link said.
    pub fn respondent(&self) -> Respondent {
        Respondent {
            id: self.wishes.respondent.clone(),
            signature: self.wishes.signature.clone(),
            traits: self.traits.clone(),
            ..Respondent::default()
        }
    }

    /// What conditions and texts may look at. The page may have known more.
    pub fn surroundings(&self, survey: &Survey) -> Surroundings {
        Surroundings {
            traits: wire::values(&self.traits),
            context: wire::values(&self.context),
            locale: survey.locale.clone(),
            may_lack_some: true,
        }
    }

    /// A submission as the widget would send it.
    pub fn submission(
        &self,
        survey: &Survey,
        id: ResponseId,
        sent: Outgoing,
        now_ms: i64,
    ) -> Submission {
        let passed = self.started_ms.and_then(|start| now_ms.checked_sub(start));
        let touchpoint = self.wishes.touchpoint.clone();
        Submission {
            response_id: id,
            seq: self.seq,
            survey: survey.id.clone(),
            survey_version: survey.version.clone(),
            status: sent.status,
            answers: sent.answers,
            touchpoint: touchpoint.or_else(|| survey.touchpoint.clone()),
            channel: self.wishes.channel(),
            locale: Some(survey.locale.clone()),
            respondent: self.respondent(),
            context: self.context.clone(),
            elapsed_ms: passed.and_then(|passed| u64::try_from(passed).ok()),
            token: self.token.clone(),
            work: None,
            website: self.website.clone(),
        }
    }

    /// What the next form carries.
    pub fn fields(&self, session: &Session) -> Vec<(&'static str, String)> {
        let at = session.question().map(|question| question.id.as_str());
        let mut fields = vec![
            ("seq", self.seq.to_string()),
            ("version", String::from(session.survey().version.as_str())),
            ("at", String::from(at.unwrap_or_default())),
        ];
        let text = |id: &ResponseId| String::from(id.as_str());
        fields.extend(
            self.response_id
                .as_ref()
                .map(|id| ("response_id", text(id))),
        );
        fields.extend(self.started_ms.map(|ms| ("started", ms.to_string())));
        fields.extend(self.token.clone().map(|token| ("token", token)));
        let kept = |id: &QuestionId| session.survey().question(id).is_some();
        let answers: Answers = self
            .answers
            .iter()
            .filter(|(id, _)| kept(id))
            .map(|(id, answer)| (id.clone(), answer.clone()))
            .collect();
        if let Ok(json) = serde_json::to_string(&answers) {
            fields.push(("answers", json));
        }
        for (name, said) in [(CONTEXT, &self.context), (TRAITS, &self.traits)] {
            let json = serde_json::to_string(said).ok();
            fields.extend(json.filter(|_| !said.is_empty()).map(|json| (name, json)));
        }
        fields.extend(self.wishes.fields());
        fields
    }
}

impl Wishes {
    /// The wishes among the parts of a query or a form.
    pub fn read(pairs: &[(String, String)]) -> Self {
        let text = |name: &str| {
            let mut values = pairs.iter().filter(|(known, _)| known == name);
            let value = values.next().map(|(_, value)| value.clone());
            value.filter(|value| !value.is_empty() && value.len() <= MAX_WISH_BYTES)
        };
        Self {
            locale: text("locale"),
            theme: text("theme").filter(|theme| theme == "light" || theme == "dark"),
            is_plain: text("plain").as_deref() == Some("1"),
            storage: text("storage").filter(|kind| kind == "session" || kind == "none"),
            is_embedded: text("embed").as_deref() == Some("1"),
            parent: text("parent"),
            respondent: text("respondent"),
            signature: text("signature"),
            link: text("link"),
            touchpoint: text("touchpoint"),
            channel: text("channel"),
        }
    }

    /// How the link reached the respondent.
    pub fn channel(&self) -> Channel {
        match self.channel.as_deref() {
            Some("web") => Channel::Web,
            Some("webview") => Channel::Webview,
            Some("email") => Channel::Email,
            Some("sms") => Channel::Sms,
            _ if self.is_embedded => Channel::Web,
            _ => Channel::Link,
        }
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let embed = self.is_embedded.then(|| String::from("1"));
        let plain = self.is_plain.then(|| String::from("1"));
        let fields = [
            ("plain", plain),
            ("locale", self.locale.clone()),
            ("theme", self.theme.clone()),
            ("embed", embed),
            ("parent", self.parent.clone()),
            ("respondent", self.respondent.clone()),
            ("signature", self.signature.clone()),
            ("link", self.link.clone()),
            ("touchpoint", self.touchpoint.clone()),
            ("channel", self.channel.clone()),
        ];
        let given = fields.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}
