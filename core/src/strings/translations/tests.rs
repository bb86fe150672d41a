//! The widget's words and the collector's sentences, in every language.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

const ALL: [Counted; 3] = [Counted::TooFew, Counted::TooMany, Counted::TooShort];

/// The names of the words, each with its text.
fn named(locale: &str) -> Vec<(&'static str, String)> {
    let mut strings = strings_for(locale);
    strings
        .named()
        .into_iter()
        .map(|(name, word)| (name, word.to_string()))
        .collect()
}

/// Everything that a language says, forms with their `#`.
fn texts(language: &Language) -> Vec<&'static str> {
    let forms = [language.too_few, language.too_many, language.too_short];
    let forms = forms.into_iter().flatten().map(|(_, form)| *form);
    let mut texts = Vec::from(language.words);
    texts.push(language.thank_you);
    texts.extend(forms);
    texts
}

#[test]
fn every_listed_language_has_its_own_words() {
    let mut seen = BTreeSet::new();
    for locale in LOCALES {
        let strings = strings_for(locale);
        assert_eq!(strings.is_built_in(), *locale == "en", "{locale}");
        assert!(strings.chars_left.contains('#'), "{locale}");
        assert_eq!(named(locale).len(), COUNT + 1, "and the numerals");
        assert!(seen.insert(named(locale)), "{locale}");
    }
    assert_eq!(LOCALES.len(), 37);
}

#[test]
fn a_locale_finds_the_nearest_language() {
    for (locale, tag) in [
        ("de-AT", "de"),
        ("DE", "de"),
        ("en-GB", "en"),
        ("es-419", "es"),
        ("pt", "pt"),
        ("pt-BR", "pt"),
        ("pt-PT", "pt-PT"),
        ("pt-pt", "pt-PT"),
        ("pt-AO", "pt-PT"),
        ("zh-CN", "zh"),
        ("zh-Hans-HK", "zh"),
        ("zh-SG", "zh"),
        ("zh-Hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("iw", "he"),
        ("in", "id"),
        ("tlh", "en"),
        ("", "en"),
    ] {
        assert_eq!(language(locale).tag, tag, "{locale}");
    }
}

#[test]
fn numerals_are_those_of_the_language_and_its_region() {
    for (locale, numerals) in [
        ("en", "0123456789."),
        ("de", "0123456789,"),
        ("de-AT", "0123456789,"),
        ("de-CH", "0123456789."),
        ("es", "0123456789,"),
        ("es-MX", "0123456789."),
        ("pt-BR", "0123456789,"),
        ("ja", "0123456789."),
        ("ar", "0123456789."),
        ("ar-EG", "0123456789."),
        ("fa", "۰۱۲۳۴۵۶۷۸۹٫"),
        ("fa-AF", "۰۱۲۳۴۵۶۷۸۹٫"),
        ("tlh", "0123456789."),
        ("", "0123456789."),
    ] {
        assert_eq!(strings_for(locale).numerals, numerals, "{locale}");
    }
    assert_eq!(strings_for("de").written("-1234.5"), "-1234,5");
    assert_eq!(strings_for("fa").written("10.5"), "۱۰٫۵");
}

#[test]
fn no_text_is_empty_or_has_loose_spaces() {
    for language in LANGUAGES {
        for text in texts(language) {
            assert!(!text.is_empty(), "{}", language.tag);
            assert_eq!(text.trim(), text, "{}", language.tag);
            assert!(!text.contains("  "), "{}: {text}", language.tag);
            assert!(!text.contains("..."), "{}: {text}", language.tag);
            assert!(!text.contains('\''), "{}: {text}", language.tag);
        }
    }
}

#[test]
fn a_hash_stands_for_a_number_alone() {
    for locale in LOCALES {
        for (name, word) in named(locale) {
            let expected = usize::from(name == "chars_left");
            assert_eq!(word.matches('#').count(), expected, "{locale}: {word}");
        }
        assert!(!thank_you(locale).contains('#'), "{locale}");
    }
}

#[test]
fn examples_of_addresses_are_kept() {
    for locale in LOCALES {
        let strings = strings_for(locale);
        assert!(strings.wrong_email.contains("name@example.com"), "{locale}");
        assert!(strings.wrong_url.contains("example.com"), "{locale}");
        assert!(!strings.wrong_url.contains('@'), "{locale}");
    }
}

#[test]
fn no_word_is_english_but_those_that_languages_share() {
    let shared = [
        ("da", "feedback"),
        ("da", "send"),
        ("nb", "send"),
        ("nl", "feedback"),
    ];
    let english: BTreeMap<_, _> = named("en").into_iter().collect();
    let mut found = Vec::new();
    for locale in LOCALES.iter().filter(|locale| **locale != "en") {
        let words = named(locale).into_iter();
        for (name, word) in words.filter(|(name, _)| *name != "numerals") {
            if english[name].eq_ignore_ascii_case(&word) {
                found.push((*locale, name));
            }
        }
        assert_ne!(thank_you(locale), thank_you("en"));
    }
    found.sort_unstable();
    assert_eq!(found, shared);
}

#[test]
fn every_number_has_a_form_and_every_form_a_number() {
    for language in LANGUAGES {
        let mut numbers: BTreeMap<PluralCategory, Vec<u32>> = BTreeMap::new();
        for number in 0..=1000 {
            let category = language.category(number);
            numbers.entry(category).or_default().push(number);
        }
        for forms in [language.too_few, language.too_many, language.too_short] {
            let given: Vec<_> = forms.iter().map(|(category, _)| *category).collect();
            let unique: BTreeSet<_> = given.iter().copied().collect();
            assert_eq!(given.len(), unique.len(), "{}", language.tag);
            assert!(unique.iter().eq(numbers.keys()), "{}", language.tag);
            for (category, form) in forms {
                // A number that has a category to itself may be said in words.
                let may_be_said = numbers[category].len() == 1;
                let count = form.matches('#').count();
                assert!(
                    count == 1 || (count == 0 && may_be_said),
                    "{}: {form}",
                    language.tag
                );
            }
        }
    }
}

#[test]
fn plural_rules_exist_for_every_language() {
    for locale in LOCALES {
        let tag: LanguageIdentifier = locale.parse().unwrap();
        assert!(PluralRules::try_new_cardinal((&tag).into()).is_ok());
    }
}

#[test]
fn the_three_sentences_differ_and_say_their_number() {
    for locale in LOCALES.iter().filter(|locale| **locale != "fa") {
        let sentences = ALL.map(|what| counted(what, 1234, locale));
        assert!(sentences.iter().all(|sentence| sentence.contains("1234")));
        assert_eq!(BTreeSet::from(sentences).len(), ALL.len(), "{locale}");
    }
}

#[test]
fn a_number_gets_the_form_of_its_language() {
    use Counted::{TooFew, TooMany, TooShort};
    for (what, number, locale, expected) in [
        (TooFew, 1, "en", "Please choose at least 1 answer."),
        (TooFew, 2, "tlh", "Please choose at least 2 answers."),
        (TooMany, 3, "en-GB", "Please choose at most 3 answers."),
        (TooShort, 10, "en", "Please write at least 10 characters."),
        (TooFew, 2, "ar", "يرجى اختيار إجابتين على الأقل."),
        (TooShort, 20, "ar", "يرجى كتابة 20 حرفًا على الأقل."),
        (TooMany, 12, "fa-IR", "لطفاً حداکثر ۱۲ پاسخ انتخاب کنید."),
        (TooFew, 0, "fr", "Veuillez choisir au moins 0 réponse."),
        (TooFew, 1, "he", "נא לבחור לפחות תשובה אחת."),
        (TooShort, 21, "hr", "Molimo napišite najmanje 21 znak."),
        (TooShort, 22, "pl", "Napisz co najmniej 22 znaki."),
        (TooShort, 12, "pl", "Napisz co najmniej 12 znaków."),
        (TooShort, 20, "ro", "Scrieți cel puțin 20 de caractere."),
        (
            TooMany,
            21,
            "ru",
            "Пожалуйста, выберите не более 21 ответа.",
        ),
        (TooFew, 102, "sl", "Prosimo, izberite vsaj 102 odgovora."),
        (TooFew, 2, "zh-TW", "請至少選擇 2 個答案。"),
    ] {
        assert_eq!(counted(what, number, locale), expected, "{locale}");
    }
}

#[test]
fn french_puts_no_common_space_before_a_colon() {
    for text in texts(&romance::FRENCH) {
        assert!(!text.contains(" :") && !text.contains(" ?"), "{text}");
    }
}

#[test]
fn a_sentence_ends_as_its_language_ends_sentences() {
    for language in LANGUAGES {
        let stop = match language.tag {
            "hi" => "।",
            "ja" | "zh" | "zh-Hant" => "。",
            "th" => "",
            "ur" => "۔",
            _ => ".",
        };
        let of_forms = [language.too_few, language.too_many, language.too_short];
        let strings = strings_for(language.tag);
        let mut sentences = vec![
            strings.required.to_string(),
            strings.required_text.to_string(),
            strings.too_long.to_string(),
            strings.not_sent.to_string(),
            strings.refused.to_string(),
            strings.several.to_string(),
            strings.wrong_email.to_string(),
            strings.wrong_url.to_string(),
            strings.wrong_number.to_string(),
            strings.consent_required.to_string(),
        ];
        sentences.extend(
            of_forms
                .into_iter()
                .flatten()
                .map(|(_, form)| (*form).into()),
        );
        for sentence in sentences {
            assert!(sentence.ends_with(stop), "{}: {sentence}", language.tag);
            assert!(language.tag != "th" || !sentence.ends_with('.'));
        }
    }
}
