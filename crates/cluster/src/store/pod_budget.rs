use crate::store::key::ObjectKey;
use crate::store::shared::Shared;
use crate::store::sorted_map::SortedMap;
use api::Kind;
use std::collections::BTreeMap;

/// How many pods the controllers create at most; pods that a client creates count, but are never refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodLimits {
    pub in_all: usize,
    /// For one replica set.
    pub per_replica_set: usize,
    pub per_stateful_set: usize,
    /// How many endpoints all Services list at most, each counted once for each port.
    pub endpoints: usize,
}

impl Default for PodLimits {
    /// No limits.
    fn default() -> Self {
        Self {
            in_all: usize::MAX,
            per_replica_set: usize::MAX,
            per_stateful_set: usize::MAX,
            endpoints: usize::MAX,
        }
    }
}

/// The limits, and what workloads lack because of them.
#[derive(Clone, PartialEq)]
pub(crate) struct PodBudget {
    limits: PodLimits,
    /// How many pods each workload lacks; none lacks 0.
    unmade: Shared<BTreeMap<(Kind, ObjectKey), i64>>,
    /// How many endpoints each Service lists, and how many it lacks.
    listed: SortedMap<ObjectKey, (usize, usize)>,
    /// How many endpoints all Services list.
    endpoints: usize,
}

impl PodBudget {
    pub(crate) fn new(limits: PodLimits) -> Self {
        Self {
            limits,
            unmade: Shared::default(),
            listed: SortedMap::default(),
            endpoints: 0,
        }
    }

    /// How many of its pods a Service with so many ports may list; notes that it does.
    pub(crate) fn list_endpoints(&mut self, service: &ObjectKey, pods: usize, ports: usize) -> usize {
        let before = self.listed.get(service).map_or(0, |(listed, _)| *listed);
        let ports = ports.max(1);
        let room = self.limits.endpoints.saturating_sub(self.endpoints - before);
        let taken = pods.min(room / ports);
        let now = (taken * ports, pods - taken);
        self.endpoints = self.endpoints - before + now.0;
        if self.listed.get(service) != Some(&now) {
            self.listed.insert(service.clone(), now);
        }
        taken
    }

    pub(crate) fn forget_endpoints(&mut self, service: &ObjectKey) {
        let before = self.listed.remove(service);
        self.endpoints -= before.map_or(0, |(listed, _)| listed);
    }

    /// The Services that list fewer pods than they select, and how many they lack.
    pub(crate) fn unlisted(&self) -> impl Iterator<Item = (&ObjectKey, usize)> {
        let lacking = self.listed.iter().map(|(key, (_, lacking))| (key, *lacking));
        lacking.filter(|(_, lacking)| *lacking > 0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_share_the_endpoints_there_may_be() {
        let mut budget = PodBudget::new(PodLimits {
            endpoints: 10,
            ..PodLimits::default()
        });
        let [a, b] = ["a", "b"].map(|name| ObjectKey::new("default", name));
        assert_eq!(budget.list_endpoints(&a, 3, 2), 3);
        assert_eq!(budget.list_endpoints(&b, 5, 1), 4);
        assert_eq!(budget.unlisted().collect::<Vec<_>>(), [(&b, 1)]);
        budget.forget_endpoints(&a);
        assert_eq!(budget.list_endpoints(&b, 5, 1), 5);
        assert_eq!(budget.unlisted().count(), 0);
    }
}
