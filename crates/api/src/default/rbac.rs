//! Defaults of RoleBindings and ClusterRoleBindings.

use super::fields::{list, put, set};
use crate::{Fields, Value};
use serde_json::json;

const GROUP: &str = "rbac.authorization.k8s.io";

/// Models: pkg/apis/rbac/v1/defaults.go SetDefaults_RoleBinding, SetDefaults_Subject (v1.36).
pub fn binding(binding: &mut Value) {
    set(&mut binding["roleRef"], "apiGroup", json!(GROUP));
    for subject in list(binding, "subjects") {
        if matches!(subject.field("kind").text(), "User" | "Group") && subject.field("apiGroup").text().is_empty() {
            put(subject, "apiGroup", json!(GROUP));
        }
    }
}
