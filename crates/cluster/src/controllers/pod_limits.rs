//! Limits on the pods that controllers make, so that one large number in a text cannot freeze the page.
//!
//! Differs: a real cluster has no such limit.
//! The object is stored as written, its status counts the pods that exist, and an event of the workload names the limit.

use crate::store::object::Object;
use crate::{Cluster, ObjectKey};
use api::Kind;
use std::rc::Rc;

/// How many pods the controllers make at most; pods that somebody creates directly count, but are never refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodLimits {
    /// In the whole cluster.
    pub in_all: usize,
    /// For one stateful set.
    pub per_stateful_set: usize,
}

impl Default for PodLimits {
    /// No limits.
    fn default() -> Self {
        Self {
            in_all: usize::MAX,
            per_stateful_set: usize::MAX,
        }
    }
}

impl Cluster {
    /// The replica sets and stateful sets that lack pods because of the limits, and how many each lacks.
    pub fn unmade_pods(&self) -> impl Iterator<Item = (Kind, &ObjectKey, i64)> {
        self.unmade.iter().map(|((kind, key), pods)| (*kind, key, *pods))
    }

    /// How many more pods the controllers may make.
    pub(crate) fn room_for_pods(&self) -> i64 {
        let pods = self.store.table(Kind::Pod).map_or(0, |table| table.len());
        i64::try_from(self.pod_limits.in_all.saturating_sub(pods)).unwrap_or(i64::MAX)
    }

    /// Records how many pods a workload lacks because of the limits, with an event if that is new.
    pub(crate) fn note_unmade(&mut self, workload: &Rc<Object>, pods: i64) {
        let entry = (workload.kind, workload.key.clone());
        let known = self.unmade.get(&entry).copied().unwrap_or(0);
        if known == pods {
            return;
        }
        if pods == 0 {
            Rc::make_mut(&mut self.unmade).remove(&entry);
            return;
        }
        Rc::make_mut(&mut self.unmade).insert(entry, pods);
        let (component, in_one) = match workload.kind {
            Kind::StatefulSet => ("statefulset-controller", self.room_for_pods() > 0),
            _ => ("replicaset-controller", false),
        };
        let message = if in_one {
            let most = self.pod_limits.per_stateful_set;
            format!("Error creating: the playground makes at most {most} pods for a stateful set")
        } else {
            let most = self.pod_limits.in_all;
            format!("Error creating: the playground makes at most {most} pods")
        };
        self.tell("Warning", workload, component, "FailedCreate", &message);
    }

    /// Forgets an erased workload; an erased pod makes room for the workloads that lack one.
    pub(crate) fn note_erased(&mut self, kind: Kind, key: &ObjectKey) {
        if self.unmade.is_empty() {
            return;
        }
        let entry = (kind, key.clone());
        if self.unmade.contains_key(&entry) {
            Rc::make_mut(&mut self.unmade).remove(&entry);
        }
        // They look once when the first pod makes room, and take all there is by then.
        if kind == Kind::Pod && self.room_for_pods() == 1 {
            self.changed.extend(self.unmade.keys().cloned());
        }
    }
}
