//! What a followed program knows and has done so far.

use super::awaited::Awaited;
use super::busybox::LookupProgram;
use super::serves::Serves;
use crate::stand_ins::environment::Environment;
use crate::stand_ins::listening::Image;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a program finds where it starts.
pub(super) struct Around<'a> {
    pub(super) environment: &'a Environment,
    pub(super) hostname: &'a str,
    /// The virtual second of the start.
    pub(super) started: i64,
    pub(super) image: Option<Image>,
    pub(super) lookup: LookupProgram,
    /// Whether somebody may type to it.
    pub(super) has_input: bool,
    /// Whether what it asks is answered.
    pub(super) holds: &'a dyn Fn(&Awaited) -> bool,
}

/// What comes after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Exit,
    /// It never ends by itself, or not before the moment up to which it is followed.
    Forever,
    Break,
    Continue,
}

#[allow(clippy::struct_excessive_bools, reason = "each is a state of its own, as in a shell")]
pub(super) struct Shell<'a> {
    pub(super) around: &'a Around<'a>,
    /// Seconds since the start up to which to follow it; `None` to find out when it ends.
    pub(super) until: Option<i64>,
    pub(super) clock: i64,
    pub(super) status: i64,
    /// The variables that it has set itself; the others are in its environment.
    pub(super) variables: BTreeMap<String, String>,
    pub(super) files: BTreeMap<String, String>,
    /// What it prints, and when.
    pub(super) lines: Vec<(i64, String)>,
    /// A line that is not ended yet.
    pub(super) partial: String,
    /// What it waits for, in turn.
    pub(super) awaited: Vec<Awaited>,
    /// What it asked and got no answer to.
    pub(super) unanswered: Option<Awaited>,
    /// When the first of its servers listens.
    pub(super) serves: Option<Serves>,
    pub(super) handles_term: bool,
    pub(super) steps: u32,
    pub(super) stops_at_failure: bool,
    /// How many conditions are being looked at.
    pub(super) conditions: u32,
    pub(super) is_busy_beside: bool,
    /// Whether nothing comes after the command.
    pub(super) is_last: bool,
}

const MOST_LINES: usize = 2_000;

impl<'a> Shell<'a> {
    pub(super) fn new(around: &'a Around<'a>, until: Option<i64>) -> Self {
        Self {
            around,
            until,
            clock: 0,
            status: 0,
            variables: BTreeMap::new(),
            files: BTreeMap::new(),
            lines: Vec::new(),
            partial: String::new(),
            awaited: Vec::new(),
            unanswered: None,
            serves: None,
            handles_term: false,
            steps: 0,
            stops_at_failure: false,
            conditions: 0,
            is_busy_beside: false,
            is_last: true,
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let own = self.variables.get(name).map(|value| Cow::Borrowed(value.as_str()));
        own.or_else(|| self.around.environment.get(name))
    }

    /// Notes that a server starts now.
    pub(super) fn serve(&mut self) {
        if self.serves.is_none() {
            self.serves = Some(Serves {
                after: self.clock,
                awaited: self.awaited.clone(),
                is_deaf_before: false,
            });
        }
    }

    pub(super) fn print(&mut self, text: &str) {
        let mut parts = text.split('\n');
        self.partial.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let line = std::mem::replace(&mut self.partial, part.to_owned());
            if self.lines.len() < MOST_LINES {
                self.lines.push((self.clock, line));
            }
        }
    }

    /// Ends what it prints.
    pub(super) fn flush(&mut self) {
        if !self.partial.is_empty() {
            self.print("\n");
        }
    }
}
