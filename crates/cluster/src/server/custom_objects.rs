//! Objects of custom kinds, held against the schema of their definition.
//!
//! Models: apiextensions-apiserver/pkg/apiserver/customresource_handler.go, pkg/registry/customresource/strategy.go (v1.36).

use crate::Cluster;
use crate::controllers::definitions;
use crate::server::requests::FieldValidation;
use crate::server::status::Status;
use crate::store::{Store, remove};
use api::structural;
use api::{DecodeError, Finding, Kind, Value};

/// Decodes and defaults an object of a custom kind; returns it with the warnings of unknown fields.
pub(crate) fn decoded(
    store: &Store,
    kind: Kind,
    value: &Value,
    validation: FieldValidation,
) -> Result<(Value, Vec<Finding>), Status> {
    let refuse = |error| Status::undecodable(kind, value, &error);
    let known = api::decode_known(kind, value).map_err(|finding| refuse(DecodeError::Mismatch(finding)))?;
    let (mut decoded, mut unknown) = known;
    if let Some(schema) = schema(store, kind, value) {
        unknown.extend(structural::prune(schema, &mut decoded));
        structural::default(schema, &mut decoded);
    }
    keep_stored_fields(store, kind, value, &mut decoded);
    match validation {
        FieldValidation::Strict if !unknown.is_empty() => Err(refuse(DecodeError::Strict(unknown))),
        FieldValidation::Warn => Ok((decoded, unknown)),
        FieldValidation::Strict | FieldValidation::Ignore => Ok((decoded, Vec::new())),
    }
}

/// Drops what the version does not have in which objects are kept.
///
/// Models: pkg/apiserver/conversion/nop_converter.go (v1.36): versions differ in their schemas and in apiVersion.
fn keep_stored_fields(store: &Store, kind: Kind, sent: &Value, decoded: &mut Value) {
    let Some(definition) = definitions::of(store, kind) else {
        return;
    };
    let stored = api::stored_version(&definition.value).unwrap_or_default();
    if sent.get("apiVersion").and_then(Value::as_str) == Some(&format!("{}/{stored}", kind.group())) {
        return;
    }
    if let Some(schema) = structural::schema(&definition.value, stored) {
        structural::prune(schema, decoded);
    }
}

/// What the schema of its definition objects to in an object that a client sent so.
pub(crate) fn validate(store: &Store, kind: Kind, sent: &Value, value: &Value) -> Vec<Finding> {
    if !kind.is_custom() {
        return Vec::new();
    }
    schema(store, kind, sent).map_or_else(Vec::new, |schema| structural::validate(schema, value))
}

/// The schema of the version that an object is written in, else of the one that is printed.
pub(crate) fn schema<'a>(store: &'a Store, kind: Kind, value: &Value) -> Option<&'a Value> {
    let definition = &definitions::of(store, kind)?.value;
    let version = value.get("apiVersion").and_then(Value::as_str);
    let version = version.and_then(|it| it.split_once('/')).map(|(_, version)| version);
    let written = version.and_then(|version| structural::schema(definition, version));
    written.or_else(|| structural::schema(definition, kind.version()))
}

/// Whether the kind has the subresource `status`, so that its other requests leave the status alone.
pub(crate) fn has_status(store: &Store, kind: Kind) -> bool {
    definitions::of(store, kind).is_some_and(|it| structural::has_status(&it.value, kind.version()))
}

/// Where an object of a kind keeps what its scale tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScalePaths {
    /// The field of the wanted replicas, as the definition writes it: `.spec.replicas`.
    pub wanted: String,
    pub present: String,
    /// The field of a selector that is written as text; none for built-in kinds, whose selectors are structs.
    pub selector: Option<String>,
}

impl Cluster {
    /// Where objects of a kind keep their scale; `None` for a kind without one.
    ///
    /// Models: apiextensions-apiserver/pkg/registry/customresource/etcd.go ScaleREST, pkg/registry/apps (v1.36).
    pub fn scale_paths(&self, kind: Kind) -> Option<ScalePaths> {
        if !kind.is_custom() {
            let is_scaled = matches!(
                kind,
                Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet | Kind::ReplicationController
            );
            return is_scaled.then(|| ScalePaths {
                wanted: ".spec.replicas".to_owned(),
                present: ".status.replicas".to_owned(),
                selector: None,
            });
        }
        let definition = definitions::of(&self.tools.store, kind)?;
        let scale = structural::scale(&definition.value, kind.version())?;
        let path = |name: &str| scale.field(name).text().to_owned();
        Some(ScalePaths {
            wanted: path("specReplicasPath"),
            present: path("statusReplicasPath"),
            selector: Some(path("labelSelectorPath")),
        })
    }
}

/// Models: strategy.go PrepareForCreate.
pub(crate) fn prepare_for_create(store: &Store, kind: Kind, value: &mut Value) {
    if kind.is_custom() && has_status(store, kind) {
        remove(value, &["status"]);
    }
}

/// Models: strategy.go PrepareForUpdate.
pub(crate) fn prepare_for_update(store: &Store, kind: Kind, old: &Value, value: &mut Value) {
    if !kind.is_custom() || !has_status(store, kind) {
        return;
    }
    match old.get("status") {
        Some(status) => value["status"] = status.clone(),
        None => remove(value, &["status"]),
    }
}
