//! The widget's own words in other languages than English, and the sentences
//! that the collector makes: thanks, and sentences with a number.
//!
//! A language is one constant of [`Language`], whose words stand in the order of
//! the fields of [`Strings`]. To add one, write its constant in the file of its
//! family and name it in [`LANGUAGES`].
//!
//! Why not Fluent or ICU messages: the widget would need a reader for them, and
//! three sentences with one number each do not.

use super::{COUNT, Strings};
use icu_decimal::input::Decimal;
use icu_decimal::preferences::NumberingSystem;
use icu_decimal::{DecimalFormatter, DecimalFormatterPreferences};
use icu_locale_core::LanguageIdentifier;
use icu_locale_core::extensions::unicode::value;
use icu_plurals::{PluralCategory, PluralRules};
use std::borrow::Cow;

mod asian;
mod european;
mod germanic;
mod right_to_left;
mod romance;
mod slavic;
mod west_slavic;

/// The languages that the widget's own words exist in, as BCP 47 tags.
///
/// `pt` is Brazilian and `zh` simplified Chinese.
pub const LOCALES: &[&str] = &{
    let mut tags = [""; LANGUAGES.len()];
    let mut index = 0;
    while index < tags.len() {
        tags[index] = LANGUAGES[index].tag;
        index += 1;
    }
    tags
};

/// English first, then by tag.
const LANGUAGES: &[&Language] = &[
    &germanic::ENGLISH,
    &right_to_left::ARABIC,
    &slavic::BULGARIAN,
    &west_slavic::CZECH,
    &germanic::DANISH,
    &germanic::GERMAN,
    &european::GREEK,
    &romance::SPANISH,
    &european::ESTONIAN,
    &right_to_left::PERSIAN,
    &european::FINNISH,
    &romance::FRENCH,
    &right_to_left::HEBREW,
    &asian::HINDI,
    &slavic::CROATIAN,
    &european::HUNGARIAN,
    &asian::INDONESIAN,
    &romance::ITALIAN,
    &asian::JAPANESE,
    &asian::KOREAN,
    &germanic::NORWEGIAN,
    &germanic::DUTCH,
    &west_slavic::POLISH,
    &romance::BRAZILIAN,
    &romance::PORTUGUESE,
    &romance::ROMANIAN,
    &slavic::RUSSIAN,
    &west_slavic::SLOVAK,
    &slavic::SLOVENIAN,
    &germanic::SWEDISH,
    &asian::THAI,
    &european::TURKISH,
    &slavic::UKRAINIAN,
    &right_to_left::URDU,
    &asian::VIETNAMESE,
    &asian::SIMPLIFIED_CHINESE,
    &asian::TRADITIONAL_CHINESE,
];

/// The regions whose Portuguese is Portugal's, as in CLDR.
const LIKE_PORTUGAL: &[&str] = &[
    "AO", "CH", "CV", "GQ", "GW", "LU", "MO", "MZ", "PT", "ST", "TL",
];

/// All that is said in one language.
struct Language {
    /// BCP 47, for the lookup and for the plural rules.
    tag: &'static str,
    words: [&'static str; COUNT],
    thank_you: &'static str,
    too_few: Forms,
    too_many: Forms,
    too_short: Forms,
}

/// A sentence for each category that whole numbers have in its language.
type Forms = &'static [(PluralCategory, &'static str)];

/// A sentence with a number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// More answers have to be chosen; the number is the least.
    TooFew,
    /// Fewer answers have to be chosen; the number is the most.
    TooMany,
    /// A text has to be longer; the number is the least of its characters.
    TooShort,
}

/// The words for a locale: its own language's, English if there are none.
pub fn strings_for(locale: &str) -> Strings {
    let mut strings = Strings::default();
    let language = language(locale);
    for ((_, word), translation) in strings.named().into_iter().zip(language.words) {
        *word = Cow::Borrowed(translation);
    }
    if let Some(numerals) = language.numerals(locale) {
        strings.numerals = Cow::Owned(numerals);
    }
    strings
}

/// The headline of the thanks, for surveys whose file has none.
pub fn thank_you(locale: &str) -> &'static str {
    language(locale).thank_you
}

/// A sentence in the form that its number asks for, as "at least 2 answers".
pub fn counted(what: Counted, number: u32, locale: &str) -> String {
    let language = language(locale);
    language
        .form(what, number)
        .replace('#', &strings_for(locale).written(&number.to_string()))
}

impl Language {
    /// The form for a number, in which `#` still stands for it.
    fn form(&self, what: Counted, number: u32) -> &'static str {
        let forms = match what {
            Counted::TooFew => self.too_few,
            Counted::TooMany => self.too_many,
            Counted::TooShort => self.too_short,
        };
        let category = self.category(number);
        forms
            .iter()
            .find(|(of, _)| *of == category)
            .or(forms.last())
            .map_or("", |(_, form)| form)
    }

    /// The plural category of a number by the rules of CLDR.
    fn category(&self, number: u32) -> PluralCategory {
        self.tag
            .parse::<LanguageIdentifier>()
            .ok()
            .and_then(|tag| PluralRules::try_new_cardinal((&tag).into()).ok())
            .map_or(PluralCategory::Other, |rules| rules.category_for(number))
    }

    /// The digits from zero to nine and the decimal sign, by CLDR: the region of the locale may
    /// have a say in the sign. Arabic has two sets of digits; on the web it is the Western one.
    fn numerals(&self, locale: &str) -> Option<String> {
        let tag: LanguageIdentifier = locale.parse().or_else(|_| self.tag.parse()).ok()?;
        let mut preferences = DecimalFormatterPreferences::from(&tag);
        let system = match self.tag {
            "fa" => value!("arabext"),
            _ => value!("latn"),
        };
        preferences.numbering_system = NumberingSystem::try_from(system).ok();
        let formatter = DecimalFormatter::try_new(preferences, Default::default()).ok()?;
        let each = formatter
            .format(&"0.123456789".parse::<Decimal>().ok()?)
            .to_string();
        let (whole, fraction) = each.split_at_checked(each.chars().next()?.len_utf8())?;
        let (sign, fraction) = fraction.split_at_checked(fraction.chars().next()?.len_utf8())?;
        Some([whole, fraction, sign].concat())
    }
}

/// The language for a locale: by the whole tag, else the nearest, else English.
fn language(locale: &str) -> &'static Language {
    let tagged = |tag: &str| {
        LANGUAGES
            .iter()
            .find(|language| language.tag.eq_ignore_ascii_case(tag))
    };
    tagged(locale)
        .or_else(|| tagged(nearest(locale)))
        .unwrap_or(&&germanic::ENGLISH)
}

/// The tag to look up for a locale that has no words of its own.
///
/// Chinese goes by the script, which the region implies. Portuguese by
/// the region. Norwegian has one written form here, and two old tags are renamed.
fn nearest(locale: &str) -> &str {
    let mut parts = locale.split('-');
    let language = parts.next().unwrap_or(locale);
    let has = |tags: &[&str]| {
        parts
            .clone()
            .any(|part| tags.iter().any(|tag| tag.eq_ignore_ascii_case(part)))
    };
    match language.to_ascii_lowercase().as_str() {
        "zh" if has(&["Hant"]) => "zh-Hant",
        "zh" if has(&["TW", "HK", "MO"]) && !has(&["Hans"]) => "zh-Hant",
        "pt" if has(LIKE_PORTUGAL) => "pt-PT",
        "no" | "nn" => "nb",
        "iw" => "he",
        "in" => "id",
        _ => language,
    }
}

#[cfg(test)]
mod tests;
