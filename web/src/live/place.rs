//! Where the reader works.

use playground::seam::{Command, Update, handle};
use playground::{Reader, Scenario};
use std::cell::RefCell;
use std::rc::Rc;

/// Where the reader works.
pub trait ReaderPlace {
    /// Takes a command; returns the update if the reader works on this thread, else it comes later.
    fn send(self: Rc<Self>, command: &Command) -> Option<Update>;

    /// Ends the reader, whatever it does, and starts another.
    fn restart(self: Rc<Self>);
}

/// A reader on the page's own thread.
pub(super) struct Here(pub Rc<RefCell<Reader>>);

impl ReaderPlace for Here {
    fn send(self: Rc<Self>, command: &Command) -> Option<Update> {
        Some(handle(&mut self.0.borrow_mut(), command.clone()))
    }

    fn restart(self: Rc<Self>) {
        self.0.replace(Reader::new(Scenario::default()));
    }
}
