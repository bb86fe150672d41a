//! When, to whom and how often.

use super::{Check, limits};
use crate::file::Cause;
use crate::file::delivery::unix_seconds;
use crate::file::locale::is_locale;
use crate::rules::{Audience, TriggerRule, ValueTest};
use std::collections::BTreeMap;

/// How deep triggers may stand in each other.
const MAX_DEPTH: usize = 8;
/// How many triggers one `all` or `any` may hold.
const MAX_TRIGGERS: usize = 20;

impl Check<'_> {
    pub(super) fn rules(&mut self) {
        let file = &self.draft.file;
        self.trigger("trigger", &file.trigger, 1);
        self.pages();
        if let Some(audience) = &file.audience {
            self.audience(audience);
        }
        if file
            .sample_rate
            .is_some_and(|rate| !(0.0..=1.0).contains(&rate.0))
        {
            self.report("sample_rate", Cause::OutOfLimits { min: 0, max: 1 });
        }
        if file
            .priority
            .is_some_and(|priority| !(-100..=100).contains(&priority))
        {
            self.wrong("priority", "must be from -100 to 100");
        }
        let cooldowns = [
            ("cooldown_days", Some(file.cooldown_days)),
            ("cooldown_all_days", file.cooldown_all_days),
        ];
        for (name, days) in cooldowns {
            self.limit(name, days, limits::COOLDOWN_DAYS);
        }
        self.limit("max_shown", file.max_shown, limits::MAX_SHOWN);
        if let Some(again) = &file.ask_again {
            self.limit("ask_again.after_days", Some(again.after_days), limits::DAYS);
            self.limit("ask_again.times", Some(again.times), limits::TIMES);
        }
        if let Some(waves) = &file.waves {
            self.limit("waves.every_days", Some(waves.every_days), limits::DAYS);
            if self.draft.is_read("waves.start") && !is_day(&waves.start) {
                self.wrong(
                    "waves.start",
                    "must be a day of the calendar, as `2026-01-31`",
                );
            }
        }
    }

    /// Until when and how often it is given out.
    pub(super) fn delivery(&mut self) {
        let file = &self.draft.file;
        if let Some(ends_at) = &file.ends_at
            && unix_seconds(ends_at).is_none()
        {
            self.wrong(
                "ends_at",
                "must be a time with its zone, as `2026-12-31T23:59:59Z` or \
                 `2026-12-31T23:59:59+01:00`",
            );
        }
        self.limit("response_limit", file.response_limit, limits::RESPONSES);
    }

    fn trigger(&mut self, path: &str, trigger: &TriggerRule, depth: usize) {
        if !self.draft.is_read(path) {
            return;
        }
        match trigger {
            TriggerRule::Load { delay_ms } => {
                self.limit(
                    format!("{path}.delay_ms"),
                    Some(*delay_ms),
                    limits::DELAY_MS,
                );
            }
            TriggerRule::Dwell { dwell_ms } => {
                self.limit(
                    format!("{path}.dwell_ms"),
                    Some(*dwell_ms),
                    limits::DELAY_MS,
                );
            }
            TriggerRule::Scroll { percent, scroller } => {
                self.limit(format!("{path}.percent"), Some(*percent), limits::PERCENT);
                self.selector(&format!("{path}.scroller"), scroller.as_deref());
            }
            TriggerRule::Click { selector } => {
                self.selector(&format!("{path}.selector"), Some(selector));
            }
            TriggerRule::Event { name, properties } => {
                self.name(&format!("{path}.name"), name);
                self.value_tests(&format!("{path}.if"), properties);
            }
            TriggerRule::Call if 1 < depth => {
                self.wrong(
                    path,
                    "`call` asks for no other trigger; take it out, or write it alone",
                );
            }
            TriggerRule::Call | TriggerRule::Exit => {}
            TriggerRule::All { of } | TriggerRule::Any { of } => self.triggers(path, of, depth),
        }
    }

    fn triggers(&mut self, path: &str, of: &[TriggerRule], depth: usize) {
        if MAX_DEPTH <= depth {
            let message = format!("stands too deep; {MAX_DEPTH} levels are allowed");
            return self.wrong(path, message);
        }
        let path = format!("{path}.of");
        if !self.draft.is_read(&path) {
            return;
        }
        if !(1..=MAX_TRIGGERS).contains(&of.len()) {
            self.wrong(&path, format!("must hold 1 to {MAX_TRIGGERS} triggers"));
        }
        for (index, trigger) in of.iter().enumerate() {
            self.trigger(&format!("{path}[{index}]"), trigger, depth + 1);
        }
    }

    fn audience(&mut self, audience: &Audience) {
        let is_listed = 1 < audience.locales.len();
        for (index, locale) in audience.locales.iter().enumerate() {
            let path = if is_listed {
                format!("audience.locales[{index}]")
            } else {
                String::from("audience.locales")
            };
            if self.draft.is_read(&path) && !is_locale(locale) {
                self.report(path, Cause::BadLocale(locale.clone()));
            }
        }
        self.value_tests("audience.traits", &audience.traits);
    }

    fn value_tests(&mut self, path: &str, tests: &BTreeMap<String, ValueTest>) {
        for (name, test) in tests {
            let path = format!("{path}.{name}");
            self.name(&path, name);
            self.value_test(&path, test);
        }
    }
}

/// True for a day of the calendar as `2026-01-31`.
pub(in crate::file) fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let number = |digits: &str, count: usize| {
        let is_right = digits.len() == count && digits.bytes().all(|it| it.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| is_right)
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let is_leap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}
