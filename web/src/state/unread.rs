//! What becomes of a command that the reader did not do: it took too long, was stopped, or failed.

use super::act_words::act_words;
use super::awaited::Then;
use super::changed::changed;
use super::{AppState, Effect, terminal};
use crate::live::{Live, Loss};
use crate::say;
use playground::seam::{Command, Task};
use playground::{Completion, Output, Scenario};
use std::rc::Rc;

/// Why the text of the editor is not read.
#[derive(Clone, Debug, PartialEq)]
pub struct Unread {
    /// In a sentence or two.
    pub words: String,
    /// Whether it took too long, and may be given more time.
    pub is_long: bool,
    /// What to send to whoever mends the playground.
    pub report: Option<String>,
    /// What the text belongs to, if all of it is not read.
    scenario: Option<Rc<Scenario>>,
}

impl AppState {
    /// Shows the text of a scenario without reading it.
    pub(super) fn open_unread(&mut self, live: &Live, scenario: Scenario) {
        self.load(live, Scenario::default());
        live.session.borrow_mut().set_text(scenario.text.clone());
        self.unread = Some(Unread {
            words: say::unread_crashed().to_owned(),
            is_long: false,
            report: None,
            scenario: Some(Rc::new(scenario)),
        });
    }

    /// What the text of the editor belongs to while it is not read.
    pub(super) fn unread_scenario(&self, text: &str) -> Option<Scenario> {
        let scenario = self.unread.as_ref()?.scenario.as_ref()?;
        Some(Scenario {
            text: text.to_owned(),
            ..Scenario::clone(scenario)
        })
    }
}

/// Reads a text in place of one that was not read.
pub(super) fn read(state: &mut AppState, live: &Live, text: String) {
    match state.unread_scenario(&text) {
        Some(scenario) => state.load(live, scenario),
        None => {
            live.set_text(text);
        }
    }
    state.unread = None;
}

pub(super) fn read_again(state: &mut AppState, live: &Live) -> Vec<Effect> {
    if state.unread.as_ref().is_some_and(|unread| unread.is_long) {
        live.be_patient();
    }
    let text = live.session.borrow().text().to_owned();
    read(state, live, text);
    changed(state, live)
}

/// Ends what the reader works on.
pub(super) fn stop(live: &Live) -> Vec<Effect> {
    live.lose(Loss::Stopped);
    Vec::new()
}

/// Tells of a command that was not done.
pub(super) fn tell_lost(state: &mut AppState, live: &Live, command: Command, loss: &Loss) {
    let then = state.awaited.0.remove(&command.number);
    match (command.task, then) {
        (Task::Text(text), _) => {
            if text == live.session.borrow().text() {
                state.leave_unread(live, loss, None);
            }
        }
        (Task::Open(scenario), Some(Then::Open { paused })) => {
            live.set_playing(!paused);
            state.leave_unread(live, loss, Some(Rc::new(scenario)));
        }
        // Even what worked before is too much now.
        (Task::Open(_), _) => state.leave_unread(live, loss, None),
        (_, Some(Then::Print { command, at })) => {
            let output = Output {
                stderr: format!("{}\n", of_command(loss)),
                exit: 1,
                ..Output::default()
            };
            state.terminal.print(at, command, (output, Vec::new()), None);
        }
        (_, Some(Then::PrintOn { entry })) => terminal::break_off(state, entry, of_command(loss)),
        (_, Some(Then::Save(editing))) => {
            state.terminal.editing = Some(*editing);
            state.complain(of_command(loss));
        }
        (Task::Act(act), _) => state.complain(format!("{}: {}", act_words(&act), of_command(loss))),
        (Task::Complete(line), _) => state.terminal.offer(line, Completion::default()),
        (Task::Ask(_) | Task::Bring(_), _) => {}
        _ => state.complain(of_command(loss)),
    }
}

impl AppState {
    fn leave_unread(&mut self, live: &Live, loss: &Loss, scenario: Option<Rc<Scenario>>) {
        let shows = if live.session.borrow().is_ready() {
            say::unread_map_last()
        } else {
            say::unread_map_empty()
        };
        let words = match loss {
            Loss::TooLong => say::unread_long(&shows),
            Loss::Stopped => say::unread_stopped(&shows),
            Loss::Broken(_) => say::unread_broken(&shows),
        };
        if self.embed {
            self.complain(words.clone());
        }
        let report = match loss {
            Loss::Broken(message) => Some(format!(
                "Service Playground {}\n{message}\n\n{}",
                env!("CARGO_PKG_VERSION"),
                live.session.borrow().text()
            )),
            Loss::TooLong | Loss::Stopped => None,
        };
        self.unread = Some(Unread {
            words,
            is_long: *loss == Loss::TooLong,
            report,
            scenario,
        });
    }
}

fn of_command(loss: &Loss) -> String {
    match loss {
        Loss::TooLong => say::command_long().to_owned(),
        Loss::Stopped => say::command_stopped().to_owned(),
        Loss::Broken(message) => say::command_broken(&message),
    }
}
