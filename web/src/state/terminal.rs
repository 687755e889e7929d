//! The terminal: what was typed, what came of it, and what was done by hand on the stage, as the commands it equals.

use super::acts::act_words;
use super::changed::changed;
use super::{AppState, Effect};
use crate::live::Live;
use playground::{Micros, Output, TimedAct, shell};
use std::rc::Rc;

/// The most commands that stay in sight.
const ENTRIES: usize = 200;
/// The most commands that are kept to be typed again.
const HISTORY: usize = 200;
/// The longest output that is read out whole, in lines.
const SPOKEN_LINES: usize = 3;

/// What was typed and what came of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TerminalState {
    /// What is in sight, in the order it was typed.
    pub entries: Rc<Vec<TerminalEntry>>,
    /// The commands that were typed, the latest last.
    pub history: Rc<Vec<String>>,
    /// What is read out of the latest entry.
    pub spoken: String,
    count: u64,
    /// The second and the session's revision when a command that waits was last looked after.
    waited: (u64, u64),
}

/// A command and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TerminalEntry {
    /// Counts the entries.
    pub number: u64,
    /// The moment it was typed at.
    pub at: Micros,
    /// The command.
    pub command: String,
    /// What it printed.
    pub output: Output,
    /// The change of the cluster it is, if it is one.
    pub act: Option<TimedAct>,
}

impl TerminalState {
    /// An empty terminal that knows these commands.
    pub(super) fn new(history: Vec<String>) -> Self {
        Self {
            history: Rc::new(history),
            ..Self::default()
        }
    }

    /// A terminal of another cluster: what was done to it by hand, and nothing else.
    pub(super) fn begin<'a>(&mut self, done: impl Iterator<Item = (&'a TimedAct, &'a Output)>) {
        self.clear();
        for (act, output) in done {
            self.print(Micros(act.at), act_words(&act.act), output.clone(), Some(act.clone()));
        }
        self.spoken.clear();
    }

    /// A command that waits prints more, or ends, when time passes or the cluster changes.
    pub(super) fn wait(&mut self, live: &Live) {
        let waits = |entry: &TerminalEntry| entry.output.waits_until.is_some();
        let Some(index) = self.entries.iter().rposition(waits) else {
            return;
        };
        let (at, session) = (live.at(), live.session.borrow());
        let now = (at.seconds(), session.revision());
        if self.waited == now {
            return;
        }
        self.waited = now;
        let Some(entry) = Rc::make_mut(&mut self.entries).get_mut(index) else {
            return;
        };
        if at < entry.at {
            return;
        }
        let output = session.kubectl_since(entry.at, at, &entry.command);
        if output.waits_until.is_none() {
            self.spoken = spoken(&entry.command, &output);
        }
        entry.output = output;
    }

    /// What waits is stopped where it is; whether anything was.
    fn interrupt(&mut self) -> bool {
        let mut stopped = false;
        for entry in Rc::make_mut(&mut self.entries) {
            stopped |= entry.output.waits_until.take().is_some();
        }
        stopped
    }

    /// Adds what a command printed.
    pub(super) fn print(&mut self, at: Micros, command: String, output: Output, act: Option<TimedAct>) {
        self.count += 1;
        self.spoken = spoken(&command, &output);
        let entries = Rc::make_mut(&mut self.entries);
        entries.push(TerminalEntry {
            number: self.count,
            at,
            command,
            output,
            act,
        });
        let surplus = entries.len().saturating_sub(ENTRIES);
        entries.drain(..surplus);
    }

    fn remember(&mut self, command: &str) {
        if self.history.last().is_some_and(|last| last == command) {
            return;
        }
        let history = Rc::make_mut(&mut self.history);
        history.push(command.to_owned());
        let surplus = history.len().saturating_sub(HISTORY);
        history.drain(..surplus);
    }

    fn clear(&mut self) {
        self.entries = Rc::default();
        self.spoken.clear();
    }
}

/// A long table is not read out: that it is there, is.
fn spoken(command: &str, output: &Output) -> String {
    let words = format!("{}{}", output.stdout, output.stderr);
    let lines = words.lines().count();
    if lines <= SPOKEN_LINES {
        format!("{command}: {words}")
    } else {
        format!("{command}: {lines} lines")
    }
}

/// Runs each command of a text, at the playhead.
pub(super) fn run(state: &mut AppState, live: &Live, text: &str) -> Vec<Effect> {
    let mut done = false;
    for command in shell::commands(text) {
        state.terminal.remember(command.trim());
        done |= run_one(state, live, command.trim());
    }
    let mut effects = vec![Effect::KeepHistory(state.terminal.history.clone())];
    if done {
        effects.extend(changed(state, live));
    }
    effects
}

/// Whether it changed anything.
fn run_one(state: &mut AppState, live: &Live, command: &str) -> bool {
    if command == "clear" {
        state.terminal.clear();
        return false;
    }
    let at = live.at();
    state.terminal.interrupt();
    let (output, act) = live.session.borrow_mut().perform(at, command);
    let done = act.is_some();
    state.terminal.print(at, command.to_owned(), output, act);
    done
}

/// Stops what waits, or leaves what was typed behind, as Ctrl+C does.
pub(super) fn abandon(state: &mut AppState, live: &Live, text: String) -> Vec<Effect> {
    if state.terminal.interrupt() {
        return Vec::new();
    }
    state.terminal.print(live.at(), text + "^C", Output::default(), None);
    Vec::new()
}

pub(super) fn clear(state: &mut AppState) -> Vec<Effect> {
    state.terminal.clear();
    Vec::new()
}
