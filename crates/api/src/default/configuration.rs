//! Defaults of Secrets, LimitRanges and PriorityClasses.

use super::fields::{list, put, set, set_null};
use crate::{Value, base64};
use serde_json::json;

/// Models: SetDefaults_Secret, pkg/apis/core/v1/conversion.go Convert_v1_Secret_To_core_Secret (v1.36): plain texts
/// become data.
pub fn secret(secret: &mut Value) {
    set(secret, "type", json!("Opaque"));
    let texts = secret.as_object_mut().and_then(|fields| fields.remove("stringData"));
    for (key, text) in texts.iter().filter_map(Value::as_object).flatten() {
        let bytes = text.as_str().unwrap_or_default().as_bytes();
        put(&mut secret["data"], key, base64::encode(bytes).into());
    }
}

/// Models: SetDefaults_LimitRangeItem (v1.36).
pub fn limit_range(range: &mut Value) {
    for limit in list(&mut range["spec"], "limits").filter(|it| it["type"] == "Container") {
        for (from, to) in [
            ("max", "default"),
            ("default", "defaultRequest"),
            ("min", "defaultRequest"),
        ] {
            let amounts = limit[from].as_object().cloned().unwrap_or_default();
            for (name, amount) in amounts {
                if limit[to][&name].is_null() {
                    put(&mut limit[to], &name, amount);
                }
            }
        }
        if let Value::Object(fields) = limit {
            fields.retain(|_, amounts| !amounts.is_null());
        }
    }
}

/// Models: pkg/apis/scheduling/v1/defaults.go SetDefaults_PriorityClass (v1.36).
pub fn priority_class(class: &mut Value) {
    set_null(class, "preemptionPolicy", json!("PreemptLowerPriority"));
}
