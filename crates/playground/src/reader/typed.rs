//! Lines that are typed at the prompt: kubectl, the shell of a container, and what they leave behind.

use super::{Reader, Visited};
use crate::commands::{Commands, leads_on};
use crate::containers::Visits;
use crate::over_limit::Unmade;
use crate::prompt::Moments;
use crate::run::Change;
use crate::scenario::{Act, TimedAct};
use crate::terminal::Terminal;
use crate::{completion, limits, traffic};
use cluster::Cluster;
use kubectl::{Completion, Edit, Edited, ForwardedPort, Output};
use network::Micros;
use std::cell::RefCell;
use std::collections::BTreeMap;

impl Reader {
    /// The output of a kubectl command at that moment; what it changes is discarded.
    pub fn kubectl(&self, at: Micros, line: &str, visits: Visited<'_>) -> Output {
        let mut commands = self.commands(at, visits);
        commands.desk = RefCell::default();
        commands.run(&mut self.cluster(at), line, None)
    }

    /// The output by the moment `at` of a command that began earlier and waits: see [`Output::waits_until`]. What it does as it
    /// ends becomes an act.
    pub fn kubectl_since(&mut self, began: Micros, at: Micros, command: &str, visits: Visited<'_>) -> Output {
        if !self.prompt.begin_again(began) {
            let commands = self.commands(at, visits);
            return commands.typed(&mut self.cluster(at), command, Some(&self.began(began, command)));
        }
        if self.prompt.is_in_shell() {
            return self.type_into_shell(began, at, command);
        }
        let mut cluster = self.cluster(at);
        let before = self.began(began, command);
        let mut commands = self.commands(at, visits);
        commands.fraction = fraction(began);
        let mut output = commands.typed(&mut cluster, command, Some(&before));
        let kept = commands.remembered();
        let line = self.prompt.desk.self_contained(command);
        (self.prompt.memory, self.prompt.desk) = kept;
        self.show_forwarded(at);
        let is_it = |act: &TimedAct| act.at >= began.0 && matches!(&act.act, Act::Kubectl(known) if *known == line);
        if !output.forwards.is_empty() && !self.scenario.acts.iter().any(is_it) {
            self.keep(at, &line, &cluster, &mut output);
        }
        self.open_shell(at, &output);
        self.end_with(at, &mut output);
        output
    }

    /// The ports that `kubectl port-forward` leads from outside to pods, at that moment.
    pub fn forwards(&self, at: Micros) -> Vec<ForwardedPort> {
        let cluster = &self.epoch(at).snapshot.cluster;
        let forwards = self.forwarded(at).into_iter();
        forwards.filter(|it| leads_on(cluster, it)).collect()
    }

    /// What acts forward by that moment, wherever it leads; a port that is taken is taken over.
    pub(super) fn forwarded(&self, at: Micros) -> Vec<ForwardedPort> {
        let mut all: Vec<ForwardedPort> = Vec::new();
        let acts = self.scenario.acts.iter().zip(&self.performed);
        for (_, snapshot) in acts.filter(|(act, _)| act.at <= at.0 && !self.prompt.stopped.contains(act)) {
            let new = &snapshot.said.forwards;
            all.retain(|known| new.iter().all(|new| new.local != known.local));
            all.extend(new.iter().cloned());
        }
        all
    }

    /// Whether any act forwards ports.
    pub fn has_forwarded(&self) -> bool {
        self.performed.iter().any(|after| !after.said.forwards.is_empty())
    }

    /// Ends what `kubectl port-forward` does in the background; false if it does nothing.
    ///
    /// An act that did nothing else is taken back.
    pub fn stop_forwarding(&mut self) -> bool {
        let proxy = self.prompt.desk.proxy.take();
        let mut stopped = proxy.is_some();
        for place in (0..self.performed.len()).rev() {
            let before = place.checked_sub(1).and_then(|place| self.performed.get(place));
            let before = before.unwrap_or(&self.base).cluster.version();
            let (Some(act), Some(after)) = (self.scenario.acts.get(place).cloned(), self.performed.get(place)) else {
                continue;
            };
            if after.said.forwards.is_empty() || self.prompt.stopped.contains(&act) {
                continue;
            }
            stopped = true;
            if after.cluster.version() == before {
                self.take_back(&act);
            } else {
                self.prompt.stopped.push(act);
            }
        }
        stopped
    }

    /// Sends on the stage what a terminal sent through forwarded ports.
    pub(super) fn show_forwarded(&mut self, at: Micros) {
        let flows = traffic::through_forwards(&self.prompt.take_forwarded(), at);
        if !flows.is_empty() {
            self.changes.push(Change::Sends { at, flows });
        }
    }

    /// What stands before the line that is typed next: `$`, or the sign of an open shell.
    pub fn prompt(&self) -> String {
        self.prompt.sign()
    }

    /// Whether what is typed goes into the shell of a container.
    pub fn is_in_shell(&self) -> bool {
        self.prompt.is_in_shell()
    }

    pub(super) fn type_into_shell(&mut self, began: Micros, at: Micros, line: &str) -> Output {
        let mut prompt = self.prompt.clone();
        let later = |second| self.cluster(later_moment(began, second));
        let mut output = prompt.line(line, &self.moments(began, at, &later));
        self.prompt = prompt;
        self.end_with(at, &mut output);
        output
    }

    pub(super) fn open_shell(&mut self, at: Micros, output: &Output) {
        let mut prompt = self.prompt.clone();
        let later = |second| self.cluster(later_moment(at, second));
        prompt.open(output.opens.as_ref(), &self.moments(at, at, &later));
        self.prompt = prompt;
    }

    /// Performs what a command does as it ends.
    pub(super) fn end_with(&mut self, at: Micros, output: &mut Output) {
        if let Some(then) = output.then.take() {
            self.act(at, Act::Kubectl(then));
        }
    }

    pub(super) fn moments<'a>(&self, began: Micros, at: Micros, later: &'a dyn Fn(i64) -> Cluster) -> Moments<'a> {
        Moments {
            began: self.cluster(began),
            proxy: self.scenario.proxy.into(),
            later,
            known: i64::try_from(at.seconds()).unwrap_or(i64::MAX),
            fraction: fraction(began),
        }
    }

    /// The cluster in which a command began, without what it changed itself.
    pub(super) fn began(&self, at: Micros, command: &str) -> Cluster {
        let is_it =
            |act: &TimedAct| act.at == at.0 && matches!(&act.act, Act::Kubectl(line) if line.ends_with(command));
        let Some(index) = self.scenario.acts.iter().rposition(is_it) else {
            return self.cluster(at);
        };
        let before = index.checked_sub(1).and_then(|last| self.performed.get(last));
        let mut cluster = before.unwrap_or(&self.base).cluster.clone();
        cluster.advance(at.seconds());
        cluster
    }

    pub(super) fn commands<'a>(&'a self, at: Micros, visits: Visited<'a>) -> Commands<'a> {
        Commands {
            visits: Visits::new(Box::new(visits)),
            memory: RefCell::new(self.prompt.memory.clone()),
            desk: RefCell::new(self.prompt.desk.clone()),
            forwards: self.forwarded(at),
            fraction: fraction(at),
            at: Some(Box::new(move |second| self.cluster(later_moment(Micros::ZERO, second)))),
            version: self.scenario.kubectl_version(),
            ..Commands::with_files(self.files(), self.scenario.proxy.into(), self.scenario.seed)
        }
    }

    /// Performs a command line of the terminal at that moment; returns its output, and the act that it became if it changed
    /// or forwards anything.
    pub fn perform(&mut self, at: Micros, command: &str, visits: Visited<'_>) -> (Output, Option<TimedAct>) {
        self.prompt.begin(at);
        if self.prompt.is_in_shell() {
            return (self.type_into_shell(at, at, command), None);
        }
        self.prompt.desk.note(command);
        let mut cluster = self.cluster(at);
        let before = cluster.clone();
        let commands = self.commands(at, visits);
        let mut output = commands.typed(&mut cluster, command, None);
        let mut kept = commands.remembered();
        cluster.settle();
        let changed = cluster.version() != before.version() || cluster.has_tunnel() != before.has_tunnel();
        if changed && output.waits_until.is_some() {
            let commands = self.commands(at, visits);
            output = commands.typed(&mut cluster.clone(), command, Some(&before));
            kept = commands.remembered();
        }
        let line = self.prompt.desk.self_contained(command);
        (self.prompt.memory, self.prompt.desk) = kept;
        let keeps = changed || !output.forwards.is_empty();
        let act = keeps.then(|| self.keep(at, &line, &cluster, &mut output)).flatten();
        self.open_shell(at, &output);
        self.end_with(at, &mut output);
        self.show_forwarded(at);
        (output, act)
    }

    /// Runs a command again with what was saved in the editor that it opened; what that changes is kept as the commands that
    /// do the same.
    pub fn save(
        &mut self,
        at: Micros,
        command: &str,
        (opened, text): (&Edit, &str),
        visits: Visited<'_>,
    ) -> (Output, Option<TimedAct>) {
        let mut cluster = self.cluster(at);
        let mut commands = self.commands(at, visits);
        commands.edited = Some(Edited {
            original: &opened.original,
            opened: &opened.text,
            text,
        });
        let mut output = commands.typed(&mut cluster, command, None);
        drop(commands);
        cluster.settle();
        if let Some(edit) = &mut output.edit {
            edit.title.clone_from(&opened.title);
        }
        let mut act = None;
        for line in std::mem::take(&mut output.equals) {
            act = self.keep(at, &line, &cluster, &mut output);
        }
        (output, act)
    }

    /// Keeps a command that changed the cluster as an act.
    pub(super) fn keep(
        &mut self,
        at: Micros,
        command: &str,
        cluster: &Cluster,
        output: &mut Output,
    ) -> Option<TimedAct> {
        let lacked = Unmade::of(&self.epoch(at).snapshot.cluster);
        for unmade in Unmade::of(cluster).iter().filter(|unmade| !lacked.contains(unmade)) {
            output.stderr.extend(["note: ", &unmade.caveat(), "\n"]);
        }
        let act = Act::Kubectl(command.to_owned());
        if self.act(at, act.clone()) {
            return Some(TimedAct { at: at.0, act });
        }
        let most = limits::ACTS;
        let words = format!("not kept: a session holds no more than {most} changes made by hand\n");
        output.stderr.push_str(&words);
        None
    }

    /// Completions of a command line at that moment.
    pub fn complete(&self, at: Micros, line: &str) -> Completion {
        let cluster = &self.epoch(at).snapshot.cluster;
        match self.prompt.namespace() {
            Some(namespace) => completion::in_shell(cluster, namespace, line),
            None => completion::at_prompt(cluster, line),
        }
    }

    /// A terminal on a copy of the cluster of that moment, with these files beside the editor's; what it does changes nothing
    /// here.
    pub fn terminal(&self, at: Micros, mut files: BTreeMap<String, String>) -> Terminal {
        files.extend(self.files());
        let version = self.scenario.kubectl_version();
        Terminal::new(
            self.cluster(at),
            files,
            self.scenario.proxy.into(),
            version,
            self.scenario.seed,
        )
    }
}

/// The milliseconds of its second.
fn fraction(moment: Micros) -> u16 {
    u16::try_from(moment.0 / 1_000 % 1_000).unwrap_or(0)
}

/// The moment of a virtual second, not before a command began.
fn later_moment(began: Micros, second: i64) -> Micros {
    Micros::from_seconds(u64::try_from(second).unwrap_or(0)).max(began)
}
