//! `-o jsonpath`: templates that select values.
//!
//! Models: client-go/util/jsonpath/jsonpath.go (v1.36). Maps are walked in the order of their keys, where Go draws lots.

mod parse;

use super::compare::{Scalar, compare};
use super::json;
use api::Value;
use api::go;
pub(super) use parse::unquote;
use parse::{Bound, Node};

/// The most values that a path may find on its way, so that nested steps end in time.
const MOST_FOUND: usize = 1_000_000;
/// The most bytes that a path may print.
const MOST_BYTES: usize = 4_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JsonPathOptions {
    /// Whether a missing key is empty rather than an error: `--allow-missing-template-keys`.
    pub(crate) allow_missing_keys: bool,
    /// `-o jsonpath-as-json`.
    pub(crate) as_json: bool,
}

impl Default for JsonPathOptions {
    fn default() -> Self {
        Self {
            allow_missing_keys: true,
            as_json: false,
        }
    }
}

/// The steps of a path of fields; none for a step that is something else.
///
/// # Errors
///
/// Fails where the path cannot be parsed, or is more than one.
pub(crate) fn field_steps(path: &str) -> Result<Vec<Option<String>>, String> {
    match parse::parse(&format!("{{.{path}}}"))?.as_slice() {
        [Node::List(steps)] => Ok(steps.iter().map(field_name).collect()),
        _ => Err("must pass in 1 jsonpath string".to_owned()),
    }
}

fn field_name(step: &Node) -> Option<String> {
    match step {
        Node::Field(name) => Some(name.clone()),
        _ => None,
    }
}

/// The output of a template for a value; the error follows kubectl's `error: `.
///
/// Models: cli-runtime/pkg/printers/jsonpath.go and genericclioptions/jsonpath_flags.go (v1.36).
pub(crate) fn jsonpath(template: &str, value: &Value, options: JsonPathOptions) -> Result<String, String> {
    let path = JsonPath::parse(template).map_err(|error| format!("error parsing jsonpath {template}, {error}"))?;
    path.find(value, options.allow_missing_keys)
        .and_then(|found| print_all(&found, options.as_json))
        .map_err(|error| {
            format!(
                "error executing jsonpath {}: Error executing template: {error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n\n",
                api::go::quote(template),
                go::syntax(value)
            )
        })
}

fn print_all(found: &[Vec<Item<'_>>], as_json: bool) -> Result<String, String> {
    let mut text = String::new();
    for results in found {
        // What has to be joined is looked at one by one, lest a million copies of an object are made first.
        let mut rest = MOST_BYTES.saturating_sub(text.len());
        for item in results {
            let size = item.least_bytes();
            rest = rest
                .checked_sub(size)
                .ok_or_else(|| format!("more than {MOST_BYTES} bytes"))?;
        }
        text.push_str(&print(results, as_json));
    }
    Ok(text)
}

fn value_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => 2 + items.iter().map(value_bytes).sum::<usize>(),
        Value::Object(map) => {
            2 + map
                .iter()
                .map(|(key, value)| key.len() + value_bytes(value))
                .sum::<usize>()
        }
        _ => 1,
    }
}

fn print(results: &[Item<'_>], as_json: bool) -> String {
    if as_json {
        return json(&results.iter().map(|item| item.to_value()).collect());
    }
    let texts: Vec<_> = results.iter().map(|item| item.to_text()).collect();
    texts.join(" ")
}

/// A parsed template.
#[derive(Clone, Debug)]
pub(crate) struct JsonPath {
    nodes: Vec<Node>,
}

/// A result of a template.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item<'a> {
    /// A value of the object.
    Value(&'a Value),
    /// A literal text.
    Text(&'a str),
    /// A literal integer.
    Int(i64),
    /// A literal float.
    Float(f64),
    /// A literal word.
    Bool(bool),
    /// The item of a range over nothing.
    Nothing,
}

impl<'a> Item<'a> {
    /// The value, unless it is nothing.
    fn value(self) -> Option<&'a Value> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn to_value(self) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::Text(text) => Value::from(text),
            Self::Int(number) => Value::from(number),
            Self::Float(number) => Value::from(number),
            Self::Bool(flag) => Value::from(flag),
            Self::Nothing => Value::Null,
        }
    }

    /// As kubectl prints it: maps and lists as JSON.
    pub(crate) fn to_text(self) -> String {
        match self {
            Self::Value(Value::Null) => "null".to_owned(),
            Self::Value(value @ (Value::Object(_) | Value::Array(_))) => api::go::json(value),
            Self::Value(value) => go::text(value),
            Self::Text(text) => text.to_owned(),
            other => go::text(&other.to_value()),
        }
    }

    /// At least so many bytes are printed of it.
    fn least_bytes(self) -> usize {
        match self {
            Self::Value(value) => value_bytes(value),
            Self::Text(text) => text.len(),
            _ => 1,
        }
    }

    fn scalar(self) -> Option<Scalar<'a>> {
        match self {
            Self::Value(value) => Scalar::of(value),
            Self::Text(text) => Some(Scalar::Text(text)),
            Self::Int(number) => Some(Scalar::Int(number)),
            Self::Float(number) => Some(Scalar::Float(number)),
            Self::Bool(flag) => Some(Scalar::Bool(flag)),
            Self::Nothing => None,
        }
    }
}

type Found<'a> = Result<Vec<Item<'a>>, String>;

impl JsonPath {
    pub(crate) fn parse(template: &str) -> Result<Self, String> {
        parse::parse(template).map(|nodes| Self { nodes })
    }

    /// The results of each part of the template.
    pub(crate) fn find<'a>(&'a self, value: &'a Value, allow_missing_keys: bool) -> Result<Vec<Vec<Item<'a>>>, String> {
        let mut walk = Walk {
            nodes: &self.nodes,
            allow_missing_keys,
            begun: 0,
            within: 0,
            ended: 0,
            last_end: None,
            found: 0,
        };
        walk.run(0, Item::Value(value))
    }
}

struct Walk<'a> {
    nodes: &'a [Node],
    allow_missing_keys: bool,
    /// Ranges that the last node began.
    begun: usize,
    /// Ranges in progress.
    within: usize,
    /// Ranges that the last node ended.
    ended: usize,
    last_end: Option<usize>,
    /// The number of values found.
    found: usize,
}

impl<'a> Walk<'a> {
    fn run(&mut self, from: usize, current: Item<'a>) -> Result<Vec<Vec<Item<'a>>>, String> {
        let mut found = Vec::new();
        let nodes = self.nodes;
        let mut at = from;
        while let Some(node) = nodes.get(at) {
            let results = self.eval(vec![current], node)?;
            if self.ended > 0 && self.ended <= self.within {
                self.ended -= 1;
                self.last_end = Some(at);
                break;
            }
            if self.begun > 0 {
                self.begun -= 1;
                self.within += 1;
                for result in &results {
                    found.extend(self.run(at + 1, *result)?);
                }
                if results.is_empty() {
                    self.run(at + 1, Item::Nothing)?;
                }
                self.within -= 1;
                at = self.last_end.filter(|end| *end > at).unwrap_or(at) + 1;
                continue;
            }
            found.push(results);
            at += 1;
        }
        Ok(found)
    }

    fn eval_all(&mut self, input: Vec<Item<'a>>, nodes: &'a [Node]) -> Found<'a> {
        nodes.iter().try_fold(input, |input, node| {
            let found = self.eval(input, node)?;
            self.found += found.len();
            if self.found > MOST_FOUND {
                return Err(format!("more than {MOST_FOUND} values"));
            }
            Ok(found)
        })
    }

    fn eval(&mut self, input: Vec<Item<'a>>, node: &'a Node) -> Found<'a> {
        let each = |item: Item<'a>| Ok(vec![item; input.len()]);
        match node {
            Node::List(nodes) => self.eval_all(input, nodes),
            Node::Text(text) => Ok(vec![Item::Text(text)]),
            Node::Int(number) => each(Item::Int(*number)),
            Node::Float(number) => each(Item::Float(*number)),
            Node::Bool(flag) => each(Item::Bool(*flag)),
            Node::Field(name) => self.field(&input, name),
            Node::Array(bounds) => array(&input, *bounds),
            Node::Filter { left, operator, right } => self.filter(&input, left, operator, right),
            Node::Wildcard => Ok(input.iter().flat_map(|item| children(*item)).collect()),
            Node::Recursive => Ok(descend(&input)),
            Node::Union(parts) => {
                let mut found = Vec::new();
                for part in parts {
                    found.extend(self.eval_all(input.clone(), part)?);
                }
                Ok(found)
            }
            Node::Identifier(name) => self.identifier(input, name),
        }
    }

    fn identifier(&mut self, input: Vec<Item<'a>>, name: &str) -> Found<'a> {
        match name {
            "range" => {
                self.begun += 1;
                Ok(input)
            }
            "end" if self.within > 0 => {
                self.ended += 1;
                Ok(Vec::new())
            }
            "end" => Err("not in range, nothing to end".to_owned()),
            _ => Err(format!("unrecognized identifier {name}")),
        }
    }

    fn field(&self, input: &[Item<'a>], name: &str) -> Found<'a> {
        let found: Vec<_> = input
            .iter()
            .filter_map(|item| item.value()?.as_object()?.get(name).map(Item::Value))
            .collect();
        if found.is_empty() && !input.is_empty() && !self.allow_missing_keys {
            return Err(format!("{name} is not found"));
        }
        Ok(found)
    }

    fn filter(&mut self, input: &[Item<'a>], left: &'a [Node], operator: &str, right: &'a [Node]) -> Found<'a> {
        let mut found = Vec::new();
        for item in input {
            let Some(candidates) = item.value().and_then(Value::as_array) else {
                let shown = go::text(&item.to_value());
                return Err(format!("{shown} is not array or slice and cannot be filtered"));
            };
            for candidate in candidates.iter().map(Item::Value) {
                let lefts = self.eval_all(vec![candidate], left);
                if operator == "exists" {
                    found.extend(lefts.is_ok_and(|lefts| !lefts.is_empty()).then_some(candidate));
                    continue;
                }
                let Some(left) = only(&lefts?)? else { continue };
                let Some(right) = only(&self.eval_all(vec![candidate], right)?)? else {
                    continue;
                };
                if compare(operator, left.scalar(), right.scalar())? {
                    found.push(candidate);
                }
            }
        }
        Ok(found)
    }
}

fn only<'a>(items: &[Item<'a>]) -> Result<Option<Item<'a>>, String> {
    match items {
        [] => Ok(None),
        [item] => Ok(Some(*item)),
        _ => Err("can only compare one element at a time".to_owned()),
    }
}

fn array<'a>(input: &[Item<'a>], bounds: [Bound; 3]) -> Found<'a> {
    let mut found = Vec::new();
    for item in input {
        let items = match item.value() {
            Some(Value::Null) => continue,
            Some(Value::Array(items)) => items,
            _ => {
                return Err(format!("{} is not array or slice", go::type_name(&item.to_value())));
            }
        };
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let [mut start, mut end, step] = bounds;
        if start.value < 0 {
            start.value += length;
        }
        if !end.known {
            end.value = length;
        }
        if end.value < 0 || end.value == 0 && end.derived {
            end.value += length;
        }
        let (start, end) = (start.value, end.value);
        if start == end {
            return Ok(found);
        }
        let out = |index: i64| Err(format!("array index out of bounds: index {index}, length {length}"));
        if start >= length || start < 0 {
            return out(start);
        }
        if end > length || end < 0 {
            return out(end - 1);
        }
        if start > end {
            return Err(format!("starting index {start} is greater than ending index {end}"));
        }
        if step.known && step.value <= 0 {
            return Err("step must be > 0".to_owned());
        }
        let step = if step.known { step.value } else { 1 };
        let place = |number: i64| usize::try_from(number).unwrap_or_default();
        let chosen = items.iter().take(place(end)).skip(place(start)).step_by(place(step));
        found.extend(chosen.map(Item::Value));
    }
    Ok(found)
}

fn children(item: Item<'_>) -> Vec<Item<'_>> {
    match item.value() {
        Some(Value::Object(map)) => map.values().map(Item::Value).collect(),
        Some(Value::Array(items)) => items.iter().map(Item::Value).collect(),
        Some(Value::String(text)) => text.bytes().map(|byte| Item::Int(byte.into())).collect(),
        _ => Vec::new(),
    }
}

/// All values that contain others, outermost first.
fn descend<'a>(input: &[Item<'a>]) -> Vec<Item<'a>> {
    let mut found = Vec::new();
    for item in input {
        let children = children(*item);
        if !children.is_empty() {
            found.push(*item);
            found.extend(descend(&children));
        }
    }
    found
}

#[cfg(test)]
mod tests;
