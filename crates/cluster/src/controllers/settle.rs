//! Lets scheduler, kubelets and controllers act until nothing changes.

use crate::controllers::replicas::replicas;
use crate::store::object::Object;
use crate::{Cluster, ObjectKey};
use api::Kind;
use base::Order;
use std::rc::Rc;

/// Beyond this many rounds something would run in circles; no rollout of 10,000 pods comes near.
const ROUNDS: usize = 50_000;
/// How often all that is touched is looked at; what is written behind a Service touches it once more.
const LOOKS: usize = 100;

impl Cluster {
    /// Scheduler, kubelets and controllers act until nothing changes; they look only at what did.
    pub fn settle(&mut self) {
        for _ in 0..LOOKS {
            self.settle_pods();
            if self.touched.is_empty() {
                return;
            }
            for key in std::mem::take(&mut self.touched) {
                self.reconcile_service(&key);
            }
        }
    }

    /// They act until nothing changes but what stands behind Services.
    pub(crate) fn settle_pods(&mut self) {
        if self.kubernetes_back_at.is_some_and(|due| due <= self.now) {
            self.kubernetes_back_at = None;
            self.add_kubernetes();
        }
        self.empty_due_namespaces();
        self.changed.extend(std::mem::take(Rc::make_mut(&mut self.awaiting)));
        for _ in 0..ROUNDS {
            if !self.owners.unsure.is_empty() {
                self.look_for_owners();
            } else if !self.changed.is_empty() {
                for (kind, key) in self.take_changed() {
                    self.reconcile(kind, &key);
                }
            } else if !self.starting.is_empty() {
                self.start_some();
            } else {
                return;
            }
        }
    }

    /// What changed, in the order it was created: the scheduler takes pods first come, first served.
    fn take_changed(&mut self) -> Vec<(Kind, ObjectKey)> {
        let mut changed: Vec<_> = std::mem::take(&mut self.changed).into_iter().collect();
        changed.order_by_key(|(kind, key)| self.store.get(*kind, key).map(|object| object.order));
        changed
    }

    fn reconcile(&mut self, kind: Kind, key: &ObjectKey) {
        match kind {
            Kind::Deployment => self.reconcile_deployment(key),
            Kind::ReplicaSet => self.reconcile_replica_set(key),
            Kind::StatefulSet => self.reconcile_stateful_set(key),
            Kind::Node => self.observe_node(key),
            Kind::Pod => {
                self.schedule(key);
                self.wake_adopters(key);
            }
            _ => {}
        }
    }

    /// Starts a pod; one of a rollout waits until the controllers have seen the one before.
    fn schedule(&mut self, key: &ObjectKey) {
        let Some(pod) = self.store.get(Kind::Pod, key) else {
            return;
        };
        if pod.node().is_none() && self.is_rolled_out(pod) {
            self.starting.insert((pod.order, key.clone()));
        } else {
            self.start_pod(key);
        }
    }

    /// The kubelets start the next pods of rollouts: one after another, several at a time where there are many.
    fn start_some(&mut self) {
        let some = self.starting.len().div_ceil(8);
        for _ in 0..some {
            if let Some((_, key)) = self.starting.pop_first() {
                self.start_pod(&key);
            }
        }
    }

    /// Whether a pod's deployment has pods of other templates too.
    fn is_rolled_out(&self, pod: &Object) -> bool {
        let set = pod
            .maker()
            .and_then(|maker| self.store.get(Kind::ReplicaSet, &maker.key));
        let Some(deployment) = set.and_then(|set| set.controller_uid()) else {
            return false;
        };
        let sets = self.store.owned(deployment, Kind::ReplicaSet);
        sets.iter().filter(|set| replicas(set) > 0).count() > 1
    }

    /// A pod without controller may be somebody's.
    fn wake_adopters(&mut self, key: &ObjectKey) {
        let orphan = self.store.get(Kind::Pod, key).is_some_and(|pod| pod.maker().is_none());
        if !orphan {
            return;
        }
        for kind in [Kind::ReplicaSet, Kind::StatefulSet] {
            let makers = self
                .store
                .of_namespace(kind, &key.namespace)
                .map(|maker| (kind, maker.key.clone()));
            self.changed.extend(makers.collect::<Vec<_>>());
        }
    }
}
