//! Commands played over a fresh cluster, as recorded sessions are.

use cluster::{Cluster, Config};
use kubectl::{ManifestReader, Output, run, split};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Reads manifests as kubectl does: YAML or JSON, several documents, up to the first that is neither.
#[derive(Clone, Copy, Debug, Default)]
struct Manifests;

impl ManifestReader for Manifests {
    fn read(&self, text: &str) -> Vec<Result<Value, String>> {
        let read = |document: yaml::Document| match document.content {
            Ok(node) => Ok(yaml::resolve(&node)),
            Err(error) => Err(error.as_kubectl()),
        };
        yaml::parse(text).into_iter().map(read).collect()
    }
}

/// Runs a command line on a cluster; what it changes settles when the caller lets it.
pub(crate) fn kubectl(cluster: &mut Cluster, line: &str, stdin: &str) -> Output {
    run(cluster, &split(line), stdin, &Manifests)
}

/// A session to play; what its steps hold besides is kept as it is.
#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    nodes: Option<usize>,
    #[serde(default)]
    steps: Vec<Map<String, Value>>,
}

/// Plays a case, a JSON object `{"name", "nodes", "steps"}`, and fills `stdout`, `stderr` and `exit` into each `run` step.
///
/// Each case has a cluster of its own; all that one step brings about shares a second, the next comes a second later.
pub fn replay(case: &Value) -> Result<Value, serde_json::Error> {
    let Case { nodes, mut steps } = Case::deserialize(case)?;
    let mut cluster = Cluster::new(&Config {
        nodes: nodes.unwrap_or(1),
        seed: 0,
    });
    for (second, step) in (0..).zip(&mut steps) {
        cluster.set_now(second);
        play(&mut cluster, step);
        cluster.settle();
    }
    let mut played = case.clone();
    played["steps"] = steps.into_iter().map(Value::Object).collect();
    Ok(played)
}

fn play(cluster: &mut Cluster, step: &mut Map<String, Value>) {
    let text = |field: &str| step.get(field).and_then(Value::as_str);
    if let Some(line) = text("run") {
        let Output { stdout, stderr, exit } = kubectl(cluster, line, text("stdin").unwrap_or_default());
        step.insert("stdout".to_owned(), stdout.into());
        step.insert("stderr".to_owned(), stderr.into());
        step.insert("exit".to_owned(), exit.into());
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
