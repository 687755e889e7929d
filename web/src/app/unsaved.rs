//! What the reader wrote that no storage holds yet.
//!
//! A page may end between two messages to the app: Yew works on messages for 16 ms and leaves the rest for later. What is
//! noted here is there at once.

use crate::host::drafts;
use crate::live::Live;
use playground::View;
use std::cell::{Cell, RefCell};

#[derive(Default)]
pub(super) struct Unsaved {
    /// The text that was typed last, until it is saved.
    typed: RefCell<Option<String>>,
    /// Whether something else changed.
    is_changed: Cell<bool>,
}

impl Unsaved {
    pub(super) fn typed(&self, text: &str) {
        self.typed.replace(Some(text.to_owned()));
    }

    pub(super) fn changed(&self) {
        self.is_changed.set(true);
    }

    /// A scenario with this text is saved; what was typed since is not.
    pub(super) fn saved(&self, text: &str) {
        self.is_changed.set(false);
        self.typed.borrow_mut().take_if(|typed| typed == text);
    }

    /// Keeps it, as the page ends.
    pub(super) fn keep(&self, live: &Live) {
        let typed = self.typed.take();
        if typed.is_none() && !self.is_changed.take() {
            return;
        }
        let Ok(session) = live.session.try_borrow() else { return };
        let mut scenario = session.scenario(View::default());
        if let Some(text) = typed {
            scenario.text = text;
        }
        drafts::keep(&scenario);
    }
}
