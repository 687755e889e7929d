//! The scale of a workload, a subresource of its own.

use crate::line::resources::is_scaled;
use crate::print;
use api::{Cursor, Fields, Kind, Value};
use cluster::Object;
use serde_json::{Map, json};

/// Its type, and how a name is printed with it.
const VERSION: &str = "autoscaling/v1";
const NAME: &str = "scale.autoscaling";

/// The scale of a workload.
///
/// Models: pkg/registry/apps/deployment/storage/storage.go scaleFromDeployment (v1.36).
pub(crate) fn of(object: &Object) -> Value {
    let mut metadata = Map::new();
    for field in ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"] {
        metadata.insert(field.to_owned(), object.metadata().field(field).value.clone());
    }
    let spec = object.spec();
    let replicas = |fields: Cursor<'_>| fields.field("replicas").as_number().unwrap_or(0);
    let selector = match object.kind {
        Kind::ReplicationController => print::inline::labels(spec.field("selector").value),
        _ => print::inline::selector(spec.field("selector").value),
    };
    let wanted = match replicas(spec) {
        0 => json!({}),
        count => json!({"replicas": count}),
    };
    json!({
        "apiVersion": VERSION,
        "kind": "Scale",
        "metadata": metadata,
        "spec": wanted,
        "status": {"replicas": replicas(object.status()), "selector": selector},
    })
}

/// Whether an object holds a scale in place of its workload.
pub(crate) fn is_scale(object: &Object) -> bool {
    is_scaled(object.kind) && object.value.field("apiVersion") == VERSION && object.value.field("kind") == "Scale"
}

/// `-o name`.
pub(crate) fn name(name: &str) -> String {
    format!("{NAME}/{name}")
}
