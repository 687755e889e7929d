use crate::{Value, go};

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// A point in time as the API server keeps it, from RFC 3339 text.
pub fn parse(value: &Value, _micro: bool) -> Result<String, String> {
    let Value::String(text) = value else {
        let found = match value {
            Value::Number(_) => "number",
            Value::Bool(_) => "bool",
            Value::Array(_) => "array",
            _ => "object",
        };
        return Err(format!("json: cannot unmarshal {found} into Go value of type string"));
    };
    if is_rfc3339(text) {
        return Ok(text.clone());
    }
    let quoted = go::quote(text);
    Err(format!(
        "parsing time {quoted} as {}: cannot parse {quoted} as \"2006\"",
        go::quote(LAYOUT)
    ))
}

fn is_rfc3339(text: &str) -> bool {
    let shape = b"0000-00-00T00:00:00";
    let bytes = text.as_bytes();
    let fits = |(a, b): (&u8, &u8)| if *b == b'0' { a.is_ascii_digit() } else { a == b };
    bytes.len() > shape.len() && bytes.iter().zip(shape).all(fits)
}
