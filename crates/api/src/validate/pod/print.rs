//! A pod's spec in the API server's internal form, as messages about forbidden changes print it.

use crate::{Map, Value, go};
use std::collections::BTreeMap;

const TYPES: &str = include_str!("types.txt");

/// The lines of Go's `json.MarshalIndent` of the internal spec.
///
/// Models: apimachinery/pkg/util/diff toPrettyJSON, pkg/apis/core/v1 Convert_v1_PodSpec_To_core_PodSpec (v1.36).
pub fn lines(spec: &Value) -> Vec<String> {
    lines_of("PodSpec", &internal(spec))
}

/// The same of any internal struct.
pub fn lines_of(name: &'static str, value: &Value) -> Vec<String> {
    let mut printer = Printer::new(true);
    printer.value(name, Some(value), 0);
    printer.out.lines().map(|line| format!("{line}\n")).collect()
}

/// Go's `json.Marshal` of an internal struct below a spec, as messages print it.
pub fn compact(name: &'static str, value: &Value) -> String {
    let mut printer = Printer::new(false);
    printer.value(name, Some(value), 0);
    printer.out
}

/// Go's `json.Marshal` of a pod's internal spec.
pub fn compact_spec(spec: &Value) -> String {
    compact("PodSpec", &internal(spec))
}

/// Go's `json.Marshal` of an internal template of pods.
pub fn compact_template(template: &Value) -> String {
    with_metadata(template, &compact_spec(template.get("spec").unwrap_or(&Value::Null)))
}

/// The same of any template: its metadata, and its spec as printed.
pub fn with_metadata(template: &Value, spec: &str) -> String {
    let fields = [
        "name",
        "generateName",
        "namespace",
        "labels",
        "annotations",
        "finalizers",
    ];
    let metadata = template.get("metadata");
    let given = fields.iter().filter_map(|name| Some((name, metadata?.get(name)?)));
    let mut parts: Vec<String> = given
        .map(|(name, value)| format!("\"{name}\":{}", go::json(value)))
        .collect();
    parts.push(format!("\"Spec\":{spec}"));
    format!("{{{}}}", parts.join(","))
}

/// What v1 has in the spec and the internal form in the security context moves there.
fn internal(spec: &Value) -> Value {
    let mut fields = spec.as_object().cloned().unwrap_or_default();
    let mut moved = Map::new();
    for name in [
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "shareProcessNamespace",
        "hostUsers",
    ] {
        moved.extend(fields.remove_entry(name));
    }
    if let Some(Value::Object(context)) = fields.get_mut("securityContext") {
        context.extend(moved);
    }
    Value::Object(fields)
}

struct Printer {
    types: BTreeMap<&'static str, &'static str>,
    indented: bool,
    out: String,
}

impl Printer {
    fn new(indented: bool) -> Self {
        let types = TYPES
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '));
        Self {
            types: types.collect(),
            indented,
            out: String::new(),
        }
    }

    fn value(&mut self, ty: &'static str, value: Option<&Value>, depth: usize) {
        let value = value.filter(|it| !it.is_null());
        if let Some(inner) = ty.strip_prefix('*') {
            return match value {
                None => self.out.push_str("null"),
                some => self.value(inner, some, depth),
            };
        }
        if let Some(inner) = ty.strip_prefix("[]") {
            return self.list(inner, value, depth);
        }
        if let Some(inner) = ty.strip_prefix("{}") {
            return self.map(inner, value, depth);
        }
        let zero = match ty {
            "s" => "\"\"",
            "i" | "n" => "0",
            "b" => "false",
            "q" => "\"0\"",
            "r" => return self.selector(value, depth),
            "t" => "null",
            name => return self.fields(name, value, depth),
        };
        match value {
            Some(value) => self.out.push_str(&go::json(value)),
            None => self.out.push_str(zero),
        }
    }

    fn list(&mut self, inner: &'static str, value: Option<&Value>, depth: usize) {
        let Some(items) = value.and_then(Value::as_array) else {
            return self.out.push_str("null");
        };
        self.block(['[', ']'], items.iter(), depth, |printer, item| {
            printer.value(inner, Some(item), depth + 1);
        });
    }

    fn map(&mut self, inner: &'static str, value: Option<&Value>, depth: usize) {
        let Some(fields) = value.and_then(Value::as_object) else {
            return self.out.push_str("null");
        };
        self.block(['{', '}'], fields.iter(), depth, |printer, (name, value)| {
            printer.name(name);
            printer.value(inner, Some(value), depth + 1);
        });
    }

    /// A label selector has the same form internally: the names of v1, without empty fields.
    fn selector(&mut self, selector: Option<&Value>, depth: usize) {
        let Some(selector) = selector else {
            return self.out.push_str("null");
        };
        let given = |names: &[&'static str], of: &Value| -> Vec<&'static str> {
            let is_empty = |it: &Value| match it {
                Value::Object(fields) => fields.is_empty(),
                Value::Array(items) => items.is_empty(),
                other => other.is_null(),
            };
            let names = names
                .iter()
                .filter(|name| of.get(**name).is_some_and(|it| !is_empty(it)));
            names.copied().collect()
        };
        let fields = given(&["matchLabels", "matchExpressions"], selector);
        self.block(['{', '}'], fields.into_iter(), depth, |printer, name| {
            printer.name(name);
            let value = selector.get(name);
            if name == "matchLabels" {
                return printer.map("s", value, depth + 1);
            }
            let rules = value.and_then(Value::as_array).into_iter().flatten();
            let rules: Vec<&Value> = rules.collect();
            printer.block(['[', ']'], rules.into_iter(), depth + 1, |printer, rule| {
                let fields = given(&["key", "operator", "values"], rule);
                printer.block(['{', '}'], fields.into_iter(), depth + 2, |printer, name| {
                    printer.name(name);
                    let ty = if name == "values" { "[]s" } else { "s" };
                    printer.value(ty, rule.get(name), depth + 3);
                });
            });
        });
    }

    fn fields(&mut self, name: &'static str, value: Option<&Value>, depth: usize) {
        let mut fields = Vec::new();
        self.collect(name, &mut fields);
        self.block(['{', '}'], fields.into_iter(), depth, |printer, (name, ty)| {
            printer.name(name);
            printer.value(ty, value.and_then(|value| member(value, name)), depth + 1);
        });
    }

    /// Fields of embedded structs are printed among those of the outer struct.
    fn collect(&self, name: &str, fields: &mut Vec<(&'static str, &'static str)>) {
        for word in self.types.get(name).copied().unwrap_or_default().split(' ') {
            match word.strip_prefix("...") {
                Some(embedded) => self.collect(embedded, fields),
                None => fields.extend(word.split_once(':')),
            }
        }
    }

    fn name(&mut self, name: &str) {
        self.out.push_str(&go::json(&Value::from(name)));
        self.out.push_str(if self.indented { ": " } else { ":" });
    }

    fn block<T>(
        &mut self,
        [open, close]: [char; 2],
        items: impl ExactSizeIterator<Item = T>,
        depth: usize,
        print: impl Fn(&mut Self, T),
    ) {
        self.out.push(open);
        let count = items.len();
        for (index, item) in items.enumerate() {
            self.new_line(depth + 1);
            print(self, item);
            if index + 1 < count {
                self.out.push(',');
            }
        }
        if count > 0 {
            self.new_line(depth);
        }
        self.out.push(close);
    }

    fn new_line(&mut self, depth: usize) {
        if self.indented {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', depth));
        }
    }
}

/// The v1 field of an internal one. They differ only in case.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = value.as_object()?;
    fields
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
