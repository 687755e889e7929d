//! How the page is divided.

use serde::{Deserialize, Serialize};

/// A border between panes that can be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divider {
    /// Right of the editor.
    Editor,
    /// Above the outputs.
    Output,
    /// Left of the log.
    Log,
    /// Above the terminal.
    Terminal,
}

/// How the page is divided, in percent of the area each border divides.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// The editor's width.
    pub editor: f64,
    /// The outputs' height.
    pub output: f64,
    /// The log's width.
    pub log: f64,
    /// The terminal's height.
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
    /// What a border stands at.
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
