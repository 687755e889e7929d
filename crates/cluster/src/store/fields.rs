//! Reading and writing JSON values by paths of field names.

use api::{Cursor, Value};

/// The value at a path of fields; `Null` if there is none.
pub fn at<'a>(value: &'a Value, fields: &[&str]) -> &'a Value {
    fields.iter().fold(Cursor::new(value), |it, name| it.field(name)).value
}

/// The items of a list; empty if the value is not a list.
pub fn list(value: &Value) -> &[Value] {
    Cursor::new(value).list()
}

/// The entries of a map of strings; none if the value is not a map.
pub fn map(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    Cursor::new(value).text_entries()
}

/// Sets the value at a path of fields, creating the objects on the way.
pub(crate) fn set(value: &mut Value, fields: &[&str], to: Value) {
    let Some((last, before)) = fields.split_last() else {
        return;
    };
    let mut place = value;
    for field in before {
        if !place.get(field).is_some_and(Value::is_object) {
            if !place.is_object() {
                return;
            }
            place[*field] = Value::Object(api::Map::new());
        }
        place = &mut place[*field];
    }
    if place.is_object() {
        place[*last] = to;
    }
}

/// Removes the value at a path of fields.
pub(crate) fn remove(value: &mut Value, fields: &[&str]) {
    let Some((last, before)) = fields.split_last() else {
        return;
    };
    let place = before.iter().try_fold(value, |value, field| value.get_mut(*field));
    if let Some(Value::Object(map)) = place {
        map.remove(*last);
    }
}
