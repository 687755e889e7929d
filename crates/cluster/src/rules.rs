//! What the API server fills in, refuses and warns of.

use crate::object::at;
use api::{FieldError, Kind, Value};

/// Fills in what an object leaves out.
pub(crate) fn default(kind: Kind, value: &mut Value) {
    api::default(kind, value);
}

/// What forbids an object to be created.
pub(crate) fn validate_create(_kind: Kind, _value: &Value) -> Vec<FieldError> {
    Vec::new()
}

/// What forbids a change.
pub(crate) fn validate_update(_kind: Kind, _value: &Value, _old: &Value) -> Vec<FieldError> {
    Vec::new()
}

/// What the API server warns of when it admits an object.
///
/// Models: pkg/api/service/warnings.go GetWarningsForService (v1.36).
pub(crate) fn warnings(kind: Kind, value: &Value) -> Vec<String> {
    let mut warnings = Vec::new();
    if kind == Kind::Service && at(value, &["spec", "trafficDistribution"]) == "PreferClose" {
        warnings.push("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"".to_owned());
    }
    warnings
}
