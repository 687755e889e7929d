//! Which fields two states of an object differ in, and which fields a manifest names.

use super::field_set::FieldSet;
use super::shape::{Content, Shape};
use api::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Models: structured-merge-diff/v6/typed/compare.go Comparison (v1.36).
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
    pub(super) removed: FieldSet,
    /// What was modified or added.
    pub(super) changed: FieldSet,
}

/// Models: structured-merge-diff/v6/typed/compare.go compareWalker (v1.36).
pub(super) fn compare(shape: Shape, before: &Value, after: &Value) -> Comparison {
    let mut comparison = Comparison::default();
    visit(shape, Some(before), Some(after), &mut Vec::new(), &mut comparison);
    comparison
}

fn visit(shape: Shape, before: Option<&Value>, after: Option<&Value>, path: &mut Vec<String>, found: &mut Comparison) {
    // Null takes the form of the other side.
    let is_set = |value: &&Value| !value.is_null();
    let Some(seen) = after.filter(is_set).or(before.filter(is_set)).or(after).or(before) else {
        return;
    };
    let goes_on = match shape.content(seen) {
        Content::Leaf => false,
        Content::Fields(_) => visit_fields(shape, before, after, path, found),
        Content::Items(_) => visit_items(shape, before, after, path, found),
    };
    match (before, after) {
        (None, _) => found.changed.insert(path),
        (_, None) => found.removed.insert(path),
        (Some(before), Some(after)) if !goes_on && before != after => found.changed.insert(path),
        _ => {}
    }
}

/// False if there is nothing below on either side, so that the value itself counts.
fn visit_fields<'a>(
    shape: Shape,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    path: &mut Vec<String>,
    found: &mut Comparison,
) -> bool {
    let names = |value: Option<&'a Value>| value.and_then(Value::as_object).into_iter().flat_map(api::Map::keys);
    let names: BTreeSet<&String> = names(before).chain(names(after)).collect();
    let field = |value: Option<&'a Value>, name: &str| value.and_then(|value| value.get(name));
    for name in &names {
        path.push(format!("f:{name}"));
        visit(shape.field(name), field(before, name), field(after, name), path, found);
        path.pop();
    }
    !names.is_empty()
}

fn visit_items(
    shape: Shape,
    before: Option<&Value>,
    after: Option<&Value>,
    path: &mut Vec<String>,
    found: &mut Comparison,
) -> bool {
    let mut pairs: BTreeMap<String, [Option<&Value>; 2]> = BTreeMap::new();
    for (side, list) in [before, after].into_iter().enumerate() {
        for item in list.and_then(Value::as_array).into_iter().flatten() {
            let pair = pairs.entry(shape.step(item)).or_default();
            if let Some(place) = pair.get_mut(side) {
                *place = place.or(Some(item));
            }
        }
    }
    for (step, [before, after]) in &pairs {
        path.push(step.clone());
        visit(shape.item(), *before, *after, path, found);
        path.pop();
    }
    !pairs.is_empty()
}

/// The fields that a manifest names.
///
/// Models: structured-merge-diff/v6/typed/tofieldset.go toFieldSetWalker (v1.36).
pub(super) fn fields_of(shape: Shape, value: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    name_fields(shape, value, &mut Vec::new(), &mut set);
    set
}

fn name_fields(shape: Shape, value: &Value, path: &mut Vec<String>, set: &mut FieldSet) {
    match shape.content(value) {
        Content::Leaf => set.insert(path),
        Content::Fields(fields) => {
            for (name, below) in fields.into_iter().flatten() {
                path.push(format!("f:{name}"));
                name_fields(shape.field(name), below, path, set);
                let is_empty = below.is_null() || below.as_object().is_some_and(api::Map::is_empty);
                if is_empty || !shape.declares(name) {
                    set.insert(path);
                }
                path.pop();
            }
        }
        Content::Items(items) => {
            for item in items {
                path.push(shape.step(item));
                name_fields(shape.item(), item, path, set);
                set.insert(path);
                path.pop();
            }
        }
    }
}

/// The same set with the fields on the way to others, where a struct declares them.
///
/// Models: structured-merge-diff/v6/fieldpath/set.go EnsureNamedFieldsAreMembers (v1.36).
pub(super) fn with_named(shape: Shape, set: &FieldSet) -> FieldSet {
    let mut named = set.map_steps(&mut |step| step.strip_prefix("f:").is_some_and(|name| shape.declares(name)));
    for (step, child) in named.children_mut() {
        let below = match step.strip_prefix("f:") {
            Some(name) => shape.field(name),
            None => shape.item(),
        };
        *child = with_named(below, child);
    }
    named
}
