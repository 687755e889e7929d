//! Which pods want to be near others, or away from them.

use super::Placing;
use super::ledger::Ledger;
use super::terms::{AFFINITY, ANTI_AFFINITY};
use crate::controllers::workload::selector_matches;
use crate::store::{Object, Store};
use api::{Cursor, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// Nodes that share the value of a label.
type Place<'a> = (&'a str, &'a str);

/// What other pods mean for the places of one, found once for all nodes.
///
/// Models: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go (v1.36).
#[derive(Default)]
pub(super) struct Neighbours<'a> {
    /// Where pods are that it wants to be near, per term.
    wanted: BTreeSet<Place<'a>>,
    /// Whether no pod anywhere is what it wants to be near.
    is_first: bool,
    wants_any: bool,
    /// Where pods are that it wants to be away from.
    unwanted: BTreeSet<Place<'a>>,
    /// Where pods are that want it to be away.
    forbidden: BTreeSet<Place<'a>>,
}

impl<'a> Neighbours<'a> {
    pub(super) fn of(placing: &Placing<'a>) -> Self {
        let (store, ledger, pod) = (placing.store, placing.ledger, placing.pod);
        let mut all = Self::default();
        for key in ledger.exclusive() {
            let Some(other) = store.get(Kind::Pod, key) else {
                continue;
            };
            for term in ANTI_AFFINITY.terms(other) {
                if matches(store, other, term, pod) {
                    all.forbidden.extend(place(store, other, term));
                }
            }
        }
        let wants: Vec<_> = AFFINITY.terms(pod).collect();
        all.wants_any = !wants.is_empty();
        let avoids: Vec<_> = ANTI_AFFINITY.terms(pod).collect();
        if wants.is_empty() && avoids.is_empty() {
            return all;
        }
        for other in placed(store, ledger) {
            if !wants.is_empty() && wants.iter().all(|term| matches(store, pod, *term, other)) {
                all.wanted
                    .extend(wants.iter().filter_map(|term| place(store, other, *term)));
            }
            for term in avoids.iter().filter(|term| matches(store, pod, **term, other)) {
                all.unwanted.extend(place(store, other, *term));
            }
        }
        let is_own_kind = wants.iter().all(|term| matches(store, pod, *term, pod));
        all.is_first = all.wanted.is_empty() && is_own_kind;
        all
    }

    /// Whether no other pod matters.
    pub(super) fn is_empty(&self) -> bool {
        self.unwanted.is_empty() && self.forbidden.is_empty() && !self.wants_any
    }

    /// Why a node does not suit, and whether the going of other pods could change that.
    pub(super) fn objection(&self, pod: &Object, node: &Object) -> Option<(&'static str, bool)> {
        let mut wants = AFFINITY.terms(pod).peekable();
        if wants.peek().is_some() {
            let labels = wants.map(|term| {
                let key = term.field("topologyKey").text();
                node.label(key).map(|value| (key, value))
            });
            let places: Option<Vec<Place<'_>>> = labels.collect();
            let is_near =
                |places: &Vec<Place<'_>>| self.is_first || places.iter().all(|place| self.wanted.contains(place));
            if !places.is_some_and(|places| is_near(&places)) {
                return Some(("node(s) didn't match pod affinity rules", false));
            }
        }
        let is_at = |places: &BTreeSet<Place<'_>>| node.labels().any(|label| places.contains(&label));
        if is_at(&self.unwanted) {
            return Some(("node(s) didn't match pod anti-affinity rules", true));
        }
        is_at(&self.forbidden).then_some(("node(s) didn't satisfy existing pods anti-affinity rules", true))
    }
}

fn placed<'a>(store: &'a Store, ledger: &'a Ledger) -> impl Iterator<Item = &'a Object> {
    { ledger.placed() }.filter_map(|(key, _)| store.get(Kind::Pod, key).map(|pod| &**pod))
}

/// The place of a pod, as a term tells places apart.
fn place<'a>(store: &'a Store, pod: &'a Object, term: Cursor<'a>) -> Option<Place<'a>> {
    let key = term.field("topologyKey").text();
    let node = store.find(Kind::Node, "", pod.node()?)?;
    Some((key, node.label(key)?))
}

/// Whether a term of `owner` speaks of `other`.
fn matches(store: &Store, owner: &Object, term: Cursor<'_>, other: &Object) -> bool {
    let (names, selector) = (term.field("namespaces"), term.field("namespaceSelector"));
    let is_named = names.texts().any(|name| name == other.namespace());
    let is_selected = selector.is_set() && { store.find(Kind::Namespace, "", other.namespace()) }
        .is_some_and(|namespace| selector_matches(selector.value, namespace));
    let is_own = names.list().is_empty() && !selector.is_set() && owner.namespace() == other.namespace();
    let labels = term.field("labelSelector");
    (is_named || is_selected || is_own) && labels.is_set() && selector_matches(labels.value, other)
}

/// How evenly a pod wants to be spread.
///
/// Models: pkg/scheduler/framework/plugins/podtopologyspread/filtering.go (v1.36).
pub(super) struct Spread<'a> {
    rule: Cursor<'a>,
    /// The pods that count, by the value of the label that tells places apart.
    pods: BTreeMap<&'a str, i64>,
}

impl<'a> Spread<'a> {
    /// The rules that a pod holds to.
    pub(super) fn of(placing: &Placing<'a>) -> Vec<Self> {
        let (store, pod) = (placing.store, placing.pod);
        let rules = pod.spec().field("topologySpreadConstraints").items();
        let rules: Vec<_> = rules
            .filter(|rule| rule.field("whenUnsatisfiable") == "DoNotSchedule")
            .collect();
        if rules.is_empty() {
            return Vec::new();
        }
        let has_labels = |node: &Object| {
            rules
                .iter()
                .all(|rule| node.label(rule.field("topologyKey").text()).is_some())
        };
        let one = |rule: Cursor<'a>| {
            let mut pods = BTreeMap::new();
            for node in store.all(Kind::Node).filter(|node| has_labels(node)) {
                let honors = |field: &str, usual: &str| rule.field(field).as_text().unwrap_or(usual) == "Honor";
                let counts = (!honors("nodeAffinityPolicy", "Honor") || super::node_rules::match_node(pod, node))
                    && (!honors("nodeTaintsPolicy", "Ignore") || super::node_rules::tolerates_all(pod, node));
                if let Some(value) = node.label(rule.field("topologyKey").text()).filter(|_| counts) {
                    pods.entry(value).or_insert(0);
                }
            }
            for other in placed(store, placing.ledger) {
                let counts =
                    !other.is_terminating() && other.namespace() == pod.namespace() && selects(rule, pod, other);
                let at = place(store, other, rule).filter(|_| counts);
                if let Some(count) = at.and_then(|(_, value)| pods.get_mut(value)) {
                    *count += 1;
                }
            }
            Self { rule, pods }
        };
        rules.iter().map(|rule| one(*rule)).collect()
    }

    pub(super) fn objection(&self, pod: &Object, node: &Object) -> Option<(&'static str, bool)> {
        let Some(value) = node.label(self.rule.field("topologyKey").text()) else {
            let words = "node(s) didn't match pod topology spread constraints (missing required label)";
            return Some((words, false));
        };
        let places = i64::try_from(self.pods.len()).unwrap_or(i64::MAX);
        let too_few = places < self.rule.field("minDomains").as_number().unwrap_or(1);
        let least = if too_few {
            0
        } else {
            self.pods.values().min().copied().unwrap_or_default()
        };
        let own = i64::from(selects(self.rule, pod, pod));
        let here = self.pods.get(value).copied().unwrap_or_default();
        let is_uneven = here + own - least > self.rule.field("maxSkew").number();
        is_uneven.then_some(("node(s) didn't match pod topology spread constraints", true))
    }
}

fn selects(rule: Cursor<'_>, pod: &Object, other: &Object) -> bool {
    let selector = rule.field("labelSelector");
    let mut keys = rule.field("matchLabelKeys").texts();
    selector.is_set()
        && selector_matches(selector.value, other)
        && keys.all(|key| pod.label(key).is_none() || pod.label(key) == other.label(key))
}
