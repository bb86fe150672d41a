//! What the fields of a survey file that could be read may still have wrong: their meaning.
//!
//! Values that could not be read have been reported already, by [`super::read`].
//! Nothing is said of their stand-ins, nor of what only follows from them.

use super::error::nearest;
use super::locale::is_locale;
use super::read::Draft;
use super::{Cause, FileClosing, FileLink, PLACES, SurveyError, Text};
use crate::id::MAX_ID_CHARS;
use crate::survey::Display;
use crate::text;
use limits::Limit;
use pipes::Pipes;

mod branches;
mod conditions;
pub(super) mod limits;
mod links;
mod pages;
mod pipes;
mod questions;
mod rules;
mod theme;
mod values;

pub(super) use rules::is_day;

const MAX_QUESTIONS: usize = 100;

/// Everything that is wrong with the meaning of a file.
pub(super) fn check(draft: &Draft) -> Vec<SurveyError> {
    let file = &draft.file;
    let mut check = Check {
        draft,
        errors: Vec::new(),
    };
    check.head();
    check.display();
    check.rules();
    check.delivery();
    check.theme();
    if let Some(welcome) = &file.welcome {
        check.text("welcome.title", Some(&welcome.title), Pipes::Before(0));
        check.text("welcome.text", welcome.text.as_ref(), Pipes::Before(0));
        check.text("welcome.button", welcome.button.as_ref(), Pipes::Before(0));
    }
    check.questions();
    check.thanks();
    // A broken branch would make questions look unreachable that are not.
    if draft.errors.is_empty() && check.errors.is_empty() {
        check.reachability();
    }
    check.errors
}

struct Check<'a> {
    draft: &'a Draft,
    errors: Vec<SurveyError>,
}

impl Check<'_> {
    fn report(&mut self, path: impl Into<String>, cause: Cause) {
        self.errors.push(SurveyError {
            path: path.into(),
            line: None,
            cause,
        });
    }

    /// Says what is wrong, and the mend.
    fn wrong(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.report(path, Cause::Wrong(message.into()));
    }

    /// Holds a number against its limits.
    fn limit(&mut self, path: impl Into<String>, number: Option<u32>, limit: Limit) {
        if number.is_some_and(|number| !limit.holds(number)) {
            self.report(path, limit.cause());
        }
    }

    fn head(&mut self) {
        let file = &self.draft.file;
        if let Some(touchpoint) = &file.touchpoint
            && !is_touchpoint(touchpoint)
        {
            let rule = "must be 1 to 64 characters of a-z, 0-9 and _, starting with a letter";
            self.report("touchpoint", Cause::BadName(rule));
        }
        if !is_locale(&file.locale) {
            self.report("locale", Cause::BadLocale(file.locale.clone()));
        }
    }

    fn questions(&mut self) {
        let questions = &self.draft.file.questions;
        let is_count_right = (1..=MAX_QUESTIONS).contains(&questions.len());
        if self.draft.is_read("questions") && !is_count_right {
            self.report("questions", Cause::QuestionCount);
        }
        for (at, question) in questions.iter().enumerate() {
            self.question(at, question);
        }
    }

    /// Whether the card may stand where it is said to, and what opens it.
    fn display(&mut self) {
        let file = &self.draft.file;
        if !self.draft.is_read("display") {
            return;
        }
        let place = PLACES.iter().find(|place| place.1 == file.display);
        if let (Some(position), Some((display, _, places))) = (file.position, place)
            && !places.iter().any(|(_, place)| *place == position)
        {
            let words: Vec<&str> = places.iter().map(|(word, _)| *word).collect();
            let mend = if words.is_empty() {
                String::from("remove it")
            } else {
                format!("write {}", one_of(&words))
            };
            self.wrong(
                "position",
                format!("is no place of the display `{display}`; {mend}"),
            );
        }
        match (&file.tab, file.display) {
            (None, Display::Tab) if self.draft.is_read("tab") => {
                self.wrong(
                    "tab",
                    "is missing; add a `label` for the tab, or the `button` of the page that opens the card",
                );
            }
            (Some(_), display) if display != Display::Tab => {
                self.wrong(
                    "tab",
                    "belongs to the display `tab` alone; remove it or change `display`",
                );
            }
            (Some(tab), _) => {
                self.text("tab.label", tab.label.as_ref(), Pipes::Never);
                self.selector("tab.button", tab.button.as_deref());
                match (&tab.label, &tab.button) {
                    (Some(_), Some(_)) => {
                        self.wrong("tab", "has a `label` and a `button`; the button needs no label, so keep one of the two");
                    }
                    (None, None) if self.draft.is_whole("tab") => {
                        self.wrong("tab", "says nothing; add a `label` or a `button`");
                    }
                    _ => {}
                }
            }
            (None, _) => {}
        }
    }

    fn thanks(&mut self) {
        let Some(thanks) = &self.draft.file.thanks else {
            return;
        };
        self.closing("thanks", thanks.closing());
        for (index, variant) in thanks.variants.iter().flatten().enumerate() {
            let path = format!("thanks.variants[{index}]");
            self.condition_of_thanks(&format!("{path}.if"), &variant.condition);
            self.closing(&path, variant.closing());
        }
        if thanks.variants.as_ref().is_some_and(Vec::is_empty) {
            self.wrong("thanks.variants", "is empty; add a variant or remove it");
        }
    }

    fn closing(&mut self, path: &str, closing: FileClosing<'_>) {
        self.text(
            &format!("{path}.title"),
            Some(closing.title),
            Pipes::Anywhere,
        );
        self.text(&format!("{path}.text"), closing.text, Pipes::Anywhere);
        self.link(&format!("{path}.link"), closing.link, Pipes::Anywhere);
    }

    fn link(&mut self, path: &str, link: Option<&FileLink>, pipes: Pipes) {
        if let Some(link) = link {
            self.text(&format!("{path}.label"), Some(&link.label), pipes);
            let path = format!("{path}.url");
            self.text(&path, Some(&link.url), pipes);
            self.addresses(&path, &link.url);
        }
    }

    fn text(&mut self, path: &str, text: Option<&Text>, pipes: Pipes) {
        match text {
            None => {}
            Some(Text::Plain(text)) => self.plain_text(path, text, pipes),
            Some(Text::PerLocale(texts)) => {
                let main = &self.draft.file.locale;
                let is_main_known = self.draft.is_read("locale") && is_locale(main);
                if is_main_known && !texts.contains_key(main) {
                    self.report(path, Cause::MissingLocale(main.clone()));
                }
                for (locale, text) in texts {
                    let path = format!("{path}.{locale}");
                    if !is_locale(locale) {
                        self.report(&path, Cause::BadLocale(locale.clone()));
                    }
                    self.plain_text(&path, text, pipes);
                }
            }
        }
    }

    fn plain_text(&mut self, path: &str, text: &str, pipes: Pipes) {
        if !self.draft.is_read(path) {
            return;
        }
        if text::is_blank(text) {
            self.report(path, Cause::BlankText);
        }
        self.pipes(path, text, pipes);
    }

    fn no_such_question(&mut self, path: String, id: &str, mend: &'static str) {
        let ids = self.draft.ids.iter();
        // A question whose id could not be read may be the one.
        if ids.clone().any(Option::is_none) {
            return;
        }
        let meant = nearest(id, ids.flatten().map(String::as_str)).map(String::from);
        let id = String::from(id);
        self.report(path, Cause::NoSuchQuestion { id, meant, mend });
    }

    fn position(&self, id: &str) -> Option<usize> {
        let mut ids = self.draft.ids.iter();
        ids.position(|written| written.as_deref() == Some(id))
    }
}

fn is_touchpoint(text: &str) -> bool {
    text.len() <= MAX_ID_CHARS
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Words as people list them: "`a`, `b` or `c`".
fn one_of(words: &[&str]) -> String {
    listed(words, "or")
}

fn listed(words: &[&str], last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first @ .., end] => format!("`{}` {last} `{end}`", first.join("`, `")),
    }
}
