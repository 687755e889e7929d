//! What the prompt of a session's terminal keeps between two commands: an open shell, and what nodes remember.

use crate::desk::Desk;
use crate::scenario::TimedAct;
use api::Kind;
use cluster::Cluster;
use kubectl::{OpenedShell, Output};
use network::Micros;
use network::proxy::ProxyMode;
use programs::shell::Shell;
use programs::{Container, ForwardedRequest, Memory, ProgramOutput};
use std::cell::RefCell;

/// The prompt of a terminal.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    pub(crate) memory: Memory,
    /// The machine outside, at whose prompt one types.
    pub(crate) desk: Desk,
    /// The shell that reads what is typed.
    shell: Option<OpenShell>,
    /// Acts of more than forwarding whose forwarding was stopped.
    pub(crate) stopped: Vec<TimedAct>,
    /// How many requests of the latest command went through forwarded ports and are on the stage.
    shown: usize,
    /// The prompt before the latest command, and the moment of that command, which may wait and run again.
    before: Option<Box<(Micros, Self)>>,
}

/// A shell in a container.
#[derive(Clone, Debug)]
struct OpenShell {
    opened: OpenedShell,
    /// The pod, which may be replaced by another of its name.
    uid: String,
    shell: Shell,
}

/// The cluster of a session while a line runs.
pub(crate) struct Moments<'a> {
    /// The cluster when the line was typed.
    pub(crate) began: Cluster,
    pub(crate) proxy: ProxyMode,
    /// The cluster at a later virtual second.
    pub(crate) later: &'a dyn Fn(i64) -> Cluster,
    /// The last virtual second that is known.
    pub(crate) known: i64,
    /// How many milliseconds of its second had passed when the line was typed.
    pub(crate) fraction: u16,
}

impl Prompt {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            memory: Memory::new(seed),
            desk: Desk::default(),
            shell: None,
            stopped: Vec::new(),
            shown: 0,
            before: None,
        }
    }

    /// Keeps the prompt as it is before a command that is typed now.
    pub(crate) fn begin(&mut self, at: Micros) {
        self.before = None;
        self.shown = 0;
        self.before = Some(Box::new((at, self.clone())));
    }

    /// Becomes what it was before the command of that moment, to run it again; false if that is not the latest.
    pub(crate) fn begin_again(&mut self, began: Micros) -> bool {
        let Some(before) = self.before.take_if(|before| before.0 == began) else {
            return false;
        };
        self.memory = before.1.memory.clone();
        self.desk.clone_from(&before.1.desk);
        self.shell.clone_from(&before.1.shell);
        self.before = Some(before);
        true
    }

    /// What the latest command sent through forwarded ports since somebody asked.
    pub(crate) fn take_forwarded(&mut self) -> Vec<ForwardedRequest> {
        // A command that waits runs again from its beginning, and sends again what it sent.
        let mut all = self.memory.take_forwarded();
        let new = all.split_off(self.shown.min(all.len()));
        self.shown += new.len();
        new
    }

    /// The namespace of the pod whose shell is open.
    pub(crate) fn namespace(&self) -> Option<&str> {
        self.shell.as_ref().map(|open| open.opened.namespace.as_str())
    }

    /// Whether a shell is open.
    pub(crate) fn is_in_shell(&self) -> bool {
        self.shell.is_some()
    }

    /// What stands before the line: `$` at the terminal's own prompt.
    pub(crate) fn sign(&self) -> String {
        self.shell.as_ref().map_or_else(|| "$".to_owned(), OpenShell::sign)
    }

    /// Opens the shell that a command asked for.
    pub(crate) fn open(&mut self, opened: Option<&OpenedShell>, moments: &Moments<'_>) {
        let Some(opened) = opened else { return };
        let Some(pod) = moments.began.find(Kind::Pod, &opened.namespace, &opened.pod) else {
            return;
        };
        let memory = RefCell::new(self.memory.clone());
        let container = moments.container(pod, &opened.container, &memory);
        self.shell = container.opens(&opened.words).map(|shell| OpenShell {
            opened: opened.clone(),
            uid: pod.uid().to_owned(),
            shell,
        });
    }

    /// Runs a line that is typed into the open shell.
    pub(crate) fn line(&mut self, line: &str, moments: &Moments<'_>) -> Output {
        let Some(open) = &mut self.shell else {
            return Output::default();
        };
        let pod = moments.began.find(Kind::Pod, &open.opened.namespace, &open.opened.pod);
        let pod = pod.filter(|pod| pod.uid() == open.uid && is_running(pod));
        let Some(pod) = pod else {
            // What the kubelet does to the process of a container that ends.
            return self.leave(137);
        };
        let memory = RefCell::new(self.memory.clone());
        let container = moments.container(pod, &open.opened.container, &memory);
        let ProgramOutput {
            stdout,
            stderr,
            seconds,
            goes_on,
            ..
        } = container.line(&mut open.shell, line, "");
        let (left, status) = (open.shell.left, open.shell.status);
        self.memory = memory.into_inner();
        // A terminal has one stream.
        let mut output = Output {
            stdout: stdout + &stderr,
            ..Output::default()
        };
        if goes_on {
            output.waits_until = Some(moments.began.now().saturating_add(seconds));
        } else if left {
            let end = self.leave(status);
            output = Output {
                stdout: output.stdout + &end.stdout,
                ..end
            };
        }
        output
    }

    /// Leaves the shell with its exit code.
    fn leave(&mut self, status: i32) -> Output {
        let opened = self.shell.take().map(|open| open.opened);
        opened
            .map(|opened| kubectl::shell_ended(&opened, status))
            .unwrap_or_default()
    }
}

fn is_running(pod: &cluster::Object) -> bool {
    pod.status().field("phase") == "Running"
}

impl OpenShell {
    fn sign(&self) -> String {
        self.shell.sign(&self.opened.pod)
    }
}

impl Moments<'_> {
    fn container<'a>(&'a self, pod: &'a cluster::Object, name: &'a str, memory: &'a RefCell<Memory>) -> Container<'a> {
        Container {
            cluster: &self.began,
            pod,
            name,
            proxy: self.proxy,
            memory,
            later: self.later,
            known: self.known,
            fraction: self.fraction,
        }
    }
}
