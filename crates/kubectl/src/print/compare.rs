//! Comparisons of Go templates.

use api::Value;
use std::cmp::Ordering;

#[derive(Clone, Copy, Debug)]
pub(super) enum Scalar<'a> {
    Text(&'a str),
    Int(i64),
    Float(f64),
    Bool(bool),
}

impl<'a> Scalar<'a> {
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::Text(text)),
            Value::Bool(flag) => Some(Self::Bool(*flag)),
            Value::Number(number) if number.is_f64() => number.as_f64().map(Self::Float),
            Value::Number(number) => number.as_i64().map(Self::Int),
            _ => None,
        }
    }
}

const INCOMPATIBLE: &str = "incompatible types for comparison";
const INVALID: &str = "invalid type for comparison";

/// Whether `left operator right` holds.
///
/// Models: client-go/third_party/forked/golang/template/funcs.go (v1.36).
pub(super) fn compare(operator: &str, left: Option<Scalar<'_>>, right: Option<Scalar<'_>>) -> Result<bool, String> {
    match operator {
        "==" => equal(left, right),
        "!=" => equal(left, right).map(|equal| !equal),
        "<" => order(left, right).map(Ordering::is_lt),
        "<=" => order(left, right).map(Ordering::is_le),
        ">" => order(left, right).map(Ordering::is_gt),
        ">=" => order(left, right).map(Ordering::is_ge),
        _ => Err(format!("unrecognized filter operator {operator}")),
    }
}

fn equal(left: Option<Scalar<'_>>, right: Option<Scalar<'_>>) -> Result<bool, String> {
    match (left, right) {
        (Some(Scalar::Bool(left)), Some(Scalar::Bool(right))) => Ok(left == right),
        _ => order(left, right).map(Ordering::is_eq),
    }
}

fn order(left: Option<Scalar<'_>>, right: Option<Scalar<'_>>) -> Result<Ordering, String> {
    match (left, right) {
        (Some(Scalar::Text(left)), Some(Scalar::Text(right))) => Ok(left.cmp(right)),
        (Some(Scalar::Int(left)), Some(Scalar::Int(right))) => Ok(left.cmp(&right)),
        (Some(Scalar::Float(left)), Some(Scalar::Float(right))) => Ok(left.total_cmp(&right)),
        (None, _) | (_, None) | (Some(Scalar::Bool(_)), Some(Scalar::Bool(_))) => Err(INVALID.to_owned()),
        _ => Err(INCOMPATIBLE.to_owned()),
    }
}
