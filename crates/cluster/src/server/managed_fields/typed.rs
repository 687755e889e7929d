//! Whether a manifest fits the types of its kind, as server-side apply sees them.

use super::field_set::shown;
use super::shape::{Shape, relation_of};
use api::schema::{self, Type};
use api::{Kind, Map, Value, go};
use std::collections::BTreeSet;

/// What does not fit: `.spec.ports[port=80,protocol="TCP"].x: field not declared in schema`.
///
/// Models: structured-merge-diff/v6/typed/validate.go (v1.36).
/// Differs: fields are visited in the order of their names, where Go has none.
pub(super) fn objections(kind: Kind, manifest: &Value) -> Vec<String> {
    let mut found = Vec::new();
    // Of a custom object the rest is as its definition says.
    let (of, path, value) = if kind.is_custom() {
        ("ObjectMeta", ".metadata", manifest.get("metadata"))
    } else {
        (kind.go_type(), "", Some(manifest))
    };
    if let Some(Value::Object(fields)) = value {
        visit_fields(of, fields, path, &mut found);
    }
    found
}

fn visit(ty: &'static Type, relation: Option<&'static str>, value: &Value, path: &str, found: &mut Vec<String>) {
    let wrong = match (ty.target(), value) {
        (_, Value::Null) | (Type::Any, _) => return,
        (Type::Struct(name), Value::Object(fields)) => return visit_fields(name, fields, path, found),
        (Type::Map(inner), Value::Object(fields)) => {
            for (name, below) in fields {
                visit(inner, None, below, &format!("{path}.{name}"), found);
            }
            return;
        }
        (Type::List(_), Value::Array(items)) => return visit_items(ty, relation, items, path, found),
        (scalar, value) => scalar_objection(scalar, value),
    };
    found.extend(wrong.map(|words| objection(path, &words)));
}

fn objection(path: &str, words: &str) -> String {
    if path.is_empty() {
        return words.to_owned();
    }
    format!("{path}: {words}")
}

/// The first field that a struct does not declare ends the visit of its fields.
fn visit_fields(of: &'static str, fields: &Map<String, Value>, path: &str, found: &mut Vec<String>) {
    let known = schema::lookup(of);
    for (name, below) in fields {
        let path = format!("{path}.{name}");
        let Some(field) = known.and_then(|known| known.field(name)) else {
            found.push(objection(&path, "field not declared in schema"));
            return;
        };
        visit(&field.ty, relation_of(of, field.name), below, &path, found);
    }
}

/// An item that cannot be told apart from others ends the visit of its list.
fn visit_items(
    ty: &'static Type,
    relation: Option<&'static str>,
    items: &[Value],
    path: &str,
    found: &mut Vec<String>,
) {
    let Type::List(inner) = ty.target() else { return };
    let shape = Shape::typed(ty, relation);
    let mut seen = BTreeSet::new();
    for (index, item) in items.iter().enumerate() {
        let step = match shape {
            Shape::Keyed(_, keys) => keyless(keys, item).map_or_else(|| Ok(shown(&shape.step(item))), Err),
            Shape::Set => no_value(item).map_or_else(|| Ok(shown(&shape.step(item))), Err),
            _ => Ok(format!("[{index}]")),
        };
        let step = match step {
            Ok(step) => step,
            Err(words) => {
                found.push(objection(path, &format!("element {index}: {words}")));
                return;
            }
        };
        if !seen.insert(step.clone()) {
            found.push(objection(path, &format!("duplicate entries for key {step}")));
        }
        visit(inner, None, item, &format!("{path}{step}"), found);
    }
}

/// Models: structured-merge-diff/v6/typed/helpers.go keyedAssociativeListItemToPathElement (v1.36).
fn keyless(keys: &str, item: &Value) -> Option<String> {
    let fields = match item {
        Value::Null => return Some("associative list with keys may not have a null element".to_owned()),
        Value::Object(fields) => fields,
        _ => return Some("associative list with keys may not have non-map elements".to_owned()),
    };
    let mut names = keys.split(',');
    if names.any(|name| name == "protocol" || fields.contains_key(name)) {
        return None;
    }
    let names: Vec<String> = keys.split(',').map(go::quote).collect();
    Some(format!(
        "associative list with keys has an element that omits all key fields [{}] (and doesn't have default values for any key fields)",
        names.join(" ")
    ))
}

/// Models: structured-merge-diff/v6/typed/helpers.go setItemToPathElement (v1.36).
fn no_value(item: &Value) -> Option<String> {
    let words = match item {
        Value::Object(_) => "associative list without keys has an element that's a map type",
        Value::Array(_) => "not supported: associative list with lists as elements",
        Value::Null => "associative list without keys has an element that's an explicit null",
        _ => return None,
    };
    Some(words.to_owned())
}

/// Models: structured-merge-diff/v6/typed/validate.go validateScalar, helpers.go listValue, mapValue (v1.36).
fn scalar_objection(ty: &Type, value: &Value) -> Option<String> {
    let shown = || format!("&{{{}}}", go::text(value));
    match ty {
        Type::Struct(_) | Type::Map(_) => Some(format!("expected map, got {}", shown())),
        Type::List(_) => Some(format!("expected list, got {}", shown())),
        Type::Bool if !value.is_boolean() => Some(format!("expected boolean, got {}", shown())),
        Type::Int32 | Type::Int64 | Type::Float64 if !value.is_number() => {
            Some(format!("expected numeric (int or float), got {}", go::type_name(value)))
        }
        Type::String(_) | Type::Bytes if !value.is_string() => Some(format!(
            "expected string, got &value.valueUnstructured{{Value:{}}}",
            go::syntax(value)
        )),
        _ if value.is_object() || value.is_array() => Some(format!("expected any scalar, got {}", shown())),
        _ => None,
    }
}
