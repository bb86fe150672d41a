//! A survey file, brought into one language: what the page, the session and the check of answers get.
//!
//! Which language it is, is decided in [`super::locale`].

use super::{
    FileClosing, FileFormat, FileKind, FileLink, FileNext, FileQuestion, FileTab, FileTheme,
    FileWelcome, PLACES, SurveyFile, Text,
};
use crate::id::QuestionId;
use crate::page::{Build, Definition, Trigger};
use crate::question::{
    Branch, Choice, Choices, DEFAULT_TEXT_CHARS, EndLabels, FreeText, Link, Message, Points,
    Question, QuestionKind, Target, TextForm,
};
use crate::rules::{Number, Rules, Tab, TriggerRule};
use crate::strings::{Counted, counted, strings_for, thank_you};
use crate::survey::{Closing, Position, Survey, Thanks, Variant, WELCOME};

impl SurveyFile {
    /// What a page gets: the survey in one language, and when to show it.
    pub fn definition(&self, locale: &str) -> Definition {
        let mut survey = self.survey(locale);
        let widget = Build::for_survey(&survey);
        if widget == Build::Small {
            survey.strings = survey.strings.usual();
        }
        let words = self.words(locale);
        let (trigger, rule) = match &self.trigger {
            TriggerRule::Load { delay_ms } => (
                Trigger::Load {
                    delay_ms: *delay_ms,
                },
                None,
            ),
            TriggerRule::Call => (Trigger::Call, None),
            // A loader that does not know the rule waits for the page to call.
            rule => (Trigger::Call, Some(rule.clone())),
        };
        let rules = self.rules(rule);
        Definition {
            widget,
            survey,
            trigger,
            cooldown_days: self.cooldown_days,
            rules: (rules != Rules::default()).then_some(rules),
            tab: self.tab.as_ref().map(|tab| words.tab(tab)),
        }
    }

    /// What the loader looks at besides the plain trigger and the cooldown; what changes nothing is left out.
    fn rules(&self, trigger: Option<TriggerRule>) -> Rules {
        let everybody = Number(1.0);
        Rules {
            trigger,
            pages: self.pages.clone().unwrap_or_default(),
            audience: self.audience.clone(),
            sample_rate: self.sample_rate.filter(|rate| *rate != everybody),
            priority: self.priority.unwrap_or_default(),
            cooldown_all_days: self.cooldown_all_days.unwrap_or_default(),
            max_shown: self.max_shown,
            ask_again: self.ask_again,
            waves: self.waves.clone(),
        }
    }

    /// The survey in one language; texts that lack it are in the survey's main one.
    pub fn survey(&self, locale: &str) -> Survey {
        let words = self.words(locale);
        let welcome = self.welcome.iter().filter_map(|it| words.welcome(it));
        let questions = self.questions.iter().map(|it| words.question(it));
        Survey {
            id: self.id.clone(),
            version: self.version(),
            locale: String::from(locale),
            touchpoint: self.touchpoint.clone(),
            display: self.display,
            position: self.standing(),
            has_progress: self.has_progress,
            questions: welcome.chain(questions).collect(),
            thanks: self.localized_thanks(&words),
            theme: self.theme.as_ref().and_then(FileTheme::css),
            strings: strings_for(locale),
        }
    }

    /// Where the card stands, with the usual place of its display left out.
    fn standing(&self) -> Position {
        let mut places = PLACES.iter();
        let place = places.find(|(_, display, _)| *display == self.display);
        let usual = place.and_then(|(_, _, places)| places.first());
        self.position
            .filter(|position| usual.is_some_and(|(_, usual)| usual != position))
            .unwrap_or_default()
    }

    fn localized_thanks(&self, words: &Words<'_>) -> Thanks {
        let Some(thanks) = &self.thanks else {
            let title = String::from(thank_you(words.locale));
            return Thanks {
                usual: Closing {
                    title,
                    ..Closing::default()
                },
                variants: Vec::new(),
            };
        };
        let variants = thanks.variants.iter().flatten();
        Thanks {
            usual: words.closing(thanks.closing()),
            variants: variants
                .map(|it| Variant {
                    condition: it.condition.meant(None),
                    closing: words.closing(it.closing()),
                })
                .collect(),
        }
    }

    fn words<'a>(&'a self, locale: &'a str) -> Words<'a> {
        Words {
            locale,
            main: &self.locale,
        }
    }
}

/// Turns texts of the file into texts in one language.
#[derive(Clone, Copy)]
struct Words<'a> {
    locale: &'a str,
    main: &'a str,
}

impl Words<'_> {
    fn text(self, text: &Text) -> String {
        String::from(text.in_locale(self.locale, self.main))
    }

    fn optional(self, text: Option<&Text>) -> Option<String> {
        text.map(|text| self.text(text))
    }

    fn counted(self, what: Counted, number: u32) -> Option<String> {
        Some(counted(what, number, self.locale))
    }

    fn tab(self, tab: &FileTab) -> Tab {
        Tab {
            label: self.optional(tab.label.as_ref()),
            button: tab.button.clone(),
        }
    }

    fn link(self, link: &FileLink) -> Link {
        Link {
            label: self.text(&link.label),
            url: self.text(&link.url),
        }
    }

    fn closing(self, closing: FileClosing<'_>) -> Closing {
        Closing {
            title: self.text(closing.title),
            text: self.optional(closing.text),
            link: closing.link.map(|link| self.link(link)),
        }
    }

    /// The welcome as the first question; `None` never happens, as its id is one.
    fn welcome(self, welcome: &FileWelcome) -> Option<Question> {
        Some(Question {
            id: QuestionId::try_from(WELCOME).ok()?,
            kind: QuestionKind::Message(Message {
                link: None,
                button: self.optional(welcome.button.as_ref()),
            }),
            prompt: self.text(&welcome.title),
            help: self.optional(welcome.text.as_ref()),
            is_required: false,
            show_if: None,
            next: Vec::new(),
        })
    }

    fn question(self, question: &FileQuestion) -> Question {
        let own = &question.id;
        Question {
            id: own.clone(),
            kind: self.kind(question),
            prompt: self.text(&question.prompt),
            help: self.optional(question.help.as_ref()),
            is_required: question.is_required,
            show_if: question.show_if.as_ref().map(|it| it.meant(Some(own))),
            next: branches(question),
        }
    }

    fn kind(self, question: &FileQuestion) -> QuestionKind {
        let ends = || EndLabels {
            low_label: self.optional(question.low_label.as_ref()),
            high_label: self.optional(question.high_label.as_ref()),
        };
        let points = || Points {
            points: question.points(),
            shape: question.shape.unwrap_or_default(),
            ends: ends(),
        };
        match question.kind {
            FileKind::Nps => QuestionKind::Nps(ends()),
            FileKind::Csat => QuestionKind::Csat(points()),
            FileKind::Ces => QuestionKind::Ces(points()),
            FileKind::Rating => QuestionKind::Rating(points()),
            FileKind::FreeText => QuestionKind::FreeText(self.free_text(question)),
            FileKind::SingleChoice => QuestionKind::SingleChoice(self.choices(question)),
            FileKind::MultipleChoice => QuestionKind::MultipleChoice(self.choices(question)),
            FileKind::Consent => QuestionKind::Consent {
                label: self
                    .optional(question.label.as_ref())
                    .unwrap_or_else(|| self.text(&question.prompt)),
            },
            FileKind::Message => QuestionKind::Message(Message {
                link: question.link.as_ref().map(|link| self.link(link)),
                button: self.optional(question.button.as_ref()),
            }),
        }
    }

    fn free_text(self, question: &FileQuestion) -> FreeText {
        let min_chars = question.min_chars.unwrap_or_default();
        FreeText {
            min_chars,
            max_chars: question.max_chars.unwrap_or(DEFAULT_TEXT_CHARS),
            form: match question.format {
                Some(FileFormat::Email) => TextForm::Email,
                Some(FileFormat::Url) => TextForm::Url,
                Some(FileFormat::Number) => TextForm::Number,
                None if question.is_single_line == Some(true) => TextForm::Line,
                None => TextForm::Area,
            },
            placeholder: self.optional(question.placeholder.as_ref()),
            too_short: match min_chars {
                // Nobody can write less than one character and more than nothing.
                0 | 1 => None,
                least => self.counted(Counted::TooShort, least),
            },
        }
    }

    fn choices(self, question: &FileQuestion) -> Choices {
        let choices = question.choices.iter().flatten();
        let min_choices = question.min_choices.unwrap_or_default();
        Choices {
            choices: choices
                .map(|choice| Choice {
                    id: choice.id.clone(),
                    label: self.text(&choice.label),
                    is_fixed: choice.is_fixed,
                })
                .collect(),
            other: self.optional(question.other.as_ref()),
            is_shuffled: question.is_shuffled.unwrap_or_default(),
            min_choices,
            max_choices: question.max_choices,
            too_few: match min_choices {
                0 | 1 => None,
                least => self.counted(Counted::TooFew, least),
            },
            too_many: question
                .max_choices
                .and_then(|most| self.counted(Counted::TooMany, most)),
        }
    }
}

fn branches(question: &FileQuestion) -> Vec<Branch> {
    match &question.next {
        None => Vec::new(),
        Some(FileNext::Always(go_to)) => vec![Branch {
            condition: None,
            go_to: target(go_to),
        }],
        Some(FileNext::Branches(branches)) => branches
            .iter()
            .map(|branch| Branch {
                condition: (branch.condition.as_ref()).map(|it| it.meant(Some(&question.id))),
                go_to: target(&branch.go_to),
            })
            .collect(),
    }
}

fn target(go_to: &str) -> Target {
    match QuestionId::try_from(go_to) {
        Ok(id) if go_to != Target::END => Target::Question(id),
        Ok(_) | Err(_) => Target::End,
    }
}
