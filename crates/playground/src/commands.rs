//! Runs kubectl's command lines with the editor's file and stand-ins for containers.

use crate::containers::{HALF, StandIns, Visits};
use crate::desk::Desk;
use crate::laptop;
use crate::shell::{self, Meaning};
use cluster::Cluster;
use kubectl::{Edited, ForwardedPort, KubectlVersion, Output, Surroundings, run, split};
use network::ObjectKey;
use network::proxy::ProxyMode;
use programs::shell::{Program, single};
use programs::{Forward, Memory};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many virtual seconds a command that never ends by itself is followed.
const PATIENCE: i64 = 60 * 60;

/// The clusters of later moments.
pub(crate) type Moments<'a> = Box<dyn Fn(i64) -> Cluster + 'a>;

/// The input of command lines.
pub(crate) struct Commands<'a> {
    pub(crate) stdin: &'a str,
    pub(crate) files: BTreeMap<String, String>,
    /// What nodes remember of earlier commands, and what chance draws.
    pub(crate) memory: RefCell<Memory>,
    /// The machine outside, at whose prompt commands are typed.
    pub(crate) desk: RefCell<Desk>,
    /// The cluster at a virtual second; by default, as it becomes by itself.
    pub(crate) at: Option<Moments<'a>>,
    /// The clusters of earlier moments, where nothing else keeps them.
    pub(crate) past: Option<Past>,
    /// How many milliseconds of its second had passed when the command began.
    pub(crate) fraction: u16,
    /// Whether nothing but time changes the cluster while a command runs, so that it is known what a script does later.
    pub(crate) alone: bool,
    /// Whether what is not kubectl alone is a script; else the words are kubectl's whatever they are.
    pub(crate) scripts: bool,
    /// What `kubectl port-forward` leads to pods.
    pub(crate) forwards: Vec<ForwardedPort>,
    pub(crate) proxy: ProxyMode,
    pub(crate) version: KubectlVersion,
    pub(crate) visits: Visits<'a>,
    /// What was saved in the editor that the command opened before.
    pub(crate) edited: Option<Edited<'a>>,
}

impl Default for Commands<'_> {
    fn default() -> Self {
        Self {
            stdin: "",
            files: BTreeMap::new(),
            memory: RefCell::new(Memory::new(0)),
            desk: RefCell::default(),
            at: None,
            past: None,
            fraction: HALF,
            alone: false,
            scripts: false,
            forwards: Vec::new(),
            proxy: ProxyMode::default(),
            version: KubectlVersion::default(),
            visits: Visits::new(Box::new(Vec::new)),
            edited: None,
        }
    }
}

impl Commands<'_> {
    /// With files by their paths.
    pub(crate) fn with_files(files: BTreeMap<String, String>, proxy: ProxyMode, draw: u64) -> Self {
        Self {
            memory: RefCell::new(Memory::new(draw)),
            proxy,
            files,
            ..Self::default()
        }
    }

    /// Runs a command that begins now, or that began with the cluster `before`; changes settle when the caller lets the
    /// cluster settle.
    pub(crate) fn run(&self, cluster: &mut Cluster, line: &str, before: Option<&Cluster>) -> Output {
        match self.meaning(line) {
            Meaning::Script(script) if self.scripts => laptop::run(self, cluster, &script, before),
            _ => {
                let (words, input) = match single(line) {
                    Some((words, input)) if !input.is_empty() => (words, input),
                    _ => (split(line), self.stdin.to_owned()),
                };
                without_editor(self.run_words(cluster, &words, &input, before))
            }
        }
    }

    /// Runs a command typed into the terminal: see [`shell`].
    pub(crate) fn typed(&self, cluster: &mut Cluster, command: &str, before: Option<&Cluster>) -> Output {
        match self.meaning(command) {
            Meaning::Nothing => Output::default(),
            Meaning::Kubectl { words, stdin } => self.run_words(cluster, &words, &stdin, before),
            Meaning::Script(script) => laptop::run(self, cluster, &script, before),
        }
    }

    fn meaning(&self, command: &str) -> Meaning {
        let desk = self.desk.borrow();
        shell::read(command, &|name| desk.shell.redefines(name, "kubectl"))
    }

    /// Runs one command of kubectl.
    pub(crate) fn kubectl(
        &self,
        cluster: &mut Cluster,
        words: &[String],
        stdin: &str,
        before: Option<&Cluster>,
    ) -> Output {
        without_editor(self.run_words(cluster, words, stdin, before))
    }

    /// Runs one command of kubectl in a script of which it is known until a second what happens.
    pub(crate) fn known_until(
        &self,
        known: i64,
        cluster: &mut Cluster,
        program: &Program<'_>,
        before: Option<&Cluster>,
    ) -> Output {
        without_editor(self.run_known(cluster, program.words, program.input, (before, known)))
    }

    /// The cluster at a later virtual second.
    pub(crate) fn cluster_at(&self, now: &Cluster, second: i64) -> Cluster {
        let past = self.past.as_ref().and_then(|past| past.at(second));
        match (&self.at, past) {
            (Some(at), _) => at(second),
            (None, Some(past)) => advanced(&past, second),
            (None, None) => advanced(now, second),
        }
    }

    /// Keeps the cluster of this moment for programs that began now and are asked later.
    pub(crate) fn keep(&self, cluster: &Cluster) {
        if let Some(past) = &self.past {
            past.keep(cluster);
        }
    }

    /// The forwarded ports whose pod lives in a cluster.
    pub(crate) fn forwards_at(&self, cluster: &Cluster) -> Vec<Forward> {
        living(cluster, &self.forwards)
    }

    /// What nodes remember afterwards, and what the machine outside keeps.
    pub(crate) fn remembered(self) -> (Memory, Desk) {
        (self.memory.into_inner(), self.desk.into_inner())
    }

    /// The files of the machine outside, with those that were written there.
    fn all_files(&self) -> BTreeMap<String, String> {
        let mut files = self.files.clone();
        files.extend(self.desk.borrow().files());
        files
    }

    fn run_words(&self, cluster: &mut Cluster, words: &[String], stdin: &str, before: Option<&Cluster>) -> Output {
        let known = cluster.now();
        self.run_known(cluster, words, stdin, (before, known))
    }

    fn run_known(
        &self,
        cluster: &mut Cluster,
        words: &[String],
        stdin: &str,
        (before, known): (Option<&Cluster>, i64),
    ) -> Output {
        let began = before.unwrap_or(cluster).clone();
        let at = |second: i64| self.cluster_at(&began, second);
        let files = self.all_files();
        let namespace = self.desk.borrow().namespace.clone();
        let discovery = RefCell::new(self.desk.borrow().discovery.clone());
        let around = Surroundings {
            stdin,
            files: &files,
            containers: &self.stand_ins(&at, known),
            before,
            version: self.version,
            edited: self.edited,
            namespace: &namespace,
            discovery: &discovery,
        };
        let mut output = run(cluster, words, around);
        self.desk.borrow_mut().discovery = discovery.into_inner();
        self.desk.borrow_mut().take(&mut output);
        output
    }

    /// What `kubectl proxy` answers to a path.
    pub(crate) fn api_answer(&self, cluster: &Cluster, path: &str) -> (u16, String) {
        let at = |second| self.cluster_at(cluster, second);
        kubectl::api_answer(cluster, &self.stand_ins(&at, cluster.now()), path)
    }

    fn stand_ins<'a>(&'a self, at: &'a dyn Fn(i64) -> Cluster, known: i64) -> StandIns<'a> {
        StandIns {
            memory: &self.memory,
            proxy: self.proxy,
            visits: &self.visits,
            at,
            known: if self.alone { i64::MAX } else { known },
            fraction: self.fraction,
        }
    }

    /// Runs a command and lets time pass until it ends; one that never ends stops when nothing more will happen.
    pub(crate) fn run_to_end(&self, cluster: &mut Cluster, line: &str) -> Output {
        let before = cluster.clone();
        let kept = (self.memory.borrow().clone(), self.desk.borrow().clone());
        let mut output = self.run(cluster, line, None);
        cluster.settle();
        self.keep(cluster);
        if output.waits_until.is_some() {
            output = self.again(cluster, line, &before, &kept);
        }
        while let Some(deadline) = output.waits_until {
            let now = cluster.now();
            let due = cluster.next_due().filter(|due| *due > now);
            let next = due.map_or(deadline, |due| due.min(deadline));
            let forever = deadline == i64::MAX && next.saturating_sub(before.now()) > PATIENCE;
            if next <= now || next == i64::MAX || forever {
                break;
            }
            cluster.pass(next - now);
            cluster.settle();
            self.keep(cluster);
            output = self.again(cluster, line, &before, &kept);
        }
        if let Some(then) = output.then.take() {
            self.run(cluster, &then, None);
        }
        output
    }

    /// Runs a waiting command from its beginning; chance draws what it drew the first time.
    fn again(&self, cluster: &mut Cluster, line: &str, before: &Cluster, kept: &(Memory, Desk)) -> Output {
        self.memory.replace(kept.0.clone());
        self.desk.replace(kept.1.clone());
        self.run(cluster, line, Some(before))
    }
}

/// The clusters of earlier moments, in order of time.
#[derive(Clone, Default)]
pub(crate) struct Past(Rc<RefCell<Vec<Cluster>>>);

/// How many moments are kept.
const MOMENTS: usize = 500;

impl Past {
    fn keep(&self, cluster: &Cluster) {
        let mut moments = self.0.borrow_mut();
        moments.retain(|known| known.now() < cluster.now());
        moments.push(cluster.clone());
        let surplus = moments.len().saturating_sub(MOMENTS);
        moments.drain(..surplus);
    }

    fn at(&self, second: i64) -> Option<Cluster> {
        let moments = self.0.borrow();
        moments.iter().rev().find(|known| known.now() <= second).cloned()
    }
}

/// The ports of these whose pod lives in a cluster.
pub(crate) fn living(cluster: &Cluster, forwards: &[ForwardedPort]) -> Vec<Forward> {
    let forward = |it: &ForwardedPort| Forward {
        local: it.local,
        pod: ObjectKey::new(&it.namespace, &it.pod),
        remote: it.remote,
    };
    let forwards = forwards.iter().filter(|it| leads_on(cluster, it));
    forwards.map(forward).collect()
}

/// Whether the pod that a forwarded port leads to is still there.
pub(crate) fn leads_on(cluster: &Cluster, port: &ForwardedPort) -> bool {
    let pod = cluster.find(api::Kind::Pod, &port.namespace, &port.pod);
    pod.is_some_and(|pod| pod.uid() == port.uid && pod.status().field("phase") == "Running")
}

/// A cluster as it becomes by itself by a virtual second.
fn advanced(cluster: &Cluster, second: i64) -> Cluster {
    let mut cluster = cluster.clone();
    if let Some(second) = u64::try_from(second).ok().filter(|_| second > cluster.now()) {
        cluster.advance(second);
    }
    cluster
}

/// The output of a command where nothing can be edited.
fn without_editor(mut output: Output) -> Output {
    if output.edit.take().is_some() {
        output.exit = 1;
        output.stderr.push_str(
            "error: edit is not simulated: only the terminal of the page opens an editor; use \"kubectl patch\", \"set\", \"label\", \"annotate\" or \"scale\"\n",
        );
    }
    output
}
