//! The widget's own words in other languages than English.

use super::Strings;
use std::borrow::Cow;

/// The languages that the widget's own words exist in, as BCP 47 tags.
pub const LOCALES: &[&str] = &["en", "ar", "de", "es", "fr"];

/// The words for a locale: its own language's, English if there are none.
pub fn strings_for(locale: &str) -> Strings {
    let words = match locale.split('-').next() {
        Some("ar") => AR,
        Some("de") => DE,
        Some("es") => ES,
        Some("fr") => FR,
        _ => return Strings::default(),
    };
    let mut strings = Strings::default();
    for ((_, word), translation) in strings.named().zip(words) {
        *word = Cow::Borrowed(translation);
    }
    strings
}

/// One language, in the order of the fields of [`Strings`].
type Words = [&'static str; 13];

const AR: Words = [
    "ملاحظاتك",
    "التالي",
    "السابق",
    "إرسال",
    "جارٍ الإرسال…",
    "إغلاق",
    "اختياري",
    "يرجى اختيار إجابة.",
    "يرجى كتابة بضع كلمات.",
    "هذا النص طويل جدًا. يرجى اختصاره.",
    "الأحرف المتبقية: #",
    "تعذّر إرسال إجابتك. يرجى المحاولة مرة أخرى.",
    "لم تُقبل إجابتك. ما زالت هنا ويمكنك تعديلها.",
];

const DE: Words = [
    "Rückmeldung",
    "Weiter",
    "Zurück",
    "Senden",
    "Wird gesendet …",
    "Schließen",
    "freiwillig",
    "Bitte eine Antwort auswählen.",
    "Bitte ein paar Worte schreiben.",
    "Dieser Text ist zu lang. Bitte kürzen.",
    "Verbleibende Zeichen: #",
    "Die Antwort konnte nicht gesendet werden. Bitte noch einmal versuchen.",
    "Die Antwort wurde nicht angenommen. Sie steht noch hier und lässt sich ändern.",
];

const ES: Words = [
    "Tu opinión",
    "Siguiente",
    "Atrás",
    "Enviar",
    "Enviando…",
    "Cerrar",
    "opcional",
    "Elige una respuesta.",
    "Escribe unas palabras.",
    "El texto es demasiado largo. Acórtalo, por favor.",
    "Caracteres restantes: #",
    "No se pudo enviar tu respuesta. Inténtalo de nuevo.",
    "Tu respuesta no fue aceptada. Sigue aquí y puedes cambiarla.",
];

const FR: Words = [
    "Votre avis",
    "Suivant",
    "Retour",
    "Envoyer",
    "Envoi…",
    "Fermer",
    "facultatif",
    "Veuillez choisir une réponse.",
    "Veuillez écrire quelques mots.",
    "Ce texte est trop long. Veuillez le raccourcir.",
    "Caractères restants : #",
    "Votre réponse n’a pas pu être envoyée. Veuillez réessayer.",
    "Votre réponse n’a pas été acceptée. Elle est toujours là et vous pouvez la modifier.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_language_has_its_own_words() {
        for locale in LOCALES {
            let strings = strings_for(locale);
            assert_eq!(strings.is_english(), *locale == "en", "{locale}");
            assert!(strings.chars_left.contains('#'), "{locale}");
            assert_eq!(strings_for(locale).named().count(), AR.len());
        }
    }

    #[test]
    fn a_region_uses_its_language() {
        assert_eq!(strings_for("de-AT"), strings_for("de"));
        assert!(strings_for("tlh").is_english());
    }
}
