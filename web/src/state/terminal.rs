//! The terminal: commands typed and their output, and what was done on the stage as equivalent commands.

use super::act_words::act_words;
use super::awaited::Then;
use super::changed::changed;
use super::{AppState, Effect, Pane};
use crate::live::Live;
use crate::say;
use playground::seam::Task;
use playground::{Completion, Edit, Micros, Output, TimedAct, plain_words, shell};
use std::rc::Rc;

/// The most entries that stay visible.
const ENTRIES: usize = 200;
/// The most commands that the history holds.
const HISTORY: usize = 200;
/// Longer outputs are announced by their number of lines.
const SPOKEN_LINES: usize = 3;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TerminalState {
    /// The visible entries, oldest first.
    pub entries: Rc<Vec<TerminalEntry>>,
    /// Commands typed before, oldest first.
    pub history: Rc<Vec<String>>,
    /// The announcement of the latest entry for screen readers.
    pub spoken: String,
    /// What stands before the line that is typed next.
    pub prompt: String,
    /// Whether that line goes into the shell of a container.
    pub in_shell: bool,
    /// What `kubectl edit` has open.
    pub editing: Option<Editing>,
    /// How often a text was opened.
    opened: u64,
    count: u64,
    /// The number of the last entry before the session began to be opened.
    awaited_since: u64,
    /// The completions that were asked for last.
    pub completed: Option<Rc<Completed>>,
    /// The second and the session's revision at which a waiting command was last run again.
    waited: (u64, u64),
}

/// Completions of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Completed {
    /// Counts them.
    pub number: u64,
    /// The line before the cursor.
    pub line: String,
    pub completion: Completion,
}

/// A text that a command has open in the editor.
#[derive(Clone, Debug, PartialEq)]
pub struct Editing {
    /// Counts how often a text was opened.
    pub number: u64,
    /// The number of the command's entry.
    entry: u64,
    command: String,
    pub edit: Edit,
}

/// A command with its output.
#[derive(Clone, Debug, PartialEq)]
pub struct TerminalEntry {
    pub number: u64,
    /// When it was typed.
    pub at: Micros,
    pub command: String,
    /// What stood before it: `$`, or the sign of a container's shell.
    pub prompt: String,
    pub output: Output,
    /// What the output means, in plain sentences.
    pub plain: Vec<String>,
    /// The act in the session, if the command changed the cluster.
    pub act: Option<TimedAct>,
}

impl TerminalState {
    /// Empty, with a history.
    pub(super) fn new(history: Vec<String>) -> Self {
        Self {
            prompt: "$".to_owned(),
            history: Rc::new(history),
            ..Self::default()
        }
    }

    /// Completions of a line, as the latest Tab asked for them.
    pub(super) fn offer(&mut self, line: String, completion: Completion) {
        let number = self.completed.as_ref().map_or(0, |earlier| earlier.number) + 1;
        self.completed = Some(Rc::new(Completed {
            number,
            line,
            completion,
        }));
    }

    /// Another session is being opened.
    pub(super) fn await_session(&mut self) {
        self.awaited_since = self.count;
    }

    /// Clears the terminal, but for what was entered while the session was opened, and shows its acts.
    pub(super) fn begin<'a>(&mut self, done: impl Iterator<Item = (&'a TimedAct, &'a Output)>) {
        let mut since = self.entries.to_vec();
        since.retain(|entry| entry.number > self.awaited_since);
        self.clear();
        "$".clone_into(&mut self.prompt);
        self.in_shell = false;
        self.editing = None;
        for (act, output) in done {
            let plain = plain_words(output).into_iter().map(str::to_owned).collect();
            self.print(
                Micros(act.at),
                act_words(&act.act),
                (output.clone(), plain),
                Some(act.clone()),
            );
        }
        Rc::make_mut(&mut self.entries).extend(since);
        self.spoken.clear();
    }

    /// Takes the prompt over from the session.
    fn look(&mut self, live: &Live) {
        let session = live.session.borrow();
        self.prompt = session.prompt();
        self.in_shell = session.is_in_shell();
    }

    /// Stops waiting commands, but not those that forward ports in the background; false if there was none.
    fn interrupt(&mut self) -> bool {
        let mut stopped = false;
        for entry in Rc::make_mut(&mut self.entries) {
            if !entry.output.goes_on_behind() {
                stopped |= entry.output.waits_until.take().is_some();
            }
        }
        stopped
    }

    /// Stops the commands that forward ports.
    fn close(&mut self) {
        for entry in Rc::make_mut(&mut self.entries) {
            entry.output.waits_until = None;
        }
    }

    /// Adds an entry.
    pub(super) fn print(
        &mut self,
        at: Micros,
        command: String,
        (output, plain): (Output, Vec<String>),
        act: Option<TimedAct>,
    ) {
        self.count += 1;
        self.spoken = spoken(&command, &output);
        let prompt = self.prompt.clone();
        let entries = Rc::make_mut(&mut self.entries);
        entries.push(TerminalEntry {
            number: self.count,
            at,
            command,
            prompt,
            output,
            plain,
            act,
        });
        let surplus = entries.len().saturating_sub(ENTRIES);
        entries.drain(..surplus);
    }

    /// Opens a text for the command of the latest entry.
    fn open(&mut self, command: &str, edit: Edit) {
        self.opened += 1;
        self.spoken = say::edit_open(&edit.title);
        self.editing = Some(Editing {
            number: self.opened,
            entry: self.count,
            command: command.to_owned(),
            edit,
        });
    }

    /// Adds to the output of the command that opened a text.
    fn add(&mut self, editing: &Editing, (output, plain): (Output, Vec<String>), act: Option<TimedAct>) {
        self.spoken = spoken(&editing.command, &output);
        let entry = Rc::make_mut(&mut self.entries)
            .iter_mut()
            .find(|entry| entry.number == editing.entry);
        if let Some(entry) = entry {
            entry.output.stdout.push_str(&output.stdout);
            entry.output.stderr.push_str(&output.stderr);
            entry.output.rules.extend(&output.rules);
            entry.output.exit = output.exit;
            entry.plain.extend(plain);
            entry.act = act.or(entry.act.take());
        }
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

/// The announcement of an entry.
fn spoken(command: &str, output: &Output) -> String {
    let words = format!("{}{}", output.stdout, output.stderr);
    let lines = words.lines().count();
    if lines <= SPOKEN_LINES {
        format!("{command}: {words}")
    } else {
        say::command_lines(lines, &command)
    }
}

/// Runs each command of a text at the playhead.
pub(super) fn run(state: &mut AppState, live: &Live, text: &str) -> Vec<Effect> {
    // A shell reads a text whole: its loops span lines.
    let commands = if state.terminal.in_shell {
        vec![text.to_owned()]
    } else {
        shell::commands(text)
    };
    state.terminal.interrupt();
    for command in commands {
        let command = command.trim().to_owned();
        state.terminal.remember(&command);
        if command == "clear" {
            state.have(live, Task::Pass, Then::Clear);
        } else {
            let task = Task::Perform(command.clone());
            state.have(live, task, Then::Print { command, at: live.at() });
        }
    }
    vec![Effect::SaveHistory(state.terminal.history.clone())]
}

/// Prints a command that was performed.
pub(super) fn print(
    state: &mut AppState,
    live: &Live,
    (at, command): (Micros, String),
    (mut output, plain): (Output, Vec<String>),
    act: Option<TimedAct>,
) -> Vec<Effect> {
    // A command that waits ends with the next one.
    state.terminal.interrupt();
    let done = act.is_some();
    if output.goes_on_behind() {
        live.touch();
    }
    let edit = output.edit.take();
    let is_busy = edit.is_some() && state.terminal.editing.is_some();
    if is_busy {
        output.exit = 1;
        let words = "error: an object is open in the editor already: save it or cancel\n";
        output.stderr.push_str(words);
    }
    state.terminal.print(at, command.clone(), (output, plain), act);
    state.terminal.look(live);
    if let Some(edit) = edit.filter(|_| !is_busy) {
        state.terminal.open(&command, edit);
        state.show(Pane::Yaml);
    }
    if done { changed(state, live) } else { Vec::new() }
}

/// Runs a waiting command again if time passed or the cluster changed.
pub(super) fn wait(state: &mut AppState, live: &Live) {
    let waits = |entry: &&TerminalEntry| entry.output.waits_until.is_some();
    let Some(entry) = state.terminal.entries.iter().rev().find(waits) else {
        return;
    };
    let at = live.at();
    let now = (at.seconds(), live.revision().1);
    let is_asked = |then: &Then| matches!(then, Then::PrintOn { .. } | Then::Print { .. });
    if state.terminal.waited == now || state.awaited.0.values().any(is_asked) {
        return;
    }
    let (task, entry, began) = (Task::Since(entry.at, entry.command.clone()), entry.number, entry.at);
    state.terminal.waited = now;
    if at >= began {
        state.have(live, task, Then::PrintOn { entry });
    }
}

/// Shows what a waiting command has printed by now.
pub(super) fn print_on(
    state: &mut AppState,
    live: &Live,
    number: u64,
    (output, plain): (Output, Vec<String>),
    is_changed: bool,
) -> Vec<Effect> {
    let terminal = &mut state.terminal;
    let entries = Rc::make_mut(&mut terminal.entries);
    // It may have been stopped meanwhile.
    let entry = entries
        .iter_mut()
        .find(|entry| entry.number == number && entry.output.waits_until.is_some());
    if let Some(entry) = entry {
        if output.waits_until.is_none() {
            terminal.spoken = spoken(&entry.command, &output);
        }
        entry.plain = plain;
        entry.output = output;
    }
    terminal.look(live);
    if is_changed { changed(state, live) } else { Vec::new() }
}

/// Ends a waiting command, with why.
pub(super) fn break_off(state: &mut AppState, number: u64, why: String) {
    let entries = Rc::make_mut(&mut state.terminal.entries);
    if let Some(entry) = entries.iter_mut().find(|entry| entry.number == number) {
        entry.output.waits_until = None;
        entry.output.stderr.push_str(&(why + "\n"));
    }
}

/// Asks for the completions of a line.
pub(super) fn complete(state: &mut AppState, live: &Live, line: String) -> Vec<Effect> {
    state.have(live, Task::Complete(line.clone()), Then::Complete(line));
    Vec::new()
}

/// Sends what was saved; the editor opens again if it is refused.
pub(super) fn save_object(state: &mut AppState, live: &Live, text: String) -> Vec<Effect> {
    let Some(editing) = state.terminal.editing.take() else {
        return Vec::new();
    };
    let task = Task::Save {
        line: editing.command.clone(),
        edit: editing.edit.clone(),
        text,
    };
    state.have(live, task, Then::Save(Box::new(editing)));
    Vec::new()
}

pub(super) fn saved(
    state: &mut AppState,
    live: &Live,
    editing: &Editing,
    (mut output, plain): (Output, Vec<String>),
    act: Option<TimedAct>,
) -> Vec<Effect> {
    if let Some(edit) = output.edit.take() {
        state.terminal.opened += 1;
        state.terminal.editing = Some(Editing {
            number: state.terminal.opened,
            edit,
            ..editing.clone()
        });
    } else {
        state.show(Pane::Terminal);
    }
    let done = act.is_some();
    state.terminal.add(editing, (output, plain), act);
    if done { changed(state, live) } else { Vec::new() }
}

pub(super) fn cancel_object(state: &mut AppState) -> Vec<Effect> {
    if let Some(editing) = state.terminal.editing.take() {
        let output = Output {
            stderr: "Edit cancelled, no changes made.\n".to_owned(),
            ..Output::default()
        };
        state.terminal.add(&editing, (output, Vec::new()), None);
        state.show(Pane::Terminal);
    }
    Vec::new()
}

/// Ctrl+C: stops a waiting command, else cancels the line.
pub(super) fn abandon(state: &mut AppState, live: &Live, text: String) -> Vec<Effect> {
    if state.terminal.interrupt() {
        return Vec::new();
    }
    if text.is_empty() {
        state.have(live, Task::StopForwarding, Then::StopForwarding(text));
        return Vec::new();
    }
    stopped(state, live, text, false)
}

/// Closes what forwarded ports, or cancels the line.
pub(super) fn stopped(state: &mut AppState, live: &Live, text: String, is_stopped: bool) -> Vec<Effect> {
    if is_stopped {
        state.terminal.close();
        live.touch();
        return Vec::new();
    }
    state
        .terminal
        .print(live.at(), text + "^C", <(Output, Vec<String>)>::default(), None);
    Vec::new()
}

pub(super) fn clear(state: &mut AppState) -> Vec<Effect> {
    state.terminal.clear();
    Vec::new()
}
