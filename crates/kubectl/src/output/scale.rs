//! The scale of an object, a subresource of its own.

use crate::print;
use api::{Cursor, Fields, Kind, Value};
use cluster::{Cluster, Object, ScalePaths, Status};
use serde_json::{Map, json};

/// Its type, and how a name is printed with it.
const VERSION: &str = "autoscaling/v1";
const NAME: &str = "scale.autoscaling";

/// The scale of an object.
///
/// Models: pkg/registry/apps/deployment/storage/storage.go scaleFromDeployment,
/// apiextensions-apiserver/pkg/registry/customresource/etcd.go ScaleREST.Get (v1.36).
///
/// # Errors
///
/// Fails where a custom object does not say how many replicas it wants.
pub(crate) fn of(object: &Object, paths: &ScalePaths) -> Result<Value, Status> {
    if object.kind.is_custom() && !at(object, &paths.wanted).is_set() {
        let path = api::go::quote(&paths.wanted);
        let words = format!("the spec replicas field {path} does not exist");
        return Err(Status::internal(&words));
    }
    let mut metadata = Map::new();
    for field in ["creationTimestamp", "name", "namespace", "resourceVersion", "uid"] {
        metadata.insert(field.to_owned(), object.metadata().field(field).value.clone());
    }
    let mut status = json!({"replicas": at(object, &paths.present).as_number().unwrap_or(0)});
    let selector = selector(object, paths);
    if !selector.is_empty() {
        status["selector"] = selector.into();
    }
    let spec = match replicas(object, paths) {
        0 => json!({}),
        count => json!({"replicas": count}),
    };
    Ok(json!({
        "apiVersion": VERSION,
        "kind": "Scale",
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }))
}

/// How many replicas an object wants.
pub(crate) fn replicas(object: &Object, paths: &ScalePaths) -> i64 {
    at(object, &paths.wanted).as_number().unwrap_or(0)
}

fn at<'a>(object: &'a Object, path: &str) -> Cursor<'a> {
    let root = Cursor::new(&object.value);
    steps(path).fold(root, Cursor::field)
}

fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|name| !name.is_empty())
}

fn selector(object: &Object, paths: &ScalePaths) -> String {
    let own = object.spec().field("selector").value;
    match (&paths.selector, object.kind) {
        (Some(path), _) if path.is_empty() => String::new(),
        (Some(path), _) => at(object, path).text().to_owned(),
        (None, Kind::ReplicationController) => print::inline::labels(own),
        (None, _) => print::inline::selector(own),
    }
}

/// An object that wants this many replicas.
pub(crate) fn scaled(object: &Object, paths: &ScalePaths, replicas: Value) -> Value {
    let mut value = object.value.clone();
    let place = steps(&paths.wanted).fold(&mut value, |place, name| {
        if !place.is_object() {
            *place = json!({});
        }
        &mut place[name]
    });
    *place = replicas;
    value
}

/// Whether an object holds a scale in place of what is scaled.
pub(crate) fn is_scale(object: &Object) -> bool {
    object.value.field("apiVersion") == VERSION && object.value.field("kind") == "Scale"
}

/// The server's refusal of a scale, which names it instead of what is scaled.
pub(crate) fn named(status: Status) -> Status {
    Status {
        object: status.object.map(|(_, name)| ("Scale".into(), name)),
        ..status
    }
}

/// `-o name`.
pub(crate) fn name(name: &str) -> String {
    format!("{NAME}/{name}")
}

/// How the server answers who asks for the scale of what has none.
pub(crate) fn none() -> Status {
    let words = "the server could not find the requested resource".to_owned();
    Status::plain(404, cluster::Reason::NotFound, words)
}

/// What asks the server for a scale needs.
pub(crate) fn paths(cluster: &Cluster, kind: Kind) -> Result<ScalePaths, Status> {
    cluster.scale_paths(kind).ok_or_else(none)
}
