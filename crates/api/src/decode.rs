use crate::{Kind, Path, Value, schema};
use std::fmt;

/// Why the API server cannot make an object of what it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// A value of another type than the field's: Go's own words.
    Mismatch {
        /// The field, or the item or key in it.
        path: Path,
        /// `json: cannot unmarshal …`.
        message: String,
    },
    /// Fields the type does not have.
    Unknown(Vec<Path>),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch { message, .. } => f.write_str(message),
            Self::Unknown(paths) => {
                f.write_str("strict decoding error: ")?;
                for (at, path) in paths.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}unknown field \"{path}\"")?;
                }
                Ok(())
            }
        }
    }
}

/// The object of that kind that a value is of that kind, as `fieldValidation=Strict` judges it.
///
/// Models: apimachinery/pkg/runtime/serializer/json Decode with strict errors (v1.36): a mismatch is told alone, the first in the order
/// of the keys; unknown fields all together.
pub fn decode(kind: Kind, value: &Value) -> Result<Value, DecodeError> {
    let mut decoder = Decoder { unknown: Vec::new() };
    if schema::fields(kind.name()).is_some() {
        decoder.object(value, kind.name(), &Place::default())?;
    }
    if decoder.unknown.is_empty() {
        Ok(value.clone())
    } else {
        Err(DecodeError::Unknown(decoder.unknown))
    }
}

/// The fields an object has at a path, for who misspelt one; empty where anything goes.
pub fn fields_at(kind: Kind, path: &Path) -> Vec<&'static str> {
    let mut type_name = kind.name();
    for segment in path.segments() {
        let crate::Segment::Field(field) = segment else {
            continue;
        };
        let Some(found) = schema::fields(type_name).and_then(|mut fields| fields.find(|(name, _)| name == field))
        else {
            return Vec::new();
        };
        type_name = found.1.trim_start_matches("[]").trim_start_matches("{}");
    }
    schema::fields(type_name)
        .map(|fields| fields.map(|(name, _)| name).collect())
        .unwrap_or_default()
}

struct Decoder {
    unknown: Vec<Path>,
}

/// Where the decoder is: for us, and in Go's words.
#[derive(Clone, Default)]
struct Place {
    path: Path,
    /// `ServicePort`.
    owner: &'static str,
    /// `spec.ports.port`.
    dotted: String,
}

impl Decoder {
    fn object(&mut self, value: &Value, type_name: &'static str, place: &Place) -> Result<(), DecodeError> {
        let Value::Object(map) = value else {
            return mismatch(value, &format!("v1.{type_name}"), place);
        };
        for (key, child) in map {
            let path = place.path.field(key);
            let Some((_, field_type)) =
                schema::fields(type_name).and_then(|mut fields| fields.find(|(name, _)| name == key))
            else {
                self.unknown.push(path);
                continue;
            };
            let dotted = if place.dotted.is_empty() {
                key.clone()
            } else {
                format!("{}.{key}", place.dotted)
            };
            self.value(
                child,
                field_type,
                &Place {
                    path,
                    owner: type_name,
                    dotted,
                },
            )?;
        }
        Ok(())
    }

    fn value(&mut self, value: &Value, field_type: &'static str, place: &Place) -> Result<(), DecodeError> {
        if value.is_null() || matches!(field_type, "any" | "t") {
            return Ok(());
        }
        if let Some(item) = field_type.strip_prefix("[]") {
            return self.list(value, item, place);
        }
        if let Some(item) = field_type.strip_prefix("{}") {
            return self.map(value, item, place);
        }
        match field_type {
            "s" | "b" | "i32" | "i64" | "ios" | "q" => scalar(value, field_type, place),
            named if named.starts_with("s=") => scalar(value, named, place),
            type_name => self.object(value, type_name, place),
        }
    }

    fn list(&mut self, value: &Value, item: &'static str, place: &Place) -> Result<(), DecodeError> {
        let Value::Array(items) = value else {
            return mismatch(value, &format!("[]{}", go_type(item)), place);
        };
        for (index, child) in items.iter().enumerate() {
            self.value(
                child,
                item,
                &Place {
                    path: place.path.index(index),
                    ..place.clone()
                },
            )?;
        }
        Ok(())
    }

    fn map(&mut self, value: &Value, item: &'static str, place: &Place) -> Result<(), DecodeError> {
        let Value::Object(map) = value else {
            return mismatch(value, &format!("map[string]{}", go_type(item)), place);
        };
        for (key, child) in map {
            self.value(
                child,
                item,
                &Place {
                    path: place.path.key(key),
                    ..place.clone()
                },
            )?;
        }
        Ok(())
    }
}

fn scalar(value: &Value, field_type: &'static str, place: &Place) -> Result<(), DecodeError> {
    let fits = match (field_type, value) {
        ("b", Value::Bool(_)) | ("q", Value::Number(_)) | ("q" | "ios" | "s", Value::String(_)) => true,
        ("i32" | "ios", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        ("i64", Value::Number(number)) => number.as_i64().is_some(),
        (named, Value::String(_)) => named.starts_with("s="),
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        mismatch(value, &go_type(field_type), place)
    }
}

fn mismatch<T>(value: &Value, wanted: &str, place: &Place) -> Result<T, DecodeError> {
    let got = match value {
        Value::Number(number) if wanted.starts_with("int") => format!("number {number}"),
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
    };
    let Place { path, owner, dotted } = place;
    let message = if owner.is_empty() {
        format!("json: cannot unmarshal {got} into Go value of type {wanted}")
    } else {
        format!("json: cannot unmarshal {got} into Go struct field {owner}.{dotted} of type {wanted}")
    };
    Err(DecodeError::Mismatch {
        path: path.clone(),
        message,
    })
}

fn go_type(field_type: &str) -> String {
    match field_type {
        "s" => "string".to_owned(),
        "b" => "bool".to_owned(),
        "i32" | "ios" => "int32".to_owned(),
        "i64" => "int64".to_owned(),
        "q" => "resource.Quantity".to_owned(),
        named => format!("v1.{}", named.trim_start_matches("s=")),
    }
}
