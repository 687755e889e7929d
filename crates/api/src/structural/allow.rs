//! Holds an object against a schema.

use super::pattern::Pattern;
use crate::{Cursor, Finding, Map, Path, Value, ip, time};
use std::collections::BTreeSet;

/// What a schema objects to in an object.
///
/// Models: apiextensions-apiserver/pkg/apiserver/validation ValidateCustomResource, schema/listtype ValidateListSetsAndMaps.
pub fn validate(schema: &Value, object: &Value) -> Vec<Finding> {
    let schema = Cursor::new(schema);
    let mut errors = Checked::default();
    errors.value(schema, object, &Path::root());
    errors.lists(schema, object, &Path::root());
    errors.findings
}

#[derive(Default)]
struct Checked {
    findings: Vec<Finding>,
    /// How many checks passed, by which the best of alternatives is known.
    passed: usize,
}

impl Checked {
    fn of(schema: Cursor<'_>, value: &Value, at: &Path) -> Self {
        let mut checked = Self::default();
        checked.value(schema, value, at);
        checked
    }

    fn merge(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.passed += other.passed;
    }

    fn invalid(&mut self, at: &Path, value: impl Into<Value>, words: &str) {
        let words = format!("{at} in body {words}");
        self.findings.push(Finding::invalid(at.clone(), value, words));
    }

    fn value(&mut self, schema: Cursor<'_>, value: &Value, at: &Path) {
        let types = types(schema);
        if value.is_null() {
            if !types.is_empty() && !schema.field("nullable").flag() {
                let words = format!("must be of type {}: \"null\"", types.join(","));
                self.invalid(at, "null", &words);
            }
            self.among(schema, value, at);
            return;
        }
        self.of_type(schema, &types, value, at);
        self.alternatives(schema, value, at);
        match value {
            Value::String(text) => self.text(schema, text, at),
            Value::Number(_) => self.number(schema, value, at),
            Value::Array(items) => self.items(schema, items, at),
            _ => {}
        }
        self.among(schema, value, at);
        if let Value::Object(fields) = value {
            self.fields(schema, fields, at);
        }
        self.passed += 1;
    }

    fn of_type(&mut self, schema: Cursor<'_>, types: &[&str], value: &Value, at: &Path) {
        let found = type_of(value);
        let is_whole = found == "number" && value.as_f64().is_some_and(|it| it.fract() == 0.0);
        let fits = |wanted: &&str| {
            **wanted == *found || (*wanted == "number" && found == "integer") || (*wanted == "integer" && is_whole)
        };
        let format = schema.field("format").text();
        let is_for_texts = !types.iter().any(|it| matches!(*it, "number" | "integer"));
        if types.is_empty() || types.iter().any(fits) {
            self.passed += 1;
        } else if !format.is_empty() && is_for_texts && matches!(found, "string" | "array") {
            // A text with a format is judged by its format alone.
        } else if !format.is_empty() && !matches!(found, "string" | "array") {
            let value_format = match found {
                "integer" => "int64",
                "number" => "double",
                _ => "",
            };
            self.invalid(at, value_format, &format!("must be of type {format}: {value_format:?}"));
        } else {
            let words = format!("must be of type {}: {found:?}", types.join(","));
            self.invalid(at, found, &words);
        }
    }

    fn alternatives(&mut self, schema: Cursor<'_>, value: &Value, at: &Path) {
        let each = |field: &str| -> Vec<Self> {
            let ways = schema.field(field).items();
            ways.map(|way| Self::of(way, value, at)).collect()
        };
        let any = each("anyOf");
        if !any.is_empty() && !any.iter().any(Self::passes) {
            self.composite(at, "must validate at least one schema (anyOf)");
            self.merge(best(any));
        }
        let one = each("oneOf");
        let valid = one.iter().filter(|it| it.passes()).count();
        if !one.is_empty() && valid != 1 {
            let found = match valid {
                0 => "Found none valid".to_owned(),
                many => format!("Found {many} valid alternatives"),
            };
            self.composite(at, &format!("must validate one and only one schema (oneOf). {found}"));
            if valid == 0 {
                self.merge(best(one));
            }
        }
        let all = each("allOf");
        let (count, valid) = (all.len(), all.iter().filter(|it| it.passes()).count());
        for it in all {
            self.merge(it);
        }
        if valid != count {
            let none = if valid == 0 { ". None validated" } else { "" };
            self.composite(at, &format!("must validate all the schemas (allOf){none}"));
        }
        if let Some(not) = schema.field("not").if_set()
            && Self::of(not, value, at).passes()
        {
            self.composite(at, "must not validate the schema (not)");
        }
    }

    fn passes(&self) -> bool {
        self.findings.is_empty()
    }

    /// An objection that Kubernetes prints with no field.
    fn composite(&mut self, at: &Path, words: &str) {
        self.without_field(at, format!("{:?} {words}", at.to_string()));
    }

    fn without_field(&mut self, at: &Path, words: String) {
        let finding = Finding::invalid(at.clone(), "", words);
        self.findings.push(Finding {
            shown: Path::root().field("<nil>"),
            ..finding
        });
    }

    fn text(&mut self, schema: Cursor<'_>, text: &str, at: &Path) {
        let length = text.chars().count();
        let limit = |name: &str| schema.field(name).as_number().and_then(|it| usize::try_from(it).ok());
        let pattern = schema.field("pattern").text();
        if let Some(most) = limit("maxLength").filter(|most| length > *most) {
            self.findings.push(Finding::too_long(at.clone(), most));
        } else if let Some(least) = limit("minLength").filter(|least| length < *least) {
            self.invalid(at, text, &format!("should be at least {least} chars long"));
        } else if !pattern.is_empty() && Pattern::read(pattern).is_some_and(|it| !it.matches(text)) {
            self.invalid(at, text, &format!("should match '{pattern}'"));
        }
        let format = schema.field("format").text();
        if !fits_format(text, format) {
            self.invalid(at, text, &format!("must be of type {format}: {text:?}"));
        }
    }

    fn number(&mut self, schema: Cursor<'_>, value: &Value, at: &Path) {
        let Some(number) = value.as_f64() else { return };
        let whole = value.as_i64();
        if schema.field("format").text() == "int32" && whole.is_some_and(|it| i32::try_from(it).is_err()) {
            let words = format!("Checked value must be of type integer with format int32 in {at}");
            self.without_field(at, words);
        }
        let limit = |name: &str| Some((schema.field(name).value.as_f64()?, printed(schema.field(name).value)));
        if let Some((_, words)) = limit("multipleOf").filter(|(factor, _)| (number / factor).fract() != 0.0) {
            self.invalid(at, value.clone(), &format!("should be a multiple of {words}"));
        }
        if let Some((least, words)) = limit("minimum") {
            let is_exclusive = schema.field("exclusiveMinimum").flag();
            if number < least || (is_exclusive && number <= least) {
                let than = if is_exclusive { "than" } else { "than or equal to" };
                self.invalid(at, value.clone(), &format!("should be greater {than} {words}"));
            }
        }
        if let Some((most, words)) = limit("maximum") {
            let is_exclusive = schema.field("exclusiveMaximum").flag();
            if number > most || (is_exclusive && number >= most) {
                let than = if is_exclusive { "than" } else { "than or equal to" };
                self.invalid(at, value.clone(), &format!("should be less {than} {words}"));
            }
        }
    }

    fn items(&mut self, schema: Cursor<'_>, items: &[Value], at: &Path) {
        if let Some(of_items) = schema.field("items").if_set() {
            for (index, item) in items.iter().enumerate() {
                self.value(of_items, item, &at.index(index));
            }
        }
        let limit = |name: &str| schema.field(name).as_number().and_then(|it| usize::try_from(it).ok());
        if let Some(least) = limit("minItems").filter(|least| items.len() < *least) {
            self.invalid(at, items.len(), &format!("should have at least {least} items"));
        }
        if let Some(most) = limit("maxItems").filter(|most| items.len() > *most) {
            self.findings.push(Finding::too_many(at.clone(), items.len(), most));
        }
    }

    fn fields(&mut self, schema: Cursor<'_>, fields: &Map<String, Value>, at: &Path) {
        let limit = |name: &str| schema.field(name).as_number().and_then(|it| usize::try_from(it).ok());
        if let Some(least) = limit("minProperties").filter(|least| fields.len() < *least) {
            self.invalid(at, fields.len(), &format!("should have at least {least} properties"));
        }
        if let Some(most) = limit("maxProperties").filter(|most| fields.len() > *most) {
            self.findings.push(Finding::too_many(at.clone(), fields.len(), most));
        }
        let (properties, additional) = (schema.field("properties"), schema.field("additionalProperties"));
        for (name, value) in fields {
            if let Some(known) = properties.field(name).if_set() {
                self.value(known, value, &at.field(name));
            } else if additional.value.is_object() {
                self.value(additional, value, &at.field(name));
            }
        }
        for name in schema
            .field("required")
            .texts()
            .filter(|name| !fields.contains_key(*name))
        {
            self.findings.push(Finding::required(at.field(name), ""));
        }
    }

    fn among(&mut self, schema: Cursor<'_>, value: &Value, at: &Path) {
        let known = schema.field("enum").list();
        if known.is_empty() || known.contains(value) {
            return;
        }
        let words: Vec<String> = { known.iter() }
            .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.findings
            .push(Finding::not_supported(at.clone(), value.clone(), &words));
    }

    /// Lists whose items, or the keys of whose items, differ.
    fn lists(&mut self, schema: Cursor<'_>, value: &Value, at: &Path) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let known = schema.field("properties").field(name).if_set();
                    let known = known.unwrap_or(schema.field("additionalProperties"));
                    self.lists(known, value, &at.field(name));
                }
            }
            Value::Array(items) => {
                let keys: Vec<&str> = schema.field("x-kubernetes-list-map-keys").texts().collect();
                let of_items = schema.field("items");
                let mut seen = BTreeSet::new();
                for (index, item) in items.iter().enumerate() {
                    let identity = match schema.field("x-kubernetes-list-type").text() {
                        "set" => Some(item.clone()),
                        "map" => Some(identity(of_items, item, &keys)),
                        _ => None,
                    };
                    let known = identity.filter(|it| !seen.insert(it.to_string()));
                    if let Some(known) = known {
                        self.findings.push(Finding::duplicate(at.index(index), known));
                    }
                    self.lists(of_items, item, &at.index(index));
                }
            }
            _ => {}
        }
    }
}

/// The keys of an item of a list that is a map, with their defaults.
fn identity(schema: Cursor<'_>, item: &Value, keys: &[&str]) -> Value {
    let of_key = |key: &&str| {
        let default = schema.field("properties").field(key).field("default").value;
        let value = item.get(*key).unwrap_or(default);
        (!value.is_null()).then(|| ((*key).to_owned(), value.clone()))
    };
    Value::Object(keys.iter().filter_map(of_key).collect())
}

/// The one that passed most checks; the first of equals.
fn best(failures: Vec<Checked>) -> Checked {
    failures
        .into_iter()
        .reduce(|best, it| if it.passed > best.passed { it } else { best })
        .unwrap_or_default()
}

fn types(schema: Cursor<'_>) -> Vec<&str> {
    match schema.field("type").text() {
        _ if schema.field("x-kubernetes-int-or-string").flag() => vec!["integer", "string"],
        "" => Vec::new(),
        one => vec![one],
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A bound as Go prints it.
fn printed(number: &Value) -> String {
    match number.as_f64() {
        Some(whole) if whole.fract() == 0.0 => format!("{whole:.0}"),
        _ => number.to_string(),
    }
}

/// Of the formats that Kubernetes knows, those of dates and addresses.
fn fits_format(text: &str, format: &str) -> bool {
    match format {
        "date-time" => time::parse(text, false).is_ok(),
        "date" => time::parse(&format!("{text}T00:00:00Z"), false).is_ok(),
        "ipv4" => ip::sloppy(text).is_some_and(|it| it.is_ipv4()),
        "ipv6" => ip::sloppy(text).is_some_and(|it| it.is_ipv6()),
        "cidr" => ip::sloppy_range(text).is_some(),
        _ => true,
    }
}
