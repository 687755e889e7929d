//! A session for tests: a mirror whose reader is at hand.

use playground::seam::{Command, Done, Mirror, Task, handle};
use playground::{AHEAD, Act, Micros, Reader, Scenario, TimedAct};
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

pub struct Played {
    mirror: Mirror,
    reader: Rc<RefCell<Reader>>,
}

impl Deref for Played {
    type Target = Mirror;

    fn deref(&self) -> &Mirror {
        &self.mirror
    }
}

impl Played {
    pub fn new(scenario: Scenario) -> Self {
        let reader = Rc::new(RefCell::new(Reader::new(Scenario::default())));
        let mut played = Self {
            mirror: Mirror::beside(reader.clone()),
            reader,
        };
        played.mirror.open(scenario.clone());
        played.have(Micros::ZERO, Task::Open(scenario));
        played
    }

    fn have(&mut self, at: Micros, task: Task) -> Done {
        let command = Command {
            number: 0,
            at,
            task,
            visits: Some(self.mirror.visits(at)),
            shown: Vec::new(),
        };
        let mut update = handle(&mut self.reader.borrow_mut(), command);
        self.mirror.receive(&mut update);
        update.done
    }

    pub fn run(&mut self, until: Micros) {
        self.have(Micros::ZERO, Task::Bring(until + AHEAD));
        self.mirror.run(until);
    }

    pub fn act(&mut self, at: Micros, act: Act) {
        self.have(at, Task::Act(act));
    }

    /// Its act, if it became one.
    pub fn perform(&mut self, at: Micros, line: &str) -> Option<TimedAct> {
        match self.have(at, Task::Perform(line.to_owned())) {
            Done::Printed { act, .. } => act,
            _ => None,
        }
    }

    pub fn undo(&mut self) {
        self.have(Micros::ZERO, Task::Undo);
    }

    pub fn stop_forwarding(&mut self) {
        self.have(Micros::ZERO, Task::StopForwarding);
    }
}
