//! The rules that kube-proxy writes in recorded cases.

use crate::replay;
use api::ip::Family;
use network::World;
use network::proxy::{NodeRules, ProxyMode, ProxyNode, Services};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The default number of nodes.
const NODES: usize = 2;

#[derive(Deserialize)]
struct RulesCase {
    mode: String,
    node: String,
    #[serde(default)]
    nodes: Option<usize>,
    #[serde(default)]
    steps: Vec<Map<String, Value>>,
}

/// Replays a case, a JSON object `{"name", "mode", "node", "steps"}`; adds `rules`: the rules of kube-proxy on that node after
/// the steps.
pub fn rules(case: &Value) -> Result<Value, String> {
    let RulesCase {
        mode,
        node,
        nodes,
        mut steps,
    } = RulesCase::deserialize(case).map_err(|error| error.to_string())?;
    let mode = ProxyMode::read(&mode).ok_or_else(|| format!("unknown proxy mode {mode:?}"))?;
    let cluster = replay::play_all(nodes.unwrap_or(NODES), &mut steps);
    let node = ProxyNode::of(&World::of(&cluster), &node, Family::V4).ok_or_else(|| format!("no node {node:?}"))?;
    let mut played = case.clone();
    played["rules"] = NodeRules::new(mode, &Services::of(&cluster, Family::V4), &node)
        .to_string()
        .into();
    Ok(played)
}
