//! When what a Service's endpoints follow from last changed.

use crate::store::object::{Object, at};
use crate::time::second;
use crate::{Cluster, ObjectKey};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The moments that were seen when a Service's endpoints were last brought in line.
pub(crate) struct Seen {
    service: i64,
    pods: BTreeMap<Rc<str>, i64>,
}

impl Cluster {
    /// The earliest change since the last look, which the endpoints name as their trigger; none where only something left.
    ///
    /// Models: staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go ComputeEndpointLastChangeTriggerTime (v1.36).
    pub(crate) fn trigger_time(&mut self, service: &Object, pods: &[Rc<Object>]) -> Option<i64> {
        let before = self.seen.get(&service.key);
        let now = Seen {
            service: service.created(),
            pods: pods
                .iter()
                .filter_map(|pod| Some((pod.key.name.clone(), readiness_since(pod)?)))
                .collect(),
        };
        let trigger = match before {
            None => Some(now.service),
            Some(before) => {
                let pods = now
                    .pods
                    .iter()
                    .filter(|(name, since)| before.pods.get(*name).is_none_or(|known| known < since))
                    .map(|(_, since)| *since);
                let service = (now.service > before.service).then_some(now.service);
                pods.chain(service).min()
            }
        };
        Rc::make_mut(&mut self.seen).insert(service.key.clone(), Rc::new(now));
        trigger
    }

    /// Forgets a Service that is gone.
    pub(crate) fn forget_triggers(&mut self, service: &ObjectKey) {
        if self.seen.contains_key(service) {
            Rc::make_mut(&mut self.seen).remove(service);
        }
    }
}

/// Since when a pod is as ready as it is.
fn readiness_since(pod: &Object) -> Option<i64> {
    let conditions = pod.list(&["status", "conditions"]).iter();
    let ready = { conditions }.find(|condition| at(condition, &["type"]) == "Ready")?;
    at(ready, &["lastTransitionTime"]).as_str().and_then(second)
}
