//! The rules for objects, in Kubernetes' order and words.

mod admission_policy;
mod admission_rule;
mod api_service;
mod certificate_request;
mod config_map;
mod controller_revision;
mod cron_job;
mod csi;
mod custom_resource_definition;
mod daemon_set;
mod definition_schema;
mod device;
mod endpoints;
mod event;
mod flow_control;
mod horizontal_pod_autoscaler;
mod ingress;
mod ingress_class;
mod job;
mod lease;
mod limit_range;
mod meta;
mod network_policy;
mod node;
mod persistent_volume;
mod persistent_volume_claim;
mod pod;
mod pod_disruption_budget;
mod priority_class;
mod rbac;
mod replication_controller;
mod resource_name;
mod resource_quota;
mod runtime_class;
mod secret;
mod selector;
mod service;
mod service_addresses;
mod storage_class;
mod volume_attributes_class;
mod webhook;
mod workload;

use crate::at::At;
use crate::{Finding, Kind, Value};

pub use certificate_request::pem_block;
pub use service::validate_service_cluster_ips;

/// The errors for which the API server refuses to create an object.
///
/// The object is decoded and defaulted, and has its namespace.
/// Models: each kind's registry strategy Validate (v1.36).
pub fn validate_create(kind: Kind, object: &Value) -> Vec<Finding> {
    let object = At::root(object);
    if matches!(kind, Kind::Event | Kind::EventsEvent) {
        return event::create(kind, &object);
    }
    let mut errors = meta::create(kind, &object.field("metadata"));
    errors.extend(match kind {
        Kind::Service => service::validate(&object, None),
        Kind::Pod => pod::create(&object),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet => workload::create(kind, &object),
        Kind::Endpoints => endpoints::endpoints(&object, None),
        Kind::EndpointSlice => endpoints::slice(&object, None),
        Kind::Node => node::validate(&object),
        Kind::Ingress => ingress::create(&object),
        Kind::Namespace => meta::namespace_finalizers(&object.field("spec").field("finalizers")),
        Kind::ConfigMap => config_map::create(&object),
        Kind::ControllerRevision => controller_revision::create(&object),
        Kind::CronJob => cron_job::create(&object),
        Kind::DaemonSet => daemon_set::validate(&object),
        Kind::Job => job::create(&object),
        Kind::ReplicationController => replication_controller::validate(&object),
        Kind::Lease => lease::validate(&object),
        Kind::LimitRange => limit_range::create(&object),
        Kind::PodTemplate => pod::template(&object.field("template")),
        Kind::PriorityClass => priority_class::create(&object),
        Kind::Role | Kind::ClusterRole | Kind::RoleBinding | Kind::ClusterRoleBinding => rbac::create(kind, &object),
        Kind::CustomResourceDefinition => custom_resource_definition::create(&object),
        Kind::ResourceQuota => resource_quota::create(&object),
        Kind::RuntimeClass => runtime_class::create(&object),
        Kind::Secret => secret::create(&object),
        Kind::HorizontalPodAutoscaler => horizontal_pod_autoscaler::create(&object),
        Kind::IngressClass => ingress_class::create(&object),
        Kind::NetworkPolicy => network_policy::create(&object),
        Kind::PersistentVolume => persistent_volume::create(&object),
        Kind::PersistentVolumeClaim => persistent_volume_claim::create(&object),
        Kind::PodDisruptionBudget => pod_disruption_budget::create(&object),
        Kind::StorageClass => storage_class::create(&object),
        Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => webhook::validate(kind, &object),
        Kind::MutatingAdmissionPolicy | Kind::ValidatingAdmissionPolicy => admission_policy::policy(kind, &object),
        Kind::MutatingAdmissionPolicyBinding | Kind::ValidatingAdmissionPolicyBinding => {
            admission_policy::binding(kind, &object)
        }
        Kind::APIService => api_service::validate(&object),
        Kind::CertificateSigningRequest => certificate_request::create(&object),
        Kind::CSIDriver => csi::driver(&object),
        Kind::CSINode => csi::node(&object),
        Kind::CSIStorageCapacity => csi::capacity(&object),
        Kind::DeviceClass => device::class(&object),
        Kind::FlowSchema => flow_control::schema(&object),
        Kind::IPAddress => service_addresses::address(&object),
        Kind::PriorityLevelConfiguration => flow_control::level(&object),
        Kind::ResourceClaim => device::claim(&object.field("spec")),
        Kind::ResourceClaimTemplate => device::template(&object),
        Kind::ResourceSlice => device::slice(&object),
        Kind::ServiceCIDR => service_addresses::range(&object),
        Kind::VolumeAttachment => csi::attachment(&object),
        Kind::VolumeAttributesClass => volume_attributes_class::create(&object),
        _ => Vec::new(),
    });
    errors
}

/// The errors for which the API server refuses a change.
///
/// Models: each kind's registry strategy ValidateUpdate (v1.36).
pub fn validate_update(kind: Kind, new: &Value, old: &Value) -> Vec<Finding> {
    let (new, old) = (At::root(new), At::root(old));
    let mut errors = meta::update(&new.field("metadata"), &old.field("metadata"));
    errors.extend(match kind {
        Kind::Service => service::update(&new, &old),
        Kind::Pod => pod::update(&new, &old),
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet => workload::update(kind, &new, &old),
        Kind::Endpoints => endpoints::endpoints(&new, Some(&old)),
        Kind::EndpointSlice => endpoints::slice(&new, Some(&old)),
        Kind::Node => {
            let mut errors = node::validate(&new);
            errors.extend(node::update(&new, &old));
            errors
        }
        Kind::Ingress => ingress::update(&new, &old),
        Kind::Event | Kind::EventsEvent => event::update(kind, &new, &old),
        Kind::Namespace => meta::namespace_finalizers(&new.field("spec").field("finalizers")),
        Kind::ConfigMap => config_map::update(&new, &old),
        Kind::ControllerRevision => controller_revision::update(&new, &old),
        Kind::CronJob => cron_job::update(&new, &old),
        Kind::DaemonSet => daemon_set::update(&new, &old),
        Kind::Job => job::update(&new, &old),
        Kind::ReplicationController => replication_controller::validate(&new),
        Kind::Lease => lease::validate(&new),
        Kind::LimitRange => limit_range::create(&new),
        Kind::PodTemplate => pod::template(&new.field("template")),
        Kind::PriorityClass => priority_class::update(&new, &old),
        Kind::Role | Kind::ClusterRole | Kind::RoleBinding | Kind::ClusterRoleBinding => rbac::update(kind, &new, &old),
        Kind::CustomResourceDefinition => custom_resource_definition::update(&new, &old),
        Kind::ResourceQuota => resource_quota::update(&new, &old),
        Kind::RuntimeClass => runtime_class::update(&new, &old),
        Kind::Secret => secret::update(&new, &old),
        Kind::HorizontalPodAutoscaler => horizontal_pod_autoscaler::update(&new, &old),
        Kind::IngressClass => ingress_class::update(&new, &old),
        Kind::NetworkPolicy => network_policy::update(&new, &old),
        Kind::PersistentVolume => persistent_volume::update(&new, &old),
        Kind::PersistentVolumeClaim => persistent_volume_claim::update(&new, &old),
        Kind::PodDisruptionBudget => pod_disruption_budget::create(&new),
        Kind::StorageClass => storage_class::update(&new, &old),
        Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => webhook::validate(kind, &new),
        Kind::MutatingAdmissionPolicy | Kind::ValidatingAdmissionPolicy => admission_policy::policy(kind, &new),
        Kind::MutatingAdmissionPolicyBinding | Kind::ValidatingAdmissionPolicyBinding => {
            admission_policy::binding(kind, &new)
        }
        Kind::APIService => api_service::validate(&new),
        Kind::CertificateSigningRequest => certificate_request::update(&new, &old),
        Kind::CSIDriver => csi::driver_update(&new, &old),
        Kind::CSINode => csi::node_update(&new, &old),
        Kind::CSIStorageCapacity => csi::capacity_update(&new, &old),
        Kind::DeviceClass => device::class(&new),
        Kind::FlowSchema => flow_control::schema(&new),
        Kind::IPAddress => service_addresses::address_update(&new, &old),
        Kind::PriorityLevelConfiguration => flow_control::level(&new),
        Kind::ResourceClaim => device::claim_update(&new, &old),
        Kind::ResourceClaimTemplate => device::template_update(&new, &old),
        Kind::ResourceSlice => device::slice_update(&new, &old),
        Kind::ServiceCIDR => service_addresses::range_update(&new, &old),
        Kind::VolumeAttachment => csi::attachment_update(&new, &old),
        Kind::VolumeAttributesClass => volume_attributes_class::update(&new, &old),
        _ => Vec::new(),
    });
    errors
}

/// The errors for which the API server refuses a change of the status.
///
/// Models: each kind's registry status strategy ValidateUpdate (v1.36).
pub fn validate_status_update(kind: Kind, new: &Value, old: &Value) -> Vec<Finding> {
    let (new, old) = (At::root(new), At::root(old));
    let mut errors = meta::update(&new.field("metadata"), &old.field("metadata"));
    errors.extend(match kind {
        Kind::Service => service::status(&new, &old),
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet => {
            workload::status(kind, &new.field("status"))
        }
        Kind::DaemonSet => daemon_set::status(&new.field("status")),
        Kind::Job => job::status(&new.field("status")),
        Kind::Node => node::status(&new),
        Kind::Namespace => meta::namespace_phase(&new).into_iter().collect(),
        Kind::ResourceQuota => resource_quota::status(&new.field("status")),
        Kind::HorizontalPodAutoscaler => horizontal_pod_autoscaler::status(&new.field("status")),
        Kind::APIService => api_service::status(&new.field("status")),
        Kind::CertificateSigningRequest => certificate_request::update(&new, &old),
        Kind::FlowSchema | Kind::PriorityLevelConfiguration => flow_control::conditions(&new.field("status")),
        _ => Vec::new(),
    });
    errors
}

/// The errors for which the API server refuses to approve or deny a certificate.
///
/// Models: pkg/registry/certificates/certificates/strategy.go csrApprovalStrategy.ValidateUpdate (v1.36).
pub fn validate_approval(new: &Value, old: &Value) -> Vec<Finding> {
    let (new, old) = (At::root(new), At::root(old));
    let mut errors = certificate_request::approval(&new, &old);
    errors.extend(meta::update(&new.field("metadata"), &old.field("metadata")));
    errors
}

#[cfg(test)]
mod tests;
