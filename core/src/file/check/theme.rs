//! Whether what the card shows can be seen on its colours (WCAG 2.2, 1.4.3 and 1.4.11).

use super::{Check, limits};
use crate::file::theme::Tone;

/// What stands on what, and the contrast that it needs.
const PAIRS: [(&str, &str, f64); 7] = [
    ("text", "background", 4.5),
    ("muted", "background", 4.5),
    ("error", "background", 4.5),
    ("text", "soft", 4.5),
    ("on_accent", "accent", 4.5),
    ("accent", "background", 3.0),
    ("line", "background", 3.0),
];

impl Check<'_> {
    pub(super) fn theme(&mut self) {
        let Some(theme) = &self.draft.file.theme else {
            return;
        };
        self.limit("theme.radius_px", theme.radius_px, limits::RADIUS_PX);
        self.limit("theme.spacing_px", theme.spacing_px, limits::SPACING_PX);
        self.limit("theme.offset_x_px", theme.offset_x_px, limits::OFFSET_PX);
        self.limit("theme.offset_y_px", theme.offset_y_px, limits::OFFSET_PX);
        self.contrasts("theme", &theme.light_tones());
        if theme.dark.is_some() {
            self.contrasts("theme.dark", &theme.dark_tones());
        }
    }

    fn contrasts(&mut self, path: &str, tones: &[Tone]) {
        let tone = |name: &str| tones.iter().find(|tone| tone.name == name);
        for (front, back, needed) in PAIRS {
            let (Some(front), Some(back)) = (tone(front), tone(back)) else {
                continue;
            };
            // Where the file gives neither, or not readably, there is nothing to mend.
            let of_front = format!("{path}.{}", front.name);
            let of_back = format!("{path}.{}", back.name);
            let is_read = self.draft.is_read(&of_front) && self.draft.is_read(&of_back);
            let place = match (front.is_given, back.is_given) {
                (true, _) => of_front,
                (false, true) => of_back,
                (false, false) => continue,
            };
            let ratio = front.colour.contrast(back.colour);
            if is_read && ratio < needed {
                // Rounded down, so that what is too little never looks like enough.
                let ratio = (ratio * 100.0).floor() / 100.0;
                let message = format!(
                    "the contrast of `{}` ({}) on `{}` ({}) is {ratio:.2}, and {needed} is needed; make one of them lighter or darker",
                    front.name, front.colour, back.name, back.colour
                );
                self.wrong(place, message);
            }
        }
    }
}
