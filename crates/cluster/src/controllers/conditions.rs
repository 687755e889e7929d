//! Conditions in an object's status.

use crate::store::Object;
use crate::time::timestamp;
use api::{Fields, Value};
use serde_json::json;

pub(crate) struct StatusCondition<'a> {
    name: &'a str,
    status: &'a str,
    reason: &'a str,
    message: &'a str,
}

impl<'a> StatusCondition<'a> {
    pub(crate) fn new(name: &'a str, status: &'a str, reason: &'a str, message: &'a str) -> Self {
        Self {
            name,
            status,
            reason,
            message,
        }
    }
}

/// The condition of a type.
pub(crate) fn find<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object
        .status()
        .field("conditions")
        .list()
        .iter()
        .find(|condition| condition.field("type") == name)
}

pub(crate) fn reason<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    find(object, name)?.field("reason").as_text()
}

/// Replaces the condition of the same type, unless status and reason stay the same.
///
/// Models: pkg/controller/deployment/util/deployment_util.go SetDeploymentCondition (v1.36).
pub(crate) fn put(conditions: &mut Vec<Value>, condition: &StatusCondition<'_>, now: i64) {
    let place = conditions.iter().position(|known| says(known, "type", condition.name));
    let same = |known: &Value| says(known, "status", condition.status) && says(known, "reason", condition.reason);
    if place.and_then(|place| conditions.get(place)).is_some_and(same) {
        return;
    }
    let before = place.map(|place| conditions.remove(place));
    put_after(conditions, condition, now, before.as_ref());
}

/// Appends a condition; it keeps the transition time of the one before if that had the same status.
pub(crate) fn put_after(
    conditions: &mut Vec<Value>,
    condition: &StatusCondition<'_>,
    now: i64,
    before: Option<&Value>,
) {
    let now = timestamp(now);
    let since = before
        .filter(|before| says(before, "status", condition.status))
        .map_or_else(
            || now.clone().into(),
            |before| before.field("lastTransitionTime").value.clone(),
        );
    conditions.push(json!({
        "lastTransitionTime": since, "lastUpdateTime": now, "message": condition.message, "reason": condition.reason,
        "status": condition.status, "type": condition.name,
    }));
}

fn says(condition: &Value, field: &str, text: &str) -> bool {
    condition.field(field) == text
}
