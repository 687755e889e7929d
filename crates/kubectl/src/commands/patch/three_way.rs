//! The patch of `apply`: from the last-applied annotation, the manifest and the live object.

use super::strategic::{DIRECTIVE, RETAIN_KEYS, SET_ORDER, Shape};
use api::{Kind, Map, Value};

/// Changes the live object to what is applied now, and removes what only the last-applied annotation has.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch (v1.36).
pub(crate) fn three_way(kind: Kind, last: &Value, now: &Value, live: &Value) -> Value {
    changes(Shape::of(kind), false, last, now, live).into()
}

fn changes(shape: Shape, retains: bool, last: &Value, now: &Value, live: &Value) -> Map<String, Value> {
    let empty = Map::new();
    let (last, now, live) = (
        last.as_object().unwrap_or(&empty),
        now.as_object().unwrap_or(&empty),
        live.as_object().unwrap_or(&empty),
    );
    let mut patch = Map::new();
    for key in last
        .keys()
        .filter(|key| !now.contains_key(*key) && live.contains_key(*key))
    {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, wanted) in now {
        let (had, before) = (
            live.get(key).unwrap_or(&Value::Null),
            last.get(key).unwrap_or(&Value::Null),
        );
        let inside = shape.inside(key);
        match (wanted, shape.merge_key(key)) {
            (Value::Null, _) => {
                if !had.is_null() {
                    patch.insert(key.clone(), Value::Null);
                }
            }
            (Value::Object(_), _) if had.is_object() => {
                let inner = changes(inside, shape.retains(key), before, wanted, had);
                if !inner.is_empty() {
                    patch.insert(key.clone(), inner.into());
                }
            }
            (Value::Array(items), Some(by)) => {
                let changed = list_changes((inside, shape.retains(key), by), before, items, had);
                if !had.is_null() && !items.is_empty() && (!changed.is_empty() || !same_order(items, had, by)) {
                    patch.insert(format!("{SET_ORDER}{key}"), order(items, by));
                }
                if !changed.is_empty() {
                    patch.insert(key.clone(), changed.into());
                }
            }
            _ if wanted == had => {}
            _ => {
                patch.insert(key.clone(), wanted.clone());
            }
        }
    }
    if retains {
        add_retained(&mut patch, now, live);
    }
    patch
}

/// Says which keys stay, if anything changes or the other has more.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go diffMaps, hasAdditionalNewField (v1.36).
pub(super) fn add_retained(patch: &mut Map<String, Value>, now: &Map<String, Value>, before: &Map<String, Value>) {
    let is_more = |(key, value): (&String, &Value)| !value.is_null() && !now.contains_key(key);
    let kept = now.iter().filter(|(_, value)| !value.is_null());
    let kept: Vec<Value> = kept.map(|(key, _)| key.as_str().into()).collect();
    if !kept.is_empty() && (!patch.is_empty() || before.iter().any(is_more)) {
        patch.insert(RETAIN_KEYS.to_owned(), kept.into());
    }
}

/// The keys of a list's items in order.
fn order(items: &[Value], by: &str) -> Value {
    let key = |item: &Value| {
        let mut only = Map::new();
        only.insert(by.to_owned(), item.get(by).cloned().unwrap_or_default());
        Value::from(only)
    };
    items.iter().map(key).collect::<Vec<_>>().into()
}

/// Whether the shared items of two lists have the same order.
fn same_order(items: &[Value], live: &Value, by: &str) -> bool {
    let stands = |item: &&Value| items.iter().any(|other| other.get(by) == item.get(by));
    let live: Vec<_> = live.as_array().into_iter().flatten().collect();
    let shared = live.iter().copied().filter(stands).map(|item| item.get(by));
    let wanted = items
        .iter()
        .filter(|item| live.iter().any(|other| other.get(by) == item.get(by)));
    shared.eq(wanted.map(|item| item.get(by)))
}

fn list_changes((shape, retains, by): (Shape, bool, &str), last: &Value, now: &[Value], live: &Value) -> Vec<Value> {
    let with = |list: &Value, key: Option<&Value>, nth: usize| -> Option<Value> {
        let items = list.as_array()?.iter();
        let alike = items.filter(|item| key.is_some() && item.get(by) == key);
        { alike }.nth(nth).cloned()
    };
    let mut changes = Vec::new();
    for (index, item) in now.iter().enumerate() {
        let key = item.get(by);
        // Items of one key are compared one by one, in their order.
        let nth = now.iter().take(index).filter(|other| other.get(by) == key).count();
        match with(live, key, nth) {
            None => changes.push(item.clone()),
            Some(had) => {
                let mut change = self::changes(shape, retains, &with(last, key, nth).unwrap_or_default(), item, &had);
                if !change.is_empty() {
                    change.insert(by.to_owned(), key.cloned().unwrap_or_default());
                    changes.push(change.into());
                }
            }
        }
    }
    for item in last.as_array().into_iter().flatten() {
        let key = item.get(by);
        if with(&now.to_vec().into(), key, 0).is_none() && with(live, key, 0).is_some() {
            let mut gone = Map::new();
            gone.insert(DIRECTIVE.to_owned(), "delete".into());
            gone.insert(by.to_owned(), key.cloned().unwrap_or_default());
            changes.push(gone.into());
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_longer_applied_goes() {
        let (last, now) = (json!({"a": 1, "b": {"c": 1, "d": 2}}), json!({"b": {"c": 3}}));
        let live = json!({"a": 1, "b": {"c": 1, "d": 2}, "other": true});
        assert_eq!(
            three_way(Kind::Service, &last, &now, &live),
            json!({"a": null, "b": {"c": 3, "d": null}})
        );
    }

    #[test]
    fn lists_are_told_the_order_they_are_to_stand_in() {
        let now = json!({"spec": {"ports": [{"port": 80}, {"port": 81}]}});
        let live = json!({"spec": {"ports": [{"port": 80}]}});
        assert_eq!(
            three_way(Kind::Service, &Value::Null, &now, &live),
            json!({"spec": {"ports": [{"port": 81}], "$setElementOrder/ports": [{"port": 80}, {"port": 81}]}})
        );
    }

    #[test]
    fn items_of_one_key_are_compared_in_their_order() {
        let env = |last: &str| {
            json!({"spec": {"containers": [{"name": "a", "env": [
                {"name": "A", "value": "1"}, {"name": "A", "value": last}]}]}})
        };
        let same = env("2");
        assert_eq!(three_way(Kind::Pod, &same, &same, &same), json!({}));
    }
}
