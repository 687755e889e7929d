//! Whether a manifest fits the types of its kind, as server-side apply sees them.

use super::field_set::shown;
use super::shape::{Shape, relation_of};
use api::schema::{self, Type};
use api::{Cursor, Kind, Map, Value, go};
use std::collections::BTreeSet;

/// What does not fit: `.spec.ports[port=80,protocol="TCP"].x: field not declared in schema`.
///
/// Models: structured-merge-diff/v6/typed/validate.go (v1.36).
/// Differs: fields are visited in the order of their names, where Go has none.
pub(super) fn objections(kind: Kind, manifest: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if let Value::Object(fields) = manifest {
        visit_fields(kind.go_type(), fields, "", &mut found);
    }
    found
}

/// The same of a custom object, whose types are those of its definition's schema, if it has one.
///
/// Models: apimachinery/pkg/util/managedfields/internal/typeconverter.go over apiextensions-apiserver's
/// controller/openapi/builder (v1.36).
pub(super) fn custom_objections(schema: Option<&Value>, manifest: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let Some(fields) = manifest.as_object() else {
        return found;
    };
    for (name, value) in fields {
        let path = format!(".{name}");
        match (name.as_str(), value, schema) {
            ("apiVersion" | "kind", ..) | (_, _, None) => {}
            ("metadata", Value::Object(fields), _) => visit_fields("ObjectMeta", fields, &path, &mut found),
            (_, _, Some(schema)) => {
                if !Place::of(Cursor::new(schema), false).visit_property(name, value, &path, &mut found) {
                    return found;
                }
            }
        }
    }
    found
}

/// A value's place in a schema.
///
/// Models: kube-openapi/pkg/schemaconv/openapi.go (v1.36).
#[derive(Clone, Copy)]
struct Place<'a> {
    schema: Cursor<'a>,
    /// Whether it, or a schema around it, keeps fields that it does not know.
    is_open: bool,
}

impl<'a> Place<'a> {
    fn of(schema: Cursor<'a>, in_open: bool) -> Self {
        Self {
            schema,
            is_open: in_open || schema.field("x-kubernetes-preserve-unknown-fields").flag(),
        }
    }

    fn ty(self) -> &'a str {
        self.schema.field("type").text()
    }

    /// The place of a field; `Err` if there must be none, `None` if it may be anything.
    fn property(self, name: &str) -> Result<Option<Self>, ()> {
        let (known, others) = (
            self.schema.field("properties"),
            self.schema.field("additionalProperties"),
        );
        let is_embedded = self.schema.field("x-kubernetes-embedded-resource").flag();
        if known.field(name).is_set() {
            return Ok(Some(Self::of(known.field(name), self.is_open)));
        }
        match others.value {
            Value::Object(_) => Ok(Some(Self::of(others, self.is_open))),
            Value::Bool(true) => Ok(None),
            Value::Null if self.is_open || known.is_empty() => Ok(None),
            _ if is_embedded && ["apiVersion", "kind", "metadata"].contains(&name) => Ok(None),
            _ => Err(()),
        }
    }

    /// False for a field that the schema does not have.
    fn visit_property(self, name: &str, value: &Value, path: &str, found: &mut Vec<String>) -> bool {
        match self.property(name) {
            Ok(Some(place)) => place.visit(value, path, found),
            Ok(None) => {}
            Err(()) => found.push(objection(path, "field not declared in schema")),
        }
        self.property(name).is_ok()
    }

    fn visit(self, value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) if self.ty() == "object" => {
                for (name, below) in fields {
                    if !self.visit_property(name, below, &format!("{path}.{name}"), found) {
                        return;
                    }
                }
            }
            Value::Array(items) if self.ty() == "array" => self.visit_list(items, path, found),
            value => found.extend(self.mismatch(value).map(|words| objection(path, &words))),
        }
    }

    fn visit_list(self, items: &[Value], path: &str, found: &mut Vec<String>) {
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            let step = self.step(index, item);
            if !seen.insert(step.clone()) {
                found.push(objection(path, &format!("duplicate entries for key {step}")));
            }
            let inside = Self::of(self.schema.field("items"), self.is_open);
            inside.visit(item, &format!("{path}{step}"), found);
        }
    }

    fn step(self, index: usize, item: &Value) -> String {
        match self.schema.field("x-kubernetes-list-type").text() {
            "map" => {
                let keys: Vec<&str> = self.schema.field("x-kubernetes-list-map-keys").texts().collect();
                let fields = item.as_object().into_iter().flatten();
                let named = fields.filter(|(name, _)| keys.contains(&name.as_str()));
                let named: Map<String, Value> = named.map(|(name, value)| (name.clone(), value.clone())).collect();
                shown(&format!("k:{}", go::json(&named.into())))
            }
            "set" => shown(&format!("v:{}", go::json(item))),
            _ => format!("[{index}]"),
        }
    }

    fn mismatch(self, value: &Value) -> Option<String> {
        if value.is_null() || self.schema.field("x-kubernetes-int-or-string").flag() {
            return None;
        }
        let ty = match self.ty() {
            "object" => Type::Struct(""),
            "array" => Type::List(Box::new(Type::Any)),
            "boolean" => Type::Bool,
            "integer" | "number" => Type::Float64,
            "string" if self.schema.field("format").text() == "date-time" => Type::Time,
            "string" => Type::String(None),
            _ => return None,
        };
        scalar_objection(&ty, value)
    }
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
