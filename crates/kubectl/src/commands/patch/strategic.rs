//! Strategic merge patches.

use api::{Kind, Map, Value, go, schema};
use base::Order;
use cluster::{Reason, Status};

/// The key of a directive about a map or an item.
pub(super) const DIRECTIVE: &str = "$patch";
/// The prefix of a list's name for the order of its items.
pub(super) const SET_ORDER: &str = "$setElementOrder/";
/// The prefix of a list's name for values to delete from it.
const DELETE_FROM: &str = "$deleteFromPrimitiveList/";
/// The key of the list of map keys that stay.
pub(super) const RETAIN_KEYS: &str = "$retainKeys";

/// What the schema says about the fields of a value.
#[derive(Clone, Copy)]
pub(super) struct Shape(Option<&'static schema::Struct>);

impl Shape {
    pub(super) fn of(kind: Kind) -> Self {
        Self(schema::lookup(kind.go_type()))
    }

    fn field(self, name: &str) -> Option<&'static schema::Field> {
        self.0?.field(name)
    }

    /// The shape of a field, or of the items of a list field.
    pub(super) fn inside(self, name: &str) -> Self {
        Self(self.field(name).and_then(|field| field.ty.fields()))
    }

    /// Whether the items of a list are merged instead of replaced.
    pub(super) fn merges(self, name: &str) -> bool {
        self.field(name).is_some_and(|field| field.merge)
    }

    /// Whether a patch of the field, or of an item of a list, says which keys stay.
    pub(super) fn retains(self, name: &str) -> bool {
        self.field(name).is_some_and(|field| field.retain_keys)
    }

    /// The field that identifies the items of a merged list.
    pub(super) fn merge_key(self, name: &str) -> Option<&'static str> {
        self.field(name).filter(|field| field.merge)?.merge_key
    }
}

/// An error of the server without a reason.
fn fault(message: String) -> Status {
    Status::plain(500, Reason::Unknown, message)
}

fn no_merge_key(item: &Value, by: &str) -> Status {
    let item = go::text(item);
    fault(format!("map: {item} does not contain declared merge key: {by}"))
}

fn bad_directive(directive: &Value, map: &Map<String, Value>) -> Status {
    let (directive, map) = (go::text(directive), go::text(&map.clone().into()));
    fault(format!("unknown patch type: {directive} in map: {map}"))
}

/// Applies a patch.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go StrategicMergeMapPatch (v1.36).
///
/// # Errors
///
/// Fails with the server's message if the patch cannot be merged.
pub(crate) fn strategic(kind: Kind, target: &Value, patch: &Value) -> Result<Value, Status> {
    let empty = Map::new();
    let changes = patch.as_object().unwrap_or(&empty);
    let target = target.as_object().cloned().unwrap_or_default();
    Ok(merge_map(Shape::of(kind), target, changes)?.into())
}

/// Models: apimachinery/pkg/util/strategicpatch/patch.go mergeMap (v1.36).
fn merge_map(
    shape: Shape,
    mut merged: Map<String, Value>,
    patch: &Map<String, Value>,
) -> Result<Map<String, Value>, Status> {
    match patch.get(DIRECTIVE) {
        None => {}
        Some(directive) if directive == "replace" => {
            let mut replaced = patch.clone();
            replaced.remove(DIRECTIVE);
            return Ok(replaced);
        }
        Some(directive) if directive == "delete" => return Ok(Map::new()),
        Some(directive) => return Err(bad_directive(directive, patch)),
    }
    if let Some(retained) = patch.get(RETAIN_KEYS) {
        retain_keys(&mut merged, patch, retained)?;
    }
    for (key, order) in patch {
        if let Some(list) = key.strip_prefix(SET_ORDER) {
            check_order(merged.get(list), patch.get(list), order, shape.merge_key(list))?;
        }
    }
    for (key, change) in patch {
        if key == RETAIN_KEYS {
            continue;
        }
        if let Some(list) = key.strip_prefix(DELETE_FROM) {
            delete_from(&mut merged, list, change);
        } else if !key.starts_with(SET_ORDER) {
            let order = patch.get(&format!("{SET_ORDER}{key}")).and_then(Value::as_array);
            merge_field(shape, &mut merged, (key, change), order.map(Vec::as_slice))?;
        }
    }
    for (key, order) in patch {
        let Some(list) = key.strip_prefix(SET_ORDER).filter(|list| !patch.contains_key(*list)) else {
            continue;
        };
        let (Some(order), Some(Value::Array(items))) = (order.as_array(), merged.get_mut(list)) else {
            continue;
        };
        let server = items.clone();
        *items = in_order(std::mem::take(items), order, &server, shape.merge_key(list));
    }
    Ok(merged)
}

/// An order names each item that the patch has, in the patch's own order.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go mergePatchIntoOriginal, validatePatchWithSetOrderList (v1.36).
fn check_order(before: Option<&Value>, changes: Option<&Value>, order: &Value, by: Option<&str>) -> Result<(), Status> {
    let order = list(order)?;
    before.map(list).transpose()?;
    let changes = changes.map(list).transpose()?.unwrap_or_default();
    if order.is_empty() || changes.is_empty() {
        return Ok(());
    }
    let mut places = order.iter();
    for change in changes {
        if by.is_some() && !change.is_object() {
            return Err(bad_type("map[string]interface {}", change));
        }
        if change.get(DIRECTIVE).is_some() {
            continue;
        }
        loop {
            let Some(place) = places.next() else {
                let (changes, order) = (go::text(&changes.into()), go::text(&order.into()));
                return Err(fault(format!(
                    "The order in patch list:\n{changes}\n doesn't match $setElementOrder list:\n{order}\n"
                )));
            };
            if is_same(change, place, by)? {
                break;
            }
        }
    }
    Ok(())
}

fn list(value: &Value) -> Result<&[Value], Status> {
    let items = value.as_array();
    items
        .map(Vec::as_slice)
        .ok_or_else(|| bad_type("[]interface {}", value))
}

fn bad_type(expected: &str, value: &Value) -> Status {
    let received = if value.is_null() {
        "%!s(<nil>)"
    } else {
        go::type_name(value)
    };
    fault(format!("expected a {expected}, but received a {received}"))
}

/// Models: apimachinery/pkg/util/strategicpatch/patch.go mergeKeyValueEqual (v1.36).
fn is_same(change: &Value, place: &Value, by: Option<&str>) -> Result<bool, Status> {
    let Some(by) = by else {
        return Ok(change == place);
    };
    if !place.is_object() {
        return Err(bad_type("map[string]interface {}", place));
    }
    let key = |item: &Value| item.get(by).cloned().ok_or_else(|| no_merge_key(item, by));
    Ok(key(change)? == key(place)?)
}

fn merge_field(
    shape: Shape,
    merged: &mut Map<String, Value>,
    (key, change): (&str, &Value),
    order: Option<&[Value]>,
) -> Result<(), Status> {
    if change.is_null() {
        merged.remove(key);
        return Ok(());
    }
    let value = match (merged.remove(key), change) {
        (Some(Value::Object(before)), Value::Object(change)) => {
            Some(merge_map(shape.inside(key), before, change)?.into())
        }
        (Some(Value::Array(before)), Value::Array(items)) => {
            let by_item = shape.field(key).is_some_and(|field| field.merge);
            let list = if by_item {
                let by = shape.merge_key(key);
                merge_list(shape.inside(key), before, items, by, order.unwrap_or(items))?
            } else {
                items.clone()
            };
            Some(list.into())
        }
        _ => taken(change),
    };
    if let Some(value) = value {
        merged.insert(key.to_owned(), value);
    }
    Ok(())
}

/// Removes keys that are not to stay.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go applyRetainKeysDirective (v1.36).
fn retain_keys(merged: &mut Map<String, Value>, patch: &Map<String, Value>, retained: &Value) -> Result<(), Status> {
    let bad = || Status::bad_request("invalid patch format of retainKeys");
    let retained = retained.as_array().ok_or_else(bad)?;
    let stays = |key: &str| retained.iter().any(|it| it == key);
    let named = |(key, value): (&String, &Value)| {
        value.is_null()
            || key == RETAIN_KEYS
            || key.starts_with(DELETE_FROM)
            || key.starts_with(SET_ORDER)
            || stays(key)
    };
    if !patch.iter().all(named) {
        return Err(bad());
    }
    merged.retain(|key, _| stays(key));
    Ok(())
}

fn delete_from(merged: &mut Map<String, Value>, list: &str, gone: &Value) {
    if let (Some(Value::Array(items)), Some(gone)) = (merged.get_mut(list), gone.as_array()) {
        items.retain(|item| !gone.contains(item));
    }
}

/// The value that a patch adds, without nulls and directives.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go removeDirectives, discardNullValuesFromPatch (v1.36).
fn taken(value: &Value) -> Option<Value> {
    match value {
        Value::Object(map) if map.contains_key(DIRECTIVE) => None,
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            let kept = kept.filter_map(|(key, value)| Some((key.clone(), taken(value)?)));
            Some(Value::Object(kept.collect()))
        }
        Value::Array(items) => Some(items.iter().filter_map(taken).collect::<Vec<_>>().into()),
        other => Some(other.clone()),
    }
}

/// Models: apimachinery/pkg/util/strategicpatch/patch.go mergeSlice (v1.36).
fn merge_list(
    shape: Shape,
    mut before: Vec<Value>,
    changes: &[Value],
    by: Option<&str>,
    order: &[Value],
) -> Result<Vec<Value>, Status> {
    let Some(by) = by else {
        let server = before.clone();
        for change in changes {
            if !before.contains(change) {
                before.push(change.clone());
            }
        }
        return Ok(in_order(before, order, &server, None));
    };
    let mut fresh = Vec::new();
    let mut replaces = false;
    for item in changes {
        match item.get(DIRECTIVE) {
            None => fresh.push(item),
            Some(directive) if directive == "delete" => {
                let key = item.get(by).ok_or_else(|| no_merge_key(item, by))?;
                before.retain(|item| item.get(by) != Some(key));
            }
            Some(directive) if directive == "replace" => replaces = true,
            Some(directive) if directive == "merge" => {
                return Err(fault("merging lists cannot yet be specified in the patch".to_owned()));
            }
            Some(directive) => return Err(bad_directive(directive, &item.as_object().cloned().unwrap_or_default())),
        }
    }
    if replaces {
        return Ok(fresh.into_iter().cloned().collect());
    }
    let server = before.clone();
    for item in fresh {
        let key = item.get(by).ok_or_else(|| no_merge_key(item, by))?;
        match before.iter_mut().find(|old| old.get(by) == Some(key)) {
            Some(old) => {
                let (fields, empty) = (old.as_object().cloned().unwrap_or_default(), Map::new());
                *old = merge_map(shape, fields, item.as_object().unwrap_or(&empty))?.into();
            }
            None => before.push(item.clone()),
        }
    }
    Ok(in_order(before, order, &server, Some(by)))
}

/// Orders items as the patch says, and the others as the server had them; of two that the server knew, its first one
/// comes first, else the patch's.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go normalizeElementOrder, mergeSortedSlice (v1.36).
fn in_order(merged: Vec<Value>, order: &[Value], server: &[Value], by: Option<&str>) -> Vec<Value> {
    let place = |list: &[Value], item: &Value| {
        list.iter().position(|other| match by {
            Some(by) => other.get(by) == item.get(by),
            None => other == item,
        })
    };
    let (mut named, mut others): (Vec<Value>, Vec<Value>) =
        merged.into_iter().partition(|item| place(order, item).is_some());
    named.order_by_key(|item| place(order, item));
    others.order_by_key(|item| place(server, item));
    let mut ordered = Vec::new();
    let (mut named, mut others) = (named.into_iter().peekable(), others.into_iter().peekable());
    while let (Some(patched), Some(other)) = (named.peek(), others.peek()) {
        let earlier = place(server, other)
            .zip(place(server, patched))
            .is_some_and(|(other, patched)| other < patched);
        ordered.extend(if earlier { others.next() } else { named.next() });
    }
    ordered.extend(named);
    ordered.extend(others);
    ordered
}

/// The patch as the server's messages show it: ordered lists are merged already.
pub(super) fn as_shown(patch: &Value) -> String {
    go::quote(&go::text(&left(patch)))
}

fn left(patch: &Value) -> Value {
    match patch {
        Value::Object(map) => {
            let ordered = |key: &String| key.starts_with(SET_ORDER) || map.contains_key(&format!("{SET_ORDER}{key}"));
            let kept = map.iter().filter(|(key, _)| !ordered(key) && *key != RETAIN_KEYS);
            Value::Object(kept.map(|(key, value)| (key.clone(), left(value))).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(target: &Value, patch: &Value, want: &Value) {
        assert_eq!(&strategic(Kind::Service, target, patch).unwrap_or_default(), want);
    }

    #[test]
    fn a_strategic_patch_tells_ports_apart_by_their_number() {
        let service = json!({"spec": {"ports": [{"port": 80, "name": "a"}]}});
        check(
            &service,
            &json!({"spec": {"ports": [{"port": 81}]}}),
            &json!({"spec": {"ports": [{"port": 81}, {"port": 80, "name": "a"}]}}),
        );
    }

    #[test]
    fn items_stand_in_the_order_the_patch_says() {
        let patch = json!({"spec": {"ports": [{"port": 81}], "$setElementOrder/ports": [{"port": 80}, {"port": 81}]}});
        check(
            &json!({"spec": {"ports": [{"port": 80}]}}),
            &patch,
            &json!({"spec": {"ports": [{"port": 80}, {"port": 81}]}}),
        );
    }

    #[test]
    fn a_map_with_a_directive_is_not_added() {
        let patch = json!({"spec": {"selector": {"$patch": "replace", "a": "b"}}});
        check(&json!({"spec": {}}), &patch, &json!({"spec": {}}));
        check(
            &json!({"spec": {"selector": {"c": "d"}}}),
            &patch,
            &json!({"spec": {"selector": {"a": "b"}}}),
        );
    }

    #[test]
    fn an_item_without_its_key_is_no_item() {
        let patch = json!({"spec": {"ports": [{"targetPort": 1}]}});
        let target = json!({"spec": {"ports": [{"port": 80}]}});
        let refused = strategic(Kind::Service, &target, &patch).map_err(|status| status.message);
        assert_eq!(
            refused,
            Err("map: map[targetPort:1] does not contain declared merge key: port".to_owned())
        );
    }
}
