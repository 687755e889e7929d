//! What each kind does to an object that a client sends, before it is looked at.

use crate::server::admission;
use crate::server::allocate;
use crate::server::status::Status;
use crate::store::object::{Object, at, list, remove, set};
use api::{Kind, Value};
use serde_json::json;

/// Models: each kind's strategy.go PrepareForCreate (v1.36): clients don't write status.
pub(crate) fn prepare_for_create(kind: Kind, value: &mut Value) {
    match kind {
        Kind::Service => value["status"] = json!({"loadBalancer": {}}),
        Kind::Pod => {
            if at(value, &["spec", "terminationGracePeriodSeconds"])
                .as_i64()
                .is_some_and(|it| it < 0)
            {
                set(value, &["spec", "terminationGracePeriodSeconds"], 1.into());
            }
            value["status"] = json!({"phase": "Pending", "qosClass": crate::stand_ins::pods::qos_class(value)});
            if !list(at(value, &["spec", "schedulingGates"])).is_empty() {
                value["status"]["conditions"] = json!([{
                    "lastProbeTime": null,
                    "lastTransitionTime": at(value, &["metadata", "creationTimestamp"]),
                    "message": "Scheduling is blocked due to non-empty scheduling gates",
                    "reason": "SchedulingGated", "status": "False", "type": "PodScheduled",
                }]);
            }
        }
        Kind::Deployment => value["status"] = json!({}),
        Kind::ReplicaSet => value["status"] = json!({"replicas": 0}),
        Kind::StatefulSet => value["status"] = json!({"availableReplicas": 0, "replicas": 0}),
        Kind::Namespace => {
            value["status"] = json!({"phase": "Active"});
            let mut finalizers = list(at(value, &["spec", "finalizers"])).to_vec();
            if !finalizers.iter().any(|it| it == "kubernetes") {
                finalizers.push("kubernetes".into());
            }
            set(value, &["spec", "finalizers"], finalizers.into());
            let name = value["metadata"]["name"].clone();
            set(value, &["metadata", "labels", "kubernetes.io/metadata.name"], name);
        }
        _ => {}
    }
}

/// Whether a kind's status is written at a place of its own.
pub(crate) fn has_status(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Endpoints | Kind::EndpointSlice | Kind::Event | Kind::EventsEvent | Kind::ControllerRevision
    )
}

/// Models: each kind's registry strategy AllowCreateOnUpdate (v1.36).
pub(crate) fn is_created_by_update(kind: Kind) -> bool {
    matches!(kind, Kind::Service | Kind::Endpoints | Kind::Event | Kind::EventsEvent)
}

/// A Service that is only a name has no internal traffic.
///
/// Models: pkg/registry/core/service/storage/storage.go defaultOnReadInternalTrafficPolicy (v1.36).
pub(crate) fn without_unread_fields(kind: Kind, service: &mut Value) {
    if kind == Kind::Service && at(service, &["spec", "type"]) == "ExternalName" {
        remove(service, &["spec", "internalTrafficPolicy"]);
    }
}

/// Models: each kind's strategy.go PrepareForUpdate (v1.36): an update doesn't write status.
pub(crate) fn prepare_for_update(kind: Kind, old: &Value, value: &mut Value) {
    if let Some(status) = old.get("status") {
        value["status"] = status.clone();
    }
    match kind {
        Kind::Service => allocate::drop_type_dependent_fields(value, old),
        Kind::Namespace => set(value, &["spec", "finalizers"], at(old, &["spec", "finalizers"]).clone()),
        _ => {}
    }
    if has_generation(kind) && is_new_generation(kind, old, value) {
        let generation = at(old, &["metadata", "generation"]).as_i64().unwrap_or(1) + 1;
        set(value, &["metadata", "generation"], generation.into());
    }
}

/// A Deployment's annotations count too: its replica sets have them.
pub(crate) fn is_new_generation(kind: Kind, old: &Value, new: &Value) -> bool {
    let annotations = |value: &Value| at(value, &["metadata", "annotations"]).clone();
    spec(kind, old) != spec(kind, new) || kind == Kind::Deployment && annotations(old) != annotations(new)
}

/// Models: apiserver/pkg/registry/rest/update.go BeforeUpdate, and ValidateObjectMetaUpdate's tolerance of unset fields (v1.36).
pub(crate) fn keep_system_fields(kind: Kind, old: &Value, value: &mut Value) {
    for field in [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ] {
        let before = at(old, &["metadata", field]);
        let given = at(value, &["metadata", field]);
        let client_may_err = field == "uid" && !given.is_null();
        if client_may_err {
            continue;
        }
        if before.is_null() && field.starts_with("deletion") {
            continue;
        }
        if before.is_null() {
            remove(value, &["metadata", field]);
        } else {
            set(value, &["metadata", field], before.clone());
        }
    }
    for field in ["selfLink", "managedFields"] {
        remove(value, &["metadata", field]);
    }
    if kind == Kind::Pod {
        keep_pod_fields(old, value);
    }
}

/// What admission fills into a pod's spec where the client left it out; its node is not among it.
///
/// Models: plugin/pkg/admission/priority/admission.go admitPod (v1.36), on update.
pub(crate) fn keep_pod_fields(old: &Value, value: &mut Value) {
    for field in ["priority", "preemptionPolicy"] {
        if at(value, &["spec", field]).is_null() && !at(old, &["spec", field]).is_null() {
            set(value, &["spec", field], at(old, &["spec", field]).clone());
        }
    }
    admission::tolerate(value);
}

/// Models: apiserver/pkg/storage/errors.go NewInvalidObjError over Preconditions Check (v1.36), which names the place in
/// the store.
pub(crate) fn other_uid(kind: Kind, old: &Object, uid: &str) -> Status {
    let place = match kind {
        Kind::Service => "services/specs",
        Kind::Endpoints => "services/endpoints",
        Kind::Node => "minions",
        Kind::Ingress => "ingress",
        _ => kind.plural(),
    };
    let namespace = match old.namespace() {
        "" => String::new(),
        namespace => format!("{namespace}/"),
    };
    let name = old.name();
    let why = format!(
        "StorageError: invalid object, Code: 4, ObjectKey: /{place}/{namespace}{name}, ResourceVersion: 0, \
         AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {}",
        old.uid()
    );
    Status::conflict(kind, name, &why)
}

pub(crate) fn has_generation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Pod | Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::EndpointSlice | Kind::Ingress
    )
}

/// An empty list is stored as none.
///
/// Models: discovery/v1/generated.proto EndpointSlice (v1.36): protobuf tells no empty list from none.
pub(crate) fn without_empty_lists(slice: &mut Value) {
    for field in ["endpoints", "ports"] {
        if slice.get(field).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            slice[field] = Value::Null;
        }
    }
}

/// What a new generation is counted by.
pub(crate) fn spec(kind: Kind, value: &Value) -> [Option<&Value>; 4] {
    if kind == Kind::EndpointSlice {
        [
            value.get("endpoints"),
            value.get("ports"),
            value.get("addressType"),
            Some(at(value, &["metadata", "labels"])),
        ]
    } else {
        [value.get("spec"), None, None, None]
    }
}
