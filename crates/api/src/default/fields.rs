//! Helpers that write defaults into fields.

use crate::{Map, Value};
use serde_json::json;

/// Sets a field that is absent, null, or the zero value of its type.
pub fn set(object: &mut Value, field: &str, value: Value) {
    let unset = match object.get(field) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    };
    if unset {
        put(object, field, value);
    }
}

/// Sets a field that is absent or null.
pub fn set_null(object: &mut Value, field: &str, value: Value) {
    if object.get(field).is_none_or(Value::is_null) {
        put(object, field, value);
    }
}

/// Sets a number that is absent or 0.
pub fn set_zero(object: &mut Value, field: &str, value: i64) {
    if object.get(field).and_then(Value::as_i64).unwrap_or_default() == 0 {
        put(object, field, json!(value));
    }
}

pub fn put(object: &mut Value, field: &str, value: Value) {
    if object.is_null() {
        *object = Value::Object(Map::new());
    }
    if let Value::Object(fields) = object {
        fields.insert(field.to_owned(), value);
    }
}

pub fn remove(object: &mut Value, field: &str) {
    if let Value::Object(fields) = object {
        fields.remove(field);
    }
}

/// The field, `None` if it is absent or null.
pub fn given<'a>(object: &'a mut Value, field: &str) -> Option<&'a mut Value> {
    object.get_mut(field).filter(|it| !it.is_null())
}

pub fn list<'a>(object: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    object
        .get_mut(field)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}
