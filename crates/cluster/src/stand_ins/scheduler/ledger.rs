//! What the pods on each node take.

use super::requests::{Amounts, HostPort};
use super::terms::ANTI_AFFINITY;
use crate::store::{Object, ObjectKey, SortedMap, Store};
use api::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The pods that are bound to nodes and not over, with what they take there.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    accounts: SortedMap<ObjectKey, Rc<Account>>,
    nodes: BTreeMap<Rc<str>, Taken>,
    /// The pods that keep others off.
    exclusive: BTreeSet<ObjectKey>,
}

#[derive(Clone, PartialEq)]
struct Account {
    node: Rc<str>,
    amounts: Amounts,
    ports: Vec<HostPort>,
    priority: i64,
}

/// What all pods of a node take together.
#[derive(Clone, Default)]
pub(crate) struct Taken {
    pub(crate) pods: usize,
    pub(crate) amounts: Amounts,
    pub(crate) ports: Vec<HostPort>,
    /// How many pods have each priority.
    priorities: BTreeMap<i64, usize>,
}

impl Taken {
    /// The lowest priority of its pods.
    pub(crate) fn lowest_priority(&self) -> Option<i64> {
        self.priorities.keys().next().copied()
    }
}

impl Ledger {
    /// Whether what is noted of a pod differs from what it takes now.
    pub(crate) fn is_outdated(&self, store: &Store, key: &ObjectKey) -> bool {
        let noted = self.accounts.get(key).map(|account| &*account.node);
        noted != bound(store, key).and_then(|pod| pod.node())
    }

    /// Forgets what a pod takes.
    pub(crate) fn release(&mut self, key: &ObjectKey) {
        if let Some(account) = self.accounts.remove(key)
            && let Some(taken) = self.nodes.get_mut(&account.node)
        {
            taken.pods = taken.pods.saturating_sub(1);
            taken.amounts.subtract(&account.amounts);
            if let Some(pods) = taken.priorities.get_mut(&account.priority) {
                *pods -= 1;
                if *pods == 0 {
                    taken.priorities.remove(&account.priority);
                }
            }
            for port in &account.ports {
                if let Some(place) = taken.ports.iter().position(|it| it == port) {
                    taken.ports.swap_remove(place);
                }
            }
        }
        self.exclusive.remove(key);
    }

    /// Takes note of a pod that was bound, ended or is gone.
    pub(crate) fn note(&mut self, store: &Store, key: &ObjectKey) {
        self.release(key);
        let Some((pod, node)) = bound(store, key).and_then(|pod| Some((pod, pod.node()?))) else {
            return;
        };
        let account = Account {
            node: node.into(),
            amounts: Amounts::of_pod(pod),
            ports: HostPort::of_pod(pod),
            priority: pod.spec().field("priority").number(),
        };
        let taken = self.nodes.entry(account.node.clone()).or_default();
        taken.pods += 1;
        taken.amounts.add(&account.amounts);
        *taken.priorities.entry(account.priority).or_default() += 1;
        taken.ports.extend(account.ports.iter().cloned());
        if ANTI_AFFINITY.terms(pod).next().is_some() {
            self.exclusive.insert(key.clone());
        }
        self.accounts.insert(key.clone(), Rc::new(account));
    }

    pub(crate) fn taken(&self, node: &str) -> Option<&Taken> {
        self.nodes.get(node)
    }

    /// How many pods a node has.
    pub(crate) fn pods(&self, node: &str) -> usize {
        self.taken(node).map_or(0, |taken| taken.pods)
    }

    /// The pods that are on nodes, with the names of these.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (&ObjectKey, &str)> {
        self.accounts.iter().map(|(key, account)| (key, &*account.node))
    }

    pub(crate) fn exclusive(&self) -> impl Iterator<Item = &ObjectKey> {
        self.exclusive.iter()
    }
}

fn bound<'a>(store: &'a Store, key: &ObjectKey) -> Option<&'a Rc<Object>> {
    let pod = store.get(Kind::Pod, key)?;
    (pod.node().is_some() && !pod.is_over()).then_some(pod)
}
