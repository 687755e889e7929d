//! Whether a patch and what was changed since something was applied contradict each other.

use super::strategic::{DIRECTIVE, RETAIN_KEYS, Shape};
use super::three_way::add_retained;
use crate::print;
use api::{Kind, Map, Value, go};
use base::Order;

/// The prefix of a list's name for values to delete from it.
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";

/// What kubectl says where a patch touches what was changed otherwise since it was applied; `None` if it does not.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch without overwrite,
/// apimachinery/pkg/util/mergepatch/errors.go NewErrConflict (v1.36).
pub(crate) fn conflict(kind: Kind, patch: &Value, last: &Value, live: &Value) -> Option<String> {
    let (empty, shape) = (Map::new(), Shape::of(kind));
    let (last, live) = (last.as_object().unwrap_or(&empty), live.as_object().unwrap_or(&empty));
    let changed = difference(shape, false, last, live);
    if !maps_conflict(shape, patch.as_object().unwrap_or(&empty), &changed) {
        return None;
    }
    let (patch, changed) = (print::yaml(patch), print::yaml(&changed.into()));
    Some(format!(
        "patch:\n{patch}\nconflicts with changes made from original to current:\n{changed}\n"
    ))
}

/// Models: apimachinery/pkg/util/strategicpatch/patch.go diffMaps with no options (v1.36).
fn difference(
    shape: Shape,
    retains: bool,
    before: &Map<String, Value>,
    now: &Map<String, Value>,
) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, value) in now {
        let inside = shape.inside(key);
        match (before.get(key), value) {
            (Some(Value::Object(before)), Value::Object(now)) => {
                let inner = difference(inside, shape.retains(key), before, now);
                if !inner.is_empty() {
                    patch.insert(key.clone(), inner.into());
                }
            }
            (Some(Value::Array(before)), Value::Array(now)) if shape.merges(key) => {
                let inside = (inside, shape.retains(key), shape.merge_key(key));
                list_difference(&mut patch, key, inside, before, now);
            }
            (Some(before), now) if before == now => {}
            (_, now) => {
                patch.insert(key.clone(), now.clone());
            }
        }
    }
    for key in before.keys().filter(|key| !now.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    if retains {
        add_retained(&mut patch, now, before);
    }
    patch
}

/// Models: apimachinery/pkg/util/strategicpatch/patch.go diffLists (v1.36).
fn list_difference(
    patch: &mut Map<String, Value>,
    name: &str,
    (shape, retains, by): (Shape, bool, Option<&str>),
    before: &[Value],
    now: &[Value],
) {
    let Some(by) = by else {
        let without = |list: &[Value], other: &[Value]| -> Vec<Value> {
            list.iter().filter(|item| !other.contains(item)).cloned().collect()
        };
        let (added, mut gone) = (without(now, before), without(before, now));
        gone.order_by_key(go::text);
        for (key, list) in [(name.to_owned(), added), (format!("{DELETE_FROM}{name}"), gone)] {
            if !list.is_empty() {
                patch.insert(key, list.into());
            }
        }
        return;
    };
    let empty = Map::new();
    let key = |item: &Value| item.get(by).cloned().unwrap_or_default();
    let mut changes = Vec::new();
    for item in now {
        let Some(had) = before.iter().find(|it| key(it) == key(item)) else {
            changes.push(item.clone());
            continue;
        };
        let (had, fields) = (had.as_object().unwrap_or(&empty), item.as_object().unwrap_or(&empty));
        let mut change = difference(shape, retains, had, fields);
        if !change.is_empty() {
            change.insert(by.to_owned(), key(item));
            changes.push(change.into());
        }
    }
    let mut gone: Vec<Value> = before.iter().map(key).collect();
    gone.retain(|it| !now.iter().any(|item| key(item) == *it));
    gone.order_by_key(go::text);
    let directive = |key: Value| {
        let mut map = Map::new();
        map.insert(DIRECTIVE.to_owned(), "delete".into());
        map.insert(by.to_owned(), key);
        Value::from(map)
    };
    changes.extend(gone.into_iter().map(directive));
    if !changes.is_empty() {
        patch.insert(name.to_owned(), changes.into());
    }
}

/// Models: apimachinery/pkg/util/strategicpatch/patch.go mapsHaveConflicts (v1.36).
fn maps_conflict(shape: Shape, left: &Map<String, Value>, right: &Map<String, Value>) -> bool {
    let mut shared = left.iter().filter(|(key, _)| *key != DIRECTIVE && *key != RETAIN_KEYS);
    shared.any(|(key, left)| {
        right
            .get(key)
            .is_some_and(|right| conflicts(shape.inside(key), Items::of(shape, key), left, right))
    })
}

/// How the items of a list are told apart.
#[derive(Clone, Copy)]
enum Items {
    /// The list is replaced as a whole.
    Replaced,
    /// Plain values, which are merged.
    Plain,
    By(&'static str),
}

impl Items {
    fn of(shape: Shape, name: &str) -> Self {
        match shape.merge_key(name) {
            Some(by) => Self::By(by),
            None if shape.merges(name) => Self::Plain,
            None => Self::Replaced,
        }
    }
}

/// Compares two changes of one field.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go mergingMapFieldsHaveConflicts, slicesHaveConflicts (v1.36).
fn conflicts(shape: Shape, items: Items, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            left.get(DIRECTIVE) != right.get(DIRECTIVE) || maps_conflict(shape, left, right)
        }
        (Value::Array(left), Value::Array(right)) => match items {
            Items::Plain => false,
            Items::By(by) => left.iter().any(|item| {
                let same = right.iter().rev().find(|other| other.get(by) == item.get(by));
                same.is_some_and(|other| conflicts(shape, Items::Replaced, item, other))
            }),
            Items::Replaced => {
                let (left, right) = (in_order(left), in_order(right));
                left.len() != right.len()
                    || left
                        .iter()
                        .zip(&right)
                        .any(|(a, b)| conflicts(shape, Items::Replaced, a, b))
            }
        },
        (left, right) => left != right,
    }
}

/// A list of plain values sorted, since their order is no conflict.
fn in_order(list: &[Value]) -> Vec<Value> {
    let mut list = list.to_vec();
    if !list.iter().any(Value::is_object) {
        list.order_by_key(go::text);
    }
    list
}
