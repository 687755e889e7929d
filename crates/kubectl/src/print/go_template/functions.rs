//! The functions of templates.
//!
//! Models: Go's text/template/funcs.go.

use super::format::{print, printf};
use super::value::Val;
use crate::print::compare::compare;

pub(super) enum Error {
    /// The arguments have the wrong number.
    Count(String),
    /// The first argument has the wrong type.
    First(String),
    /// The function failed.
    Call(String),
}

pub(super) fn call(name: &str, arguments: &[Val]) -> Result<Val, Error> {
    let (least, most) = match name {
        "not" | "len" | "base64decode" => (1, Some(1)),
        "eq" | "index" | "printf" | "exists" => (1, None),
        "ne" | "lt" | "le" | "gt" | "ge" => (2, Some(2)),
        _ => (0, None),
    };
    let count = arguments.len();
    if count < least || most.is_some_and(|most| count > most) {
        let least_word = if most.is_none() { "at least " } else { "" };
        return Err(Error::Count(format!(
            "wrong number of args for {name}: want {least_word}{least} got {count}"
        )));
    }
    match (name, arguments) {
        ("not", [value]) => Ok(Val::Bool(!value.is_true())),
        ("len", [value]) => len(value).map_err(Error::Call),
        ("eq", [first, others @ ..]) => eq(first, others).map_err(Error::Call),
        ("ne", [left, right]) => equal(left, right).map(|equal| Val::Bool(!equal)).map_err(Error::Call),
        ("lt" | "le" | "gt" | "ge", [left, right]) => {
            let operator = match name {
                "lt" => "<",
                "le" => "<=",
                "gt" => ">",
                _ => ">=",
            };
            compare(operator, left.scalar(), right.scalar())
                .map(Val::Bool)
                .map_err(Error::Call)
        }
        ("index", [value, places @ ..]) => index(value, places).map_err(Error::Call),
        ("exists", [value, places @ ..]) => {
            let found = index(value, places);
            Ok(Val::Bool(found.is_ok_and(|found| found != Val::Nil)))
        }
        ("printf", [Val::Text(format), values @ ..]) => Ok(Val::text(&printf(format, values))),
        ("base64decode", [Val::Text(text)]) => base64decode(text).map_err(Error::Call),
        ("base64decode", [Val::Nil]) => Err(Error::First("invalid value; expected string".to_owned())),
        ("printf" | "base64decode", [other, ..]) => Err(Error::First(format!(
            "wrong type for value; expected string; got {}",
            other.type_name()
        ))),
        ("println", values) => {
            let texts: Vec<_> = values.iter().map(Val::show).collect();
            Ok(Val::text(&format!("{}\n", texts.join(" "))))
        }
        (_, values) => Ok(Val::text(&print(values))),
    }
}

/// Models: cli-runtime/pkg/printers/template.go base64decode (v1.36).
/// Differs: bytes that are no text are replaced.
fn base64decode(text: &str) -> Result<Val, String> {
    match api::base64::decode(text) {
        Ok(bytes) => Ok(Val::text(&String::from_utf8_lossy(&bytes))),
        Err(place) => Err(format!(
            "base64 decode failed: illegal base64 data at input byte {place}"
        )),
    }
}

fn len(value: &Val) -> Result<Val, String> {
    let length = match value {
        Val::Text(text) => text.len(),
        Val::List(items) => items.len(),
        Val::Map(map) => map.len(),
        Val::Nil => return Err("len of nil pointer".to_owned()),
        other => return Err(format!("len of type {}", other.type_name())),
    };
    Ok(Val::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn eq(first: &Val, others: &[Val]) -> Result<Val, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".to_owned());
    }
    for other in others {
        if equal(first, other)? {
            return Ok(Val::Bool(true));
        }
    }
    Ok(Val::Bool(false))
}

fn equal(left: &Val, right: &Val) -> Result<bool, String> {
    for side in [left, right] {
        if matches!(side, Val::List(_) | Val::Map(_)) {
            return Err(format!("non-comparable type {}: {}", side.show(), side.type_name()));
        }
    }
    match (left, right) {
        (Val::Nil, Val::Nil) => Ok(true),
        (Val::Nil, _) | (_, Val::Nil) => Ok(false),
        _ => compare("==", left.scalar(), right.scalar()),
    }
}

fn index(value: &Val, places: &[Val]) -> Result<Val, String> {
    places
        .iter()
        .try_fold(value.clone(), |value, place| match (&value, place) {
            (Val::Map(map), Val::Text(key)) => Ok(map.get(&**key).cloned().unwrap_or(Val::Nil)),
            (Val::Map(_), Val::Nil) => Err("value is nil; should be of type string".to_owned()),
            (Val::Map(_), other) => Err(format!("value has type {}; should be string", other.type_name())),
            (Val::List(items), Val::Int(number)) => {
                let item = usize::try_from(*number).ok().and_then(|number| items.get(number));
                item.cloned().ok_or_else(|| format!("index out of range: {number}"))
            }
            (Val::Text(text), Val::Int(number)) => {
                let byte = usize::try_from(*number)
                    .ok()
                    .and_then(|number| text.as_bytes().get(number));
                let byte = byte.map(|byte| Val::Int(i64::from(*byte)));
                byte.ok_or_else(|| format!("index out of range: {number}"))
            }
            (Val::List(_) | Val::Text(_), Val::Nil) => Err("cannot index slice/array with nil".to_owned()),
            (Val::List(_) | Val::Text(_), other) => {
                Err(format!("cannot index slice/array with type {}", other.type_name()))
            }
            (Val::Nil, _) => Err("index of nil pointer".to_owned()),
            (other, _) => Err(format!("can't index item of type {}", other.type_name())),
        })
}
