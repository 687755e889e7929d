//! The view as a file: a picture of the map at the moment that is shown.

use crate::live::{LOOKAHEAD, Live};
use crate::say;
use crate::stage::picture::{Caption, Face, Picture, Size, Tools};
use crate::stage::{Palette, Sheet, token};
use std::borrow::Cow;

/// The most bytes of a picture that moves: what README pages show without a wait.
pub const MOST_BYTES: usize = 100_000;
/// The least size of a picture, in CSS pixels.
const SIZE: Size = Size { w: 960.0, h: 540.0 };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A vector image that moves.
    Moving,
    /// A vector image.
    Svg,
    Png,
}

impl Format {
    pub const ALL: [Self; 3] = [Self::Moving, Self::Svg, Self::Png];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            Self::Moving => say::export_moving(),
            Self::Svg => "SVG",
            Self::Png => say::export_png(),
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Moving | Self::Svg => "service-playground.svg",
            Self::Png => "service-playground.png",
        }
    }
}

/// A picture, ready to be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// A `data:` address.
    pub address: String,
    pub file: &'static str,
    pub bytes: usize,
    pub caption: Caption,
}

impl Export {
    /// For a README beside the file.
    pub fn markdown(&self) -> String {
        let words = format!("{}. {}", self.caption.title, self.caption.description);
        let safe: String = words
            .chars()
            .filter(|letter| !matches!(letter, '[' | ']' | '\n'))
            .collect();
        format!("![{safe}]({})", self.file)
    }
}

/// What the map shows now; else why there is no such picture.
pub fn export(live: &Live, format: Format) -> Result<Export, &'static str> {
    let sheet = Sheet::new().ok_or(say::export_no_canvas())?;
    let palette = Palette::read(&token);
    let measure = |text: &str, face: Face| sheet.width(text, face, &palette);
    let tools = Tools::new(&measure, &token);
    let session = live.session.borrow();
    if !session.is_ready() {
        return Err(say::export_too_early());
    }
    let at = live.at();
    let picture = Picture::new(&session, at, at + LOOKAHEAD, SIZE, &tools);
    let title = session.lesson().map_or(Cow::Borrowed(say::frame_title()), |lesson| {
        say::translated(&lesson.title)
    });
    let caption = Caption {
        title: title.into_owned(),
        description: picture.description(),
    };
    let svg = match format {
        Format::Png => {
            let drawn = sheet.png(picture.size(), picture.ground(), |to| picture.paint(to));
            let address = drawn.ok_or(say::export_too_large())?;
            // Base64 writes three bytes as four letters.
            let bytes = address.len() / 4 * 3;
            return Ok(Export {
                address,
                file: format.file(),
                bytes,
                caption,
            });
        }
        Format::Svg => picture.svg(&caption),
        Format::Moving => picture.moving_svg(&caption, MOST_BYTES).ok_or(say::export_still())?,
    };
    Ok(Export {
        address: format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&svg)),
        file: format.file(),
        bytes: svg.len(),
        caption,
    })
}
