//! The style sheet of the card.
//!
//! `.cargo/config.toml` says where the files are; `cargo xtask widget` puts minified
//! ones in their place.
//!
//! Its parts come from the folder that `SAYSO_STYLE` names: the sources, or for a
//! release copies of them that esbuild has made small.

use sayso_core::IS_FULL;

macro_rules! sheets {
    ($($name:literal,)*) => {
        concat!($(include_str!(concat!(env!("SAYSO_STYLE"), "/", $name, ".css")),)*)
    };
}

/// The styles of the card, in the order in which they count.
pub const STYLE: &str = if IS_FULL { FULL } else { SMALL };

const SMALL: &str = sheets!["card", "answer", "controls", "preferences",];

/// What the respondent's system asks for stands last, and so has the last word.
const FULL: &str = sheets![
    "card",
    "answer",
    "controls",
    "full/places",
    "full/scales",
    "full/shapes",
    "full/choices",
    "full/extras",
    "preferences",
    "full/preferences",
];
