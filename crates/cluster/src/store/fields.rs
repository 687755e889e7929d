//! Writing JSON values by paths of field names.

use api::Value;

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
