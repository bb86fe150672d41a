//! Names of surveys, questions, versions and responses, each checked once on the way in.
//!
//! How a response id is made is not here: the browser makes it (UUIDv7).

use std::fmt;

/// Longest survey or question id, in characters.
pub const MAX_ID_CHARS: usize = 64;

/// An id that breaks its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// The rule, as a sentence part: "must be …".
    pub rule: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule)
    }
}

impl std::error::Error for InvalidId {}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $check:path, $rule:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "json", derive(serde::Deserialize, serde::Serialize))]
        #[cfg_attr(feature = "json", serde(try_from = "String", into = "String"))]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                if $check(&text) { Ok(Self(text)) } else { Err(InvalidId { rule: $rule }) }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(String::from(text))
            }
        }

        impl crate::page::Unread for $name {
            fn unread() -> Self {
                Self(String::new())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id_type!(
    /// Names a survey: `kebab-case`, also its file name and part of its address.
    SurveyId,
    is_survey_id,
    "must be 1 to 64 characters of a-z, 0-9 and -, starting with a letter"
);

id_type!(
    /// Names a question within its survey: `kebab-case` or `snake_case`.
    QuestionId,
    is_question_id,
    "must be 1 to 64 characters of a-z, 0-9, - and _, starting with a letter"
);

id_type!(
    /// The version of a survey: eight hexadecimal digits, a hash of its definition.
    SurveyVersion,
    is_version,
    "must be 8 hexadecimal digits in lower case"
);

id_type!(
    /// One respondent's response to one survey: a UUID in its usual lower-case form.
    ///
    /// The widget makes version 7. Any version is accepted, so that a server
    /// that sends responses may use what its library offers.
    ResponseId,
    is_uuid,
    "must be a UUID such as 0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e, in lower case"
);

impl ResponseId {
    /// The 128 bits of the id, for compact indexes.
    pub fn bits(&self) -> u128 {
        self.0
            .bytes()
            .filter_map(hex_digit)
            .fold(0, |bits, digit| bits << 4 | u128::from(digit))
    }
}

fn is_survey_id(text: &str) -> bool {
    is_name(text, |byte| byte == b'-')
}

fn is_question_id(text: &str) -> bool {
    is_name(text, |byte| byte == b'-' || byte == b'_')
}

fn is_name(text: &str, is_joiner: impl Fn(u8) -> bool) -> bool {
    text.len() <= MAX_ID_CHARS
        && text.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || is_joiner(byte))
}

fn is_version(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| hex_digit(byte).is_some())
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => hex_digit(byte).is_some(),
        })
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: for<'a> TryFrom<&'a str>>(text: &str, expected: bool) {
        assert_eq!(T::try_from(text).is_ok(), expected, "{text:?}");
    }

    #[test]
    fn survey_ids_are_kebab_case_and_safe_in_file_names() {
        check::<SurveyId>("nps", true);
        check::<SurveyId>("post-purchase-2", true);
        for wrong in [
            "", "2nps", "-nps", "NPS", "a_b", "../etc", "a/b", "a.b", "é", "a b",
        ] {
            check::<SurveyId>(wrong, false);
        }
        check::<SurveyId>(&"a".repeat(64), true);
        check::<SurveyId>(&"a".repeat(65), false);
    }

    #[test]
    fn question_ids_may_also_be_snake_case() {
        check::<QuestionId>("why_not", true);
        check::<QuestionId>("why-not", true);
        for wrong in ["", "_why", "Why", "why?", "9"] {
            check::<QuestionId>(wrong, false);
        }
    }

    #[test]
    fn versions_are_eight_hex_digits() {
        check::<SurveyVersion>("9f2c61d0", true);
        for wrong in ["9f2c61d", "9f2c61d00", "9F2C61D0", "9f2c61dg"] {
            check::<SurveyVersion>(wrong, false);
        }
    }

    #[test]
    fn response_ids_are_lower_case_uuids() {
        check::<ResponseId>("0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5e", true);
        for wrong in [
            "",
            "0199d0a47c1e7b529d0e3f6a2b1c4d5e",
            "0199D0A4-7C1E-7B52-9D0E-3F6A2B1C4D5E",
            "0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5",
            "0199d0a4-7c1e-7b52-9d0e-3f6a2b1c4d5eZ",
            "0199d0a4-7c1e-7b52-9d0e_3f6a2b1c4d5e",
        ] {
            check::<ResponseId>(wrong, false);
        }
    }

    #[test]
    fn response_id_bits_are_those_of_the_uuid() {
        let id = ResponseId::try_from("00000000-0000-0000-0000-0000000000ff").unwrap();
        assert_eq!(id.bits(), 255);
        let id = ResponseId::try_from("f0000000-0000-0000-0000-000000000001").unwrap();
        assert_eq!(id.bits(), (0xf << 124) | 1);
    }
}
