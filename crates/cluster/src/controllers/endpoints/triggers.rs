//! When the pods or the Service that endpoints depend on last changed.
//!
//! Models: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go (v1.36).

use crate::store::{Object, ObjectKey, SortedMap};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The times seen when each Service was last reconciled.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Triggers(SortedMap<ObjectKey, Rc<TriggerTimes>>);

struct TriggerTimes {
    service: i64,
    /// When each pod became as ready as it is, by name.
    pods: BTreeMap<Rc<str>, i64>,
}

impl Triggers {
    /// The second of the earliest change since the last call for this Service; `None` if pods only left.
    ///
    /// Models: ComputeEndpointLastChangeTriggerTime.
    pub(crate) fn next(&mut self, service: &Object, pods: &[Rc<Object>]) -> Option<i64> {
        let times = TriggerTimes {
            service: service.created(),
            pods: pods
                .iter()
                .filter_map(|pod| Some((pod.key.name.clone(), pod.readiness_since()?)))
                .collect(),
        };
        let trigger = match self.0.get(&service.key) {
            None => Some(times.service),
            Some(before) => {
                let pods = times
                    .pods
                    .iter()
                    .filter(|(name, since)| before.pods.get(*name).is_none_or(|known| known < since))
                    .map(|(_, since)| *since);
                let service = (times.service > before.service).then_some(times.service);
                pods.chain(service).min()
            }
        };
        self.0.insert(service.key.clone(), Rc::new(times));
        trigger
    }

    pub(crate) fn forget(&mut self, service: &ObjectKey) {
        self.0.remove(service);
    }
}
