//! Patches: merge, strategic and JSON.

use crate::command::Run;
use crate::create::{DryRun, tell};
use crate::failure::Failure;
use crate::flags::{Args, DRY_RUN, FILENAME, Flag, OUTPUT, Takes};
use crate::resources::{self, Default};
use api::{Kind, Map, Value};
use cluster::{Object, Status};
use std::rc::Rc;

pub(crate) const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    ("patch", Some('p'), Takes::Text),
    ("patch-file", None, Takes::Text),
    ("type", None, Takes::Text),
    ("subresource", None, Takes::Text),
    ("local", None, Takes::Bool),
    ("field-manager", None, Takes::Text),
    ("recursive", Some('R'), Takes::Bool),
];

/// Models: kubectl/pkg/cmd/patch/patch.go RunPatch (v1.36).
pub(crate) fn patch(run: &mut Run<'_>, args: &Args) -> Result<(), Vec<Failure>> {
    let one = |failure: Failure| vec![failure];
    let Some(text) = args.text("patch").filter(|text| !text.is_empty()) else {
        return Err(one(Failure::own(
            "must specify --patch or --patch-file containing the contents of the patch",
        )));
    };
    let kind = args.text("type").unwrap_or("strategic").to_lowercase();
    if !["json", "merge", "strategic"].contains(&kind.as_str()) {
        return Err(one(Failure::own(format!(
            "--type must be one of [json merge strategic], not \"{kind}\""
        ))));
    }
    let dry = DryRun::read(args).map_err(one)?;
    let asked = resources::read(args, &args.words, Default::None).map_err(one)?;
    let found = resources::find(run.cluster, args, &asked);
    let mut failures = found.failures;
    for object in found.objects {
        if let Err(failure) = patch_one(run, args, &object, (&kind, text), dry) {
            failures.push(failure);
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}

fn patch_one(
    run: &mut Run<'_>,
    args: &Args,
    object: &Rc<Object>,
    (kind, text): (&str, &str),
    dry: DryRun,
) -> Result<(), Failure> {
    let read = if text.trim_start().starts_with(['{', '[']) {
        serde_json::from_str::<Value>(text).map_err(|error| {
            let words = if error.is_eof() {
                "unexpected end of JSON input".to_owned()
            } else {
                error.to_string()
            };
            Failure::from(Status::bad_request(words))
        })?
    } else {
        run.around
            .reader
            .read(text)
            .into_iter()
            .next()
            .unwrap_or(Ok(Value::Null))
            .map_err(Failure::own)?
    };
    let merged = match kind {
        "json" => json_patch(&object.value, &read)?,
        "merge" => merge(&object.value, &read),
        _ => strategic(object.kind, &object.value, &read),
    };
    let (kind, namespace, name) = (object.kind, object.namespace(), object.name());
    let admitted = if args.text("subresource") == Some("status") {
        run.cluster
            .update_status(kind, namespace, name, &merged, dry.options())?
    } else {
        run.cluster.update(kind, namespace, name, &merged, dry.options())?
    };
    for warning in &admitted.warnings {
        run.warn(warning);
    }
    let word = if admitted.object.value == object.value {
        "patched (no change)"
    } else {
        "patched"
    };
    tell(run, args, &admitted.object, word, dry)
}

/// RFC 7386.
pub(crate) fn merge(target: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut merged = target.as_object().cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            merged.remove(key);
        } else {
            let value = merge(merged.get(key).unwrap_or(&Value::Null), change);
            merged.insert(key.clone(), value);
        }
    }
    merged.into()
}

/// By which field the items of a list are told apart; none where the list is one value.
///
/// Source: patchMergeKey in staging/src/k8s.io/api (v1.36).
fn merge_key(kind: Kind, field: &str) -> Option<&'static str> {
    match (kind, field) {
        (Kind::Service, "ports") => Some("port"),
        (_, "ports") => Some("containerPort"),
        (_, "containers" | "initContainers" | "env" | "volumes" | "imagePullSecrets") => Some("name"),
        (_, "volumeMounts") => Some("mountPath"),
        (_, "conditions") => Some("type"),
        (_, "ownerReferences") => Some("uid"),
        (_, "hostAliases") => Some("ip"),
        _ => None,
    }
}

/// Models: apimachinery/pkg/util/strategicpatch/patch.go StrategicMergePatch (v1.36).
pub(crate) fn strategic(kind: Kind, target: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    if changes.get("$patch").is_some_and(|directive| directive == "replace") {
        let mut replaced = changes.clone();
        replaced.remove("$patch");
        return replaced.into();
    }
    let mut merged = target.as_object().cloned().unwrap_or_default();
    for (key, change) in changes.iter().filter(|(key, _)| !key.starts_with('$')) {
        if change.is_null() {
            merged.remove(key);
            continue;
        }
        let before = merged.get(key).cloned().unwrap_or_default();
        let value = match (change, merge_key(kind, key)) {
            (Value::Array(items), Some(by)) => merge_lists(kind, &before, items, by).into(),
            (Value::Object(_), _) => strategic(kind, &before, change),
            _ => change.clone(),
        };
        merged.insert(key.clone(), value);
    }
    merged.into()
}

/// New items come first, as the merge appends what is left of the old to what is patched.
fn merge_lists(kind: Kind, before: &Value, changes: &[Value], by: &str) -> Vec<Value> {
    let mut items = before.as_array().cloned().unwrap_or_default();
    if changes
        .iter()
        .any(|change| change.get("$patch").is_some_and(|directive| directive == "replace"))
    {
        return changes
            .iter()
            .filter(|change| change.get("$patch").is_none())
            .cloned()
            .collect();
    }
    let mut fresh = Vec::new();
    for change in changes {
        let place = items
            .iter()
            .position(|item| item.get(by).is_some() && item.get(by) == change.get(by));
        let deletes = change.get("$patch").is_some_and(|directive| directive == "delete");
        match (place, deletes) {
            (Some(place), true) => {
                items.remove(place);
            }
            (Some(place), false) => {
                if let Some(item) = items.get_mut(place) {
                    *item = strategic(kind, item, change);
                }
            }
            (None, true) => {}
            (None, false) => fresh.push(change.clone()),
        }
    }
    fresh.extend(items);
    fresh
}

/// RFC 6902.
fn json_patch(target: &Value, patch: &Value) -> Result<Value, Failure> {
    let invalid = || {
        Failure::Verbatim(
            "The request is invalid: the server rejected our request due to an error in our request".to_owned(),
        )
    };
    let Value::Array(operations) = patch else {
        return Err(invalid());
    };
    let mut value = target.clone();
    for operation in operations {
        let text = |field: &str| operation.get(field).and_then(Value::as_str).unwrap_or_default();
        let place = text("path");
        let new = || operation.get("value").cloned().ok_or_else(invalid);
        match text("op") {
            "add" => put(&mut value, place, new()?, true).ok_or_else(invalid)?,
            "replace" => put(&mut value, place, new()?, false).ok_or_else(invalid)?,
            "remove" => {
                take(&mut value, place).ok_or_else(invalid)?;
            }
            "move" => {
                let moved = take(&mut value, text("from")).ok_or_else(invalid)?;
                put(&mut value, place, moved, true).ok_or_else(invalid)?;
            }
            "copy" => {
                let copied = value.pointer(text("from")).cloned().ok_or_else(invalid)?;
                put(&mut value, place, copied, true).ok_or_else(invalid)?;
            }
            "test" => {
                if value.pointer(place) != operation.get("value") {
                    return Err(invalid());
                }
            }
            _ => return Err(invalid()),
        }
    }
    Ok(value)
}

fn parts(path: &str) -> Option<(&str, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

fn put(value: &mut Value, path: &str, new: Value, add: bool) -> Option<()> {
    let (parent, last) = parts(path)?;
    match value.pointer_mut(parent)? {
        Value::Object(map) => {
            if !add && !map.contains_key(&last) {
                return None;
            }
            map.insert(last, new);
        }
        Value::Array(items) if add => {
            let at = if last == "-" { items.len() } else { last.parse().ok()? };
            if at > items.len() {
                return None;
            }
            items.insert(at, new);
        }
        Value::Array(items) => *items.get_mut(last.parse::<usize>().ok()?)? = new,
        _ => return None,
    }
    Some(())
}

fn take(value: &mut Value, path: &str) -> Option<Value> {
    let (parent, last) = parts(path)?;
    match value.pointer_mut(parent)? {
        Value::Object(map) => map.remove(&last),
        Value::Array(items) => {
            let at = last.parse::<usize>().ok().filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        _ => None,
    }
}

/// What has to change so that the object says what is applied now and no longer what only was applied before.
///
/// Models: apimachinery/pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch (v1.36).
pub(crate) fn three_way(kind: Kind, last: &Value, now: &Value, live: &Value) -> Value {
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
        match (wanted, merge_key(kind, key)) {
            (Value::Null, _) => {
                if !had.is_null() {
                    patch.insert(key.clone(), Value::Null);
                }
            }
            (Value::Object(_), _) if had.is_object() => {
                let inner = three_way(kind, before, wanted, had);
                if inner.as_object().is_some_and(|inner| !inner.is_empty()) {
                    patch.insert(key.clone(), inner);
                }
            }
            (Value::Array(items), Some(by)) => {
                let changes = list_changes(kind, before, items, had, by);
                if !changes.is_empty() {
                    patch.insert(key.clone(), changes.into());
                }
            }
            _ if wanted == had => {}
            _ => {
                patch.insert(key.clone(), wanted.clone());
            }
        }
    }
    patch.into()
}

fn list_changes(kind: Kind, last: &Value, now: &[Value], live: &Value, by: &str) -> Vec<Value> {
    let with = |list: &Value, key: Option<&Value>| -> Option<Value> {
        list.as_array()?
            .iter()
            .find(|item| key.is_some() && item.get(by) == key)
            .cloned()
    };
    let mut changes = Vec::new();
    for item in now {
        let key = item.get(by);
        match with(live, key) {
            None => changes.push(item.clone()),
            Some(had) => {
                let mut change = three_way(kind, &with(last, key).unwrap_or_default(), item, &had);
                if change.as_object().is_some_and(|change| !change.is_empty()) {
                    change[by] = key.cloned().unwrap_or_default();
                    changes.push(change);
                }
            }
        }
    }
    for item in last.as_array().into_iter().flatten() {
        let key = item.get(by);
        if with(&now.to_vec().into(), key).is_none() && with(live, key).is_some() {
            let mut gone = Map::new();
            gone.insert("$patch".to_owned(), "delete".into());
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
    fn a_strategic_patch_tells_ports_apart_by_their_number() {
        let service = json!({"spec": {"ports": [{"port": 80, "name": "a"}]}});
        let patched = strategic(Kind::Service, &service, &json!({"spec": {"ports": [{"port": 81}]}}));
        assert_eq!(
            patched,
            json!({"spec": {"ports": [{"port": 81}, {"port": 80, "name": "a"}]}})
        );
    }

    #[test]
    fn what_is_no_longer_applied_goes() {
        let (last, now) = (json!({"a": 1, "b": {"c": 1, "d": 2}}), json!({"b": {"c": 3}}));
        let live = json!({"a": 1, "b": {"c": 1, "d": 2}, "other": true});
        assert_eq!(
            three_way(Kind::Service, &last, &now, &live),
            json!({"a": null, "b": {"c": 3, "d": null}})
        );
    }
}
