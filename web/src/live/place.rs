//! Where the reader works.

use playground::seam::{Command, Update, handle};
use playground::{Reader, Scenario};
use std::cell::RefCell;
use std::rc::Rc;

/// How long the reader may work on a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patience {
    /// As long as nobody minds.
    #[default]
    Usual,
    /// For a text that took longer, and that somebody wants to see all the same.
    Long,
}

impl Patience {
    /// After how many seconds the reader is stopped.
    pub const fn seconds(self) -> i32 {
        match self {
            Self::Usual => 2,
            Self::Long => 60,
        }
    }
}

/// What an update brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Answers to what the page asked to show it.
    Answers,
    /// Anything else.
    News,
}

/// A command that is not done yet.
#[derive(Clone)]
pub(super) struct Pending {
    pub(super) command: Command,
    /// How long the reader may work on it.
    pub(super) patience: Patience,
}

/// Where the reader works.
pub trait ReaderPlace {
    /// Takes a command; returns the update if the reader works on this thread, else it comes later.
    fn send(self: Rc<Self>, command: &Command, patience: Patience) -> Option<Update>;

    /// Ends the reader, whatever it does, and starts another.
    fn restart(self: Rc<Self>);
}

/// A reader on the page's own thread.
pub(super) struct Here(pub Rc<RefCell<Reader>>);

impl ReaderPlace for Here {
    fn send(self: Rc<Self>, command: &Command, _: Patience) -> Option<Update> {
        Some(handle(&mut self.0.borrow_mut(), command.clone()))
    }

    fn restart(self: Rc<Self>) {
        self.0.replace(Reader::new(Scenario::default()));
    }
}
