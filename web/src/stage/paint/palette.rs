//! The colours and fonts in force.

use super::super::dots::Look;
use super::super::scene::{Face, Tone};
use super::LINES;

/// From `styles/tokens.css`, as the canvas inherits them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Palette {
    pub(super) paper: String,
    pub(super) district: String,
    pub(super) sheet: String,
    pub(super) groove: String,
    pub(super) ink: String,
    pub(super) soft: String,
    pub(super) faint: String,
    pub(super) bad: String,
    pub(super) routes: Vec<String>,
    pub(super) sans: String,
    pub(super) mono: String,
}

impl Palette {
    pub(super) fn font(&self, face: Face, scale: f64) -> String {
        let size = face.size() * scale;
        match face {
            Face::Title => format!("700 {size}px {}", self.sans),
            Face::Name => format!("600 {size}px {}", self.sans),
            Face::Note => format!("400 {size}px {}", self.sans),
            Face::Address => format!("400 {size}px {}", self.mono),
        }
    }

    pub(super) fn route(&self, line: usize) -> &str {
        self.routes.get(line % LINES).map_or(&self.ink, String::as_str)
    }

    pub(super) fn speck(&self, look: Look) -> &str {
        match look {
            Look::Asking => &self.soft,
            Look::Going => &self.ink,
            Look::Returning => &self.sheet,
            Look::Refused | Look::Unknown => &self.bad,
        }
    }

    pub(super) fn tone(&self, tone: Tone) -> &str {
        match tone {
            Tone::Ink => &self.ink,
            Tone::Soft => &self.soft,
            Tone::Faint => &self.faint,
            Tone::Bad => &self.bad,
        }
    }
}
