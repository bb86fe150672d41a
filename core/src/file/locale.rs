//! Texts in several languages, and which language a page gets.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A text: a string in the survey's main language, or strings by locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "text")]
pub enum Text {
    /// In the survey's main language alone.
    Plain(#[schemars(regex(pattern = super::schema::SAYS_SOMETHING))] String),
    /// By locale, as `{"en": "Hello", "de": "Hallo"}`.
    #[schemars(extend("minProperties" = 1, "propertyNames" = {"pattern": super::schema::LOCALE}))]
    #[schemars(extend("additionalProperties" = {"type": "string", "pattern": super::schema::SAYS_SOMETHING}))]
    PerLocale(BTreeMap<String, String>),
}

impl Text {
    /// The text in a locale, else in its language, else in the survey's main one.
    pub(super) fn in_locale(&self, locale: &str, main: &str) -> &str {
        match self {
            Text::Plain(text) => text,
            Text::PerLocale(texts) => {
                let language = language(locale);
                [locale, language, main]
                    .into_iter()
                    .find_map(|locale| texts.get(locale))
                    .map_or("", String::as_str)
            }
        }
    }

    /// The locales that the text names.
    pub(super) fn locales(&self) -> impl Iterator<Item = &str> {
        let texts = match self {
            Text::Plain(_) => None,
            Text::PerLocale(texts) => Some(texts.keys().map(String::as_str)),
        };
        texts.into_iter().flatten()
    }
}

/// The best of the offers for a list of wishes, most wanted first.
pub(super) fn negotiate<'a>(offers: &[&'a str], wishes: &[&str]) -> Option<&'a str> {
    wishes.iter().find_map(|wish| {
        let exact = offers.iter().find(|offer| offer.eq_ignore_ascii_case(wish));
        let related = || {
            offers
                .iter()
                .find(|offer| language(offer).eq_ignore_ascii_case(language(wish)))
        };
        exact.or_else(related).copied()
    })
}

/// The language part of a locale: `pt` of `pt-BR`.
fn language(locale: &str) -> &str {
    locale.split('-').next().unwrap_or(locale)
}

/// True for what looks like a BCP 47 tag: `en`, `pt-BR`, `zh-Hant-TW`.
pub(super) fn is_locale(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_language = parts.next().is_some_and(|part| {
        (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    is_language
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_locale_is_better_than_its_language() {
        let offers = ["en", "pt", "pt-BR", "de-AT"];
        for (wishes, expected) in [
            (&["pt-BR"][..], Some("pt-BR")),
            (&["PT-br"], Some("pt-BR")),
            (&["pt-PT"], Some("pt")),
            (&["de"], Some("de-AT")),
            (&["tlh", "de-DE", "en"], Some("de-AT")),
            (&["tlh"], None),
            (&[], None),
        ] {
            assert_eq!(negotiate(&offers, wishes), expected, "{wishes:?}");
        }
    }

    #[test]
    fn a_missing_translation_falls_back_to_language_and_main() {
        let text = Text::PerLocale(
            [("en", "Hello"), ("de", "Hallo")]
                .map(|(a, b)| (a.into(), b.into()))
                .into(),
        );
        assert_eq!(text.in_locale("de", "en"), "Hallo");
        assert_eq!(text.in_locale("de-CH", "en"), "Hallo");
        assert_eq!(text.in_locale("fr", "en"), "Hello");
        assert_eq!(Text::Plain("Hi".into()).in_locale("fr", "en"), "Hi");
    }

    #[test]
    fn locales_look_like_language_tags() {
        for tag in ["en", "pt-BR", "zh-Hant-TW", "es-419", "fil"] {
            assert!(is_locale(tag), "{tag}");
        }
        for tag in ["", "e", "EN", "english", "en_US", "en-", "en-x", "de AT"] {
            assert!(!is_locale(tag), "{tag}");
        }
    }
}
