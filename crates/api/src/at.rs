use crate::trail::Trail;
use crate::{Cursor, Detail, Finding, Value};

/// A [`Cursor`] that knows the path to its value, for rules that report findings there.
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

    fn cursor(&self) -> Cursor<'a> {
        Cursor::new(self.value)
    }

    pub fn field(&self, name: &'static str) -> Self {
        Self {
            value: self.cursor().field(name).value,
            path: self.path.field(name),
        }
    }

    /// Like `field`, for a name that is known only from the object.
    pub fn named(&self, name: &str) -> Self {
        Self {
            value: self.cursor().field(name).value,
            path: self.path.named(name),
        }
    }

    pub fn key(&self, key: &str) -> Self {
        Self {
            value: self.cursor().field(key).value,
            path: self.path.key(key),
        }
    }

    pub fn text(&self) -> &'a str {
        self.cursor().text()
    }

    pub fn number(&self) -> i64 {
        self.cursor().number()
    }

    pub fn flag(&self) -> bool {
        self.cursor().flag()
    }

    pub fn is_set(&self) -> bool {
        self.cursor().is_set()
    }

    pub fn is_empty(&self) -> bool {
        self.cursor().is_empty()
    }

    pub fn len(&self) -> usize {
        self.cursor().list().len()
    }

    pub fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let items = self.cursor().list().iter();
        let path = self.path.clone();
        items.enumerate().map(move |(index, value)| Self {
            value,
            path: path.index(index),
        })
    }

    pub fn texts(&self) -> Vec<&'a str> {
        self.cursor().items().map(Cursor::text).collect()
    }

    /// Keys and texts of a map, in order.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.cursor().entries().map(|(key, value)| (key, value.text()))
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

    /// A finding if the value is empty (required) or not one of `supported`.
    pub fn one_of(&self, supported: &[&str]) -> Option<Finding> {
        if self.text().is_empty() {
            return Some(self.required(""));
        }
        self.one_of_if_set(supported)
    }

    /// A finding if the value is set and not one of `supported`.
    pub fn one_of_if_set(&self, supported: &[&str]) -> Option<Finding> {
        (self.is_set() && !supported.contains(&self.text())).then(|| self.not_supported(supported))
    }
}
