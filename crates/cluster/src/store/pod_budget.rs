use crate::store::key::ObjectKey;
use crate::store::shared::Shared;
use api::Kind;
use std::collections::BTreeMap;

/// How many pods the controllers create at most; pods that a client creates count, but are never refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodLimits {
    pub in_all: usize,
    /// For one replica set.
    pub per_replica_set: usize,
    pub per_stateful_set: usize,
}

impl Default for PodLimits {
    /// No limits.
    fn default() -> Self {
        Self {
            in_all: usize::MAX,
            per_replica_set: usize::MAX,
            per_stateful_set: usize::MAX,
        }
    }
}

/// The limits, and what workloads lack because of them.
#[derive(Clone, PartialEq)]
pub(crate) struct PodBudget {
    limits: PodLimits,
    /// How many pods each workload lacks; none lacks 0.
    unmade: Shared<BTreeMap<(Kind, ObjectKey), i64>>,
}

impl PodBudget {
    pub(crate) fn new(limits: PodLimits) -> Self {
        Self {
            limits,
            unmade: Shared::default(),
        }
    }

    pub(crate) fn limits(&self) -> &PodLimits {
        &self.limits
    }

    pub(crate) fn unmade(&self) -> &BTreeMap<(Kind, ObjectKey), i64> {
        &self.unmade
    }

    /// Returns how many pods the workload lacked before.
    pub(crate) fn set_unmade(&mut self, workload: (Kind, ObjectKey), pods: i64) -> i64 {
        let before = self.unmade.get(&workload).copied().unwrap_or(0);
        if before == pods {
            return before;
        }
        if pods == 0 {
            self.unmade.edit().remove(&workload);
        } else {
            self.unmade.edit().insert(workload, pods);
        }
        before
    }
}
