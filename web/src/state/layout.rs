use serde::{Deserialize, Serialize};

/// A movable border between panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divider {
    Editor,
    Output,
    Log,
    Terminal,
}

/// The positions of the borders, in percent of the area that each divides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    pub editor: f64,
    pub output: f64,
    pub log: f64,
    pub terminal: f64,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            editor: 33.0,
            output: 40.0,
            log: 38.5,
            terminal: 27.0,
        }
    }
}

impl Layout {
    pub const fn get(&self, divider: Divider) -> f64 {
        match divider {
            Divider::Editor => self.editor,
            Divider::Output => self.output,
            Divider::Log => self.log,
            Divider::Terminal => self.terminal,
        }
    }

    pub(super) fn set(&mut self, divider: Divider, percent: f64) {
        let percent = if percent.is_finite() {
            percent.clamp(16.0, 72.0)
        } else {
            return;
        };
        match divider {
            Divider::Editor => self.editor = percent,
            Divider::Output => self.output = percent,
            Divider::Log => self.log = percent,
            Divider::Terminal => self.terminal = percent,
        }
    }
}
