//! What server-side apply takes as one value, and how it tells items of lists apart.

use api::schema::{self, Omit, Type};
use api::{Kind, Value, go};
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("shapes.txt");

/// How the values of a type are merged.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// A value that is owned as a whole.
    Atomic,
    Struct(&'static str),
    Map(&'static Type),
    /// A list whose items, of this type, are told apart by these fields.
    Keyed(&'static Type, &'static str),
    /// A list of values, each its own.
    Set,
    /// Nothing is known: maps are merged field by field, lists are one value.
    Unknown,
}

/// A value, seen by its shape.
pub(super) enum Content<'a> {
    Leaf,
    Fields(Option<&'a api::Map<String, Value>>),
    Items(&'a [Value]),
}

impl Shape {
    pub(super) fn of(kind: Kind) -> Self {
        schema::lookup(kind.go_type()).map_or(Self::Unknown, |_| Self::Struct(kind.go_type()))
    }

    pub(super) fn typed(ty: &'static Type, relation: Option<&'static str>) -> Self {
        match (ty, relation) {
            (Type::Pointer(inner), _) => Self::typed(inner, relation),
            (Type::List(_), Some("set")) => Self::Set,
            (Type::List(inner), Some(keys)) => Self::Keyed(inner, keys),
            (Type::Map(item), None) => Self::Map(item),
            (Type::Struct(name), None) if relation_of(name, "").is_none() => Self::Struct(name),
            _ => Self::Atomic,
        }
    }

    /// The shape of a field.
    pub(super) fn field(self, name: &str) -> Self {
        match self {
            Self::Struct(of) => {
                let field = schema::lookup(of).and_then(|known| known.field(name));
                field.map_or(Self::Unknown, |field| {
                    Self::typed(&field.ty, relation_of(of, field.name))
                })
            }
            Self::Map(item) => Self::typed(item, None),
            _ => Self::Unknown,
        }
    }

    /// Whether a struct declares the field.
    pub(super) fn declares(self, name: &str) -> bool {
        match self {
            Self::Struct(of) => schema::lookup(of).is_some_and(|known| known.field(name).is_some()),
            _ => false,
        }
    }

    /// The shape of a list's items.
    pub(super) fn item(self) -> Self {
        match self {
            Self::Keyed(item, _) => Self::typed(item, None),
            _ => Self::Atomic,
        }
    }

    pub(super) fn content(self, value: &Value) -> Content<'_> {
        match (self, value) {
            (Self::Struct(_) | Self::Map(_) | Self::Unknown, Value::Object(fields)) => Content::Fields(Some(fields)),
            (Self::Struct(_) | Self::Map(_), Value::Null) => Content::Fields(None),
            (Self::Keyed(..) | Self::Set, Value::Array(items)) => Content::Items(items),
            (Self::Keyed(..) | Self::Set, Value::Null) => Content::Items(&[]),
            _ => Content::Leaf,
        }
    }

    /// The step to an item of a list.
    ///
    /// Models: structured-merge-diff/v6/typed/helpers.go listItemToPathElement (v1.36).
    pub(super) fn step(self, item: &Value) -> String {
        let Self::Keyed(_, names) = self else {
            return format!("v:{}", go::json(item));
        };
        let mut keys = api::Map::new();
        for name in names.split(',') {
            match item.get(name) {
                Some(value) => drop(keys.insert(name.to_owned(), value.clone())),
                None if name == "protocol" => drop(keys.insert(name.to_owned(), "TCP".into())),
                None => {}
            }
        }
        format!("k:{}", go::json(&Value::Object(keys)))
    }
}

pub(super) fn relation_of(of: &str, field: &str) -> Option<&'static str> {
    static ROWS: OnceLock<BTreeMap<(&str, &str), &str>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let rows = lines.filter_map(|line| line.split_once(' '));
        let split = |name: &'static str| match name.rsplit_once('.') {
            // `v2.MetricSpec` is the name of a struct.
            Some((of, field)) if field.starts_with(char::is_lowercase) => (of, field),
            _ => (name, ""),
        };
        rows.map(|(name, relation)| (split(name), relation)).collect()
    });
    rows.get(&(of, field)).copied()
}

/// The value that Go holds of a struct in which nothing is set: what a new object is compared with.
pub(super) fn zero(kind: Kind) -> Value {
    zero_of(kind.go_type())
}

fn zero_of(name: &str) -> Value {
    let mut value = api::Map::new();
    for field in schema::lookup(name).into_iter().flat_map(schema::Struct::fields) {
        let zero = match (&field.ty, field.omit) {
            (Type::Struct(inner), Omit::Never | Omit::Empty) => zero_of(inner),
            (_, Omit::Empty | Omit::Zero) => continue,
            (Type::String(_), _) => "".into(),
            (Type::Int32 | Type::Int64 | Type::Float64, _) => 0.into(),
            (Type::Bool, _) => false.into(),
            _ => Value::Null,
        };
        value.insert(field.name.to_owned(), zero);
    }
    value.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_names_a_struct_and_a_field_of_the_schema() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let name = line.split(' ').next().unwrap_or_default();
            let (of, field) = match name.rsplit_once('.') {
                Some((of, field)) if field.starts_with(char::is_lowercase) => (of, Some(field)),
                _ => (name, None),
            };
            let known = schema::lookup(of);
            assert!(known.is_some(), "{line}");
            assert!(
                field.is_none_or(|field| known.is_some_and(|known| known.field(field).is_some())),
                "{line}"
            );
        }
    }

    #[test]
    fn items_are_told_apart_by_their_keys() {
        let ports = Shape::of(Kind::Service).field("spec").field("ports");
        let step = ports.step(&serde_json::json!({"port": 80, "name": "http"}));
        assert_eq!(step, r#"k:{"port":80,"protocol":"TCP"}"#);
        assert!(matches!(
            Shape::of(Kind::Deployment).field("spec").field("selector"),
            Shape::Atomic
        ));
    }
}
