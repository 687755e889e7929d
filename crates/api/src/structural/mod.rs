//! Schemas of CustomResourceDefinitions: what of an object they keep, fill in and allow.
//!
//! Models: apiextensions-apiserver/pkg/apiserver/schema (pruning, defaulting, listtype), kube-openapi/pkg/validation/validate
//! (v1.36).
//! Differs: rules in CEL (`x-kubernetes-validations`) are not evaluated, and of formats only those of numbers, dates and
//! addresses are judged.

mod allow;
mod pattern;
mod pattern_error;

pub use allow::validate;
pub use pattern_error::pattern_error;

use crate::{Cursor, Fields, Finding, Map, Path, Value};

/// Fields that the root of an object and embedded objects have whatever the schema says.
const OF_OBJECTS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// The schema of a version of a definition; `None` if it does not serve that version.
pub fn schema<'a>(definition: &'a Value, version: &str) -> Option<&'a Value> {
    let mut versions = definition.spec().field("versions").items();
    let version = versions.find(|it| it.field("name").text() == version)?;
    Some(version.field("schema").field("openAPIV3Schema").value)
}

/// Whether a version of a definition has the subresource `status`.
pub fn has_status(definition: &Value, version: &str) -> bool {
    let mut versions = definition.spec().field("versions").items();
    let version = versions.find(|it| it.field("name").text() == version);
    version.is_some_and(|it| it.field("subresources").field("status").is_set())
}

/// The subresource `scale` of a version of a definition.
pub fn scale<'a>(definition: &'a Value, version: &str) -> Option<Cursor<'a>> {
    let mut versions = definition.spec().field("versions").items();
    let version = versions.find(|it| it.field("name").text() == version)?;
    version.field("subresources").field("scale").if_set()
}

/// Removes what the schema does not know, and returns a finding for each field, in their order.
pub fn prune(schema: &Value, object: &mut Value) -> Vec<Finding> {
    let mut unknown = Vec::new();
    let root = Schema {
        of: Cursor::new(schema),
        is_object: true,
    };
    root.prune(object, &Path::root(), &mut unknown);
    root.drop_nulls(object);
    unknown.sort_by_key(ToString::to_string);
    unknown.into_iter().map(Finding::unknown_field).collect()
}

/// Fills in the defaults of fields whose parents are there.
pub fn default(schema: &Value, object: &mut Value) {
    Schema::new(Cursor::new(schema)).default(object);
}

#[derive(Clone, Copy)]
struct Schema<'a> {
    of: Cursor<'a>,
    /// Whether it describes a whole object of Kubernetes.
    is_object: bool,
}

impl<'a> Schema<'a> {
    fn new(of: Cursor<'a>) -> Self {
        Self {
            of,
            is_object: of.field("x-kubernetes-embedded-resource").flag(),
        }
    }

    fn keeps_unknown(self) -> bool {
        self.of.field("x-kubernetes-preserve-unknown-fields").flag()
    }

    fn property(self, name: &str) -> Option<Self> {
        self.of.field("properties").field(name).if_set().map(Self::new)
    }

    /// The schema of values whose keys it does not name; `None` if it allows no such keys.
    fn additional(self) -> Option<Self> {
        match self.of.field("additionalProperties") {
            it if it.is_set() && it.value != &Value::Bool(false) => Some(Self::new(it)),
            _ => None,
        }
    }

    /// `additionalProperties: true` says nothing of what its values are.
    fn says_nothing(self) -> bool {
        self.of.value.is_boolean()
    }

    fn items(self) -> Self {
        Self::new(self.of.field("items"))
    }

    fn prune(self, value: &mut Value, at: &Path, unknown: &mut Vec<Path>) {
        match value {
            Value::Object(fields) => self.prune_fields(fields, at, unknown),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    let items = self.items();
                    // Where all is kept, what lists hold is looked into no further unless it is described.
                    if !self.keeps_unknown() || items.of.is_set() {
                        items.prune(item, &at.index(index), unknown);
                    }
                }
            }
            _ => {}
        }
    }

    fn prune_fields(self, fields: &mut Map<String, Value>, at: &Path, unknown: &mut Vec<Path>) {
        let is_root = at.segments().is_empty();
        fields.retain(|name, value| {
            let is_of_objects = OF_OBJECTS.contains(&name.as_str());
            if self.is_object && is_of_objects {
                return true;
            }
            let place = at.field(name);
            match self.property(name).or_else(|| self.additional()) {
                Some(known) if known.says_nothing() => true,
                Some(known) => {
                    known.prune(value, &place, unknown);
                    true
                }
                None if self.keeps_unknown() => true,
                None => {
                    if !(is_root && is_of_objects) {
                        unknown.push(place);
                    }
                    false
                }
            }
        });
    }

    fn is_refused_null(self, value: &Value) -> bool {
        value.is_null() && self.of.is_set() && !self.says_nothing() && !self.of.field("nullable").flag()
    }

    /// Models: defaulting/prune.go PruneNonNullableNullsWithoutDefaults.
    fn drop_nulls(self, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.retain(|name, value| {
                let Some(known) = self.property(name).or_else(|| self.additional()) else {
                    return true;
                };
                if known.is_refused_null(value) {
                    return known.of.field("default").is_set();
                }
                known.drop_nulls(value);
                true
            }),
            Value::Array(items) => items.iter_mut().for_each(|item| self.items().drop_nulls(item)),
            _ => {}
        }
    }

    fn default(self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if let Value::Object(properties) = self.of.field("properties").value {
                    for (name, property) in properties {
                        let known = Self::new(Cursor::new(property));
                        let default = known.of.field("default");
                        let is_missing = fields.get(name).is_none_or(|value| known.is_refused_null(value));
                        if default.is_set() && is_missing {
                            fields.insert(name.clone(), default.value.clone());
                        }
                    }
                }
                for (name, value) in fields {
                    if let Some(known) = self.property(name).or_else(|| self.additional()) {
                        known.default(value);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.items().default(item)),
            _ => {}
        }
    }
}
