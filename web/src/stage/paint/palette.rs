//! The colours and fonts in force.

use super::super::dots::Look;
use super::super::layout::LINES;
use super::super::scene::{Face, Tone};

/// From `styles/tokens.css`, as the canvas inherits them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    pub paper: String,
    pub district: String,
    pub sheet: String,
    pub groove: String,
    pub ink: String,
    pub soft: String,
    pub faint: String,
    pub bad: String,
    pub routes: Vec<String>,
    pub sans: String,
    pub mono: String,
}

impl Palette {
    /// `token` gives the value of a custom property of the style sheet.
    pub fn read(token: &dyn Fn(&str) -> String) -> Self {
        Self {
            paper: token("--paper"),
            district: token("--district"),
            sheet: token("--sheet"),
            groove: token("--line"),
            ink: token("--ink"),
            soft: token("--ink-soft"),
            faint: token("--ink-faint"),
            bad: token("--bad"),
            routes: (1..=LINES).map(|line| token(&format!("--route-{line}"))).collect(),
            sans: token("--sans"),
            mono: token("--mono"),
        }
    }

    pub fn font(&self, face: Face, scale: f64) -> String {
        let size = face.size() * scale;
        match face {
            Face::Title => format!("700 {size}px {}", self.sans),
            Face::Name => format!("600 {size}px {}", self.sans),
            Face::Note => format!("400 {size}px {}", self.sans),
            Face::Address => format!("400 {size}px {}", self.mono),
        }
    }

    pub fn route(&self, line: usize) -> &str {
        self.routes.get(line % LINES).map_or(&self.ink, String::as_str)
    }

    pub fn speck(&self, look: Look) -> &str {
        match look {
            Look::Asking => &self.soft,
            Look::Going => &self.ink,
            Look::Returning => &self.sheet,
            Look::Refused | Look::Unknown => &self.bad,
        }
    }

    pub fn tone(&self, tone: Tone) -> &str {
        match tone {
            Tone::Ink => &self.ink,
            Tone::Soft => &self.soft,
            Tone::Faint => &self.faint,
            Tone::Bad => &self.bad,
        }
    }
}
