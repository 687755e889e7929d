//! What the learner typed and is saved nowhere yet.
//!
//! Yew works for some milliseconds and leaves the rest for later. So an edit may wait for the app when the next key is typed, and
//! when the page ends.

use crate::host::drafts;
use crate::live::Live;
use playground::{Scenario, View};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[derive(Clone, Default)]
pub struct Unsaved(Rc<Inner>);

#[derive(Default)]
struct Inner {
    /// The text of the last edit, until the app has it.
    typed: RefCell<Option<String>>,
    /// Whether the app has something that is to be saved.
    is_due: Cell<bool>,
}

impl Unsaved {
    /// An edit on its way to the app.
    pub fn type_in(&self, text: &str) {
        self.0.typed.replace(Some(text.to_owned()));
    }

    /// Whether an edit is on its way, so that the app's text is an older one.
    pub fn is_typed(&self) -> bool {
        self.0.typed.borrow().is_some()
    }

    /// The app has this edit.
    pub fn take_in(&self, text: &str) {
        let mut typed = self.0.typed.borrow_mut();
        if typed.as_deref() == Some(text) {
            *typed = None;
        }
    }

    pub fn set_due(&self, is_due: bool) {
        self.0.is_due.set(is_due);
    }

    /// Keeps it as the draft, at once.
    pub fn keep(&self, live: &Live) {
        let typed = self.0.typed.borrow().clone();
        if typed.is_none() && !self.0.is_due.get() {
            return;
        }
        let mut scenario: Scenario = live.session.borrow().scenario(View::default());
        if let Some(text) = typed {
            scenario.text = text;
        }
        drafts::keep(&scenario);
    }
}

impl PartialEq for Unsaved {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
