//! Commands that are not done, and how another reader goes on.

use super::place::{Heard, Pending};
use super::{Live, Patience};
use playground::seam::{Command, Task};
use playground::{Micros, Scenario, TextStatus};

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It took too long, and was stopped.
    TooLong,
    /// It was stopped by hand.
    Stopped,
    /// The reader failed at it: what the browser says of it.
    Broken(String),
}

/// What brings another reader to where the one before was.
#[derive(Clone, Default)]
pub(super) struct LastGood {
    /// With the last text that made the cluster.
    scenario: Scenario,
    /// The last text that was read.
    read: String,
    /// What that took.
    patience: Patience,
    /// The command that opens it again.
    pub(super) opened_by: Option<u64>,
}

impl Live {
    /// Ends what the reader works on, and has another one go on where it was before.
    pub fn lose(&self, loss: Loss) {
        let Some(Pending { command, .. }) = self.sent.take() else {
            return;
        };
        self.slow.set(false);
        self.session.borrow_mut().forget_questions();
        self.place.borrow().clone().restart();
        // Where even the last good scenario is too much, an empty one is left.
        let mut good = if self.good.borrow().opened_by == Some(command.number) {
            LastGood::default()
        } else {
            self.good.borrow().clone()
        };
        let number = self.commands.get() + 1;
        self.commands.set(number + 1);
        good.opened_by = Some(number);
        let again = |number, task, patience| Pending {
            command: Command {
                number,
                at: Micros::ZERO,
                task,
                visits: None,
                shown: Vec::new(),
            },
            patience,
        };
        let mut queue = self.queue.borrow_mut();
        queue.retain(|pending| !matches!(pending.command.task, Task::Bring(_) | Task::Ask(_)));
        if good.read != good.scenario.text {
            let text = Task::Text(good.read.clone());
            queue.push_front(again(number + 1, text, Patience::Usual));
        }
        let open = Task::Open(good.scenario.clone());
        queue.push_front(again(number, open, good.patience));
        drop(queue);
        self.good.replace(good);
        self.lost.borrow_mut().push((command, loss));
        self.send_next();
        self.tell_heard(Heard::News);
    }

    /// Commands that were not done since the last call, in order.
    pub fn take_lost(&self) -> Vec<(Command, Loss)> {
        self.lost.take()
    }

    /// Keeps what another reader would need to go on from here.
    pub(super) fn note_good(&self, task: &Task, patience: Patience) {
        let mut good = self.good.borrow_mut();
        let text = match task {
            Task::Open(scenario) => Some(&scenario.text),
            Task::Text(text) => Some(text),
            _ => None,
        };
        if let Some(text) = text {
            good.read.clone_from(text);
            good.patience = patience;
        }
        let session = self.session.borrow();
        let made = if matches!(session.text_status(), TextStatus::LastGood { .. }) {
            std::mem::take(&mut good.scenario.text)
        } else {
            good.read.clone()
        };
        good.scenario = Scenario {
            text: made,
            ..session.settings().clone()
        };
    }
}
