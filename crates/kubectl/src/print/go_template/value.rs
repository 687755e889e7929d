//! Values of templates; every number of an object is a float64.

use crate::print::compare::Scalar;
use api::Value;
use api::go::float_text;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Val {
    /// Missing or null.
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    List(Rc<Vec<Val>>),
    Map(Rc<BTreeMap<String, Val>>),
}

impl Val {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nil,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Float(number.as_f64().unwrap_or_default()),
            Value::String(text) => Self::Text(text.as_str().into()),
            Value::Array(items) => Self::List(Rc::new(items.iter().map(Self::of).collect())),
            Value::Object(map) => {
                let entries = map.iter().map(|(key, value)| (key.clone(), Self::of(value)));
                Self::Map(Rc::new(entries.collect()))
            }
        }
    }

    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// Models: IsTrue of exec.go.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(flag) => *flag,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Map(map) => !map.is_empty(),
        }
    }

    /// In Go's `%v`.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Nil => "<nil>".to_owned(),
            Self::Bool(flag) => flag.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => float_text(*number),
            Self::Text(text) => text.to_string(),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::show).collect();
                format!("[{}]", items.join(" "))
            }
            Self::Map(map) => {
                let entries: Vec<_> = map
                    .iter()
                    .map(|(key, value)| format!("{key}:{}", value.show()))
                    .collect();
                format!("map[{}]", entries.join(" "))
            }
        }
    }

    /// As an action prints it.
    pub(super) fn print(&self) -> String {
        match self {
            Self::Nil => "<no value>".to_owned(),
            value => value.show(),
        }
    }

    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
            Self::List(_) => "[]interface {}",
            Self::Map(_) => "map[string]interface {}",
        }
    }

    pub(super) fn scalar(&self) -> Option<Scalar<'_>> {
        match self {
            Self::Bool(flag) => Some(Scalar::Bool(*flag)),
            Self::Int(number) => Some(Scalar::Int(*number)),
            Self::Float(number) => Some(Scalar::Float(*number)),
            Self::Text(text) => Some(Scalar::Text(text)),
            Self::Nil | Self::List(_) | Self::Map(_) => None,
        }
    }
}
