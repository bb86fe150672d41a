//! The widget's own words: buttons, errors, names for screen readers.
//!
//! English is built into the widget. For every other language the collector
//! sends the words with the definition, so that no page pays for a language
//! that it does not show. The questions' texts are the owner's and live in the
//! survey file.

use crate::page::Node;
use std::borrow::Cow;

#[cfg(feature = "json")]
mod translations;
#[cfg(feature = "json")]
pub use translations::{LOCALES, strings_for};

macro_rules! strings {
    ($($(#[$doc:meta])* $name:ident = $english:literal,)*) => {
        /// The widget's own words in one language.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[cfg_attr(feature = "json", derive(serde::Serialize))]
        pub struct Strings {
            $($(#[$doc])* pub $name: Cow<'static, str>,)*
        }

        impl Default for Strings {
            /// The words in English.
            fn default() -> Self {
                Self { $($name: Cow::Borrowed($english),)* }
            }
        }

        impl Strings {
            /// The words with their names on the wire.
            fn named(&mut self) -> impl Iterator<Item = (&'static str, &mut Cow<'static, str>)> {
                [$((stringify!($name), &mut self.$name),)*].into_iter()
            }
        }
    };
}

strings! {
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
    pub fn is_english(&self) -> bool {
        *self == Self::default()
    }
}
