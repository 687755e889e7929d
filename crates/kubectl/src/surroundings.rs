//! What a command finds around it besides the cluster.

use cluster::{Cluster, Object};
use std::collections::BTreeMap;

/// What a command finds around it besides the cluster.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// What it is fed on standard input.
    pub stdin: &'a str,
    /// The files of the directory it runs in, by their names.
    pub files: &'a BTreeMap<String, String>,
    /// Who runs programs in containers.
    pub containers: &'a dyn Containers,
    /// The cluster as it was when the command began, where a command that waits is run again.
    pub before: Option<&'a Cluster>,
}

/// Stands in for the containers that kubelets run.
pub trait Containers {
    /// Runs a program in a container of that cluster, from now on; none where the container has no such program.
    fn exec(&self, cluster: &Cluster, call: &Call<'_>) -> Option<Ended>;

    /// What a container has printed by now, in the order of time.
    fn logs(&self, cluster: &Cluster, pod: &Object, container: &str) -> Vec<Line>;
}

/// A program to be run in a container.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The pod.
    pub pod: &'a Object,
    /// The container's name.
    pub container: &'a str,
    /// The program and its arguments, at least one word.
    pub words: &'a [String],
}

/// What became of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// Its exit code.
    pub exit: i32,
    /// For how many virtual seconds it ran.
    pub seconds: i64,
}

/// A line that a container printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The virtual second.
    pub at: i64,
    /// The line, without its end.
    pub text: String,
}

/// What a command printed, and its exit code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The rules that the printed errors and warnings of the API server state.
    pub rules: Vec<api::Rule>,
    /// 0 where all went well.
    pub exit: i32,
    /// Where the command has not ended by now: the virtual second by which it will, `i64::MAX` where it never does.
    /// Run again later, with the cluster as it was [`Surroundings::before`], it prints more or ends.
    pub waits_until: Option<i64>,
}
