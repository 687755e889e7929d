//! What becomes of an object that is deleted, and of what it owns.
//!
//! Models: apiserver/pkg/registry/generic/registry/store.go Delete, pkg/controller/garbagecollector (v1.36).

use crate::Cluster;
use crate::cluster::Propagation;
use crate::store::object::{Object, ObjectKey, at, list, remove, set};
use crate::time::timestamp;
use api::{Kind, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The finalizer of what goes after all that it owns.
const FOREGROUND: &str = "foregroundDeletion";
/// Kinds that every cluster has, but this one holds none of.
const ELSEWHERE: [&str; 14] = [
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "HorizontalPodAutoscaler",
    "IngressClass",
    "Job",
    "NetworkPolicy",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "ReplicationController",
    "Secret",
    "ServiceAccount",
    "StorageClass",
];
/// What has owners that make it.
const OWNED: [Kind; 4] = [
    Kind::ReplicaSet,
    Kind::Pod,
    Kind::EndpointSlice,
    Kind::ControllerRevision,
];

/// Objects that name owners other than their makers.
#[derive(Clone, Default)]
pub(crate) struct Owners {
    /// Who names the object of a uid.
    named: BTreeMap<String, BTreeSet<(Kind, ObjectKey)>>,
    /// Whose owners have to be looked for.
    pub(crate) unsure: BTreeSet<(Kind, ObjectKey)>,
}

impl Cluster {
    /// Deletes an object as its owner asks.
    pub(crate) fn delete_object(&mut self, object: &Rc<Object>, propagation: Propagation) {
        if propagation == Propagation::Orphan {
            self.orphan(object.uid());
        }
        if propagation == Propagation::Foreground {
            self.delete_in_foreground(object);
        } else {
            self.end(object);
        }
    }

    /// Whatever an object owns goes first.
    ///
    /// Models: garbagecollector.go processDeletingDependentsItem, attemptToDeleteItem (v1.36).
    fn delete_in_foreground(&mut self, object: &Rc<Object>) {
        let dependents = self.dependents(object);
        if dependents.is_empty() {
            self.end(object);
            return;
        }
        let mut value = object.value.clone();
        let mut finalizers = list(at(&value, &["metadata", "finalizers"])).to_vec();
        if !finalizers.iter().any(|it| it == FOREGROUND) {
            finalizers.push(FOREGROUND.into());
        }
        set(&mut value, &["metadata", "finalizers"], finalizers.into());
        self.mark_deleted(object, value, 0);
        for dependent in dependents {
            self.delete_in_foreground(&dependent);
        }
    }

    fn dependents(&self, object: &Object) -> Vec<Rc<Object>> {
        let made = OWNED.iter().flat_map(|kind| self.store.owned(object.uid(), *kind));
        let mut dependents: Vec<_> = made.collect();
        let named = self.owners.named.get(object.uid()).into_iter().flatten();
        dependents.extend(named.filter_map(|(kind, key)| self.store.get(*kind, key)).cloned());
        dependents
    }

    /// Ends an object: gone at once, unless somebody wants to see to it first.
    pub(crate) fn end(&mut self, object: &Rc<Object>) {
        if object.kind == Kind::Pod {
            self.delete_pod(object);
        } else {
            self.finish(object, 0);
        }
    }

    /// An object with finalizers only begins to go.
    pub(crate) fn finish(&mut self, object: &Rc<Object>, grace: i64) {
        let finalizers = object.list(&["metadata", "finalizers"]);
        if finalizers.iter().all(|it| it == FOREGROUND) {
            self.erase(object.kind, &object.key);
        } else if !object.is_terminating() {
            self.mark_deleted(object, object.value.clone(), grace);
        }
    }

    /// Models: apiserver/pkg/registry/generic/registry/store.go markAsDeleting (v1.36).
    pub(crate) fn mark_deleted(&mut self, object: &Rc<Object>, mut value: Value, grace: i64) {
        if object.is_terminating() {
            return;
        }
        let when = timestamp(self.now + grace);
        set(&mut value, &["metadata", "deletionTimestamp"], when.into());
        set(&mut value, &["metadata", "deletionGracePeriodSeconds"], grace.into());
        if let Some(generation) = object.number(&["metadata", "generation"]) {
            set(&mut value, &["metadata", "generation"], (generation + 1).into());
        }
        self.replace(object, value);
    }

    /// What follows when an object is gone: its address is free, what it owned goes too, and so do owners that waited
    /// for it.
    pub(crate) fn collect(&mut self, gone: &Object) {
        match gone.kind {
            Kind::Pod => {
                self.leave_node(gone);
                Rc::make_mut(&mut self.readiness).remove(&gone.key);
            }
            // Endpoints that never had a Service stay.
            Kind::Service => self.erase(Kind::Endpoints, &gone.key),
            _ => {}
        }
        if gone.kind != Kind::Pod {
            for owned in OWNED
                .iter()
                .flat_map(|kind| self.store.owned(gone.uid(), *kind))
                .collect::<Vec<_>>()
            {
                self.end(&owned);
            }
        }
        if self.owners.named.contains_key(gone.uid()) {
            let owners = Rc::make_mut(&mut self.owners);
            owners
                .unsure
                .extend(owners.named.remove(gone.uid()).into_iter().flatten());
        }
        self.finish_owners(gone);
        self.finish_namespace(gone.namespace());
    }

    fn finish_owners(&mut self, gone: &Object) {
        for owner in gone.list(&["metadata", "ownerReferences"]) {
            let Some(owner) = self.owner(gone, owner) else { continue };
            let waits = owner
                .list(&["metadata", "finalizers"])
                .iter()
                .any(|it| it == FOREGROUND);
            if waits && owner.is_terminating() && self.dependents(&owner).is_empty() {
                self.finish(&owner, 0);
            }
        }
    }

    /// The owner that a reference means, if it is there.
    fn owner(&self, of: &Object, reference: &Value) -> Option<Rc<Object>> {
        let text = |field: &str| at(reference, &[field]).as_str().unwrap_or_default();
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == text("kind"))?;
        let namespace = if kind.namespaced() { of.namespace() } else { "" };
        let owner = self.find(kind, namespace, text("name"))?;
        (owner.uid() == text("uid")).then(|| owner.clone())
    }

    /// Notes whom a new state of an object names as its owners, where that is not its maker alone.
    pub(crate) fn note_owners(&mut self, object: &Object) {
        let references = object.list(&["metadata", "ownerReferences"]);
        let made = references.len() == 1 && object.maker().is_some();
        if references.is_empty() || made {
            return;
        }
        let owners = Rc::make_mut(&mut self.owners);
        for uid in references.iter().filter_map(|it| at(it, &["uid"]).as_str()) {
            let place = (object.kind, object.key.clone());
            owners.named.entry(uid.to_owned()).or_default().insert(place);
        }
        self.doubt_owners(object);
    }

    /// Has the owners that an object names looked for.
    pub(crate) fn doubt_owners(&mut self, object: &Object) {
        if !object.list(&["metadata", "ownerReferences"]).is_empty() {
            let owners = Rc::make_mut(&mut self.owners);
            owners.unsure.insert((object.kind, object.key.clone()));
        }
    }

    /// What has lost all its owners goes; what has lost some forgets them.
    ///
    /// Models: garbagecollector.go attemptToDeleteItem (v1.36). Owners of kinds that nobody knows are believed in.
    pub(crate) fn look_for_owners(&mut self) {
        let unsure = std::mem::take(&mut Rc::make_mut(&mut self.owners).unsure);
        for (kind, key) in unsure {
            let Some(object) = self.store.get(kind, &key).cloned() else {
                continue;
            };
            let references = object.list(&["metadata", "ownerReferences"]);
            let lost: Vec<&Value> = references
                .iter()
                .filter(|it| is_known(it) && self.owner(&object, it).is_none())
                .collect();
            if lost.is_empty() {
                continue;
            }
            if lost.len() == references.len() {
                self.end(&object);
                continue;
            }
            let mut value = object.value.clone();
            for uid in lost.iter().filter_map(|it| at(it, &["uid"]).as_str()) {
                disown(&mut value, uid);
            }
            self.replace(&object, value);
        }
    }

    /// Takes the owner of that uid off what it owns.
    fn orphan(&mut self, uid: &str) {
        for kind in [Kind::ReplicaSet, Kind::Pod, Kind::ControllerRevision] {
            for owned in self.store.owned(uid, kind) {
                let mut value = owned.value.clone();
                disown(&mut value, uid);
                self.replace(&owned, value);
            }
        }
    }

    /// An object that was only waiting for its finalizers to be taken off is gone with the last.
    ///
    /// Models: store.go deleteWithoutFinalizers, ShouldDeleteDuringUpdate (v1.36).
    pub(crate) fn finish_finalized(&mut self, object: &Rc<Object>) {
        let free = object.list(&["metadata", "finalizers"]).is_empty();
        let graceful = object.kind == Kind::Pod && self.held.contains(&object.key);
        if object.is_terminating() && free && !graceful && object.kind != Kind::Namespace {
            self.erase(object.kind, &object.key);
        }
    }
}

/// Whether a reference is to a kind that clusters have.
fn is_known(reference: &Value) -> bool {
    let kind = at(reference, &["kind"]).as_str().unwrap_or_default();
    Kind::ALL.iter().any(|known| known.name() == kind) || ELSEWHERE.contains(&kind)
}

/// Removes the reference to an owner.
pub(crate) fn disown(value: &mut Value, uid: &str) {
    let mut owners = list(at(value, &["metadata", "ownerReferences"])).to_vec();
    owners.retain(|owner| at(owner, &["uid"]) != uid);
    if owners.is_empty() {
        remove(value, &["metadata", "ownerReferences"]);
    } else {
        set(value, &["metadata", "ownerReferences"], owners.into());
    }
}
