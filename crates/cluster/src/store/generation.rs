//! Which changes of an object count up its `metadata.generation`.

use api::{Fields, Kind, Value};

pub(crate) fn has_generation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Pod
            | Kind::PodTemplate
            | Kind::PriorityClass
            | Kind::Deployment
            | Kind::ReplicaSet
            | Kind::StatefulSet
            | Kind::DaemonSet
            | Kind::ReplicationController
            | Kind::Job
            | Kind::CronJob
            | Kind::EndpointSlice
            | Kind::Ingress
            | Kind::IngressClass
            | Kind::NetworkPolicy
            | Kind::PodDisruptionBudget
            | Kind::CustomResourceDefinition
            | Kind::MutatingWebhookConfiguration
            | Kind::ValidatingWebhookConfiguration
            | Kind::MutatingAdmissionPolicy
            | Kind::MutatingAdmissionPolicyBinding
            | Kind::ValidatingAdmissionPolicy
            | Kind::ValidatingAdmissionPolicyBinding
            | Kind::DeviceClass
            | Kind::FlowSchema
            | Kind::ResourceSlice
            | Kind::PriorityLevelConfiguration
            | Kind::Custom(_)
    )
}

/// An empty list is stored as `null`.
///
/// Models: discovery/v1/generated.proto EndpointSlice (v1.36): protobuf tells no empty list from none.
pub(crate) fn without_empty_lists(slice: &mut Value) {
    for field in ["endpoints", "ports"] {
        if slice.get(field).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            slice[field] = Value::Null;
        }
    }
}

/// The fields whose change counts up the generation.
pub(crate) fn spec(kind: Kind, value: &Value) -> [Option<&Value>; 4] {
    if kind == Kind::EndpointSlice {
        [
            value.get("endpoints"),
            value.get("ports"),
            value.get("addressType"),
            Some(value.metadata().field("labels").value),
        ]
    } else {
        let field = match kind {
            Kind::PodTemplate => "template",
            Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => "webhooks",
            _ => "spec",
        };
        [value.get(field), None, None, None]
    }
}

/// A Deployment's annotations count too: its replica sets have them.
pub(crate) fn is_new_generation(kind: Kind, old: &Value, new: &Value) -> bool {
    if kind.is_custom() {
        // All fields but the metadata count; where the status is a subresource, it has not changed here.
        let rest = |value: &Value| -> Vec<(String, Value)> {
            let fields = value.as_object().into_iter().flatten();
            let rest = fields.filter(|(name, _)| *name != "metadata");
            rest.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        return rest(old) != rest(new);
    }
    let annotations = |value: &Value| value.metadata().field("annotations").value.clone();
    spec(kind, old) != spec(kind, new) || kind == Kind::Deployment && annotations(old) != annotations(new)
}
