//! The scheduler: which node takes a pod, and why none does.
//!
//! Differs: of the nodes that can take a pod, the one with the fewest pods gets it, the first of equals; what is only
//! preferred does not count.

mod affinity;
mod claims;
pub(crate) mod ledger;
pub(crate) mod node_rules;
pub(crate) mod preemption;
pub(crate) mod requests;
mod terms;

use crate::store::{Object, Store};
use affinity::{Neighbours, Spread};
use api::Kind;
use ledger::Ledger;
use preemption::{Futile, Victims};
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

/// Why no node takes a pod.
pub(crate) struct Unplaced {
    /// The scheduler's words.
    pub(crate) words: String,
    /// Whether it only waits until the pods are gone that it drove away.
    pub(crate) waits: bool,
    /// The pods that go to make room.
    pub(crate) victims: Option<Victims>,
}

impl From<String> for Unplaced {
    fn from(words: String) -> Self {
        Self {
            words,
            waits: false,
            victims: None,
        }
    }
}

/// The node that the scheduler chooses, or why there is none.
///
/// `only` is the one node that the pod asks for by name.
pub(crate) fn choose<'a>(
    store: &Store,
    ledger: &Ledger,
    pod: &Object,
    only: Option<&str>,
    candidates: impl Iterator<Item = &'a Candidate> + Clone,
) -> Result<Rc<str>, Unplaced> {
    let all = candidates.clone().count();
    if all == 0 {
        return Err("no nodes available to schedule pods".to_owned().into());
    }
    if let Some(why) = claims::objection(store, pod) {
        // The plugin of resource claims has not looked at the pod yet when it is asked to help.
        return Err(format!("0/{all} nodes are available: {why}. not found").into());
    }
    let placing = Placing { store, ledger, pod };
    let wants = Wants::of(&placing);
    let not_eligible = preemption::is_not_eligible(&placing);
    let mut objections = Objections::default();
    let mut resolvable = Vec::new();
    let mut best: Option<(usize, &Rc<str>)> = None;
    for node in candidates {
        if only.is_some_and(|only| *node.name != *only) {
            objections.add_words("node(s) didn't satisfy plugin(s) [NodeAffinity]");
            continue;
        }
        let pods = ledger.pods(&node.name);
        if best.is_some_and(|(fewest, _)| pods >= fewest) {
            // Whether it objects matters only where every node does.
            continue;
        }
        if let Some(objection) = placing.objection(node, &wants) {
            if objection.is_resolvable {
                resolvable.push(node);
            } else {
                objections.add_preemption("Preemption is not helpful for scheduling");
            }
            objections.add(objection);
            continue;
        }
        best = Some((pods, &node.name));
    }
    if let Some((_, node)) = best {
        return Ok(node.clone());
    }
    if let Some(words) = not_eligible {
        return Err(Unplaced {
            words: objections.told(all, Some(words)),
            waits: words == preemption::VICTIMS_GO,
            victims: None,
        });
    }
    let mut found = Vec::new();
    for node in resolvable {
        match preemption::victims(&placing, node) {
            Ok(victims) => found.push(victims),
            Err(Futile::NoVictims) => objections.add_preemption("No preemption victims found for incoming pod"),
            Err(Futile::NotEnough(words)) => words.iter().for_each(|words| objections.add_preemption(words)),
        }
    }
    let victims = preemption::best(found);
    Err(Unplaced {
        words: match victims {
            Some(_) => objections.begin(all),
            None => objections.told(all, None),
        },
        waits: false,
        victims,
    })
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

impl<'a> Wants<'a> {
    fn of(placing: &Placing<'a>) -> Self {
        let pod = placing.pod;
        Self {
            amounts: Amounts::of_pod(pod),
            ports: HostPort::of_pod(pod),
            has_node_rules: node_rules::has_any(pod),
            has_claims: claims::has_any(pod),
            neighbours: Neighbours::of(placing),
            spread: Spread::of(placing),
        }
    }
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
    fn add(&mut self, objection: Objection) {
        for words in objection.words {
            *self.reasons.entry(words).or_default() += 1;
        }
    }

    fn add_preemption(&mut self, words: &str) {
        *self.preemption.entry(words.to_owned()).or_default() += 1;
    }

    fn add_words(&mut self, words: &str) {
        *self.reasons.entry(words.to_owned()).or_default() += 1;
        self.add_preemption("Preemption is not helpful for scheduling");
    }

    /// Models: pkg/scheduler/framework/types.go FitError.Error (v1.36).
    fn begin(&self, nodes: usize) -> String {
        format!("0/{nodes} nodes are available: {}.", counted(&self.reasons))
    }

    fn told(&self, nodes: usize, not_eligible: Option<&str>) -> String {
        let begin = self.begin(nodes);
        let preemption = match not_eligible {
            Some(words) => words.to_owned(),
            None => format!("0/{nodes} nodes are available: {}.", counted(&self.preemption)),
        };
        format!("{begin} no new claims to deallocate, preemption: {preemption}")
    }
}

fn counted(all: &BTreeMap<String, usize>) -> String {
    let mut words: Vec<String> = all.iter().map(|(words, count)| format!("{count} {words}")).collect();
    words.sort();
    words.join(", ")
}

/// Whether the scheduler that a pod names is the default one.
pub(crate) fn is_ours(pod: &Object) -> bool {
    let name = pod.spec().field("schedulerName");
    name.is_empty() || name == "default-scheduler"
}
