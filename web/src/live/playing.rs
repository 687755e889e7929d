//! Playing: time passes frame by frame.

use super::place::Pending;
use super::{Live, SessionRevision};
use playground::seam::Task;
use playground::{AHEAD, Micros};
use std::rc::Rc;

/// The longest time that one frame moves the playhead, in milliseconds of wall time, so that a tab resumes where it slept.
pub const LONGEST_FRAME_MS: f64 = 100.0;
/// How far ahead of the playhead the session runs, so that the next events are known.
pub const LOOKAHEAD: Micros = Micros::from_seconds(5);
/// So much wall time ahead of what is wanted the reader tells what time brings; the next edit has it tell that anew.
const STRETCH: Micros = Micros::from_seconds(15);
/// In percent.
pub const SPEEDS: [u32; 10] = [10, 25, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

impl Live {
    pub fn at(&self) -> Micros {
        self.playhead.get()
    }

    /// The latest moment that the playhead has been at.
    pub fn reached(&self) -> Micros {
        self.reached.get()
    }

    pub fn playing(&self) -> bool {
        self.playing.get()
    }

    /// In percent of wall time.
    pub fn speed(&self) -> u32 {
        self.speed.get()
    }

    pub fn set_speed(&self, percent: u32) {
        self.speed.set(percent.clamp(1, 10_000));
    }

    pub fn set_playing(&self, playing: bool) {
        let was = self.playing.replace(playing);
        if playing && !was {
            self.wake();
        }
    }

    /// Has playing stop once it comes to that moment.
    pub fn pause_at(&self, moment: Option<Micros>) {
        self.pause_at.set(moment);
    }

    /// Requests a frame; false if no loop is connected.
    fn wake(&self) -> bool {
        let wake = self.wake.borrow().clone();
        wake.inspect(|wake| wake()).is_some()
    }

    pub fn seek(&self, at: Micros) {
        self.playhead.set(at);
        self.reached.set(self.reached.get().max(at));
        self.look_ahead();
        self.notify();
    }

    pub fn revision(&self) -> SessionRevision {
        (self.generation.get(), self.session.borrow().revision())
    }

    /// To be called after a change of the session. The subscribers are called in the next frame, once for all changes until then.
    pub fn touch(&self) {
        self.session.borrow_mut().run(self.at());
        self.touched.set(true);
        if !self.wake() {
            self.catch_up();
        }
    }

    /// Calls the subscribers if the session changed since their last call.
    fn catch_up(&self) {
        if self.touched.get() {
            self.look_ahead();
            self.notify();
        }
    }

    /// One frame: moves the playhead while playing, and calls the subscribers if there is something new.
    pub fn tick(&self, elapsed_ms: f64) {
        if !self.playing() {
            return self.catch_up();
        }
        let elapsed = elapsed_ms.clamp(0.0, LONGEST_FRAME_MS);
        // At most 100 ms × 1,000 × 100: far below what a u64 or an f64 holds.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let micros = (elapsed * 10.0 * f64::from(self.speed.get())) as u64;
        // Not beyond what is known.
        let known = self.session.borrow().brought().max(self.at());
        let next = (self.at() + Micros(micros)).min(known);
        match self.pause_at.get().filter(|moment| next >= *moment) {
            None => self.seek(next),
            Some(moment) => {
                self.pause_at.set(None);
                self.playing.set(false);
                self.seek(moment.max(self.at()));
            }
        }
    }

    /// Connects the animation loop: `wake` is called when playing starts and when the session changed.
    pub fn on_wake(&self, wake: Rc<dyn Fn()>) {
        self.wake.replace(Some(wake));
    }

    pub(crate) fn look_ahead(&self) {
        let until = self.at() + LOOKAHEAD;
        self.bring(until);
        self.session.borrow_mut().run(until);
    }

    /// Has the reader tell what time brings, before the playhead can come there.
    fn bring(&self, until: Micros) {
        let faster = u64::from(self.speed().max(100) / 100);
        let wanted = until + Micros(faster * LOOKAHEAD.0);
        let session = self.session.borrow();
        if !session.is_ready() || session.brought() >= wanted {
            return;
        }
        drop(session);
        let brings = |pending: &Pending| matches!(pending.command.task, Task::Bring(far) if far >= wanted);
        if !self.sent.borrow().iter().any(brings) && !self.queue.borrow().iter().any(brings) {
            self.send(Task::Bring(until + AHEAD.max(Micros(faster * STRETCH.0))));
        }
    }
}
