//! Commands played over a fresh cluster, as recorded sessions are.

use crate::commands::Commands;
use crate::desk::Desk;
use crate::limits;
use cluster::Cluster;
use kubectl::{KubectlVersion, Output};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::cell::RefCell;

/// A session to play; what its steps hold besides is kept as it is.
#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    nodes: Option<usize>,
    /// The version of kubectl: `1.30`.
    #[serde(default)]
    kubectl: Option<String>,
    #[serde(default)]
    steps: Vec<Map<String, Value>>,
}

/// Plays a case, a JSON object `{"name", "nodes", "steps"}`, and fills `stdout`, `stderr` and `exit` into each `run` step.
///
/// Each case has a cluster of its own; a step and what follows from it happen within a second, the next step a second later.
/// A command that waits takes its time.
pub fn replay(case: &Value) -> Result<Value, serde_json::Error> {
    replay_with(case, |_, _| ())
}

/// As [`replay`]; after each step, once the cluster has settled, `ask` may add fields to it.
pub(crate) fn replay_with(
    case: &Value,
    mut ask: impl FnMut(&Cluster, &mut Map<String, Value>),
) -> Result<Value, serde_json::Error> {
    let Case {
        nodes,
        kubectl,
        mut steps,
    } = Case::deserialize(case)?;
    let version = kubectl.as_deref().and_then(KubectlVersion::read).unwrap_or_default();
    let mut cluster = Cluster::new(&limits::recorded(nodes.unwrap_or(1)));
    let mut desk = Desk::default();
    for step in &mut steps {
        play(&mut cluster, &mut desk, step, version);
        cluster.settle();
        ask(&cluster, step);
        cluster.pass(1);
    }
    let mut played = case.clone();
    played["steps"] = steps.into_iter().map(Value::Object).collect();
    Ok(played)
}

/// Plays steps, a second each, on a fresh cluster of so many nodes and returns the cluster.
pub(crate) fn play_all(nodes: usize, steps: &mut [Map<String, Value>]) -> Cluster {
    let mut cluster = Cluster::new(&limits::recorded(nodes));
    let mut desk = Desk::default();
    for step in steps {
        play(&mut cluster, &mut desk, step, KubectlVersion::default());
        cluster.settle();
        cluster.pass(1);
    }
    cluster
}

/// Plays one step with the machine outside as the steps before left it; a `run` step gets its output.
pub(crate) fn play(cluster: &mut Cluster, desk: &mut Desk, step: &mut Map<String, Value>, version: KubectlVersion) {
    let text = |field: &str| step.get(field).and_then(Value::as_str);
    if let Some(line) = text("run") {
        let commands = Commands {
            stdin: text("stdin").unwrap_or_default(),
            alone: true,
            version,
            desk: RefCell::new(std::mem::take(desk)),
            ..Commands::default()
        };
        let Output {
            stdout, stderr, exit, ..
        } = commands.run_to_end(cluster, line);
        *desk = commands.remembered().1;
        step.insert("stdout".to_owned(), stdout.into());
        step.insert("stderr".to_owned(), stderr.into());
        step.insert("exit".to_owned(), exit.into());
        return;
    }
    if let Some(seconds) = step.get("wait").and_then(Value::as_i64) {
        cluster.pass(seconds);
        return;
    }
    let Some((namespace, pod)) = text("pod").and_then(|pod| pod.split_once('/')) else {
        return;
    };
    let flag = |field: &str| step.get(field).and_then(Value::as_bool);
    if let Some(ready) = flag("ready") {
        cluster.set_ready(namespace, pod, ready);
    }
    if let Some(hold) = flag("hold") {
        cluster.hold(namespace, pod, hold);
    }
}
