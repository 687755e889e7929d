//! Defaults of webhooks, admission policies, API services and flow control.

use super::fields::{given, list, set, set_null, set_zero};
use crate::{Kind, Value};
use serde_json::json;

/// Models: pkg/apis/admissionregistration/v1/defaults.go SetDefaults_ValidatingWebhook, SetDefaults_MutatingWebhook,
/// SetDefaults_ServiceReference (v1.36).
pub fn webhooks(kind: Kind, configuration: &mut Value) {
    for hook in list(configuration, "webhooks") {
        set_null(hook, "failurePolicy", json!("Fail"));
        matching(hook);
        set_null(hook, "timeoutSeconds", json!(10));
        if kind == Kind::MutatingWebhookConfiguration {
            set_null(hook, "reinvocationPolicy", json!("Never"));
        }
        if let Some(service) = hook.pointer_mut("/clientConfig/service").filter(|it| it.is_object()) {
            set_null(service, "port", json!(443));
        }
        rules(hook, "rules");
    }
}

/// Models: SetDefaults_ValidatingAdmissionPolicySpec, SetDefaults_MutatingAdmissionPolicySpec.
pub fn policy(policy: &mut Value) {
    set_null(&mut policy["spec"], "failurePolicy", json!("Fail"));
    resources(&mut policy["spec"], "matchConstraints");
}

pub fn binding(binding: &mut Value) {
    resources(&mut binding["spec"], "matchResources");
}

/// Models: SetDefaults_MatchResources.
fn resources(spec: &mut Value, field: &str) {
    if let Some(resources) = given(spec, field) {
        matching(resources);
        rules(resources, "resourceRules");
        rules(resources, "excludeResourceRules");
    }
}

fn matching(owner: &mut Value) {
    set_null(owner, "matchPolicy", json!("Equivalent"));
    set_null(owner, "namespaceSelector", json!({}));
    set_null(owner, "objectSelector", json!({}));
}

/// Models: SetDefaults_Rule.
fn rules(owner: &mut Value, field: &str) {
    for rule in list(owner, field) {
        set_null(rule, "scope", json!("*"));
    }
}

/// Models: kube-aggregator/pkg/apis/apiregistration/v1/defaults.go SetDefaults_ServiceReference (v1.36).
pub fn api_service(service: &mut Value) {
    if let Some(backend) = given(&mut service["spec"], "service") {
        set_null(backend, "port", json!(443));
    }
}

/// Models: pkg/apis/flowcontrol/v1/defaults.go SetDefaults_FlowSchemaSpec (v1.36).
pub fn flow_schema(schema: &mut Value) {
    set_zero(&mut schema["spec"], "matchingPrecedence", 1000);
}

/// Models: SetDefaults_ExemptPriorityLevelConfiguration, SetDefaults_LimitedPriorityLevelConfiguration,
/// SetDefaults_QueuingConfiguration.
pub fn priority_level(level: &mut Value) {
    for (field, shares) in [("exempt", 0), ("limited", 30)] {
        if let Some(amounts) = given(&mut level["spec"], field) {
            set_null(amounts, "nominalConcurrencyShares", json!(shares));
            set_null(amounts, "lendablePercent", json!(0));
        }
    }
    let queuing = level.pointer_mut("/spec/limited/limitResponse/queuing");
    if let Some(queuing) = queuing.filter(|it| it.is_object()) {
        for (field, amount) in [("handSize", 8), ("queues", 64), ("queueLengthLimit", 50)] {
            set_zero(queuing, field, amount);
        }
    }
}

/// Models: pkg/apis/resource/v1/defaults.go SetDefaults_ExactDeviceRequest, SetDefaults_DeviceSubRequest (v1.36).
pub fn device_claim(spec: &mut Value) {
    let Some(devices) = given(spec, "devices") else { return };
    for request in list(devices, "requests") {
        given(request, "exactly").into_iter().for_each(amount);
        list(request, "firstAvailable").for_each(amount);
    }
}

fn amount(request: &mut Value) {
    for toleration in list(request, "tolerations") {
        set(toleration, "operator", json!("Equal"));
    }
    set(request, "allocationMode", json!("ExactCount"));
    if request["allocationMode"] == "ExactCount" {
        set_zero(request, "count", 1);
    }
}
