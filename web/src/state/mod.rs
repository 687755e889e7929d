//! The state of the page and how each action changes it, after the Elm architecture: [`update`] takes an [`Action`], changes
//! [`AppState`] and returns what has to be done outside, an [`Effect`]. No browser in here.
//!
//! One exception: the session and the playhead are not in `AppState` but in [`Live`], whose cells the animation loop moves
//! without going through the app. `update` gets it as an argument of its own and changes it in place.

mod act_words;
mod action;
mod acts;
mod awaited;
mod changed;
mod exercise;
mod first_story;
mod frame;
mod hosted;
mod layout;
mod lesson;
mod link;
mod opening;
mod overlay;
mod page;
mod pane;
mod playback;
mod shown;
mod telling;
mod terminal;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_exercise;
#[cfg(test)]
mod tests_frame;
#[cfg(test)]
mod tests_reader;
mod text;
mod then;
mod toast;
mod unread;
mod update;

pub use act_words::act_words;
pub use action::{Action, Copying, Effect};
pub use acts::{BURST, workload};
pub use awaited::Awaited;
pub use exercise::is_advice;
pub use frame::{Frame, FrameUi, FrameView};
pub use layout::{Divider, Layout};
pub use lesson::{Exercise, LessonAction, Solved};
pub use link::is_own_work;
pub use opening::Opening;
pub use overlay::{Comparison, Overlay};
pub use pane::Pane;
pub use shown::points;
pub use telling::{FirstStoryAction, FirstStoryState};
pub use terminal::{Completed, Editing, TerminalEntry, TerminalState};
pub use text::{fixed_text, status_words};
pub use toast::{Toast, ToastOffer};
pub use unread::Unread;
pub use update::update;

use crate::at_once::AtOnceResult;
use crate::live::Live;
use crate::saved::Saving;
use crate::say::Language;
use crate::scenarios::Lesson;
use crate::selection::Selection;
use crate::theme::Theme;
use playground::{Beside, ObjectKey, Scenario, View};
use std::rc::Rc;

/// Everything the page knows besides the session and the playhead.
#[allow(
    clippy::struct_excessive_bools,
    reason = "independent facts about the page and its reader"
)]
#[derive(Clone, Debug, PartialEq)]
pub struct AppState {
    /// The open pane of each group on a wide page: editor, outputs, log.
    pub open: [Pane; 3],
    /// The open pane on a narrow page.
    pub narrow_open: Pane,
    pub narrow: bool,
    /// Whether the page is made for a frame of another page.
    pub embed: bool,
    /// How, if it is.
    pub frame: Frame,
    /// The Service chosen to be described.
    pub service: Option<ObjectKey>,
    pub selection: Option<Selection>,
    /// What the pointer is on. It is highlighted in place of the selection.
    pub pointed: Option<Selection>,
    /// The object of the document that the editor's cursor is in.
    pub cursor: Option<Selection>,
    /// Its byte.
    cursor_at: Option<usize>,
    pub language: Language,
    pub theme: Theme,
    /// Whether the reader, or the page around, chose the theme, not the system.
    pub theme_chosen: bool,
    /// The system's.
    system_theme: Theme,
    /// Whether the page is being printed.
    prints: bool,
    /// Whether the reader prefers less motion.
    pub reduced: bool,
    pub layout: Layout,
    pub terminal: TerminalState,
    /// Why the text is not read, if it is not.
    pub unread: Option<Unread>,
    pub overlay: Option<Overlay>,
    pub toast: Option<Toast>,
    /// The scenario without a scenario document, as long as its text is unchanged.
    pub lesson: Option<&'static Lesson>,
    /// What the learner has done with the scenario document.
    pub exercise: Exercise,
    /// Whether its panel is folded on a wide page.
    pub lesson_folded: bool,
    pub solved: Rc<Solved>,
    /// Whether the scenario was opened with a view of its own, as by a link.
    view_is_chosen: bool,
    /// The scenario as it was opened.
    opened: Option<Rc<Scenario>>,
    /// The learner's scenario before another one was opened.
    pub earlier: Option<Rc<Scenario>>,
    /// Whoever's scenario before another one was opened: what undo brings back.
    left: Option<Rc<Scenario>>,
    /// The latest result of [`Action::SendAtOnce`].
    pub at_once: Option<Rc<AtOnceResult>>,
    /// The zoom of the map, in percent.
    pub zoom: u32,
    pub first_story: FirstStoryState,
    /// Whether the line with the next thing to do is shown.
    pub offers_next: bool,
    /// Whether the page saves texts, which a frame does not.
    pub saves_texts: bool,
    /// Whether the browser keeps them.
    pub saving: Saving,
    /// Whether to play again when the scrubber is released.
    resume: bool,
    /// Whether the session is still as it was opened; only a changed one is the learner's draft.
    untouched: bool,
    /// What follows once the reader has done the commands of these numbers.
    awaited: Awaited,
}

impl AppState {
    /// The theme that is seen: light on paper.
    pub const fn shown_theme(&self) -> Theme {
        if self.prints { Theme::Light } else { self.theme }
    }

    /// Whether this pane is visible.
    pub fn shows(&self, pane: Pane) -> bool {
        if self.narrow {
            self.narrow_open == pane
        } else {
            pane == Pane::Terminal || self.open.contains(&pane)
        }
    }

    /// What is highlighted in all panes.
    pub fn looked_at(&self) -> Option<&Selection> {
        self.pointed
            .as_ref()
            .or(self.cursor.as_ref())
            .or(self.selection.as_ref())
    }

    /// The view that a link carries.
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
            beside: self.beside(),
            ..View::default()
        }
    }

    /// What is shown beside, if a link can carry it.
    fn beside(&self) -> Option<Beside> {
        let Some(Overlay::Compare(comparison)) = &self.overlay else {
            return None;
        };
        comparison.variants.get(comparison.chosen)?.beside
    }

    /// The scenario that a link carries.
    pub fn scenario(&self, live: &Live) -> Scenario {
        let session = live.session.borrow();
        let view = self.view(live);
        match self.unread_scenario(session.text()) {
            Some(scenario) => Scenario { view, ..scenario },
            None => session.scenario(view),
        }
    }

    fn show(&mut self, pane: Pane) {
        self.narrow_open = pane;
        if let Some(open) = self.open.iter_mut().find(|open| pane.group().contains(open)) {
            *open = pane;
        }
    }
}
