//! The rules kube-proxy would have written, as recorded cases ask for them.

use crate::replay;
use network::World;
use network::proxy::{NodeRules, ProxyMode, ProxyNode, Services};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How many nodes a case has that says nothing of them.
const NODES: usize = 2;

#[derive(Deserialize)]
struct Case {
    mode: String,
    node: String,
    #[serde(default)]
    nodes: Option<usize>,
    #[serde(default)]
    steps: Vec<Map<String, Value>>,
}

/// Plays a case, a JSON object `{"name", "mode", "node", "steps"}`, and adds `rules`: what kube-proxy in that mode would have
/// written on that node after the steps.
pub fn rules(case: &Value) -> Result<Value, String> {
    let Case {
        mode,
        node,
        nodes,
        mut steps,
    } = Case::deserialize(case).map_err(|error| error.to_string())?;
    let mode = ProxyMode::read(&mode).ok_or_else(|| format!("unknown proxy mode {mode:?}"))?;
    let cluster = replay::play_all(nodes.unwrap_or(NODES), &mut steps);
    let node = ProxyNode::of(&World::of(&cluster), &node).ok_or_else(|| format!("no node {node:?}"))?;
    let mut played = case.clone();
    played["rules"] = NodeRules::new(mode, &Services::of(&cluster), &node).to_string().into();
    Ok(played)
}
