//! The scheduler: which node takes a pod, and why none does.
//!
//! Differs: of the nodes that can take a pod, the one with the fewest pods gets it, the first of equals; what is only
//! preferred does not count; a pod of high priority drives no other away.

mod affinity;
mod claims;
pub(crate) mod ledger;
pub(crate) mod node_rules;
pub(crate) mod requests;

use crate::store::{Object, Store};
use affinity::{Neighbours, Spread};
use api::Kind;
use ledger::Ledger;
use requests::{Amounts, HostPort};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A node, as far as every pod asks after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) name: Rc<str>,
    /// Whether it is cordoned or has taints.
    pub(crate) keeps_off: bool,
    pub(crate) capacity: Amounts,
}

impl Candidate {
    pub(crate) fn of(node: &Object) -> Self {
        Self {
            name: node.key.name.clone(),
            keeps_off: node.spec().field("unschedulable").flag() || !node.spec().field("taints").is_empty(),
            capacity: Amounts::read(node.status().field("allocatable")),
        }
    }
}

/// A pod that looks for its node.
pub(super) struct Placing<'a> {
    pub(super) store: &'a Store,
    pub(super) ledger: &'a Ledger,
    pub(super) pod: &'a Object,
}

/// The node that the scheduler chooses, or its words for why there is none.
///
/// `only` is the one node that the pod asks for by name.
pub(crate) fn choose<'a>(
    store: &Store,
    ledger: &Ledger,
    pod: &Object,
    only: Option<&str>,
    candidates: impl Iterator<Item = &'a Candidate> + Clone,
) -> Result<Rc<str>, String> {
    let all = candidates.clone().count();
    if all == 0 {
        return Err("no nodes available to schedule pods".to_owned());
    }
    if let Some(why) = claims::objection(store, pod) {
        // The plugin of resource claims has not looked at the pod yet when it is asked to help.
        return Err(format!("0/{all} nodes are available: {why}. not found"));
    }
    let placing = Placing { store, ledger, pod };
    let wants = Wants {
        amounts: Amounts::of_pod(pod),
        ports: HostPort::of_pod(pod),
        has_node_rules: node_rules::has_any(pod),
        has_claims: claims::has_any(pod),
        neighbours: Neighbours::of(&placing),
        spread: Spread::of(&placing),
    };
    let mut objections = Objections::default();
    let mut best: Option<(usize, &Rc<str>)> = None;
    for node in candidates {
        if only.is_some_and(|only| *node.name != *only) {
            objections.add_words("node(s) didn't satisfy plugin(s) [NodeAffinity]");
            continue;
        }
        if let Some(objection) = placing.objection(node, &wants) {
            objections.add(&placing, &node.name, objection);
            continue;
        }
        let pods = ledger.pods(&node.name);
        if best.is_none_or(|(fewest, _)| pods < fewest) {
            best = Some((pods, &node.name));
        }
    }
    match best {
        Some((_, node)) => Ok(node.clone()),
        None => Err(objections.told(all, pod)),
    }
}

/// What a pod wants, found once for all nodes.
struct Wants<'a> {
    amounts: Amounts,
    ports: Vec<HostPort>,
    has_node_rules: bool,
    has_claims: bool,
    neighbours: Neighbours<'a>,
    spread: Vec<Spread<'a>>,
}

/// Why a node does not take a pod.
struct Objection {
    words: Vec<String>,
    /// Whether the going of other pods could change it.
    is_resolvable: bool,
}

impl From<(&str, bool)> for Objection {
    fn from((words, is_resolvable): (&str, bool)) -> Self {
        Self {
            words: vec![words.to_owned()],
            is_resolvable,
        }
    }
}

impl Placing<'_> {
    /// The first plugin's objection, in the order in which the scheduler asks them.
    ///
    /// Models: pkg/scheduler/apis/config/v1/default_plugins.go (v1.36).
    fn objection(&self, candidate: &Candidate, wants: &Wants<'_>) -> Option<Objection> {
        let pod = self.pod;
        let looks_closer = candidate.keeps_off || wants.has_node_rules || !wants.spread.is_empty();
        let node = (looks_closer || !wants.neighbours.is_empty())
            .then(|| self.store.find(Kind::Node, "", &candidate.name))
            .flatten();
        if let Some(node) = node {
            if is_closed(pod, node) {
                return Some(("node(s) were unschedulable", false).into());
            }
            if !node_rules::tolerates_all(pod, node) {
                return Some(("node(s) had untolerated taint(s)", false).into());
            }
            if !node_rules::match_node(pod, node) {
                return Some(("node(s) didn't match Pod's node affinity/selector", false).into());
            }
        }
        let taken = self.ledger.taken(&candidate.name);
        let is_taken = |port: &HostPort| taken.is_some_and(|taken| taken.ports.iter().any(|it| it.conflicts(port)));
        if wants.ports.iter().any(is_taken) {
            return Some(("node(s) didn't have free ports for the requested pod ports", true).into());
        }
        if let Some(objection) = self.lack(candidate, &wants.amounts) {
            return Some(objection);
        }
        if wants.has_claims && claims::lacks_volume(self.store, pod) {
            return Some(("node(s) didn't find available persistent volumes to bind", false).into());
        }
        let spread = wants.spread.iter().find_map(|spread| spread.objection(pod, node?));
        spread
            .or_else(|| wants.neighbours.objection(pod, node?))
            .map(Objection::from)
    }

    /// What a node has too little of.
    ///
    /// Models: pkg/scheduler/framework/plugins/noderesources/fit.go fitsRequest (v1.36).
    fn lack(&self, node: &Candidate, wanted: &Amounts) -> Option<Objection> {
        let nothing = Amounts::default();
        let capacity = &node.capacity;
        let taken = self.ledger.taken(&node.name).map_or(&nothing, |taken| &taken.amounts);
        let mut words = Vec::new();
        let mut is_resolvable = true;
        let pods = i128::try_from(self.ledger.pods(&node.name)).unwrap_or(i128::MAX);
        if (pods + 1).saturating_mul(1_000_000_000) > capacity.get("pods") {
            words.push("Too many pods".to_owned());
        }
        for (name, amount) in wanted.iter() {
            // A node of ours has storage without end.
            let is_unknown = name == "ephemeral-storage" && capacity.get(name) == 0;
            if !is_unknown && amount > capacity.get(name) - taken.get(name) {
                words.push(format!("Insufficient {name}"));
                is_resolvable &= amount <= capacity.get(name);
            }
        }
        (!words.is_empty()).then_some(Objection { words, is_resolvable })
    }

    /// What the scheduler says of driving other pods away from a node.
    ///
    /// Models: pkg/scheduler/framework/plugins/defaultpreemption SelectVictimsOnNode (v1.36).
    /// Differs: pods of lower priority are taken not to be enough.
    fn preemption(&self, node: &str, objection: &Objection) -> Vec<String> {
        let priority = |pod: &Object| pod.spec().field("priority").number();
        let own = priority(self.pod);
        let mut placed = self.ledger.placed().filter(|(_, at)| *at == node);
        let has_lower =
            own > 0 && placed.any(|(key, _)| self.store.get(Kind::Pod, key).is_some_and(|pod| priority(pod) < own));
        match objection.is_resolvable {
            true if has_lower => objection.words.clone(),
            true => vec!["No preemption victims found for incoming pod".to_owned()],
            false => vec!["Preemption is not helpful for scheduling".to_owned()],
        }
    }
}

/// Models: pkg/scheduler/framework/plugins/nodeunschedulable Filter (v1.36).
fn is_closed(pod: &Object, node: &Object) -> bool {
    let taint = || serde_json::json!({"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"});
    node.spec().field("unschedulable").flag() && !node_rules::tolerates(pod.spec(), &taint())
}

/// How many nodes object in which words.
#[derive(Default)]
struct Objections {
    reasons: BTreeMap<String, usize>,
    preemption: BTreeMap<String, usize>,
}

impl Objections {
    fn add(&mut self, placing: &Placing<'_>, node: &str, objection: Objection) {
        for words in placing.preemption(node, &objection) {
            *self.preemption.entry(words).or_default() += 1;
        }
        for words in objection.words {
            *self.reasons.entry(words).or_default() += 1;
        }
    }

    fn add_words(&mut self, words: &str) {
        *self.reasons.entry(words.to_owned()).or_default() += 1;
        let unhelpful = "Preemption is not helpful for scheduling".to_owned();
        *self.preemption.entry(unhelpful).or_default() += 1;
    }

    /// Models: pkg/scheduler/framework/types.go FitError.Error (v1.36).
    fn told(&self, nodes: usize, pod: &Object) -> String {
        let begin = format!("0/{nodes} nodes are available:");
        let counted = |all: &BTreeMap<String, usize>| {
            let mut words: Vec<String> = all.iter().map(|(words, count)| format!("{count} {words}")).collect();
            words.sort();
            words.join(", ")
        };
        let reasons = counted(&self.reasons);
        let preemption = if pod.spec().field("preemptionPolicy") == "Never" {
            "not eligible due to preemptionPolicy=Never.".to_owned()
        } else {
            format!("{begin} {}.", counted(&self.preemption))
        };
        format!("{begin} {reasons}. no new claims to deallocate, preemption: {preemption}")
    }
}

/// Whether the scheduler that a pod names is the default one.
pub(crate) fn is_ours(pod: &Object) -> bool {
    let name = pod.spec().field("schedulerName");
    name.is_empty() || name == "default-scheduler"
}
