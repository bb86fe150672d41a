//! The surveys of the gallery, and how each is gone through with the keyboard.

/// One thing that a respondent does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Types on whatever has the focus.
    Type(&'static str),
    /// Goes to a field, and types there.
    Write(&'static str, &'static str),
    /// Goes to the button at the end, and presses it with Enter.
    Press,
}

/// A state of the card that is written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    /// What stands behind the survey in the document; empty for the first.
    pub(crate) name: &'static str,
    /// What leads to it.
    pub(crate) steps: &'static [Step],
    /// What is in the card then.
    pub(crate) shows: &'static str,
    /// True for one that is written down in full, not as what changed.
    pub(crate) is_another_question: bool,
}

/// A survey of the gallery with its states after the first, and what leads to the thanks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk {
    pub(crate) survey: &'static str,
    pub(crate) states: &'static [State],
    pub(crate) answer: &'static [Step],
}

use Step::{Press, Type, Write};

const WRONG: &str = ".error:not(:empty)";

/// The button is pressed and nothing is chosen or written.
const NOTHING: State = State {
    name: "error",
    steps: &[Press],
    shows: WRONG,
    is_another_question: false,
};

/// Wrong words, and the button.
macro_rules! wrong {
    ($words:literal) => {
        State {
            name: "wrong",
            steps: &[Type($words), Press],
            shows: WRONG,
            is_another_question: false,
        }
    };
}

/// A survey, its states, and what is typed before the button is pressed.
macro_rules! walk {
    ($survey:literal, [$($state:expr),*], $keys:literal) => {
        Walk { survey: $survey, states: &[$($state),*], answer: &[Type($keys), Press] }
    };
    ($survey:literal, [$($state:expr),*], [$($step:expr),*]) => {
        Walk { survey: $survey, states: &[$($state),*], answer: &[$($step),*] }
    };
}

/// The respondent chooses "other", with the arrow that leads up from the first choice,
/// and writes nothing beside it.
const OTHER: [State; 2] = [
    State {
        name: "other",
        steps: &[Type("\u{e013}")],
        shows: "[value=\"other:\"]:checked",
        is_another_question: false,
    },
    State {
        name: "other error",
        steps: &[Press],
        shows: WRONG,
        is_another_question: false,
    },
];

/// One more character than the field of one line may have.
const TOO_LONG: State = wrong!("The one who bakes the bread, sells it, and cleans up at night");

/// Three questions, a welcome before them, and a link behind them.
const JOURNEY: [State; 4] = [
    State {
        name: "rating",
        steps: &[Press],
        shows: ".star",
        is_another_question: true,
    },
    State {
        name: "rating error",
        steps: &[Press],
        shows: WRONG,
        is_another_question: false,
    },
    State {
        name: "more",
        steps: &[Type("4"), Press],
        shows: "textarea",
        is_another_question: true,
    },
    State {
        name: "again",
        steps: &[Press],
        shows: ".thumb",
        is_another_question: true,
    },
];

/// All surveys of the gallery.
pub(crate) const WALKS: [Walk; 19] = [
    walk!("nps", [NOTHING], "10"),
    walk!("csat", [NOTHING], "4"),
    walk!("ces", [NOTHING], "7"),
    walk!("ten", [NOTHING], "9"),
    walk!("stars", [], "4"),
    walk!("ten-stars", [], "8"),
    walk!("smileys", [NOTHING], "5"),
    walk!("seven-smileys", [], "6"),
    walk!("thumbs", [], "2"),
    walk!("text", [NOTHING, wrong!("Hm")], "m, more chairs"),
    walk!("line", [TOO_LONG], "\u{e003}\u{e003}"),
    walk!("email", [NOTHING, wrong!("ann")], "@example.com"),
    walk!("url", [wrong!("mine")], ".example.com"),
    walk!("number", [wrong!("12 or")], "\u{e003}\u{e003}\u{e003}"),
    walk!(
        "single",
        [NOTHING, OTHER[0], OTHER[1]],
        [Write(".own", "Radio"), Press]
    ),
    // One too many, with the boxes one after the other.
    walk!(
        "multiple",
        [NOTHING, wrong!(" \u{e004} \u{e004} \u{e004} ")],
        " "
    ),
    walk!("consent", [NOTHING], " "),
    walk!("message", [], [Press]),
    walk!(
        "journey",
        [JOURNEY[0], JOURNEY[1], JOURNEY[2], JOURNEY[3]],
        "2"
    ),
];
