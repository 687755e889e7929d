//! The state of the page and how each action changes it, after the Elm architecture: [`update`] takes an [`Action`], changes
//! [`AppState`] and returns what has to be done outside, an [`Effect`]. No browser in here.
//!
//! One exception: the session and the playhead are not in `AppState` but in [`Live`], whose cells the animation loop moves
//! without going through the app. `update` gets it as an argument of its own and changes it in place.

mod action;
mod acts;
mod changed;
mod layout;
mod opening;
mod overlay;
mod page;
mod pane;
mod playback;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod toast;
mod update;

pub use action::{Action, Copying, Effect};
pub use acts::{BURST, act_words, workload};
pub use layout::{Divider, Layout};
pub use opening::Opening;
pub use overlay::Overlay;
pub use pane::Pane;
pub use terminal::{TerminalEntry, TerminalState};
pub use text::{fixed_text, standing_words};
pub use toast::{Toast, ToastOffer};
pub use update::update;

use crate::at_once::AtOnceResult;
use crate::live::Live;
use crate::scenarios::Lesson;
use crate::selection::Selection;
use crate::theme::Theme;
use playground::{ObjectKey, Scenario, View};
use std::rc::Rc;

/// All the interface knows beside the session and the playhead.
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts about the page and its reader"
)]
#[derive(Clone, Debug, PartialEq)]
pub struct AppState {
    /// Which pane of each group is open on a wide page: editor, outputs, log.
    pub open: [Pane; 3],
    /// Which pane is open on a narrow page.
    pub narrow_open: Pane,
    /// Whether the page is narrow.
    pub narrow: bool,
    /// Whether the stage stands alone.
    pub embed: bool,
    /// The Service that was chosen to be described.
    pub service: Option<ObjectKey>,
    /// What is selected.
    pub selection: Option<Selection>,
    /// What the pointer is on: lit everywhere in place of what is selected.
    pub pointed: Option<Selection>,
    /// What the document says it is that the editor's cursor is in.
    pub cursor: Option<Selection>,
    /// The theme in force.
    pub theme: Theme,
    /// Whether it was chosen here, rather than by the system.
    pub theme_chosen: bool,
    /// Whether the reader wants less motion.
    pub reduced: bool,
    /// How the page is divided.
    pub layout: Layout,
    /// What was typed into the terminal and what came of it.
    pub terminal: TerminalState,
    /// What lies over the page.
    pub overlay: Option<Overlay>,
    /// The word at the foot of the page.
    pub toast: Option<Toast>,
    /// The menu's scenario, while the text is still as it came from there.
    pub lesson: Option<&'static Lesson>,
    /// What was worked on before a scenario or a link was opened.
    pub earlier: Option<Rc<Scenario>>,
    /// What became of many requests at once, when that was last asked for.
    pub at_once: Option<Rc<AtOnceResult>>,
    /// How large the map is shown, in percent.
    pub zoom: u32,
    /// Whether drafts are kept over reloads.
    pub draft_kept: bool,
    /// Whether playing goes on when the scrubber is let go.
    resume: bool,
    /// The link the session came from is not a draft until something is changed.
    untouched: bool,
}

impl AppState {
    /// Whether this pane is to be seen.
    pub fn shows(&self, pane: Pane) -> bool {
        if self.narrow {
            self.narrow_open == pane
        } else {
            pane == Pane::Terminal || self.open.contains(&pane)
        }
    }

    /// What is lit everywhere.
    pub fn looked_at(&self) -> Option<&Selection> {
        self.pointed
            .as_ref()
            .or(self.cursor.as_ref())
            .or(self.selection.as_ref())
    }

    /// What a link would say is looked at.
    pub fn view(&self, live: &Live) -> View {
        let tab = if self.narrow { self.narrow_open } else { self.open[1] };
        View {
            tab: Some(tab.word().to_owned()),
            service: self
                .service
                .as_ref()
                .map(|key| format!("{}/{}", key.namespace, key.name)),
            at: live.at().0,
            paused: !live.playing(),
            speed: if live.speed() == 100 { 0 } else { live.speed() },
        }
    }

    /// What a link would carry now.
    pub fn scenario(&self, live: &Live) -> Scenario {
        live.session.borrow().scenario(self.view(live))
    }

    fn show(&mut self, pane: Pane) {
        self.narrow_open = pane;
        if let Some(open) = self.open.iter_mut().find(|open| pane.group().contains(open)) {
            *open = pane;
        }
    }
}
