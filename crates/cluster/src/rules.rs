//! What the API server fills in, refuses and warns of.

use api::{FieldError, Kind, Value};

/// Fills in what an object leaves out.
pub(crate) fn default(kind: Kind, value: &mut Value) {
    api::default(kind, value);
}

/// What forbids an object to be created.
pub(crate) fn validate_create(kind: Kind, value: &Value) -> Vec<FieldError> {
    api::validate_create(kind, value)
}

/// What forbids a change.
pub(crate) fn validate_update(kind: Kind, value: &Value, old: &Value) -> Vec<FieldError> {
    api::validate_update(kind, value, old)
}

/// What the API server warns of when it admits an object.
pub(crate) fn warnings(kind: Kind, value: &Value) -> Vec<String> {
    api::warnings(kind, value)
}
