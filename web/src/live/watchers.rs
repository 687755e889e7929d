//! Who is called when the playhead moves or the session changes.

use super::Live;
use playground::Micros;
use std::cell::RefCell;
use std::rc::{Rc, Weak};

pub(super) type Watcher = Rc<dyn Fn(Micros)>;

#[derive(Default)]
pub(super) struct Watchers {
    next: u64,
    all: Vec<(u64, Watcher)>,
}

#[must_use = "a subscription ends when it is dropped"]
pub struct Subscription {
    number: u64,
    watchers: Weak<RefCell<Watchers>>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(watchers) = self.watchers.upgrade() {
            watchers.borrow_mut().all.retain(|(number, _)| *number != self.number);
        }
    }
}

impl Live {
    pub(super) fn notify(&self) {
        self.touched.set(false);
        let watchers: Vec<Watcher> = self
            .watchers
            .borrow()
            .all
            .iter()
            .map(|(_, watcher)| watcher.clone())
            .collect();
        for watcher in watchers {
            watcher(self.at());
        }
    }

    /// Calls `watcher` with the playhead whenever it moves or the session changes.
    pub fn subscribe(&self, watcher: Watcher) -> Subscription {
        let mut watchers = self.watchers.borrow_mut();
        watchers.next += 1;
        let number = watchers.next;
        watchers.all.push((number, watcher));
        Subscription {
            number,
            watchers: Rc::downgrade(&self.watchers),
        }
    }
}
