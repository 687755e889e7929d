//! What `kubectl describe` prints.
//!
//! Models: kubectl/pkg/describe/describe.go (v1.36).

mod access;
mod addresses;
mod autoscaler;
mod batch;
mod certificate;
mod configuration;
mod container;
mod description;
mod endpoints;
mod events;
mod generic;
mod ingress;
mod limits;
mod moment;
mod namespace;
mod node;
mod pod;
mod policies;
mod rbac;
mod resources;
mod service;
mod storage;
mod volume;
mod workload;

use crate::client::KubectlVersion;
use api::Kind;
use cluster::{Cluster, Object};
use description::Description;
pub(crate) use workload::{replica_sets, template_text, without_hash};

/// Whether a description ends with the events of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Events {
    /// The default for a single object.
    Shown,
    /// The default for several objects, or if one is not found by its name.
    Hidden,
}

/// The description of one object; ends with a newline.
pub(crate) fn describe(cluster: &Cluster, object: &Object, events: Events, version: KubectlVersion) -> String {
    let mut out = Description {
        version,
        ..Description::default()
    };
    match object.kind {
        Kind::Service => service::describe(&mut out, cluster, object),
        Kind::Endpoints => endpoints::describe_endpoints(&mut out, object),
        Kind::EndpointSlice => endpoints::describe_slice(&mut out, object),
        Kind::Pod => pod::describe(&mut out, cluster, object),
        Kind::Deployment => workload::describe_deployment(&mut out, cluster, object),
        Kind::ReplicaSet => workload::describe_replica_set(&mut out, cluster, object),
        Kind::ReplicationController => workload::describe_replication_controller(&mut out, cluster, object),
        Kind::DaemonSet => workload::describe_daemon_set(&mut out, cluster, object),
        Kind::Job => batch::describe_job(&mut out, object),
        Kind::CronJob => batch::describe_cron_job(&mut out, object),
        Kind::StatefulSet => workload::describe_stateful_set(&mut out, cluster, object),
        Kind::Namespace => namespace::describe(&mut out, cluster, object),
        Kind::Node => node::describe(&mut out, cluster, object),
        Kind::Ingress => ingress::describe(&mut out, cluster, object),
        Kind::ConfigMap => configuration::describe_config_map(&mut out, object),
        Kind::LimitRange => limits::describe_limit_range(&mut out, object),
        Kind::PriorityClass => configuration::describe_priority_class(&mut out, object),
        Kind::ResourceQuota => limits::describe_quota(&mut out, object),
        Kind::Secret => configuration::describe_secret(&mut out, object),
        Kind::ServiceAccount => configuration::describe_service_account(&mut out, object),
        Kind::Role | Kind::ClusterRole => rbac::describe_role(&mut out, object),
        Kind::RoleBinding | Kind::ClusterRoleBinding => rbac::describe_binding(&mut out, object),
        Kind::CertificateSigningRequest => certificate::describe_request(&mut out, object),
        Kind::IPAddress => addresses::describe_address(&mut out, object),
        Kind::ServiceCIDR => addresses::describe_range(&mut out, object),
        Kind::CSINode => access::describe_csi_node(&mut out, object),
        Kind::VolumeAttributesClass => access::describe_attributes_class(&mut out, object),
        Kind::HorizontalPodAutoscaler => autoscaler::describe(&mut out, object),
        Kind::IngressClass => policies::describe_ingress_class(&mut out, object),
        Kind::NetworkPolicy => policies::describe_network_policy(&mut out, object),
        Kind::PersistentVolume => storage::describe_volume(&mut out, cluster, object),
        Kind::PersistentVolumeClaim => storage::describe_claim(&mut out, cluster, object),
        Kind::PodDisruptionBudget => policies::describe_budget(&mut out, object),
        Kind::StorageClass => storage::describe_class(&mut out, object),
        _ => generic::describe(&mut out, object),
    }
    if events == Events::Shown && has_events(object.kind) {
        events::describe(&mut out, cluster, object);
    }
    out.finish()
}

/// Whether the description of a kind ends with the events about the object.
const fn has_events(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Namespace
            | Kind::NetworkPolicy
            | Kind::LimitRange
            | Kind::ResourceQuota
            | Kind::Secret
            | Kind::Role
            | Kind::ClusterRole
            | Kind::RoleBinding
            | Kind::ClusterRoleBinding
    )
}

#[cfg(test)]
mod tests;

pub(crate) use rbac::rule_lines;
