//! What a command works with besides the cluster, and what it prints.

use crate::client::KubectlVersion;
use crate::discovery::Discovery;
use cluster::{Cluster, Object};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The input of a command besides the cluster.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Standard input.
    pub stdin: &'a str,
    /// The files that `-f` can name.
    pub files: &'a BTreeMap<String, String>,
    /// Runs programs and keeps logs.
    pub containers: &'a dyn Containers,
    /// The cluster when the command began, if a waiting command is run again.
    pub before: Option<&'a Cluster>,
    /// Which kubectl it is.
    pub version: KubectlVersion,
    /// What was saved in the editor that the command opened before: see [`Output::edit`].
    pub edited: Option<Edited<'a>>,
    /// The namespace of the kubeconfig's context; `default` where it is empty.
    pub namespace: &'a str,
    /// What kubectl remembers of the kinds that the cluster serves.
    pub discovery: &'a RefCell<Discovery>,
}

/// A text that was saved in an editor.
#[derive(Clone, Copy, Debug)]
pub struct Edited<'a> {
    /// The text as the command first opened it.
    pub original: &'a str,
    /// The text as the editor was opened last.
    pub opened: &'a str,
    pub text: &'a str,
}

/// A text that a command opens in an editor.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Edit {
    /// What is edited: `deployment.apps/web`.
    pub title: String,
    /// The text as it was opened first.
    pub original: String,
    /// The text to open.
    pub text: String,
}

/// Containers as `exec` and `logs` see them.
pub trait Containers {
    /// Runs a program in a container from now on; `None` if the container has no such program.
    fn exec(&self, cluster: &Cluster, call: &Call<'_>) -> Option<Ended>;

    /// Whether a call is of a shell that waits for input.
    fn opens(&self, cluster: &Cluster, call: &Call<'_>) -> bool {
        self.exec(cluster, call).is_some_and(|ended| ended.opens)
    }

    /// The answer of a port of a pod to a web client: its status and its text; else why none came.
    fn ask(&self, _: &Cluster, _: &AskedPod<'_>) -> Result<(u16, String), String> {
        Err("no container runs here".to_owned())
    }

    /// The content of a file in a container, as its programs see it.
    fn read(&self, _: &Cluster, _: &Place<'_>) -> Option<String> {
        None
    }

    /// The files in a directory of a container and in those within it, by their paths from there; `None` if there is no such
    /// directory.
    fn files(&self, _: &Cluster, _: &Place<'_>) -> Option<Vec<(String, String)>> {
        None
    }

    /// Writes files into a directory of a container; else says why not.
    fn unpack(&self, _: &Cluster, _: &Place<'_>, _: &[(String, String)]) -> Result<(), String> {
        Err("no container runs here".to_owned())
    }

    /// Whether a container has a program.
    fn has(&self, _: &Cluster, _: &Place<'_>) -> bool {
        false
    }

    /// What a container has printed by now, ordered by time.
    fn logs(&self, cluster: &Cluster, pod: &Object, container: &str) -> Vec<LogLine>;

    /// The same of the run of a container that ended last; `None` if none has ended.
    fn earlier_logs(&self, _: &Cluster, _: &Object, _: &str) -> Option<Vec<LogLine>> {
        None
    }
}

/// A port of a pod that the API server asks.
#[derive(Clone, Copy, Debug)]
pub struct AskedPod<'a> {
    pub pod: &'a Object,
    pub port: u16,
    pub path: &'a str,
    pub host: &'a str,
}

/// A path, or a program, in a container.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub pod: &'a Object,
    pub container: &'a str,
    pub path: &'a str,
}

/// A program to run in a container.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub pod: &'a Object,
    pub container: &'a str,
    /// The program and its arguments; none for what the image runs.
    pub words: &'a [String],
    /// Its standard input: with `-i`.
    pub stdin: Option<&'a str>,
    /// Whether a terminal is attached: with `-t`.
    pub tty: bool,
    /// The virtual second at which it begins.
    pub began: i64,
}

/// What a program left when it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub stdout: String,
    pub stderr: String,
    pub exit: i32,
    /// How long it ran, in virtual seconds.
    pub seconds: i64,
    /// Whether it runs on beyond what is known of the cluster: what it printed so far.
    pub goes_on: bool,
    /// Whether it is a shell that waits for input.
    pub opens: bool,
}

/// A shell that a command opened at the terminal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OpenedShell {
    pub namespace: String,
    pub pod: String,
    pub container: String,
    /// The program and its arguments.
    pub words: Vec<String>,
    pub by: OpenedBy,
}

/// The command that opened a shell, which tells what kubectl prints when it is left.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum OpenedBy {
    Exec,
    /// `run -it`
    Run {
        /// What `--rm` deletes: `pod/NAME`.
        removes: Vec<String>,
        /// Whether the exit code is kubectl's own.
        reports: bool,
        quiet: bool,
        tty: bool,
    },
    /// `attach`, and `debug` of an ephemeral container.
    Attach {
        quiet: bool,
        tty: bool,
        ephemeral: bool,
    },
}

/// A line of a container's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The virtual second.
    pub at: i64,
    /// The line, without its end.
    pub text: String,
}

/// What a command printed, and its exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    /// The rules that the printed errors and warnings of the API server state.
    pub rules: Vec<api::Rule>,
    /// 0 if all went well.
    pub exit: i32,
    /// If the command has not ended: the virtual second by which it will, `i64::MAX` if never.
    /// Run again later, with the cluster as it was [`Surroundings::before`], it prints more or ends.
    pub waits_until: Option<i64>,
    /// Whether nothing but time ends that wait: before it, the command prints nothing else.
    pub only_time: bool,
    /// The shell that reads what is typed next.
    pub opens: Option<OpenedShell>,
    /// A command that is performed as this one ends: the deletion of `run --rm`.
    pub then: Option<String>,
    /// The ports of the machine outside that lead to pods as long as the command runs: `port-forward`.
    pub forwards: Vec<ForwardedPort>,
    /// The port of the machine outside that leads to the API server as long as the command runs: `proxy`.
    pub proxy: Option<u16>,
    /// Files of the machine outside that the command wrote, by name.
    pub files: Vec<(String, String)>,
    /// The namespace that the context has from now on.
    pub namespace: Option<String>,
    /// What the command wants edited; saved, the command runs again with it as [`Surroundings::edited`].
    pub edit: Option<Edit>,
    /// Commands that do the same as what was saved, for whoever keeps commands.
    pub equals: Vec<String>,
    /// Whether programs of the machine outside the cluster were run, not of a pod.
    pub outside: bool,
}

impl Output {
    /// Whether the command goes on beside those that follow it: `port-forward` and `proxy`.
    pub fn goes_on_behind(&self) -> bool {
        !self.forwards.is_empty() || self.proxy.is_some()
    }
}

/// A port of the machine outside that leads to a pod.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ForwardedPort {
    pub local: u16,
    pub namespace: String,
    pub pod: String,
    /// The pod's uid: another pod of its name is not reached.
    pub uid: String,
    pub remote: u16,
}
