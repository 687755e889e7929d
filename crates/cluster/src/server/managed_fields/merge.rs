//! Merging what is applied into what is there, and taking out what is applied no longer.

use super::field_set::FieldSet;
use super::shape::{Content, Shape};
use api::{Map, Value};
use std::collections::BTreeMap;

/// Models: structured-merge-diff/v6/typed/merge.go mergingWalker (v1.36).
pub(super) fn merge(shape: Shape, live: &Value, applied: &Value) -> Value {
    let seen = if applied.is_null() { live } else { applied };
    match shape.content(seen) {
        Content::Leaf => applied.clone(),
        Content::Fields(_) => merge_fields(shape, live, applied),
        Content::Items(_) => merge_items(shape, live, applied),
    }
}

fn merge_fields(shape: Shape, live: &Value, applied: &Value) -> Value {
    let (Some(live), Some(applied)) = (live.as_object(), applied.as_object()) else {
        return if applied.is_object() { applied } else { live }.clone();
    };
    let mut merged = live.clone();
    for (name, value) in applied {
        let value = match live.get(name) {
            Some(before) => merge(shape.field(name), before, value),
            None => value.clone(),
        };
        merged.insert(name.clone(), value);
    }
    merged.into()
}

/// Items that both have come in the order of what is applied, the others where they were.
fn merge_items(shape: Shape, live: &Value, applied: &Value) -> Value {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (live, applied) = (list(live), list(applied));
    let steps = |items: &[Value]| items.iter().map(|item| shape.step(item)).collect::<Vec<_>>();
    let (live_steps, applied_steps) = (steps(&live), steps(&applied));
    let of_live: BTreeMap<&String, &Value> = live_steps.iter().zip(&live).collect();
    let mut shared = applied_steps
        .iter()
        .filter(|step| of_live.contains_key(step))
        .peekable();
    let (mut merged, mut taken): (Vec<Value>, Vec<&String>) = (Vec::new(), Vec::new());
    let (mut old, mut new) = (0, 0);
    while old < live.len() || new < applied.len() {
        let (known, wanted) = (live_steps.get(old), applied_steps.get(new));
        let skips = |step: &String| shared.clone().next().is_some_and(|next| next != step);
        match (known, live.get(old)) {
            (Some(step), _) if wanted == Some(step) => old += 1,
            (Some(step), _) if wanted.is_some() && applied_steps.contains(step) && skips(step) => {
                old += 1;
                continue;
            }
            (Some(step), Some(item)) if !applied_steps.contains(step) => {
                merged.push(item.clone());
                old += 1;
                continue;
            }
            (Some(step), _) if taken.contains(&step) => old += 1,
            _ => {}
        }
        if let (Some(step), Some(item)) = (wanted, applied.get(new)) {
            let before = of_live.get(step).copied();
            merged.push(before.map_or_else(|| item.clone(), |before| merge(shape.item(), before, item)));
            taken.push(step);
            new += 1;
            shared.next_if_eq(&step);
        }
    }
    merged.into()
}

/// A value without the fields and items of a set; what becomes empty stays.
///
/// Models: structured-merge-diff/v6/typed/remove.go removingWalker (v1.36).
pub(super) fn remove(shape: Shape, value: &Value, set: &FieldSet) -> Value {
    match shape.content(value) {
        Content::Leaf => value.clone(),
        Content::Fields(fields) => {
            let mut kept = Map::new();
            for (name, below) in fields.into_iter().flatten() {
                match set.child(&format!("f:{name}")) {
                    Some(child) if child.is_member() => {}
                    Some(child) => drop(kept.insert(name.clone(), remove(shape.field(name), below, child))),
                    None => drop(kept.insert(name.clone(), below.clone())),
                }
            }
            kept.into()
        }
        Content::Items(items) => {
            let kept = items.iter().filter_map(|item| match set.child(&shape.step(item)) {
                Some(child) if child.is_member() => None,
                Some(child) => Some(remove(shape.item(), item, child)),
                None => Some(item.clone()),
            });
            kept.collect::<Vec<_>>().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Kind;
    use serde_json::json;

    #[test]
    fn items_of_lists_keep_the_order_of_what_is_applied_among_what_was_there() {
        let env = |names: &[&str]| -> Value {
            names
                .iter()
                .map(|name| json!({"name": name}))
                .collect::<Vec<_>>()
                .into()
        };
        let shape = Shape::of(Kind::Deployment)
            .field("spec")
            .field("template")
            .field("spec");
        let shape = shape.field("containers").item().field("env");
        let merged = |live: &[&str], applied: &[&str]| merge(shape, &env(live), &env(applied));
        assert_eq!(merged(&["a", "b"], &["c"]), env(&["a", "b", "c"]));
        assert_eq!(merged(&["a", "b"], &["b", "a"]), env(&["b", "a"]));
        assert_eq!(merged(&["a", "x", "b"], &["c", "b"]), env(&["a", "x", "c", "b"]));
        assert_eq!(merged(&[], &["c", "b"]), env(&["c", "b"]));
    }
}
