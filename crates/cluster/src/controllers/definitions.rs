//! CustomResourceDefinitions: their names are accepted, their kinds served, and their objects go with them.
//!
//! Models: apiextensions-apiserver/pkg/controller/status/naming_controller.go, controller/establish,
//! controller/finalizer/crd_finalizer.go (v1.36).
//! Differs: names that another definition of the group has are accepted too.

use crate::controllers::garbage;
use crate::store::{Object, ObjectKey, Store, Tools, set};
use crate::time::timestamp;
use api::{Kind, Value, structural};
use serde_json::json;
use std::rc::Rc;

/// The kinds that definitions serve, in the order of the definitions' names.
pub(crate) fn served(store: &Store) -> impl Iterator<Item = (Kind, &Rc<Object>)> {
    let definitions = store.all(Kind::CustomResourceDefinition);
    definitions.filter_map(|it| Some((*it.read_once(|it| api::defined_kind(&it.value)).as_ref().as_ref()?, it)))
}

/// The definition of a custom kind.
pub(crate) fn of(store: &Store, kind: Kind) -> Option<&Rc<Object>> {
    if !kind.is_custom() {
        return None;
    }
    store.find(
        Kind::CustomResourceDefinition,
        "",
        &format!("{}.{}", kind.plural(), kind.group()),
    )
}

/// An object as a version of its kind has it.
pub(crate) fn in_version(store: &Store, kind: Kind, version: &str, object: &Value) -> Value {
    let mut value = object.clone();
    value["apiVersion"] = format!("{}/{version}", kind.group()).into();
    let definition = of(store, kind);
    if let Some(schema) = definition.and_then(|it| structural::schema(&it.value, version)) {
        structural::prune(schema, &mut value);
        structural::default(schema, &mut value);
    }
    value
}

/// Accepts a definition's names and establishes it.
pub(crate) fn reconcile(tools: &mut Tools, key: &ObjectKey) {
    let Some(definition) = tools.store.get(Kind::CustomResourceDefinition, key).cloned() else {
        return;
    };
    let names = definition.spec().field("names").value.clone();
    if definition.status().field("acceptedNames").value == &names {
        return;
    }
    let now = timestamp(tools.now());
    let mut value = definition.value.clone();
    set(&mut value, &["status", "acceptedNames"], names);
    if definition.status().field("conditions").is_empty() {
        let condition = |kind: &str, reason: &str, message: &str| json!({"lastTransitionTime": now, "message": message, "reason": reason, "status": "True", "type": kind});
        let conditions = json!([
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition(
                "Established",
                "InitialNamesAccepted",
                "the initial names have been accepted"
            ),
        ]);
        set(&mut value, &["status", "conditions"], conditions);
    }
    tools.replace(&definition, value);
}

/// Deletes the objects of the kind that a definition defines.
pub(crate) fn delete_objects(tools: &mut Tools, definition: &Object) {
    let Some(kind) = api::defined_kind(&definition.value) else {
        return;
    };
    let objects: Vec<_> = tools.store.all(kind).cloned().collect();
    for object in objects {
        garbage::end(tools, &object);
    }
}
