//! JSON patches.

use api::Value;
use cluster::{Reason, Status};

const FIELDS: [&str; 4] = ["from", "op", "path", "value"];

/// Models: apiserver/pkg/endpoints/handlers/patch.go maxJSONPatchOperations (v1.36).
const MOST_OPERATIONS: usize = 10_000;

/// Most bytes that the copies of a patch may add.
///
/// Models: apiserver/pkg/server/config.go JSONPatchMaxCopyBytes (v1.36).
const MOST_COPIED_BYTES: usize = 3 * 1024 * 1024;

/// Applies a patch; also returns the server's warnings.
///
/// Models: apiserver/pkg/endpoints/handlers/patch.go applyJSPatch; gopkg.in/evanphx/json-patch.v4 Apply (v1.36).
///
/// # Errors
///
/// Fails if the patch is no list of operations or one does not apply.
pub(super) fn json_patch(target: &Value, patch: &Value) -> Result<(Value, Vec<String>), Status> {
    let operations = match patch {
        Value::Array(operations) => operations.as_slice(),
        Value::Null => &[],
        other => return Err(undecoded(other, "[]handlers.jsonPatchOp")),
    };
    let mut warnings = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let fields = match operation {
            Value::Object(fields) => fields,
            Value::Null => continue,
            other => return Err(undecoded(other, "handlers.jsonPatchOp")),
        };
        let unknown = fields.keys().filter(|field| !FIELDS.contains(&field.as_str()));
        warnings.extend(unknown.map(|field| format!("json patch unknown field \"[{at}].{field}\"")));
    }
    if operations.len() > MOST_OPERATIONS {
        return Err(Status::plain(
            413,
            Reason::RequestEntityTooLarge,
            format!(
                "Request entity too large: The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {}",
                operations.len()
            ),
        ));
    }
    let mut value = target.clone();
    let mut copied = 0;
    for operation in operations {
        value = applied(value, operation, &mut copied).ok_or_else(inapplicable)?;
    }
    Ok((value, warnings))
}

/// Models: apimachinery/pkg/api/errors/errors.go NewGenericServerResponse (v1.36).
fn inapplicable() -> Status {
    let words = "the server rejected our request due to an error in our request".to_owned();
    Status::plain(422, Reason::Invalid, words)
}

/// Go's message for a value that cannot be decoded as a type.
pub(super) fn undecoded(value: &Value, ty: &str) -> Status {
    let name = api::go::json_type(value);
    Status::bad_request(format!(
        "error decoding patch: json: cannot unmarshal {name} into Go value of type {ty}"
    ))
}

/// Applies one operation; `None` if it does not apply.
fn applied(mut value: Value, operation: &Value, copied_bytes: &mut usize) -> Option<Value> {
    let text = |field: &str| operation.get(field)?.as_str();
    let new = || operation.get("value").cloned().unwrap_or_default();
    let path = text("path")?;
    match text("op")? {
        "add" => add(&mut value, path, new())?,
        "replace" if path.is_empty() => value = Some(new()).filter(|new| new.is_object() || new.is_array())?,
        "replace" => replace(&mut value, path, new())?,
        "remove" => {
            take(&mut value, path)?;
        }
        "move" => {
            let moved = take(&mut value, text("from")?)?;
            add(&mut value, path, moved)?;
        }
        "copy" => {
            let copied = get(&value, text("from")?)?;
            *copied_bytes += copied.to_string().len();
            (*copied_bytes <= MOST_COPIED_BYTES).then_some(())?;
            add(&mut value, path, copied)?;
        }
        "test" => {
            let found = if path.is_empty() {
                value.clone()
            } else {
                get(&value, path)?
            };
            (found == new()).then_some(())?;
        }
        _ => return None,
    }
    Some(value)
}

/// The parent of the value at a path, and the last part of the path.
fn holder<'v>(value: &'v mut Value, path: &str) -> Option<(&'v mut Value, String)> {
    let (parent, last) = split(path)?;
    Some((value.pointer_mut(parent)?, last))
}

/// A path without its last part, and that part.
fn split(path: &str) -> Option<(&str, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    // What stands before the first slash is not looked at.
    let parent = parent.find('/').and_then(|at| parent.get(at..)).unwrap_or_default();
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

/// The index of a key in a list of that length; negative ones count from the end.
fn place(key: &str, len: usize) -> Option<usize> {
    let at: isize = key.parse().ok()?;
    if at < 0 {
        len.checked_sub(at.unsigned_abs())
    } else {
        Some(at.unsigned_abs())
    }
}

/// The value at a path; null if a map lacks it.
fn get(value: &Value, path: &str) -> Option<Value> {
    let (parent, key) = split(path)?;
    match value.pointer(parent)? {
        Value::Object(map) => Some(map.get(&key).cloned().unwrap_or_default()),
        Value::Array(items) => items.get(place(&key, items.len())?).cloned(),
        _ => None,
    }
}

fn add(value: &mut Value, path: &str, new: Value) -> Option<()> {
    match holder(value, path)? {
        (Value::Object(map), key) => {
            map.insert(key, new);
        }
        (Value::Array(items), key) => {
            let at = if key == "-" {
                items.len()
            } else {
                place(&key, items.len() + 1)?
            };
            if at > items.len() {
                return None;
            }
            items.insert(at, new);
        }
        _ => return None,
    }
    Some(())
}

/// A map may lack a replaced key.
fn replace(value: &mut Value, path: &str, new: Value) -> Option<()> {
    match holder(value, path)? {
        (Value::Object(map), key) => {
            map.insert(key, new);
        }
        (Value::Array(items), key) => {
            let at = place(&key, items.len())?;
            *items.get_mut(at)? = new;
        }
        _ => return None,
    }
    Some(())
}

fn take(value: &mut Value, path: &str) -> Option<Value> {
    match holder(value, path)? {
        (Value::Object(map), key) => map.remove(&key),
        (Value::Array(items), key) => {
            let at = place(&key, items.len()).filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patched(patch: &Value) -> Result<Value, String> {
        let patched = json_patch(&json!({"a": {"b": [1, 2]}}), patch);
        patched.map(|(value, _)| value).map_err(|status| status.message)
    }

    #[test]
    fn a_map_may_lack_what_is_replaced_but_not_what_is_removed() {
        let replace = json!([{"op": "replace", "path": "/a/c", "value": 3}]);
        assert_eq!(patched(&replace), Ok(json!({"a": {"b": [1, 2], "c": 3}})));
        let remove = json!([{"op": "remove", "path": "/a/c"}]);
        assert_eq!(patched(&remove), Err(inapplicable().message));
    }

    #[test]
    fn places_below_zero_count_from_the_end() {
        let add = json!([{"op": "add", "path": "/a/b/-1", "value": 3}, {"op": "remove", "path": "/a/b/-3"}]);
        assert_eq!(patched(&add), Ok(json!({"a": {"b": [2, 3]}})));
    }

    #[test]
    fn copies_and_operations_have_an_end() {
        // Each pair of copies makes it twice as long.
        let copy = |path| json!({"op": "copy", "from": "/a", "path": path});
        let copies = (0..20).flat_map(|_| [copy("/a/c"), copy("/a/d")]);
        let copies = Value::Array(copies.collect());
        assert_eq!(patched(&copies), Err(inapplicable().message));
        let test = json!({"op": "test", "path": "/a/b/0", "value": 1});
        let words = "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001";
        assert_eq!(patched(&Value::Array(vec![test; 10_001])), Err(words.to_owned()));
    }

    #[test]
    fn a_patch_is_a_list() {
        let words = "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp";
        assert_eq!(patched(&json!({"op": "add"})), Err(words.to_owned()));
    }
}
