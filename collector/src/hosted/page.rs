//! The page around the card: head, frame, and what its script is told.

use sayso_core::session::{Phase, Session};
use sayso_widget::views::direction;
use sayso_widget::views::plain::{self, Form};

use super::look;
use super::visit::{Visit, Wishes};
use super::words::Said;

/// What happened, for the page around a frame.
#[derive(Debug, Default)]
pub struct News {
    /// `shown`, `answered`, `completed` or `dismissed`; empty for nothing.
    pub event: &'static str,
    /// The question that was answered, and the answer as JSON.
    pub answered: Option<(String, String)>,
}

/// What a page says that depends on no survey.
#[derive(Debug, Default)]
pub struct Parts {
    /// The patterns of origins that may frame the page.
    pub origins: String,
}

/// The page with the card of a session.
pub fn card(
    session: Session,
    visit: &Visit,
    is_not_sent: bool,
    news: &News,
    parts: &Parts,
) -> String {
    let survey = session.survey();
    let (locale, id, version) = (
        survey.locale.clone(),
        survey.id.clone(),
        survey.version.clone(),
    );
    let feedback = String::from(&*survey.strings.feedback);
    let is_wrong = is_not_sent || session.complaint().is_some();
    let has_theme = survey.theme.is_some();
    let prompt = match session.phase() {
        Phase::Thanked => session.piped(&session.closing().title),
        _ => session
            .question()
            .map(|question| session.piped(&question.prompt))
            .unwrap_or_default(),
    };
    let form = Form {
        hidden: visit.fields(&session),
        is_not_sent,
        has_close: visit.wishes.is_embedded,
    };
    let sheet = has_theme.then(|| format!("{id}/theme.css?v={version}"));
    let response = visit.response_id.as_ref();
    let data = data(&[
        ("survey", id.as_str()),
        ("response", response.map_or("", |id| id.as_str())),
        ("event", news.event),
        (
            "question",
            news.answered.as_ref().map_or("", |said| &said.0),
        ),
        ("answer", news.answered.as_ref().map_or("", |said| &said.1)),
    ]);
    let mark = if is_wrong { "⚠ " } else { "" };
    let begins = (news.event == "shown").then(|| session.survey().id.to_string());
    let shell = Shell {
        locale: &locale,
        title: &format!("{mark}{prompt} – {feedback}"),
        sheet: sheet.as_deref(),
        wishes: &visit.wishes,
        parts,
        data: &data,
        begins: begins.as_deref(),
    };
    let card = plain::html(session, form);
    let heading = format!("<h1 class=\"unseen\">{}</h1>", escape(&feedback));
    shell.around(&[heading, card].concat())
}

/// A page that says something instead.
pub fn notice(said: &Said, wishes: &Wishes, event: &str, parts: &Parts) -> String {
    let data = data(&[("event", event)]);
    let shell = Shell {
        locale: said.locale,
        title: said.title,
        sheet: None,
        wishes,
        parts,
        data: &data,
        begins: None,
    };
    shell.around(&format!(
        "<section class=\"card inline\"><div class=\"thanks\"><h1>{}</h1><p>{}</p></div></section>",
        escape(said.title),
        escape(said.text)
    ))
}

/// All of the page but what stands in its middle.
struct Shell<'a> {
    locale: &'a str,
    title: &'a str,
    sheet: Option<&'a str>,
    wishes: &'a Wishes,
    parts: &'a Parts,
    data: &'a str,
    /// The survey, where nothing was answered yet.
    begins: Option<&'a str>,
}

impl Shell<'_> {
    fn around(&self, inner: &str) -> String {
        let theme = self.wishes.theme.as_deref();
        let theme = theme.map(|theme| format!(" data-theme=\"{theme}\""));
        let theme = theme.unwrap_or_default();
        let script = self.script();
        let (class, around) = match self.wishes.is_embedded {
            true => ("frame", self.around_frame()),
            false => ("page", String::new()),
        };
        let data = [self.data, &around].concat();
        let sheets: String = [
            Some(format!("look.css?v={}", look::sheet().tag_text())),
            self.sheet.map(String::from),
        ]
        .into_iter()
        .flatten()
        .map(|address| format!("<link rel=\"stylesheet\" href=\"{}\">\n", escape(&address)))
        .collect();
        let locale = escape(self.locale);
        let dir = direction(self.locale);
        let title = escape(self.title);
        format!(
            "<!doctype html>\n\
             <html lang=\"{locale}\" dir=\"{dir}\" class=\"{class}\"{theme}{data}>\n\
             <head>\n\
             <meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"robots\" content=\"noindex\">\n\
             <title>{title}</title>\n\
             {sheets}{script}</head>\n\
             <body>\n\
             <main class=\"host\"{theme}>{inner}</main>\n\
             </body>\n\
             </html>\n"
        )
    }

    /// What the page loads: on its first view the widget, too; in a frame what speaks with
    /// the page around it. A form on a page of its own needs neither.
    fn script(&self) -> String {
        let wishes = self.wishes;
        if wishes.is_plain || !(self.begins.is_some() || wishes.is_embedded) {
            return String::new();
        }
        let tag = look::script().tag_text();
        let page = format!("<script type=\"module\" src=\"page.js?v={tag}\"></script>\n");
        let Some(survey) = self.begins else {
            return page;
        };
        // Programs open links, too: that a page of its own was shown says nothing of people.
        let shown = if wishes.is_embedded { "yes" } else { "no" };
        let storage = wishes.storage.as_deref().unwrap_or_default();
        let said = data(&[("shown", shown), ("storage", storage)]);
        // The script brings the survey along, in the language of the page.
        let address = format!("../sayso.js?survey={survey}&locale={}", self.locale);
        let address = escape(&address);
        format!("{page}<script async src=\"{address}\"{said}></script>\n")
    }

    /// What is known of the page around a frame.
    fn around_frame(&self) -> String {
        let parent = self.wishes.parent.as_deref().unwrap_or_default();
        data(&[("parent", parent), ("origins", &self.parts.origins)])
    }
}

fn data(pairs: &[(&str, &str)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    given
        .map(|(name, value)| format!(" data-{name}=\"{}\"", escape(value)))
        .collect()
}

/// A text as it stands in HTML, between tags or in quotes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
