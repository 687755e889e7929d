use crate::{Node, NodeKind};
use serde_json::{Map, Number, Value};

/// The JSON kubectl sends for a node.
///
/// Models: sigs.k8s.io/yaml YAMLToJSON over go.yaml.in/yaml/v2 resolve (v1.36): plain scalars by YAML 1.1, later keys win.
pub fn resolve(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar { text, plain, tag } => scalar(text, *plain, tag.as_deref()),
        NodeKind::Sequence(items) => Value::Array(items.iter().map(resolve).collect()),
        NodeKind::Mapping(pairs) => Value::Object(mapping(pairs)),
    }
}

fn mapping(pairs: &[(Node, Node)]) -> Map<String, Value> {
    let mut object = Map::new();
    let is_merge = |key: &Node| matches!(&key.kind, NodeKind::Scalar { text, plain: true, .. } if text == "<<");
    for (_, value) in pairs.iter().filter(|(key, _)| is_merge(key)) {
        merge(&mut object, value);
    }
    for (key, value) in pairs.iter().filter(|(key, _)| !is_merge(key)) {
        object.insert(key_text(key), resolve(value));
    }
    object
}

fn merge(object: &mut Map<String, Value>, from: &Node) {
    match &from.kind {
        NodeKind::Mapping(pairs) => {
            for (key, value) in mapping(pairs) {
                object.entry(key).or_insert(value);
            }
        }
        NodeKind::Sequence(items) => items.iter().for_each(|item| merge(object, item)),
        NodeKind::Scalar { .. } => {}
    }
}

fn key_text(key: &Node) -> String {
    match resolve(key) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn scalar(text: &str, plain: bool, tag: Option<&str>) -> Value {
    match tag {
        Some("str" | "binary") => Value::String(text.to_owned()),
        None if !plain => Value::String(text.to_owned()),
        _ => plain_scalar(text),
    }
}

fn plain_scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => return Value::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    let digits = text.replace('_', "");
    let (negative, magnitude) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    if !magnitude.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let integer = |radix, digits: &str| u64::from_str_radix(digits, radix).ok();
    let whole = if let Some(hex) = magnitude.strip_prefix("0x") {
        integer(16, hex)
    } else if let Some(binary) = magnitude.strip_prefix("0b") {
        integer(2, binary)
    } else if let Some(octal) = magnitude.strip_prefix("0o") {
        integer(8, octal)
    } else if magnitude.len() > 1 && magnitude.starts_with('0') && magnitude.bytes().all(|b| b.is_ascii_digit()) {
        integer(8, magnitude)
    } else {
        integer(10, magnitude)
    };
    match whole {
        Some(whole) if negative => Some(Number::from(0_i64.checked_sub_unsigned(whole)?)),
        Some(whole) => Some(Number::from(whole)),
        None => {
            let float = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
            let value: f64 = digits.chars().all(float).then(|| digits.parse().ok()).flatten()?;
            Number::from_f64(value)
        }
    }
}
