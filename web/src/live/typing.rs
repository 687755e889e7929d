//! The text of a large cluster is read when typing pauses, so that letters appear as they are typed.

use super::Live;
use super::place::Pending;
use playground::seam::Task;
use std::rc::Rc;

/// A cluster with more pods is large.
const LARGE: usize = 2_000;

impl Live {
    /// Has `wait` called whenever a text begins to wait for a pause: it calls [`Self::read_now`] once it was not called for a while.
    pub fn on_typing(&self, wait: Rc<dyn Fn()>) {
        self.wait.replace(Some(wait));
    }

    /// Whether to take over what was read, and to lay out the map, takes longer than a few frames.
    pub fn is_large(&self) -> bool {
        self.session.borrow().world(self.at()).pods.len() > LARGE
    }

    /// Whether a text waits for a pause.
    pub fn awaits_pause(&self) -> bool {
        self.held.borrow().is_some()
    }

    /// The pause has come.
    pub fn read_now(&self) {
        self.release();
        self.send_next();
    }

    /// Has a text wait, which takes the place of one that does; gives it back where no pause is awaited.
    pub(super) fn hold(&self, text: String) -> Result<u64, String> {
        let Some(wait) = self.wait.borrow().clone().filter(|_| self.is_large()) else {
            return Err(text);
        };
        let pending = self.numbered(Task::Text(text));
        let number = pending.command.number;
        self.held.replace(Some(pending));
        wait();
        Ok(number)
    }

    /// Lines up the text that waits.
    pub(super) fn release(&self) {
        if let Some(Pending { mut command, patience }) = self.held.take() {
            command.at = self.at();
            self.line_up(Pending { command, patience });
        }
    }
}
