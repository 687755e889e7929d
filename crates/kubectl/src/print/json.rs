//! `-o json`: values as Go's encoding/json writes them.

use api::schema::{self, Struct, Type};
use api::{Kind, Value};
use base::Order;
use serde_json::Map;

/// A JSON document indented by four blanks.
pub(crate) fn json(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, None, 0);
    text.push('\n');
    text
}

/// As [`json`], for an object that kubectl holds as a Go struct: fields in the order of declaration.
pub(crate) fn typed_json(value: &Value) -> String {
    let mut text = String::new();
    match value.get("items").and_then(Value::as_array) {
        Some(items) => write_list(&mut text, value, items, of_kind),
        None => write(&mut text, value, of_kind(value).as_ref(), 0),
    }
    text.push('\n');
    text
}

/// As [`json`], for a list that kubectl holds as a Go struct, with objects that it holds as maps.
pub(crate) fn list_json(list: &Value) -> String {
    let mut text = String::new();
    let items = list
        .get("items")
        .and_then(Value::as_array)
        .map_or(&[] as &[_], Vec::as_slice);
    write_list(&mut text, list, items, |_| None);
    text.push('\n');
    text
}

/// As [`typed_json`], without blanks.
pub(crate) fn typed_line(value: &Value) -> String {
    let mut text = String::new();
    write_line(&mut text, value, of_kind(value).as_ref());
    text
}

/// As [`typed_line`], for a struct that is no object of a kind, by its name in the schema.
pub(crate) fn struct_line(of: &'static str, value: &Value) -> String {
    let mut text = String::new();
    write_line(&mut text, value, Some(&Type::Struct(of)));
    text
}

/// As [`typed_json`], for a struct that is no object of a kind.
pub(crate) fn struct_json(of: &'static str, value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, Some(&Type::Struct(of)), 0);
    text.push('\n');
    text
}

/// As [`typed_line`], for an item of a list, which leaves kind and version out.
pub(crate) fn typed_line_within(value: &Value) -> String {
    let mut item = value.clone();
    if let Some(fields) = item.as_object_mut() {
        fields.remove("kind");
        fields.remove("apiVersion");
    }
    let mut text = String::new();
    write_line(&mut text, &item, of_kind(value).as_ref());
    text
}

fn write_line(text: &mut String, value: &Value, ty: Option<&Type>) {
    match value {
        Value::Object(map) => {
            text.push('{');
            for (index, (key, value, ty)) in in_order(map, ty).into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&api::go::json(&Value::from(key.as_str())));
                text.push(':');
                write_line(text, value, ty.as_ref());
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write_line(text, item, of_items(ty));
            }
            text.push(']');
        }
        value => text.push_str(&api::go::json(value)),
    }
}

fn of_items(ty: Option<&Type>) -> Option<&Type> {
    match ty.map(Type::target) {
        Some(Type::List(inner)) => Some(&**inner),
        _ => None,
    }
}

/// The Go type of an object; none for those of custom kinds, which are maps.
fn of_kind(value: &Value) -> Option<Type> {
    let kind = value.get("kind").and_then(Value::as_str)?;
    let version = value.get("apiVersion").and_then(Value::as_str)?;
    let kind = Kind::of(version, kind).filter(|kind| !kind.is_custom());
    kind.map(|kind| Type::Struct(kind.go_type()))
}

/// The fields of a list, in the order of declaration.
const LIST: [&str; 4] = ["kind", "apiVersion", "metadata", "items"];

/// The fields of an object, in the order of writing.
fn in_order<'a>(map: &'a Map<String, Value>, ty: Option<&Type>) -> Vec<(&'a String, &'a Value, Option<Type>)> {
    let Some(Type::Struct(name)) = ty.map(Type::target) else {
        let of_values = match ty.map(Type::target) {
            Some(Type::Map(inner)) => Some((**inner).clone()),
            _ => None,
        };
        return map.iter().map(|(key, value)| (key, value, of_values.clone())).collect();
    };
    let known = schema::lookup(name);
    let declared = known.map_or(&[] as &[&str], Struct::declared);
    let place = |key: &str| declared.iter().position(|name| *name == key).unwrap_or(usize::MAX);
    let mut fields: Vec<_> = map
        .iter()
        .map(|(key, value)| {
            let field = known.and_then(|known| known.field(key));
            (key, value, field.map(|field| field.ty.clone()))
        })
        .collect();
    fields.order_by_key(|(key, ..)| place(key));
    fields
}

fn write_list(text: &mut String, list: &Value, items: &[Value], ty: fn(&Value) -> Option<Type>) {
    text.push('{');
    for (index, name) in LIST.iter().enumerate() {
        next_line(text, index > 0, 1);
        text.push_str(&api::go::json(&Value::from(*name)));
        text.push_str(": ");
        match *name {
            "items" if !items.is_empty() => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    next_line(text, index > 0, 2);
                    write(text, item, ty(item).as_ref(), 2);
                }
                next_line(text, false, 1);
                text.push(']');
            }
            name => write(text, list.get(name).unwrap_or(&Value::Null), None, 1),
        }
    }
    next_line(text, false, 0);
    text.push('}');
}

fn write(text: &mut String, value: &Value, ty: Option<&Type>, level: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            text.push('{');
            for (index, (key, value, ty)) in in_order(map, ty).into_iter().enumerate() {
                next_line(text, index > 0, level + 1);
                text.push_str(&api::go::json(&Value::from(key.as_str())));
                text.push_str(": ");
                write(text, value, ty.as_ref(), level + 1);
            }
            next_line(text, false, level);
            text.push('}');
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                next_line(text, index > 0, level + 1);
                write(text, item, of_items(ty), level + 1);
            }
            next_line(text, false, level);
            text.push(']');
        }
        Value::Number(number) => text.push_str(&api::go::number(number)),
        value => text.push_str(&api::go::json(value)),
    }
}

fn next_line(text: &mut String, after_another: bool, level: usize) {
    if after_another {
        text.push(',');
    }
    text.push('\n');
    text.extend(std::iter::repeat_n("    ", level));
}

#[cfg(test)]
mod tests {
    use super::{json, typed_json};
    use expect_test::expect;

    #[test]
    fn values_are_indented_and_markup_is_escaped() {
        let value = serde_json::json!({"a": [1, {"b": "<x> & y"}], "c": {}, "d": []});
        expect![[r#"
            {
                "a": [
                    1,
                    {
                        "b": "\u003cx\u003e \u0026 y"
                    }
                ],
                "c": {},
                "d": []
            }
        "#]]
        .assert_eq(&json(&value));
    }

    #[test]
    fn a_struct_is_written_as_it_was_declared() {
        let value = serde_json::json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"labels": {"b": "", "a": ""}, "name": "web"},
            "spec": {"ports": [{"port": 80, "name": "http"}]},
        });
        let flat: String = typed_json(&value).split_whitespace().collect();
        let wanted = r#"{"kind":"Service","apiVersion":"v1","metadata":{"name":"web","labels":{"a":"","b":""}},"spec":{"ports":[{"name":"http","port":80}]}}"#;
        assert_eq!(flat, wanted);
    }
}
