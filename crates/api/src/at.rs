use crate::trail::Trail;
use crate::{Detail, Finding, Value};

static NULL: Value = Value::Null;

/// A value within an object together with its path, for rules to walk along.
#[derive(Clone)]
pub struct At<'a> {
    pub value: &'a Value,
    pub path: Trail,
}

impl<'a> At<'a> {
    pub fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: Trail::default(),
        }
    }

    /// The field, null where there is none.
    pub fn field(&self, name: &'static str) -> Self {
        Self {
            value: self.value.get(name).unwrap_or(&NULL),
            path: self.path.field(name),
        }
    }

    /// A field whose name is known only from the object.
    pub fn named(&self, name: &str) -> Self {
        Self {
            value: self.value.get(name).unwrap_or(&NULL),
            path: self.path.named(name),
        }
    }

    /// What a map has under a key, null where it has nothing.
    pub fn key(&self, key: &str) -> Self {
        Self {
            value: self.value.get(key).unwrap_or(&NULL),
            path: self.path.key(key),
        }
    }

    /// Text, empty where there is none.
    pub fn text(&self) -> &'a str {
        self.value.as_str().unwrap_or_default()
    }

    /// A number, 0 where there is none.
    pub fn int(&self) -> i64 {
        self.value.as_i64().unwrap_or_default()
    }

    pub fn is_true(&self) -> bool {
        self.value.as_bool().unwrap_or_default()
    }

    pub fn is_set(&self) -> bool {
        !self.value.is_null()
    }

    /// Null, empty text, an empty list or an empty map.
    pub fn is_empty(&self) -> bool {
        match self.value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        }
    }

    pub fn len(&self) -> usize {
        self.value.as_array().map_or(0, Vec::len)
    }

    pub fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let items = self.value.as_array().into_iter().flatten();
        let path = self.path.clone();
        items.enumerate().map(move |(index, value)| Self {
            value,
            path: path.index(index),
        })
    }

    pub fn texts(&self) -> Vec<&'a str> {
        self.value
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| it.as_str().unwrap_or_default())
            .collect()
    }

    /// Keys and texts of a map, in order.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let entries = self.value.as_object().into_iter().flatten();
        entries.map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default()))
    }

    pub fn invalid(&self, detail: impl Into<Detail>) -> Finding {
        Finding::invalid(self.path.clone(), self.value.clone(), detail)
    }

    pub fn invalid_each(&self, details: Vec<Detail>) -> Vec<Finding> {
        details.into_iter().map(|detail| self.invalid(detail)).collect()
    }

    pub fn required(&self, detail: impl Into<Detail>) -> Finding {
        Finding::required(self.path.clone(), detail)
    }

    pub fn forbidden(&self, detail: impl Into<Detail>) -> Finding {
        Finding::forbidden(self.path.clone(), detail)
    }

    pub fn duplicate(&self) -> Finding {
        Finding::duplicate(self.path.clone(), self.value.clone())
    }

    pub fn not_supported(&self, supported: &[&str]) -> Finding {
        Finding::not_supported(self.path.clone(), self.value.clone(), supported)
    }

    /// Required where empty, else one of a few.
    pub fn one_of(&self, supported: &[&str]) -> Option<Finding> {
        if self.text().is_empty() {
            return Some(self.required(""));
        }
        self.one_of_if_set(supported)
    }

    /// One of a few, or not there at all.
    pub fn one_of_if_set(&self, supported: &[&str]) -> Option<Finding> {
        (self.is_set() && !supported.contains(&self.text())).then(|| self.not_supported(supported))
    }
}
