//! The survey's own look: checked colours, measures and fonts, and the CSS they become.
//!
//! What the file does not give keeps its built-in value (`widget/src/style/card.css`),
//! and what the page sets with `--sayso-…` wins over both. Colours outside `dark`
//! are for the light card. The dark card has the file's `dark` colours and the
//! built-in dark ones, with one exception: where `dark` says nothing of the accent
//! and the light accent is plain to see on the dark card (3 to 1), the accent
//! stays, with the text on it, because it is what makes the card the owner's.
//!
//! Nothing that an owner writes goes into the CSS as it is: a colour is three
//! bytes, and a font is written anew from its letters.

use super::schema;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::fmt::{self, Write as _};

/// The survey's own look. What is left out keeps its usual value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "theme")]
pub(crate) struct FileTheme {
    /// The colours of the light card.
    #[serde(flatten)]
    pub(super) light: FileColours,
    /// How round the corners are, 0 to 32 pixels. Default: 14.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 32))]
    pub(super) radius_px: Option<u32>,
    /// The space around what stands in the card, 8 to 32 pixels. Default: 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 8, max = 32))]
    pub(super) spacing_px: Option<u32>,
    /// The fonts, as `Inter, sans-serif`. The page must have loaded them. Default: the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(max = 200), regex(pattern = schema::FONT))]
    pub(super) font: Option<Font>,
    /// From the side of the window to the card, 0 to 200 pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 200))]
    pub(super) offset_x_px: Option<u32>,
    /// From the bottom or top of the window to the card, 0 to 200 pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 200))]
    pub(super) offset_y_px: Option<u32>,
    /// The colours of the dark card. Default: the built-in ones, and the accent where it is plain to see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) dark: Option<FileColours>,
}

macro_rules! colours {
    ($($(#[$doc:meta])* $name:ident: $light:literal, $dark:literal;)*) => {
        /// Colours, each as `#rgb` or `#rrggbb`.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "colours")]
        pub(crate) struct FileColours {
            $($(#[$doc])*
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(super) $name: Option<Colour>,)*
        }

        impl FileColours {
            /// The names of all colours.
            pub(super) const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            pub(super) fn set(&mut self, name: &str, colour: Option<Colour>) {
                match name {
                    $(stringify!($name) => self.$name = colour,)*
                    _ => {}
                }
            }

            fn over(&self, usual: impl Fn(u32, u32) -> u32) -> Vec<Tone> {
                let tone = |name, given: Option<Colour>, light, dark| Tone {
                    name,
                    colour: given.unwrap_or(Colour(usual(light, dark))),
                    is_given: given.is_some(),
                };
                vec![$(tone(stringify!($name), self.$name, $light, $dark),)*]
            }
        }
    };
}

// As in `widget/src/style/card.css`; a test compares them.
colours! {
    /// Buttons, and what is chosen.
    accent: 0x34_51c6, 0x9d_b2ff;
    /// Text on the accent.
    on_accent: 0xff_ffff, 0x10_152b;
    /// The card.
    background: 0xff_ffff, 0x1c_1f26;
    /// The text.
    text: 0x1b_1f27, 0xf1_f3f8;
    /// Text that matters less.
    muted: 0x58_6070, 0xa9_b1c1;
    /// The borders of fields and buttons.
    line: 0x8b_93a3, 0x79_829a;
    /// Fields and what the mouse is over.
    soft: 0xf1_f3f7, 0x2a_2f3a;
    /// What is wrong with an answer.
    error: 0xb3_261e, 0xff_b4ab;
}

/// A colour as the card has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tone {
    pub(super) name: &'static str,
    pub(super) colour: Colour,
    /// False for a built-in one.
    pub(super) is_given: bool,
}

impl FileTheme {
    /// The colours of the light card.
    pub(super) fn light_tones(&self) -> Vec<Tone> {
        self.light.over(|light, _| light)
    }

    /// The colours of the dark card.
    pub(super) fn dark_tones(&self) -> Vec<Tone> {
        let mut tones = self.dark.clone().unwrap_or_default().over(|_, dark| dark);
        let light = self.light_tones();
        let (Some(accent), Some(background)) = (tone(&light, "accent"), tone(&tones, "background"))
        else {
            return tones;
        };
        let says_nothing = ["accent", "on_accent"]
            .into_iter()
            .all(|name| tone(&tones, name).is_none_or(|tone| !tone.is_given));
        let is_plain = 3.0 <= accent.colour.contrast(background.colour);
        if accent.is_given && says_nothing && is_plain {
            for kept in light {
                if let Some(place) = tones.iter_mut().find(|tone| tone.name == kept.name)
                    && ["accent", "on_accent"].contains(&kept.name)
                {
                    *place = Tone {
                        is_given: true,
                        ..kept
                    };
                }
            }
        }
        tones
    }

    /// The look as CSS for the card's style sheet; `None` for the usual one.
    pub(super) fn css(&self) -> Option<String> {
        let mut usual = declarations(&self.light_tones());
        for (name, pixels) in [
            ("radius", self.radius_px),
            ("spacing", self.spacing_px),
            ("offset-x", self.offset_x_px),
            ("offset-y", self.offset_y_px),
        ] {
            if let Some(pixels) = pixels {
                usual.push_str(&declaration(name, &format!("{pixels}px")));
            }
        }
        if let Some(font) = &self.font {
            usual.push_str(&declaration("font", &font.css()));
        }
        let dark = declarations(&self.dark_tones());
        let mut css = String::new();
        if !usual.is_empty() {
            css.push_str(&format!(":host{{{usual}}}"));
        }
        if !dark.is_empty() {
            css.push_str(&format!(
                "@media (prefers-color-scheme:dark){{:host(:not([data-theme=\"light\"])){{{dark}}}}}\
                 :host([data-theme=\"dark\"]){{{dark}}}"
            ));
        }
        (!css.is_empty()).then_some(css)
    }
}

fn tone(tones: &[Tone], name: &str) -> Option<Tone> {
    tones.iter().find(|tone| tone.name == name).copied()
}

fn declarations(tones: &[Tone]) -> String {
    let given = tones.iter().filter(|tone| tone.is_given);
    given
        .map(|tone| declaration(&tone.name.replace('_', "-"), &tone.colour.to_string()))
        .collect()
}

fn declaration(name: &str, value: &str) -> String {
    format!("--{name}:var(--sayso-{name},{value})!important;")
}

/// A colour without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(with = "String", inline, extend("pattern" = schema::COLOUR))]
pub(crate) struct Colour(u32);

impl Colour {
    /// The colour of `#rgb` or `#rrggbb`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let long = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => String::from(digits),
            _ => return None,
        };
        u32::from_str_radix(&long, 16)
            .ok()
            .filter(|_| is_hex)
            .map(Colour)
    }

    /// The contrast with another colour, from 1 to 21 (WCAG 2.2, contrast ratio).
    pub(super) fn contrast(self, other: Colour) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// The relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [_, red, green, blue] = self.0.to_be_bytes().map(|byte| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Names of fonts, most wanted first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Font(String);

/// The names that stand for no font of their own, and go without quotes.
const GENERIC_FONTS: &[&str] = &[
    "-apple-system",
    "cursive",
    "fantasy",
    "math",
    "monospace",
    "sans-serif",
    "serif",
    "system-ui",
    "ui-monospace",
    "ui-rounded",
    "ui-sans-serif",
    "ui-serif",
];

/// Words of CSS that are no names of fonts.
const NO_FONTS: &[&str] = &[
    "default",
    "inherit",
    "initial",
    "revert",
    "revert-layer",
    "unset",
];

impl Font {
    /// The names in a list as CSS has it: letters, digits, spaces, `-` and `_`, each in quotes or not.
    pub(super) fn read(text: &str) -> Option<Self> {
        let is_letter =
            |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
        let is_name = |name: &str| {
            let word = name.to_ascii_lowercase();
            !name.trim().is_empty()
                && name.chars().all(is_letter)
                && !NO_FONTS.contains(&word.as_str())
        };
        let is_right = crate::text::char_count(text) <= 200 && names(text).all(is_name);
        is_right.then(|| Font(String::from(text)))
    }

    /// The names in quotes, but for those that stand for no font of their own.
    fn css(&self) -> String {
        let mut css = String::new();
        for name in names(&self.0) {
            let separator = if css.is_empty() { "" } else { "," };
            let written = if GENERIC_FONTS.contains(&name) {
                write!(css, "{separator}{name}")
            } else {
                write!(css, "{separator}\"{name}\"")
            };
            debug_assert!(written.is_ok(), "a String takes every text");
        }
        css
    }
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(|name| {
        let name = name.trim();
        ['"', '\'']
            .into_iter()
            .find_map(|quote| name.strip_prefix(quote)?.strip_suffix(quote))
            .unwrap_or(name)
    })
}

#[cfg(test)]
mod tests;
