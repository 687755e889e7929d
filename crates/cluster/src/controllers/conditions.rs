//! What a status says of an object: conditions by type.

use crate::store::object::{Object, at};
use crate::time::timestamp;
use api::Value;
use serde_json::json;

/// A condition to be.
pub(crate) struct Condition<'a> {
    name: &'a str,
    status: &'a str,
    reason: &'a str,
    message: &'a str,
}

impl<'a> Condition<'a> {
    pub(crate) fn new(name: &'a str, status: &'a str, reason: &'a str, message: &'a str) -> Self {
        Self {
            name,
            status,
            reason,
            message,
        }
    }
}

/// The condition of that type.
pub(crate) fn find<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object
        .list(&["status", "conditions"])
        .iter()
        .find(|condition| at(condition, &["type"]) == name)
}

/// The reason of the condition of that type.
pub(crate) fn reason<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    at(find(object, name)?, &["reason"]).as_str()
}

/// Puts a condition at the end, unless it says nothing new.
///
/// Models: pkg/controller/deployment/util/deployment_util.go SetDeploymentCondition (v1.36).
pub(crate) fn put(conditions: &mut Vec<Value>, condition: &Condition<'_>, now: i64) {
    let place = conditions.iter().position(|known| says(known, "type", condition.name));
    let same = |known: &Value| says(known, "status", condition.status) && says(known, "reason", condition.reason);
    if place.and_then(|place| conditions.get(place)).is_some_and(same) {
        return;
    }
    let before = place.map(|place| conditions.remove(place));
    put_after(conditions, condition, now, before.as_ref());
}

/// Puts a condition at the end; it began when the one before did, if that had the same status.
pub(crate) fn put_after(conditions: &mut Vec<Value>, condition: &Condition<'_>, now: i64, before: Option<&Value>) {
    let now = timestamp(now);
    let since = before
        .filter(|before| says(before, "status", condition.status))
        .map_or_else(
            || now.clone().into(),
            |before| at(before, &["lastTransitionTime"]).clone(),
        );
    conditions.push(json!({
        "lastTransitionTime": since, "lastUpdateTime": now, "message": condition.message, "reason": condition.reason,
        "status": condition.status, "type": condition.name,
    }));
}

fn says(condition: &Value, field: &str, text: &str) -> bool {
    at(condition, &[field]) == text
}
