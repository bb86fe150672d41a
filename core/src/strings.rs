//! The widget's own words: buttons, errors, names for screen readers.
//!
//! English is built into the widget. For every other language the collector
//! sends the words with the definition, so that no page pays for a language
//! that it does not show. The questions' texts are the owner's and live in the
//! survey file.

use crate::IS_FULL;
use crate::page::Node;
use std::borrow::Cow;

#[cfg(feature = "json")]
mod translations;
#[cfg(feature = "json")]
pub use translations::{Counted, LOCALES, counted, strings_for, thank_you};

macro_rules! strings {
    (
        usual { $($(#[$doc:meta])* $name:ident = $english:literal,)* }
        rare { $($(#[$rare_doc:meta])* $rare:ident = $rare_english:literal,)* }
    ) => {
        /// The widget's own words in one language.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Strings {
            $($(#[$doc])* pub $name: Cow<'static, str>,)*
            $($(#[$rare_doc])* pub $rare: Cow<'static, str>,)*
            /// The digits from zero to nine and the decimal sign.
            pub numerals: Cow<'static, str>,
        }

        /// How many words there are.
        #[cfg(feature = "json")]
        const COUNT: usize = ENGLISH_WORDS.len();

        /// The words in English, in the order of the fields.
        #[cfg(feature = "json")]
        const ENGLISH_WORDS: [&str; [$(stringify!($name),)* $(stringify!($rare),)*].len()] =
            [$($english,)* $($rare_english,)*];

        impl Default for Strings {
            /// The words in English.
            fn default() -> Self {
                Self {
                    $($name: Cow::Borrowed($english),)*
                    $($rare: Cow::Borrowed(if IS_FULL { $rare_english } else { "" }),)*
                    numerals: Cow::Borrowed(if IS_FULL { NUMERALS } else { "" }),
                }
            }
        }

        impl Strings {
            /// The words with their names on the wire.
            fn named(&mut self) -> Vec<(&'static str, &mut Cow<'static, str>)> {
                let mut named = vec![$((stringify!($name), &mut self.$name),)*];
                if IS_FULL {
                    named.extend([$((stringify!($rare), &mut self.$rare),)*]);
                    named.push(("numerals", &mut self.numerals));
                }
                named
            }

            /// The words that the small build has, the others in English: it would not read them.
            #[cfg(feature = "json")]
            pub(crate) fn usual(self) -> Self {
                Self {
                    $($name: self.$name,)*
                    ..Self::default()
                }
            }
        }
    };
}

/// The numerals of English.
const NUMERALS: &str = "0123456789.";

strings! {
usual {
    /// Names the card for screen readers.
    feedback = "Feedback",
    /// The button to the next question.
    next = "Next",
    /// The button to the question before.
    back = "Back",
    /// The button that sends the response.
    send = "Send",
    /// The same button while the response is on its way.
    sending = "Sending …",
    /// The button that closes the card.
    close = "Close",
    /// Beside a question that may be left out.
    optional = "optional",
    /// An answer is missing.
    required = "Please choose an answer.",
    /// A text is missing.
    required_text = "Please write a few words.",
    /// A text is too long.
    too_long = "This text is too long. Please shorten it.",
    /// How many characters are left; `#` stands for the number.
    chars_left = "Characters left: #",
    /// The response could not be sent; the same again may work.
    not_sent = "Your answer could not be sent. Please try again.",
    /// The response was refused; the same again will not work.
    refused = "Your answer was not accepted. It is still here, so you can change it.",
    /// The button to the next question while an optional one has no answer.
    skip = "Skip",
}
rare {
    /// The button that begins, below a welcome.
    start = "Start",
    /// Below a question with several choices.
    several = "Choose all that apply.",
    /// Names the field beside the choice "other".
    own_words = "In your own words",
    /// Names the thumb that points down.
    thumbs_down = "Thumbs down",
    /// Names the thumb that points up.
    thumbs_up = "Thumbs up",
    /// A text that is no e-mail address.
    wrong_email = "Please write an e-mail address, like name@example.com.",
    /// A text that is no web address.
    wrong_url = "Please write a web address, like example.com.",
    /// A text that is no number.
    wrong_number = "Please write a number.",
    /// A box that must be ticked.
    consent_required = "Please tick the box to go on.",
    /// Names the bar that shows how far the respondent is.
    progress = "Progress",
    /// Behind a link, for screen readers.
    new_tab = "opens in a new tab",
}
}

impl Strings {
    /// Reads the words from a definition. What is missing stays English, so that
    /// a newer widget understands an older collector.
    pub(crate) fn read(node: &impl Node) -> Self {
        let mut strings = Self::default();
        for (name, word) in strings.named() {
            if let Some(text) = node.field(name).and_then(|text| text.text()) {
                *word = Cow::Owned(text);
            }
        }
        strings
    }

    /// True for the words that are built in.
    pub fn is_built_in(&self) -> bool {
        *self == Self::default()
    }

    /// A number of digits and perhaps a decimal point, as the language writes it.
    pub fn written(&self, number: &str) -> String {
        let mut written = String::new();
        for sign in number.chars() {
            let at = NUMERALS.find(sign);
            let own = at.and_then(|at| self.numerals.chars().nth(at));
            written.push(own.unwrap_or(sign));
        }
        written
    }

    /// True where numbers have the digits from 0 to 9.
    #[cfg(feature = "json")]
    pub(crate) fn has_usual_digits(&self) -> bool {
        self.numerals.starts_with("0123456789")
    }
}

#[cfg(feature = "json")]
impl serde::Serialize for Strings {
    /// The words that are not built in.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut own, mut english) = (self.clone(), Self::default());
        let words = own.named().into_iter().zip(english.named());
        let other = words.filter(|(own, english)| own != english);
        serializer.collect_map(other.map(|((name, word), _)| (name, &**word)))
    }
}
