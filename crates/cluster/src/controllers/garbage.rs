//! Deletion: what becomes of a deleted object and of what it owns.
//!
//! Models: apiserver/pkg/registry/generic/registry/store.go Delete, pkg/controller/garbagecollector (v1.36).

use crate::controllers::{job_tracking, namespaces, pod_limits};
use crate::stand_ins::setting::Kubelet;
use crate::store::{Object, ObjectKey, Store, Tools, remove, set};
use crate::time::timestamp;
use api::view::Pod;
use api::{Fields, Kind, Value};
use std::rc::Rc;

/// The finalizer of an object that goes after all that it owns.
const FOREGROUND: &str = "foregroundDeletion";
/// The kinds that controllers create.
const CONTROLLED: [Kind; 5] = [
    Kind::ReplicaSet,
    Kind::Job,
    Kind::Pod,
    Kind::EndpointSlice,
    Kind::ControllerRevision,
];

/// What becomes of what a deleted object owns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// It is deleted afterwards.
    #[default]
    Background,
    /// It is deleted first.
    Foreground,
    /// It stays, without owner.
    Orphan,
}

/// How a client asks for a deletion.
///
/// Models: apimachinery/pkg/apis/meta/v1/types.go DeleteOptions (v1.36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deletion {
    pub propagation: Propagation,
    /// How many seconds a pod has to end, in place of what its spec says.
    pub grace_period: Option<i64>,
    /// Answers as usual, but deletes nothing.
    pub dry_run: bool,
}

impl From<Propagation> for Deletion {
    fn from(propagation: Propagation) -> Self {
        Self {
            propagation,
            ..Self::default()
        }
    }
}

/// Deletes an object as a client asks.
pub(crate) fn delete(tools: &mut Tools, object: &Rc<Object>, deletion: Deletion) {
    if deletion.propagation == Propagation::Orphan {
        orphan(tools, object.uid());
    }
    if deletion.propagation == Propagation::Foreground {
        delete_in_foreground(tools, object, deletion.grace_period);
    } else {
        end_within(tools, object, deletion.grace_period);
    }
}

/// Deletes what an object owns before the object.
///
/// Models: garbagecollector.go processDeletingDependentsItem, attemptToDeleteItem (v1.36).
fn delete_in_foreground(tools: &mut Tools, object: &Rc<Object>, grace_period: Option<i64>) {
    let dependents = dependents(&tools.store, object);
    if dependents.is_empty() {
        end_within(tools, object, grace_period);
        return;
    }
    let mut value = object.value.clone();
    let mut finalizers = value.metadata().field("finalizers").list().to_vec();
    if !finalizers.iter().any(|it| it == FOREGROUND) {
        finalizers.push(FOREGROUND.into());
    }
    set(&mut value, &["metadata", "finalizers"], finalizers.into());
    mark_deleted(tools, object, value, 0);
    for dependent in dependents {
        delete_in_foreground(tools, &dependent, None);
    }
}

fn dependents(store: &Store, object: &Object) -> Vec<Rc<Object>> {
    let controlled = CONTROLLED.iter().flat_map(|kind| store.owned(object.uid(), *kind));
    let mut dependents: Vec<_> = controlled.collect();
    dependents.extend(store.dependents(object.uid()).cloned());
    dependents
}

/// Deletes an object: at once, unless it has finalizers, or is a pod that takes its time to end.
pub(crate) fn end(tools: &mut Tools, object: &Rc<Object>) {
    end_within(tools, object, None);
}

/// As [`end`]; a pod has so many seconds, none at all if it is forced, or those of its spec.
///
/// Models: pkg/registry/core/pod/strategy.go CheckGracefulDelete, apiserver/pkg/registry/rest/delete.go BeforeDelete (v1.36).
pub(crate) fn end_within(tools: &mut Tools, object: &Rc<Object>, grace: Option<i64>) {
    let is_held = tools.is_held(&object.key);
    let takes_time = object.kind == Kind::Pod
        && match tools.kubelet() {
            Kubelet::Recorded => is_held,
            Kubelet::Programs => object.node().is_some() && !object.is_over(),
        };
    let own = Pod::of(&object.value).grace_seconds();
    let grace = grace.unwrap_or(own);
    let grace = if grace < 0 { 1 } else { grace };
    if !takes_time || grace == 0 {
        finish(tools, object);
    } else if !object.is_terminating() {
        mark_deleted(tools, object, object.value.clone(), grace);
        tools.queue.add(Kind::Pod, object.key.clone());
    } else if grace < object.metadata().field("deletionGracePeriodSeconds").number() {
        shorten(tools, object, grace);
    }
}

/// Gives a pod that is ending less time from now on.
fn shorten(tools: &mut Tools, pod: &Rc<Object>, grace: i64) {
    let mut value = pod.value.clone();
    set(
        &mut value,
        &["metadata", "deletionTimestamp"],
        timestamp(tools.now() + grace).into(),
    );
    set(&mut value, &["metadata", "deletionGracePeriodSeconds"], grace.into());
    tools.replace(pod, value);
    tools.queue.add(Kind::Pod, pod.key.clone());
}

/// Erases an object; one with finalizers is only marked as deleted.
pub(crate) fn finish(tools: &mut Tools, object: &Rc<Object>) {
    let finalizers = object.metadata().field("finalizers").list();
    // The controller of jobs counts a pod that goes, and then lets it go.
    if finalizers
        .iter()
        .all(|it| it == FOREGROUND || it == job_tracking::TRACKING)
    {
        erase(tools, object.kind, &object.key);
    } else if !object.is_terminating() {
        mark_deleted(tools, object, object.value.clone(), 0);
    }
}

/// Models: apiserver/pkg/registry/generic/registry/store.go markAsDeleting (v1.36).
fn mark_deleted(tools: &mut Tools, object: &Rc<Object>, mut value: Value, grace: i64) {
    if object.is_terminating() {
        return;
    }
    let when = timestamp(tools.now() + grace);
    set(&mut value, &["metadata", "deletionTimestamp"], when.into());
    set(&mut value, &["metadata", "deletionGracePeriodSeconds"], grace.into());
    if let Some(generation) = object.metadata().field("generation").as_number() {
        set(&mut value, &["metadata", "generation"], (generation + 1).into());
    }
    tools.replace(object, value);
}

/// Removes an object at once; then deletes what it owned, and owners and namespaces that waited for it.
pub(crate) fn erase(tools: &mut Tools, kind: Kind, key: &ObjectKey) {
    let Some(gone) = tools.remove(kind, key) else {
        return;
    };
    if kind == Kind::Service {
        // Endpoints that never had a Service stay.
        erase(tools, Kind::Endpoints, key);
    }
    if kind != Kind::Pod {
        let owned = CONTROLLED.iter().flat_map(|kind| tools.store.owned(gone.uid(), *kind));
        for owned in owned.collect::<Vec<_>>() {
            end(tools, &owned);
        }
    }
    if kind == Kind::Pod {
        job_tracking::note_gone(tools, &gone);
    }
    finish_owners(tools, &gone);
    namespaces::finish(tools, gone.namespace());
    pod_limits::note_erased(tools, kind, key);
}

fn finish_owners(tools: &mut Tools, gone: &Object) {
    for reference in gone.metadata().field("ownerReferences").list() {
        let Some(owner) = owner(&tools.store, gone, reference).cloned() else {
            continue;
        };
        let finalizers = owner.metadata().field("finalizers").list();
        let waits = finalizers.iter().any(|it| it == FOREGROUND);
        if waits && owner.is_terminating() && dependents(&tools.store, &owner).is_empty() {
            finish(tools, &owner);
        }
    }
}

/// The object that an owner reference means, if it exists.
fn owner<'a>(store: &'a Store, of: &Object, reference: &Value) -> Option<&'a Rc<Object>> {
    let text = |field: &str| reference.field(field).text();
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == text("kind"))?;
    let namespace = if kind.namespaced() { of.namespace() } else { "" };
    let owner = store.find(kind, namespace, text("name"))?;
    (owner.uid() == text("uid")).then_some(owner)
}

/// Has the owners looked for that a client's object names.
pub(crate) fn doubt_owners(tools: &mut Tools, object: &Object) {
    if !object.metadata().field("ownerReferences").list().is_empty() {
        tools.queue.doubt_owners(object.kind, object.key.clone());
    }
}

/// Deletes the doubted objects that have lost all their owners; those that have lost some drop the references.
///
/// Models: garbagecollector.go attemptToDeleteItem (v1.36). Owners of unknown kinds are taken to exist.
pub(crate) fn look_for_owners(tools: &mut Tools) {
    for (kind, key) in tools.queue.take_doubted() {
        let Some(object) = tools.store.get(kind, &key).cloned() else {
            continue;
        };
        let references = object.metadata().field("ownerReferences").list();
        let lost: Vec<&Value> = references
            .iter()
            .filter(|it| is_known(it) && owner(&tools.store, &object, it).is_none())
            .collect();
        if lost.is_empty() {
            continue;
        }
        if lost.len() == references.len() {
            end(tools, &object);
            continue;
        }
        let mut value = object.value.clone();
        for uid in lost.iter().filter_map(|it| it.field("uid").as_text()) {
            disown(&mut value, uid);
        }
        tools.replace(&object, value);
    }
}

/// Removes the owner of this uid from all that it owns.
fn orphan(tools: &mut Tools, uid: &str) {
    for kind in [Kind::ReplicaSet, Kind::Job, Kind::Pod, Kind::ControllerRevision] {
        for owned in tools.store.owned(uid, kind) {
            let mut value = owned.value.clone();
            disown(&mut value, uid);
            tools.replace(&owned, value);
        }
    }
}

/// Erases a deleted object once its last finalizer is gone.
///
/// Models: store.go deleteWithoutFinalizers, ShouldDeleteDuringUpdate (v1.36).
pub(crate) fn finish_finalized(tools: &mut Tools, object: &Rc<Object>) {
    let free = object.metadata().field("finalizers").list().is_empty();
    let held = object.kind == Kind::Pod && (tools.is_held(&object.key) || is_ending(tools, object));
    if object.is_terminating() && free && !held && object.kind != Kind::Namespace {
        erase(tools, object.kind, &object.key);
    }
}

/// Whether a pod's kubelet has yet to end it.
fn is_ending(tools: &Tools, pod: &Object) -> bool {
    tools.kubelet() == Kubelet::Programs && pod.node().is_some() && !pod.is_over()
}

/// Whether a reference is to a kind that every cluster has.
fn is_known(reference: &Value) -> bool {
    let kind = reference.field("kind").text();
    Kind::of_name(kind).is_some()
}

pub(crate) fn disown(value: &mut Value, uid: &str) {
    let mut owners = value.metadata().field("ownerReferences").list().to_vec();
    owners.retain(|owner| owner.field("uid") != uid);
    if owners.is_empty() {
        remove(value, &["metadata", "ownerReferences"]);
    } else {
        set(value, &["metadata", "ownerReferences"], owners.into());
    }
}
