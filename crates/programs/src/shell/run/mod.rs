//! Runs a script: its commands in order, and loops with a bound.

mod expand;
mod redirect;

use super::machine::{Machine, Program};
use super::state::Shell;
use super::syntax::{Command, Joint, List, Pipeline, Redirection, What};
use super::tokens::{SyntaxError, Word};
use super::{builtins, syntax};
use crate::output::ProgramOutput;

/// How many commands a script runs at most, so that an endless loop ends.
const MOST_COMMANDS: usize = 1_000;
/// How many bytes a script prints and puts in place of variables at most, so that what doubles ends.
const MOST_BYTES: usize = 4_000_000;
/// How deep `$(…)` and `sh -c` may nest.
const MOST_DEPTH: usize = 8;
/// How deep functions may call each other.
const MOST_CALLS: usize = 40;

/// Why the commands that follow are not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Exit,
    /// Out of a function.
    Return,
    Break(usize),
    Continue(usize),
    /// What follows happens after the last second that the machine knows.
    Later,
    /// The bound was met.
    Bound,
}

/// Where a command writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink {
    Buffer(usize),
    Nowhere,
}

/// A script at work.
pub(super) struct Run<'m> {
    pub(super) shell: &'m mut Shell,
    machine: &'m mut dyn Machine,
    buffers: Vec<String>,
    out: Sink,
    err: Sink,
    /// What commands read.
    input: String,
    /// Milliseconds since the script began.
    elapsed: i64,
    commands: usize,
    /// Printed, and put in place of variables.
    bytes: usize,
    depth: usize,
    /// How many functions are at work.
    pub(super) calls: usize,
    /// Variables of the functions at work, with what they were before.
    pub(super) locals: Vec<(String, Option<String>)>,
    /// Files that are written to, and the buffers of what is written.
    files: Vec<(usize, String)>,
    pub(super) stop: Option<Stop>,
    stamps: Vec<(usize, i64)>,
}

impl<'m> Run<'m> {
    pub(super) fn new(shell: &'m mut Shell, machine: &'m mut dyn Machine, input: &str) -> Self {
        Self {
            shell,
            machine,
            buffers: vec![String::new(), String::new()],
            out: Sink::Buffer(0),
            err: Sink::Buffer(1),
            input: input.to_owned(),
            elapsed: 0,
            commands: 0,
            bytes: 0,
            depth: 0,
            calls: 0,
            locals: Vec::new(),
            files: Vec::new(),
            stop: None,
            stamps: Vec::new(),
        }
    }

    /// With one stream, as a container's log has.
    pub(super) fn merged(self) -> Self {
        Self {
            err: Sink::Buffer(0),
            ..self
        }
    }

    /// Runs a whole script.
    pub(super) fn perform(mut self, script: &str) -> ProgramOutput {
        match syntax::parse(script) {
            Ok(list) => self.list(&list),
            Err(error) => {
                let words = self.shell.dialect.syntax_error(&error);
                self.complain(&words);
                self.shell.status = 2;
            }
        }
        let mut buffers = self.buffers.into_iter();
        ProgramOutput {
            stdout: buffers.next().unwrap_or_default(),
            stderr: buffers.next().unwrap_or_default(),
            exit: self.shell.status,
            seconds: self.elapsed.saturating_add(999) / 1_000,
            goes_on: self.stop == Some(Stop::Later),
            stamps: self.stamps,
        }
    }

    pub(super) fn print(&mut self, text: &str) {
        if self.makes(text.len()) {
            self.write(self.out, text);
        }
    }

    pub(super) fn complain(&mut self, text: &str) {
        self.write(self.err, text);
    }

    fn write(&mut self, sink: Sink, text: &str) {
        if let Sink::Buffer(place) = sink
            && let Some(buffer) = self.buffers.get_mut(place)
        {
            let second = self.elapsed / 1_000;
            if place == 0 && self.stamps.last().is_none_or(|(_, at)| *at != second) {
                self.stamps.push((buffer.len(), second));
            }
            buffer.push_str(text);
        }
    }

    /// The next line of the input; `None` at its end.
    pub(super) fn read_line(&mut self) -> Option<String> {
        if self.input.is_empty() {
            return None;
        }
        let input = std::mem::take(&mut self.input);
        let (line, rest) = input.split_once('\n').unwrap_or((&input, ""));
        rest.clone_into(&mut self.input);
        Some(line.to_owned())
    }

    fn list(&mut self, list: &List) {
        for (joint, pipeline) in list {
            let due = match joint {
                Joint::Always => true,
                Joint::IfDone => self.shell.status == 0,
                Joint::IfFailed => self.shell.status != 0,
            };
            if due && self.may_run(pipeline) {
                self.pipeline(pipeline);
            }
            if self.stop.is_some() {
                return;
            }
        }
    }

    /// Whether a pipeline can run: in the background only what the machine itself lets go on.
    fn may_run(&mut self, pipeline: &Pipeline) -> bool {
        let goes_on = || match pipeline.commands.as_slice() {
            [
                Command {
                    what: What::Simple { words, .. },
                    ..
                },
            ] => {
                let words: Vec<String> = words.iter().filter_map(Word::literal).collect();
                self.machine.goes_on(&words)
            }
            _ => false,
        };
        if !pipeline.background || goes_on() {
            return true;
        }
        let error = SyntaxError::NotHere("a command in the background (&)");
        let words = self.shell.dialect.syntax_error(&error);
        self.complain(&words);
        self.shell.status = 2;
        false
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        let (out, input) = (self.out, self.input.clone());
        let last = pipeline.commands.len().saturating_sub(1);
        // Each command of a pipeline is a shell of its own.
        let before = (last > 0).then(|| self.shell.clone());
        for (place, command) in pipeline.commands.iter().enumerate() {
            let buffer = self.buffers.len();
            if place < last {
                self.buffers.push(String::new());
                self.out = Sink::Buffer(buffer);
            } else {
                self.out = out;
            }
            self.command(command);
            if place < last {
                self.input = self.buffers.get(buffer).cloned().unwrap_or_default();
                self.buffers.truncate(buffer);
                // Only the last command of a pipeline ends the shell.
                if matches!(
                    self.stop,
                    Some(Stop::Exit | Stop::Return | Stop::Break(_) | Stop::Continue(_))
                ) {
                    self.stop = None;
                }
            }
            if self.stop == Some(Stop::Later) {
                break;
            }
        }
        self.out = out;
        if let Some(before) = before {
            self.input = input;
            self.becomes(before);
        }
        if pipeline.negated {
            self.shell.status = i32::from(self.shell.status == 0);
        }
    }

    /// Leaves a subshell: everything is as before but the exit code.
    fn becomes(&mut self, before: Shell) {
        let status = self.shell.status;
        *self.shell = Shell { status, ..before };
    }

    fn command(&mut self, command: &Command) {
        let (out, err, files) = (self.out, self.err, self.files.len());
        let input = command
            .redirections
            .iter()
            .any(|it| {
                matches!(
                    it,
                    Redirection::FromFile(_) | Redirection::FromWord(_) | Redirection::FromDocument(_)
                )
            })
            .then(|| self.input.clone());
        if self.redirect(&command.redirections) {
            self.perform_one(&command.what);
        }
        (self.out, self.err) = (out, err);
        for (place, path) in self.files.split_off(files).into_iter().rev() {
            let text = self.buffers.get(place).cloned().unwrap_or_default();
            self.buffers.truncate(place);
            if let Err(why) = self.machine.write(&path, &text) {
                self.cannot_create(&path, why);
            }
        }
        if let Some(input) = input {
            self.input = input;
        }
    }

    fn perform_one(&mut self, what: &What) {
        match what {
            What::Simple { assignments, words } => self.simple(assignments, words),
            What::Group(list) => self.list(list),
            What::Subshell(list) => {
                let before = self.shell.clone();
                self.list(list);
                self.becomes(before);
                if self.stop == Some(Stop::Exit) {
                    self.stop = None;
                }
            }
            What::Function { name, function } => {
                self.shell.functions.insert(name.clone(), function.clone());
                self.shell.status = 0;
            }
            What::If { arms, otherwise } => {
                for (condition, body) in arms {
                    self.list(condition);
                    if self.stop.is_some() {
                        return;
                    }
                    if self.shell.status == 0 {
                        return self.list(body);
                    }
                }
                self.shell.status = 0;
                self.list(otherwise);
            }
            What::Loop { until, condition, body } => {
                let mut status = 0;
                loop {
                    self.list(condition);
                    if self.loop_ends() || (self.shell.status == 0) == *until {
                        break;
                    }
                    self.list(body);
                    status = self.shell.status;
                    if self.loop_ends() || !self.counts() {
                        break;
                    }
                }
                self.shell.status = status;
            }
            What::For { name, words, body } => {
                self.shell.status = 0;
                for value in self.expand_all(words) {
                    self.shell.set(name, &value);
                    self.list(body);
                    if self.loop_ends() {
                        break;
                    }
                }
            }
        }
    }

    /// Whether a loop ends because of what happened in its body.
    fn loop_ends(&mut self) -> bool {
        match self.stop {
            Some(Stop::Break(levels)) => {
                self.stop = (levels > 1).then(|| Stop::Break(levels - 1));
                true
            }
            Some(Stop::Continue(levels)) => {
                self.stop = (levels > 1).then(|| Stop::Continue(levels - 1));
                levels > 1
            }
            None => false,
            Some(_) => true,
        }
    }

    /// Counts a command; false beyond the bound.
    fn counts(&mut self) -> bool {
        if self.stop == Some(Stop::Bound) {
            return false;
        }
        self.commands += 1;
        if self.commands <= MOST_COMMANDS {
            return true;
        }
        self.stopped(&format!("runs no more than {MOST_COMMANDS} commands"))
    }

    /// Counts bytes that are made; false beyond the bound.
    fn makes(&mut self, bytes: usize) -> bool {
        if self.bytes > MOST_BYTES {
            return false;
        }
        self.bytes += bytes;
        self.bytes <= MOST_BYTES || self.stopped("makes no more than 4 MB of text")
    }

    fn stopped(&mut self, why: &str) -> bool {
        self.complain(&format!("stopped: a line {why} here\n"));
        self.stop = Some(Stop::Bound);
        self.shell.status = 130;
        false
    }

    fn simple(&mut self, assignments: &[(String, Word)], words: &[Word]) {
        let named = words.first().and_then(Word::plain);
        let expanded = self.expand_all(words);
        let words = self.unaliased(named.as_deref(), expanded);
        if self.stop.is_some() {
            return;
        }
        if words.is_empty() {
            let before = self.shell.status;
            self.shell.status = 0;
            for (name, value) in assignments {
                let value = self.expand_whole(value);
                self.shell.set(name, &value);
            }
            if assignments.is_empty() {
                self.shell.status = before;
            }
            return;
        }
        // `NAME=value command`: for this command alone.
        let kept: Vec<(String, Option<String>)> = assignments
            .iter()
            .map(|(name, _)| (name.clone(), self.shell.variables.get(name).cloned()))
            .collect();
        for (name, value) in assignments {
            let value = self.expand_whole(value);
            self.shell.set(name, &value);
        }
        self.run_words(&words);
        for (name, value) in kept {
            self.shell.restore(name, value);
        }
    }

    /// The words that an alias in front of them makes.
    fn unaliased(&self, named: Option<&str>, words: Vec<String>) -> Vec<String> {
        let alias = named.and_then(|name| self.shell.aliases.get(name));
        match alias.and_then(|alias| syntax::single(alias)) {
            Some((meant, _)) => meant.into_iter().chain(words.into_iter().skip(1)).collect(),
            None => words,
        }
    }

    /// Calls a function; false if there is none of that name.
    fn call(&mut self, words: &[String]) -> bool {
        let Some((name, parameters)) = words.split_first() else {
            return false;
        };
        let Some(function) = self.shell.functions.get(name).cloned() else {
            return false;
        };
        if self.calls >= MOST_CALLS {
            self.complain(&format!("{name}: functions call each other too deep here\n"));
            self.shell.status = 1;
            return true;
        }
        let before = std::mem::replace(&mut self.shell.parameters, parameters.to_vec());
        let locals = self.locals.len();
        self.calls += 1;
        self.command(&function.body);
        self.calls -= 1;
        self.shell.parameters = before;
        for (name, value) in self.locals.split_off(locals).into_iter().rev() {
            self.shell.restore(name, value);
        }
        if self.stop == Some(Stop::Return) {
            self.stop = None;
        }
        true
    }

    pub(super) fn run_words(&mut self, words: &[String]) {
        if !self.counts() || self.call(words) {
            return;
        }
        if let Some(status) = builtins::run(self, words) {
            self.shell.status = status;
            return;
        }
        let moment = self.elapsed.saturating_add(i64::from(self.machine.fraction()));
        let program = Program {
            words,
            input: &self.input,
            variables: &self.shell.variables,
            directory: &self.shell.directory,
            since: moment / 1_000,
            millis: u16::try_from(moment % 1_000).unwrap_or(0),
        };
        let Some(mut ended) = self.machine.run(&program) else {
            let name = words.first().map(String::as_str).unwrap_or_default();
            let words = self.shell.dialect.not_found(name);
            self.complain(&words);
            self.shell.status = 127;
            return;
        };
        // Who reads a pipe reads all of it.
        if reads(words) {
            self.input.clear();
        }
        if !self.passes(ended.seconds.saturating_mul(1_000)) {
            if ended.goes_on {
                self.print(&ended.stdout);
                self.complain(&ended.stderr);
            }
            return;
        }
        self.print(&std::mem::take(&mut ended.stdout));
        self.complain(&ended.stderr);
        self.shell.status = ended.exit;
    }

    /// Sleeps, which does not count as a command.
    pub(super) fn sleeps(&mut self, millis: i64) {
        self.commands = self.commands.saturating_sub(1);
        self.passes(millis);
    }

    /// Lets time pass; false if the machine does not know yet what happens then.
    pub(super) fn passes(&mut self, millis: i64) -> bool {
        self.elapsed = self.elapsed.saturating_add(millis);
        let known = self.elapsed / 1_000 <= self.machine.known();
        if !known {
            self.stop = Some(Stop::Later);
        }
        known
    }

    pub(super) fn reads_file(&self, path: &str) -> Option<String> {
        let path = self.shell.path(path);
        if path == "/dev/null" {
            return Some(String::new());
        }
        self.machine.file(&path)
    }

    pub(super) fn writes_file(&mut self, path: &str, text: &str) -> Result<(), &'static str> {
        self.machine.write(&self.shell.path(path), text)
    }

    pub(super) fn removes_file(&mut self, path: &str) {
        self.machine.remove(&self.shell.path(path));
    }

    /// All of the input.
    pub(super) fn take_input(&mut self) -> String {
        std::mem::take(&mut self.input)
    }

    pub(super) fn has_program(&self, name: &str) -> bool {
        self.machine.has(name)
    }

    pub(super) fn is_directory(&self, path: &str) -> bool {
        self.machine.is_directory(path)
    }

    /// `sh -c SCRIPT` within a script.
    pub(super) fn nested(&mut self, script: &str) -> i32 {
        match syntax::parse(script) {
            Ok(list) if self.depth < MOST_DEPTH => {
                let before = self.shell.clone();
                self.depth += 1;
                self.list(&list);
                self.depth -= 1;
                self.becomes(before);
                if self.stop == Some(Stop::Exit) {
                    self.stop = None;
                }
                self.shell.status
            }
            Ok(_) => {
                self.complain("sh: nested too deep\n");
                2
            }
            Err(error) => {
                let words = self.shell.dialect.syntax_error(&error);
                self.complain(&words);
                2
            }
        }
    }
}

/// Whether a program reads its standard input to the end.
fn reads(words: &[String]) -> bool {
    let name = words.first().map(String::as_str).unwrap_or_default();
    [
        "cat", "grep", "egrep", "head", "tail", "wc", "sort", "uniq", "cut", "tr", "sed", "awk", "kubectl", "k",
    ]
    .contains(&name)
}

/// Whether a script is whole; one that is wrong is whole, too: it is run to hear why.
pub(super) fn is_whole(script: &str) -> bool {
    syntax::parse(script) != Err(SyntaxError::Unfinished)
}
