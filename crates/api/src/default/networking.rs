//! Defaults of NetworkPolicies and IngressClasses.

use super::fields::{given, list, set, set_null};
use super::protocols;
use crate::Value;
use serde_json::json;

/// Models: pkg/apis/networking/v1/defaults.go SetDefaults_NetworkPolicy, SetDefaults_NetworkPolicyPort (v1.36).
pub fn policy(policy: &mut Value) {
    let spec = &mut policy["spec"];
    for rules in ["ingress", "egress"] {
        list(spec, rules).for_each(protocols);
    }
    let has = |field: &str| spec[field].as_array().is_some_and(|it| !it.is_empty());
    if !has("policyTypes") {
        let egress = has("egress");
        spec["policyTypes"] = if egress {
            json!(["Ingress", "Egress"])
        } else {
            json!(["Ingress"])
        };
    }
    set_null(spec, "podSelector", json!({}));
}

/// Models: SetDefaults_IngressClass (v1.36).
pub fn ingress_class(class: &mut Value) {
    if let Some(parameters) = given(&mut class["spec"], "parameters") {
        set(parameters, "scope", json!("Cluster"));
    }
}
