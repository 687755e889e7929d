use crate::Value;
use std::slice::Iter;

static NULL: Value = Value::Null;

/// A value inside an object, for reading field by field: `pod.field("spec").field("containers").items()`.
///
/// A value that is absent, null, or of another type reads as the type's zero value, as in Go: empty text, 0, false, no
/// items. The `as_` methods return `None` for it instead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cursor<'a> {
    pub value: &'a Value,
}

impl<'a> Cursor<'a> {
    /// A cursor at an absent value.
    pub const NULL: Self = Self { value: &NULL };

    pub fn new(value: &'a Value) -> Self {
        Self { value }
    }

    /// A field of an object or a key of a map.
    #[must_use]
    pub fn field(self, name: &str) -> Self {
        Self::new(self.value.get(name).unwrap_or(&NULL))
    }

    /// The value at a path of fields separated by dots.
    #[must_use]
    pub fn path(self, path: &str) -> Self {
        path.split('.').fold(self, Self::field)
    }

    #[must_use]
    pub fn metadata(self) -> Self {
        self.field("metadata")
    }

    #[must_use]
    pub fn spec(self) -> Self {
        self.field("spec")
    }

    pub fn text(self) -> &'a str {
        self.as_text().unwrap_or_default()
    }

    pub fn as_text(self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub fn number(self) -> i64 {
        self.as_number().unwrap_or_default()
    }

    pub fn as_number(self) -> Option<i64> {
        self.value.as_i64()
    }

    pub fn flag(self) -> bool {
        self.as_flag().unwrap_or_default()
    }

    pub fn as_flag(self) -> Option<bool> {
        self.value.as_bool()
    }

    pub fn is_set(self) -> bool {
        !self.value.is_null()
    }

    /// This cursor, `None` if the value is absent or null.
    pub fn if_set(self) -> Option<Self> {
        self.is_set().then_some(self)
    }

    /// True for null, empty text, an empty list and an empty map.
    pub fn is_empty(self) -> bool {
        match self.value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        }
    }

    pub fn list(self) -> &'a [Value] {
        self.value.as_array().map_or(&[], Vec::as_slice)
    }

    pub fn items(self) -> Items<'a> {
        Items(self.list().iter())
    }

    /// The items of a list that are text; others are skipped.
    pub fn texts(self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.list().iter().filter_map(Value::as_str)
    }

    /// Keys and values of a map, in order.
    pub fn entries(self) -> impl Iterator<Item = (&'a str, Self)> + Clone + use<'a> {
        let entries = self.value.as_object().into_iter().flatten();
        entries.map(|(key, value)| (key.as_str(), Self::new(value)))
    }

    /// Keys and values of a map of texts, in order.
    pub fn text_entries(self) -> impl Iterator<Item = (&'a str, &'a str)> + Clone + use<'a> {
        let entries = self.value.as_object().into_iter().flatten();
        entries.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
    }

    /// The first item of a list whose `field` equals `says`.
    pub fn find(self, field: &str, says: &str) -> Option<Self> {
        self.items().find(|item| item.field(field) == says)
    }
}

/// Reading of fields by name: `value.field("spec")`.
pub trait Fields {
    fn field(&self, name: &str) -> Cursor<'_>;

    fn metadata(&self) -> Cursor<'_> {
        self.field("metadata")
    }

    fn spec(&self) -> Cursor<'_> {
        self.field("spec")
    }

    fn status(&self) -> Cursor<'_> {
        self.field("status")
    }
}

impl Fields for Value {
    fn field(&self, name: &str) -> Cursor<'_> {
        Cursor::new(self).field(name)
    }
}

impl PartialEq<str> for Cursor<'_> {
    fn eq(&self, text: &str) -> bool {
        self.as_text() == Some(text)
    }
}

impl PartialEq<&str> for Cursor<'_> {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

impl PartialEq<&Value> for Cursor<'_> {
    fn eq(&self, value: &&Value) -> bool {
        self.value == *value
    }
}

impl<'a> From<&'a Value> for Cursor<'a> {
    fn from(value: &'a Value) -> Self {
        Self::new(value)
    }
}

#[derive(Clone, Debug)]
pub struct Items<'a>(Iter<'a, Value>);

impl<'a> Iterator for Items<'a> {
    type Item = Cursor<'a>;

    fn next(&mut self) -> Option<Cursor<'a>> {
        self.0.next().map(Cursor::new)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Items<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(Cursor::new)
    }
}

impl ExactSizeIterator for Items<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_absent_reads_as_zero() {
        let service =
            json!({"spec": {"type": "NodePort", "ports": [{"port": 80}, {}], "clusterIPs": ["10.96.0.9", null]}});
        let spec = Cursor::new(&service).field("spec");
        assert!(spec.field("type") == "NodePort");
        let ports: Vec<_> = spec
            .field("ports")
            .items()
            .map(|port| port.field("port").number())
            .collect();
        assert_eq!(ports, [80, 0]);
        assert_eq!(spec.field("clusterIPs").texts().collect::<Vec<_>>(), ["10.96.0.9"]);
        let absent = spec.field("ports").field("none").field("below");
        assert!(!absent.is_set() && absent.is_empty() && !absent.flag());
        assert_eq!((absent.text(), absent.as_text(), absent.items().count()), ("", None, 0));
    }
}
