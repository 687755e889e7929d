//! The server's message for a patch that gives a field a value of another type.

use api::schema::{self, Type};
use api::{Kind, Path, Segment, Value};

/// The message of the converter of unstructured objects for the value at a path; `None` if the value is readable.
///
/// Models: apimachinery/pkg/runtime/converter.go fromUnstructured (v1.36).
pub(super) fn converted(kind: Kind, object: &Value, path: &Path) -> Option<String> {
    let start = (Type::Struct(kind.go_type()), object);
    let (ty, value) = path.segments().iter().try_fold(start, |(ty, value), segment| {
        Some(match (ty.target(), segment) {
            (Type::Struct(name), Segment::Field(field)) => {
                let ty = schema::lookup(name)?.field(field)?.ty.clone();
                (ty, value.get(field)?)
            }
            (Type::List(inner), Segment::Index(at)) => ((**inner).clone(), value.get(*at)?),
            (Type::Map(inner), Segment::Key(key) | Segment::Field(key)) => ((**inner).clone(), value.get(key)?),
            _ => return None,
        })
    })?;
    let given = match value {
        Value::Null => return None,
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "slice",
        Value::Object(_) => "map",
    };
    Some(match ty.target() {
        Type::String(name) if given == "int64" => {
            let to = name.map_or_else(|| "string".to_owned(), |name| format!("v1.{name}"));
            format!("cannot convert int64 to {to}")
        }
        Type::Int32 if given == "float64" => "cannot convert float64 to int32".to_owned(),
        Type::Int64 if given == "float64" => "cannot convert float64 to int64".to_owned(),
        Type::String(_) => "unrecognized type: string".to_owned(),
        Type::Int32 => "unrecognized type: int32".to_owned(),
        Type::Int64 => "unrecognized type: int64".to_owned(),
        Type::Float64 => "unrecognized type: float64".to_owned(),
        Type::Bool => "unrecognized type: bool".to_owned(),
        // Models: sliceFromUnstructured, which decodes bytes by itself.
        Type::Bytes if given == "string" => {
            let at = api::base64::decode(value.as_str()?).err()?;
            format!("error decoding from json: illegal base64 data at input byte {at}")
        }
        Type::List(_) => format!("cannot restore slice from {given}"),
        Type::Map(_) => format!("cannot restore map from {given}"),
        Type::Struct(_) => format!("cannot restore struct from: {given}"),
        _ => return None,
    })
}
