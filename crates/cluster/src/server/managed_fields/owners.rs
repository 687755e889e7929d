//! The managers of an object: those that clients are, and the controllers by what is left.

use super::compare::{compare, with_named};
use super::entry::{Entry, FieldManager, Managers, Operation};
use super::field_set::FieldSet;
use super::shape::{Shape, zero};
use crate::Cluster;
use crate::server::service_account;
use crate::store::Object;
use crate::time::{second, timestamp};
use api::{Kind, Value};
use base::Order;
use serde_json::json;
use std::rc::Rc;

/// Fields that nobody manages.
///
/// Models: apimachinery/pkg/util/managedfields/internal/stripmeta.go NewStripMetaManager (v1.36).
const UNMANAGED: &[&[&str]] = &[
    &["apiVersion"],
    &["kind"],
    &["metadata"],
    &["metadata", "name"],
    &["metadata", "namespace"],
    &["metadata", "creationTimestamp"],
    &["metadata", "selfLink"],
    &["metadata", "uid"],
    &["metadata", "clusterName"],
    &["metadata", "generation"],
    &["metadata", "managedFields"],
    &["metadata", "resourceVersion"],
];
/// The annotation that a Deployment's controller writes with the status.
const REVISION: &str = "deployment.kubernetes.io/revision";
/// How many managers by update are kept apart.
const UPDATERS: usize = 10;

/// The managers of an object that a client creates; what it manages is computed when somebody asks.
pub(crate) fn created(by: &FieldManager, at: i64, sent: &Value) -> Managers {
    Managers::Created {
        by: by.clone(),
        at,
        sent: Rc::new(sent.clone()),
    }
}

/// The managers after a client's update.
///
/// Models: structured-merge-diff/v6/merge/update.go Update (v1.36).
pub(crate) fn updated(old: &Object, new: &Value, by: &FieldManager, now: i64) -> Managers {
    let difference = compare(Shape::of(old.kind), &old.value, new);
    let removed = &difference.removed;
    let changed = managed(&difference.changed, by.subresource);
    let mut entries = noted(old);
    for entry in entries.iter_mut().filter(|it| !it.is_of(by, Operation::Update)) {
        entry.fields = entry.fields.difference(&changed).difference(removed);
    }
    let own = entries.iter_mut().find(|it| it.is_of(by, Operation::Update));
    let fields = |before: &FieldSet| before.difference(removed).union(&changed);
    match own {
        Some(own) => {
            let fields = fields(&own.fields);
            if fields != own.fields {
                (own.fields, own.at) = (fields, now);
            }
        }
        None => entries.push(Entry {
            manager: by.clone(),
            operation: Operation::Update,
            at: now,
            fields: fields(&FieldSet::default()),
        }),
    }
    known(entries)
}

/// Drops managers of nothing, and merges the oldest of those that update.
///
/// Models: apimachinery/pkg/util/managedfields/internal/capmanagers.go capUpdateManagers (v1.36).
pub(super) fn known(mut entries: Vec<Entry>) -> Managers {
    entries.retain(|entry| !entry.fields.is_empty());
    entries.order_by_key(|entry| (entry.operation, entry.at, entry.manager.name.clone()));
    let updates = entries.iter().filter(|it| it.operation == Operation::Update).count();
    for _ in UPDATERS..updates {
        let mut oldest = entries
            .iter()
            .enumerate()
            .filter(|(_, it)| it.operation == Operation::Update);
        let (Some((first, _)), Some((second, _))) = (oldest.next(), oldest.next()) else {
            break;
        };
        let later = entries.remove(second);
        if let Some(bucket) = entries.get_mut(first) {
            bucket.fields = bucket.fields.union(&later.fields);
            (bucket.at, bucket.manager) = (later.at, FieldManager::new("ancient-changes"));
        }
    }
    Managers::Known(entries.into())
}

/// A set without what nobody manages: the status of the whole, and all but the status of the status.
pub(super) fn managed(set: &FieldSet, subresource: &str) -> FieldSet {
    let set = match subresource {
        "status" => set.only(&["status"]),
        _ => set.without("status"),
    };
    set.difference(&FieldSet::of(UNMANAGED))
}

/// The entries of clients.
pub(super) fn of_clients(object: &Object) -> Vec<Entry> {
    match &object.managers {
        Managers::Controllers => Vec::new(),
        Managers::Known(entries) => entries.to_vec(),
        Managers::Created { by, at, sent } => vec![Entry {
            manager: by.clone(),
            operation: Operation::Update,
            at: *at,
            fields: managed(&set_by_creation(object.kind, sent), ""),
        }],
    }
}

fn set_by_creation(kind: Kind, sent: &Value) -> FieldSet {
    compare(Shape::of(kind), &zero(kind), sent).changed
}

/// The entries of clients, and of the controller that created an object.
pub(super) fn noted(object: &Object) -> Vec<Entry> {
    if !matches!(object.managers, Managers::Controllers) {
        return of_clients(object);
    }
    let mut written = object.value.clone();
    without_what_is_filled_in(object.kind, &mut written);
    let fields = managed(&set_by_creation(object.kind, &written), "");
    vec![of_controller(object, "", object.created(), fields)]
}

/// All entries: those that are noted, and that of the controller which reports the status.
///
/// Differs: nothing is noted when a controller writes, so its times are those that the object itself tells.
pub(super) fn all(object: &Object) -> Vec<Entry> {
    let mut entries = noted(object);
    if !entries.iter().any(|it| it.manager.subresource == "status")
        && let Some(fields) = status(object)
    {
        entries.push(of_controller(object, "status", last_report(object), fields));
    }
    entries.retain(|entry| !entry.fields.is_empty());
    entries.order_by_key(|entry| (entry.operation, entry.at, entry.manager.name.clone()));
    entries
}

fn of_controller(object: &Object, subresource: &'static str, at: i64, fields: FieldSet) -> Entry {
    Entry {
        manager: FieldManager::new(writer(object, subresource)).on(subresource),
        operation: Operation::Update,
        at,
        fields,
    }
}

/// Who wrote an object, or its status, that no client wrote.
fn writer(object: &Object, subresource: &str) -> &'static str {
    match object.kind {
        Kind::Node | Kind::Lease => "kubelet",
        Kind::Pod if subresource == "status" => "kubelet",
        _ if subresource == "status" => "kube-controller-manager",
        Kind::Event => match object.field("source").field("component").text() {
            "kubelet" => "kubelet",
            "default-scheduler" => "kube-scheduler",
            _ => "kube-controller-manager",
        },
        Kind::Pod
        | Kind::ReplicaSet
        | Kind::Job
        | Kind::ControllerRevision
        | Kind::Endpoints
        | Kind::EndpointSlice
        | Kind::ConfigMap
        | Kind::PersistentVolumeClaim
        | Kind::ServiceAccount => "kube-controller-manager",
        _ => "kube-apiserver",
    }
}

/// Removes what admission, the scheduler and the registry filled in.
fn without_what_is_filled_in(kind: Kind, value: &mut Value) {
    let filled: &[&str] = match kind {
        Kind::Pod => &[
            "nodeName",
            "priority",
            "preemptionPolicy",
            "serviceAccount",
            "serviceAccountName",
            "tolerations",
        ],
        Kind::Service => &["clusterIP", "clusterIPs", "ipFamilies"],
        _ => &[],
    };
    if let Some(spec) = value.get_mut("spec").and_then(Value::as_object_mut) {
        spec.retain(|field, _| !filled.contains(&field.as_str()));
        if kind == Kind::Pod {
            service_account::take_token_out(spec);
        }
    }
}

/// The fields of the status that somebody reported, and the annotation that comes with a Deployment's.
fn status(object: &Object) -> Option<FieldSet> {
    let status = object.value.get("status")?;
    let mut reported = json!({"status": status});
    if let Some(status) = reported.get_mut("status").and_then(Value::as_object_mut) {
        status.retain(|field, _| field != "qosClass");
        if object.kind == Kind::Service && object.status().field("loadBalancer").is_empty() {
            status.clear();
        }
    }
    let mut blank = zero(object.kind);
    if let Some(blank) = blank.as_object_mut() {
        blank.retain(|field, _| field == "status");
    }
    if let Some(revision) = object.annotation(REVISION) {
        reported["metadata"] = json!({"annotations": {REVISION: revision}});
        blank["metadata"] = json!({});
    }
    let set = compare(Shape::of(object.kind), &blank, &reported).changed;
    let owned = of_clients(object)
        .iter()
        .fold(FieldSet::default(), |all, it| all.union(&it.fields));
    Some(set.difference(&owned).difference(&FieldSet::of(UNMANAGED)))
}

/// When the status last changed, as far as it tells.
fn last_report(object: &Object) -> i64 {
    let conditions = object.status().field("conditions").items();
    let times =
        conditions.flat_map(|it| ["lastUpdateTime", "lastTransitionTime"].map(|field| it.field(field).as_text()));
    let times = times.flatten().filter_map(second);
    times.max().unwrap_or_else(|| object.created())
}

/// The struct fields on the way, too: for taking sets from each other.
pub(super) fn named(kind: Kind, set: &FieldSet) -> FieldSet {
    with_named(Shape::of(kind), set)
}

impl Cluster {
    /// Names who sends the requests from now on.
    pub fn set_field_manager(&mut self, manager: FieldManager) {
        self.tools.field_manager = manager;
    }

    pub fn field_manager(&self) -> &FieldManager {
        &self.tools.field_manager
    }

    /// An object with its `metadata.managedFields`.
    pub fn with_managed_fields(object: &Object) -> Value {
        let mut value = object.value.clone();
        let entries: Vec<Value> = all(object).iter().map(|entry| written(object.kind, entry)).collect();
        if !entries.is_empty() && value["metadata"].is_object() {
            value["metadata"]["managedFields"] = entries.into();
        }
        value
    }
}

fn written(kind: Kind, entry: &Entry) -> Value {
    let mut value = json!({
        "apiVersion": kind.api_version(), "fieldsType": "FieldsV1", "fieldsV1": entry.fields.to_json(),
        "manager": &*entry.manager.name, "operation": entry.operation.word(), "time": timestamp(entry.at),
    });
    if !entry.manager.subresource.is_empty() {
        value["subresource"] = entry.manager.subresource.into();
    }
    value
}
