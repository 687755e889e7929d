//! Manifests as objects that kubectl has not sent, and the last-applied annotation.

use crate::admit::Document;
use crate::print;
use api::{Fields, Value};
use cluster::Object;
use serde_json::json;
use std::rc::Rc;

/// The annotation that holds what was applied last.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A document as an object that only kubectl has seen.
pub(crate) fn sketch(document: &Document) -> Rc<Object> {
    let mut value = document.value.clone();
    if document.kind.namespaced() && value["metadata"].is_object() {
        value["metadata"]["namespace"] = document.namespace.clone().into();
    }
    let key = cluster::ObjectKey::new(&document.namespace, &document.name);
    Rc::new(Object::new(document.kind, key, value, 0))
}

/// A document as it was written, for commands that ask no server.
pub(crate) fn local(document: &Document) -> Rc<Object> {
    let key = cluster::ObjectKey::new(&document.namespace, &document.name);
    Rc::new(Object::new(document.kind, key, document.value.clone(), 0))
}

/// Writes an object into its own last-applied annotation.
///
/// Models: kubectl/pkg/util/apply.go GetModifiedConfiguration (v1.36).
pub(crate) fn remember(value: &mut Value, namespace: Option<&str>) {
    if !value["metadata"].is_object() {
        return;
    }
    if let Some(namespace) = namespace.filter(|namespace| !namespace.is_empty()) {
        value["metadata"]["namespace"] = namespace.into();
    }
    if let Some(annotations) = value["metadata"]["annotations"].as_object_mut() {
        annotations.remove(LAST_APPLIED);
    } else {
        value["metadata"]["annotations"] = json!({});
    }
    let text = api::go::json(value) + "\n";
    value["metadata"]["annotations"][LAST_APPLIED] = text.into();
}

/// Does so where the object carries the annotation already, or where `--save-config` asks for it.
///
/// Models: kubectl/pkg/util/apply.go CreateOrUpdateAnnotation (v1.36).
pub(crate) fn remember_again(value: &mut Value, asked: bool, namespace: &str) {
    let last = value.metadata().field("annotations").field(LAST_APPLIED);
    if asked || last.as_text().is_some_and(|text| !text.is_empty()) {
        remember(value, Some(namespace));
    }
}

/// As [`remember`], for an object that kubectl holds as a Go struct.
///
/// Models: kubectl/pkg/util/apply.go CreateApplyAnnotation (v1.36).
pub(crate) fn remember_typed(value: &mut Value) {
    let text = print::typed_line(value) + "\n";
    if !value["metadata"]["annotations"].is_object() {
        value["metadata"]["annotations"] = json!({});
    }
    value["metadata"]["annotations"][LAST_APPLIED] = text.into();
}
