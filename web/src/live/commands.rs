//! What the reader is to do, one command at a time, and what it led to.

use super::place::{Heard, Here, Patience, Pending};
use super::{Live, OnHeard, OnReading};
use playground::seam::{Command, Done, Task, Update};
use playground::{Reader, Scenario};
use std::cell::RefCell;
use std::rc::Rc;

impl Live {
    /// Sends the questions that came up.
    pub fn ask(&self) {
        let questions = self.session.borrow().take_questions();
        if !questions.is_empty() {
            self.send(Task::Ask(questions));
        }
    }

    /// Opens a scenario; what is shown is the one before until the reader has opened it.
    pub fn open(&self, scenario: Scenario) -> u64 {
        self.session.borrow_mut().open(scenario.clone());
        self.send(Task::Open(scenario))
    }

    /// The text was edited.
    pub fn set_text(&self, text: String) -> u64 {
        self.session.borrow_mut().set_text(text.clone());
        self.hold(text).unwrap_or_else(|text| self.send(Task::Text(text)))
    }

    /// Hands a task over to the reader; returns its number, under which [`Self::take_done`] tells what it led to.
    pub fn send(&self, task: Task) -> u64 {
        // What is done means the text that is seen.
        if !matches!(task, Task::Bring(_) | Task::Ask(_)) {
            self.release();
        }
        let pending = self.numbered(task);
        let number = pending.command.number;
        self.line_up(pending);
        self.send_next();
        number
    }

    pub(super) fn numbered(&self, task: Task) -> Pending {
        let number = self.commands.get() + 1;
        self.commands.set(number);
        let patience = self.patience_with(&task);
        let command = Command {
            number,
            at: self.at(),
            task,
            visits: None,
            shown: Vec::new(),
        };
        Pending { command, patience }
    }

    /// Has a command wait for those before it, of which it may make some needless.
    pub(super) fn line_up(&self, pending: Pending) {
        let mut queue = self.queue.borrow_mut();
        let replaces = |earlier: &Pending| pending.command.task.replaces(&earlier.command.task);
        while queue.back().is_some_and(replaces) {
            queue.pop_back();
        }
        queue.push_back(pending);
    }

    /// Sends the next command, unless the reader works on one.
    pub(super) fn send_next(&self) {
        while self.sent.borrow().is_none() {
            let Some(Pending { mut command, patience }) = self.queue.borrow_mut().pop_front() else {
                return;
            };
            if command.task.changes_session() {
                command.shown = self.session.borrow().shown();
            }
            let sent = command.clone();
            self.sent.replace(Some(Pending {
                command: sent,
                patience,
            }));
            if let Some(text) = self.own_text(&command) {
                self.note_reading(Some(text));
            }
            let place = self.place.borrow().clone();
            if let Some(update) = place.send(&command, patience) {
                self.take_over(update);
            }
        }
    }

    /// Gives the text that is read next the time that it takes.
    pub fn be_patient(&self) {
        self.patience.set(Patience::Long);
    }

    fn patience_with(&self, task: &Task) -> Patience {
        match task {
            Task::Text(_) | Task::Open(_) => self.patience.take(),
            _ => Patience::Usual,
        }
    }

    /// From now on the reader works on this thread.
    pub fn read_here(&self) {
        let reader = Rc::new(RefCell::new(Reader::new(Scenario::default())));
        self.session.borrow_mut().read_by(reader.clone());
        self.place.replace(Rc::new(Here(reader)));
        if let Some(pending) = self.sent.take() {
            self.queue.borrow_mut().push_front(pending);
        }
        self.send_next();
        self.tell_heard(Heard::News);
    }

    /// Whether the reader has read the newest text.
    pub fn has_read_all(&self) -> bool {
        let reads = |pending: &Pending| matches!(pending.command.task, Task::Text(_) | Task::Open(_));
        let waits = self.awaits_pause() || self.queue.borrow().iter().any(reads);
        !waits && !self.sent.borrow().iter().any(reads)
    }

    /// Whether the reader has worked on a command for long.
    pub fn is_slow(&self) -> bool {
        self.slow.get()
    }

    pub fn set_slow(&self, slow: bool) {
        if self.slow.replace(slow) != slow {
            self.tell_heard(Heard::News);
        }
    }

    pub(super) fn tell_heard(&self, what: Heard) {
        let heard = self.heard.borrow().clone();
        if let Some(heard) = heard {
            heard(what);
        }
    }

    /// What the reader tells; ignored if the command is not the one that it works on.
    pub fn received(&self, update: Update) {
        let was_slow = self.slow.replace(false);
        let what = match update.done {
            Done::Replies(_) if !was_slow => Heard::Answers,
            _ => Heard::News,
        };
        self.take_over(update);
        self.send_next();
        self.tell_heard(what);
    }

    fn take_over(&self, mut update: Update) {
        let is_meant = |sent: &mut Pending| sent.command.number == update.number;
        let pending = self.sent.borrow_mut().take_if(is_meant);
        let Some(Pending { mut command, patience }) = pending else {
            return;
        };
        if matches!(update.done, Done::WantsVisits) {
            command.visits = Some(self.session.borrow().visits(command.at));
            return self.queue.borrow_mut().push_front(Pending { command, patience });
        }
        if self.own_text(&command).is_some() {
            self.note_reading(None);
        }
        let is_recovered = self.good.borrow().opened_by == Some(update.number);
        if let Some(at) = update.begins_at {
            self.generation.set(self.generation.get() + 1);
            if !is_recovered {
                self.reached.set(at);
                self.playhead.set(at);
            }
        }
        let is_news = update.facts.is_some() || !update.changes.is_empty();
        self.session.borrow_mut().receive(&mut update);
        if is_news {
            self.note_good(&command.task, patience);
        }
        match (update.done, command.task) {
            (Done::Replies(replies), Task::Ask(questions)) => self.session.borrow_mut().answered(questions, replies),
            (done, _) => self.done.borrow_mut().push((update.number, done)),
        }
        if is_news {
            self.touch();
        }
    }

    /// What commands led to since the last call, in order.
    pub fn take_done(&self) -> Vec<(u64, Done)> {
        self.done.take()
    }

    /// Has `reading` called with each text before it is read, and with none once it is.
    pub fn on_reading(&self, reading: OnReading) {
        self.reading.replace(Some(reading));
    }

    fn note_reading(&self, text: Option<&str>) {
        let reading = self.reading.borrow().clone();
        if let Some(reading) = reading {
            reading(text);
        }
    }

    /// The text that a command has read, unless it only restores what was read before.
    fn own_text<'c>(&self, command: &'c Command) -> Option<&'c str> {
        let again = self.good.borrow().opened_by;
        let restores = again.is_some_and(|first| (first..=first + 1).contains(&command.number));
        match &command.task {
            Task::Text(text) if !restores => Some(text),
            Task::Open(scenario) if !restores => Some(&scenario.text),
            _ => None,
        }
    }

    /// Connects the app: `heard` is called when an update came.
    pub fn on_heard(&self, heard: OnHeard) {
        self.heard.replace(Some(heard));
    }
}
