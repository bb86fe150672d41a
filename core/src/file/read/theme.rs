//! The look.

use super::fields::Fields;
use crate::file::check::limits;
use crate::file::{Colour, FileColours, FileTheme, Font};

pub(super) fn read_theme(mut fields: Fields<'_>) -> FileTheme {
    FileTheme {
        light: colours(&mut fields),
        radius_px: fields.whole("radius_px", limits::RADIUS_PX.cause()),
        spacing_px: fields.whole("spacing_px", limits::SPACING_PX.cause()),
        font: read_font(&mut fields),
        offset_x_px: fields.whole("offset_x_px", limits::OFFSET_PX.cause()),
        offset_y_px: fields.whole("offset_y_px", limits::OFFSET_PX.cause()),
        dark: fields.object("dark", |mut fields| colours(&mut fields)),
    }
}

fn colours(fields: &mut Fields<'_>) -> FileColours {
    let mut colours = FileColours::default();
    for name in FileColours::NAMES {
        let colour = fields.string(name).and_then(|text| {
            let colour = Colour::read(&text);
            if colour.is_none() {
                fields.wrong(name, "must be a colour as `#0a7c66` or `#07c`");
            }
            colour
        });
        colours.set(name, colour);
    }
    colours
}

fn read_font(fields: &mut Fields<'_>) -> Option<Font> {
    let text = fields.string("font")?;
    let font = Font::read(&text);
    if font.is_none() {
        fields.wrong(
            "font",
            "must be names of fonts with commas between them, as `Inter, sans-serif`, of letters, digits, spaces, `-` and `_`, 200 characters at most",
        );
    }
    font
}
