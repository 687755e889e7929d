//! Which pods of lower priority must go so that a pod finds room.
//!
//! Models: pkg/scheduler/framework/preemption/preemption.go,
//! pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go (v1.36).
//! Differs: all nodes are looked at, where a scheduler of many nodes looks at some.

use super::ledger::{Ledger, Taken};
use super::{Candidate, Placing, Wants};
use crate::controllers::workload::selector_matches;
use crate::store::{Object, ObjectKey, Store};
use api::Kind;
use base::Order;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The pods that must go from a node.
pub(crate) struct Victims {
    pub(crate) node: Rc<str>,
    /// The most important one first.
    pub(crate) pods: Vec<Rc<Object>>,
    /// How many of them a budget keeps.
    kept_by_budgets: usize,
}

/// Why no pods of a node can make room.
pub(super) enum Futile {
    /// None has a lower priority.
    NoVictims,
    /// Even without them the pod does not fit, for these reasons.
    NotEnough(Vec<String>),
}

pub(crate) fn priority(pod: &Object) -> i64 {
    pod.spec().field("priority").number()
}

pub(super) const VICTIMS_GO: &str = "not eligible due to a terminating pod on the nominated node.";

/// Whether the pods that it drove away are still going, or it may drive none away: then the scheduler's words.
pub(super) fn is_not_eligible(placing: &Placing<'_>) -> Option<&'static str> {
    let pod = placing.pod;
    if pod.spec().field("preemptionPolicy") == "Never" {
        return Some("not eligible due to preemptionPolicy=Never.");
    }
    let node = pod.status().field("nominatedNodeName").as_text()?;
    let mut placed = placing.ledger.placed().filter(|(_, at)| *at == node);
    let is_going = |key: &ObjectKey| {
        let other = placing.store.get(Kind::Pod, key);
        other.is_some_and(|other| priority(other) < priority(pod) && other.is_terminating() && is_victim(other))
    };
    placed.any(|(key, _)| is_going(key)).then_some(VICTIMS_GO)
}

fn is_victim(pod: &Object) -> bool {
    let condition = pod.status().field("conditions").find("type", "DisruptionTarget");
    condition.is_some_and(|it| it.field("status") == "True" && it.field("reason") == "PreemptionByScheduler")
}

/// The fewest and least important pods of a node without which the pod fits there.
pub(super) fn victims(placing: &Placing<'_>, candidate: &Candidate) -> Result<Victims, Futile> {
    let (store, pod) = (placing.store, placing.pod);
    // Told without a look at the pods, as with many pods that find no room each asks this of every node.
    let lowest = placing.ledger.taken(&candidate.name).and_then(Taken::lowest_priority);
    if lowest.is_none_or(|lowest| lowest >= priority(pod)) {
        return Err(Futile::NoVictims);
    }
    let lower = placing.ledger.placed().filter(|(_, at)| **at == *candidate.name);
    let lower = lower.filter_map(|(key, _)| store.get(Kind::Pod, key));
    let mut lower: Vec<Rc<Object>> = lower.filter(|it| priority(it) < priority(pod)).cloned().collect();
    if lower.is_empty() {
        return Err(Futile::NoVictims);
    }
    let mut ledger = placing.ledger.clone();
    for other in &lower {
        ledger.release(&other.key);
    }
    let objection = |ledger: &Ledger| {
        let placing = Placing { store, ledger, pod };
        placing.objection(candidate, &Wants::of(&placing))
    };
    if let Some(objection) = objection(&ledger) {
        return Err(Futile::NotEnough(objection.words));
    }
    lower.order_by_key(|it| (-priority(it), it.order));
    let (kept, others) = by_budgets(store, lower);
    let many_kept = kept.len();
    let mut pods = Vec::new();
    let mut kept_by_budgets = 0;
    for (place, other) in kept.into_iter().chain(others).enumerate() {
        ledger.note(store, &other.key);
        if objection(&ledger).is_some() {
            ledger.release(&other.key);
            kept_by_budgets += usize::from(place < many_kept);
            pods.push(other);
        }
    }
    pods.order_by_key(|it| (-priority(it), it.order));
    Ok(Victims {
        node: candidate.name.clone(),
        pods,
        kept_by_budgets,
    })
}

/// The pods that disruption budgets keep, and the others.
///
/// Models: defaultpreemption filterPodsWithPDBViolation (v1.36).
fn by_budgets(store: &Store, pods: Vec<Rc<Object>>) -> (Vec<Rc<Object>>, Vec<Rc<Object>>) {
    let mut allowed: BTreeMap<&ObjectKey, i64> = BTreeMap::new();
    let mut is_kept = |pod: &Rc<Object>| {
        let budgets = store.of_namespace(Kind::PodDisruptionBudget, pod.namespace());
        let mut kept = false;
        for budget in budgets {
            let selector = budget.spec().field("selector");
            if selector.is_empty() || !selector_matches(selector.value, pod) {
                continue;
            }
            let left = allowed
                .entry(&budget.key)
                .or_insert_with(|| budget.status().field("disruptionsAllowed").number());
            *left -= 1;
            kept |= *left < 0;
        }
        kept
    };
    pods.into_iter().partition(|pod| is_kept(pod))
}

/// The node on which the least is lost.
///
/// Models: preemption.go pickOneNodeForPreemption (v1.36).
pub(super) fn best(all: Vec<Victims>) -> Option<Victims> {
    all.into_iter().min_by_key(|victims| {
        let pods = &victims.pods;
        let highest = pods.first().map_or(i64::MIN, |pod| priority(pod));
        // Each counts for itself, however low its priority.
        let sum: i64 = pods.iter().map(|pod| priority(pod) + i64::from(i32::MAX) + 1).sum();
        let of_highest = pods.iter().filter(|pod| priority(pod) == highest);
        let started = { of_highest }
            .map(|pod| pod.status().field("startTime").text())
            .min()
            .and_then(crate::time::second);
        (victims.kept_by_budgets, highest, sum, pods.len(), -started.unwrap_or(0))
    })
}
