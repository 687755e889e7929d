//! What is to follow once the reader has done what an action asked for: see [`super::then`].

use super::AppState;
use super::terminal::Editing;
use crate::live::Live;
use playground::seam::Task;
use playground::{Micros, TimedAct};
use std::collections::BTreeMap;

/// What to do with what a command led to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Then {
    /// Show a scenario that was opened, and play it unless it is paused.
    Open {
        paused: bool,
    },
    /// Tell of an act: its words, and the command that it equals.
    Act {
        words: String,
        command: String,
        at: Micros,
    },
    /// Tell of an act that is no command.
    Turn {
        words: String,
        command: String,
        done: TimedAct,
    },
    /// Show a step that was opened; if it is new, in the address too.
    Step {
        number: usize,
        is_new: bool,
    },
    /// Tell what the checks came to.
    Judge,
    /// Tell what was undone.
    Undo,
    TakeBack(TimedAct),
    /// Print a command of the terminal.
    Print {
        command: String,
        at: Micros,
    },
    /// Clear the terminal of all commands before.
    Clear,
    /// Print on in the entry of a command that waits.
    PrintOn {
        entry: u64,
    },
    /// Print what saving an object said.
    Save(Box<Editing>),
    /// Close what forwarded ports, or cancel this line.
    StopForwarding(String),
    /// Offer the completions of this line.
    Complete(String),
    /// What follows from every change of the session.
    Change,
}

/// What follows commands that are not done yet, by their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Awaited(pub(super) BTreeMap<u64, Then>);

impl AppState {
    /// Has the reader do something, and this follow.
    pub(super) fn have(&mut self, live: &Live, task: Task, then: Then) {
        let number = live.send(task);
        self.await_done(number, then);
    }

    pub(super) fn await_done(&mut self, number: u64, then: Then) {
        self.awaited.0.insert(number, then);
    }
}
