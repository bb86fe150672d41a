//! When, where, to whom and how often.

use super::conditions::read_value_test;
use super::fields::Fields;
use crate::file::check::limits;
use crate::rules::{AskAgain, Audience, Device, PageRule, TriggerRule, Visit, Waves};

#[derive(Clone, Copy)]
enum On {
    Load,
    Call,
    Dwell,
    Scroll,
    Exit,
    Click,
    Event,
    All,
    Any,
}

const TRIGGERS: [(&str, On); 9] = [
    ("load", On::Load),
    ("call", On::Call),
    ("dwell", On::Dwell),
    ("scroll", On::Scroll),
    ("exit", On::Exit),
    ("click", On::Click),
    ("event", On::Event),
    ("all", On::All),
    ("any", On::Any),
];

/// The fields of triggers, and which trigger each belongs to.
const FIELDS: [(&str, &str, &[On]); 8] = [
    ("delay_ms", "the trigger `load`", &[On::Load]),
    ("dwell_ms", "the trigger `dwell`", &[On::Dwell]),
    ("percent", "the trigger `scroll`", &[On::Scroll]),
    ("scroller", "the trigger `scroll`", &[On::Scroll]),
    ("selector", "the trigger `click`", &[On::Click]),
    ("name", "the trigger `event`", &[On::Event]),
    ("if", "the trigger `event`", &[On::Event]),
    ("of", "the triggers `all` and `any`", &[On::All, On::Any]),
];

pub(super) fn read_trigger(mut fields: Fields<'_>) -> TriggerRule {
    fields.need(&["on"]);
    let on = fields.word("on", &TRIGGERS);
    for (name, owner, owners) in FIELDS {
        let is_own = |on: On| owners.iter().any(|owner| *owner as u8 == on as u8);
        // Which fields belong to a trigger that could not be read is not known.
        if on.is_none_or(|on| !is_own(on)) && fields.peek(name).is_some() {
            if on.is_some() {
                let message = format!("belongs to {owner} alone; remove it");
                fields.wrong(name, &message);
            }
            fields.pass_over(name);
        }
    }
    match on.unwrap_or(On::Load) {
        On::Load => TriggerRule::Load {
            delay_ms: millis(&mut fields, "delay_ms"),
        },
        On::Call => TriggerRule::Call,
        On::Dwell => {
            fields.need(&["dwell_ms"]);
            TriggerRule::Dwell {
                dwell_ms: millis(&mut fields, "dwell_ms"),
            }
        }
        On::Scroll => {
            fields.need(&["percent"]);
            let percent = fields.whole("percent", limits::PERCENT.cause());
            TriggerRule::Scroll {
                percent: percent.unwrap_or(1),
                scroller: fields.string("scroller"),
            }
        }
        On::Exit => TriggerRule::Exit,
        On::Click => {
            fields.need(&["selector"]);
            TriggerRule::Click {
                selector: fields.string("selector").unwrap_or_default(),
            }
        }
        On::Event => {
            fields.need(&["name"]);
            TriggerRule::Event {
                name: fields.string("name").unwrap_or_default(),
                properties: fields.map("if", read_value_test).unwrap_or_default(),
            }
        }
        On::All => TriggerRule::All {
            of: triggers(&mut fields),
        },
        On::Any => TriggerRule::Any {
            of: triggers(&mut fields),
        },
    }
}

fn triggers(fields: &mut Fields<'_>) -> Vec<TriggerRule> {
    fields.need(&["of"]);
    let triggers = fields.list("of", read_trigger, TriggerRule::default);
    triggers.unwrap_or_default()
}

fn millis(fields: &mut Fields<'_>, name: &'static str) -> u32 {
    let millis = fields.whole(name, limits::DELAY_MS.cause());
    millis.unwrap_or_default()
}

/// A rule of pages by its name, and how it is made from its pattern.
type Pattern = (&'static str, fn(String) -> PageRule);

const PATTERNS: [Pattern; 5] = [
    ("is", PageRule::Is),
    ("starts_with", PageRule::StartsWith),
    ("contains", PageRule::Contains),
    ("glob", PageRule::Glob),
    ("regex", PageRule::Regex),
];

pub(super) fn read_page(mut fields: Fields<'_>) -> PageRule {
    let mut rules = Vec::new();
    for (name, rule) in PATTERNS {
        let is_there = fields.peek(name).is_some();
        let pattern = fields.string(name);
        if is_there {
            rules.push(rule(pattern.unwrap_or_default()));
        }
    }
    let is_there = fields.peek("not").is_some();
    let not = fields.object("not", read_page);
    if is_there {
        rules.push(PageRule::Not(Box::new(not.unwrap_or_else(unread_page))));
    }
    match rules.len() {
        1 => {}
        // A name that is misspelt is reported as such.
        0 if !fields.is_empty() => {}
        0 => fields.wrong_itself(
            "says nothing; add `is`, `starts_with`, `contains`, `glob`, `regex` or `not`",
        ),
        _ => fields.wrong_itself("says several things; make a rule of each"),
    }
    rules.into_iter().next().unwrap_or_else(unread_page)
}

pub(super) fn unread_page() -> PageRule {
    PageRule::Is(String::new())
}

pub(super) fn read_audience(mut fields: Fields<'_>) -> Audience {
    let devices = [
        ("phone", Device::Phone),
        ("tablet", Device::Tablet),
        ("desktop", Device::Desktop),
    ];
    let visits = [("first", Visit::First), ("returning", Visit::Returning)];
    if fields.is_empty() {
        fields.wrong_itself(
            "says nothing; add `devices`, `locales`, `traits` or `visit`, or remove it",
        );
    }
    for name in ["devices", "locales", "traits"] {
        if fields.is_field_empty(name) {
            fields.wrong(name, "is empty; add a value or remove the field");
            fields.pass_over(name);
        }
    }
    Audience {
        devices: fields.words("devices", &devices).unwrap_or_default(),
        locales: fields.list_of_strings("locales").unwrap_or_default(),
        traits: fields.map("traits", read_value_test).unwrap_or_default(),
        visit: fields.word("visit", &visits),
    }
}

pub(super) fn read_ask_again(mut fields: Fields<'_>) -> AskAgain {
    fields.need(&["after_days", "times"]);
    AskAgain {
        after_days: fields
            .whole("after_days", limits::DAYS.cause())
            .unwrap_or(1),
        times: fields.whole("times", limits::TIMES.cause()).unwrap_or(1),
    }
}

pub(super) fn read_waves(mut fields: Fields<'_>) -> Waves {
    fields.need(&["start", "every_days"]);
    Waves {
        start: fields.string("start").unwrap_or_default(),
        every_days: fields
            .whole("every_days", limits::DAYS.cause())
            .unwrap_or(1),
    }
}
