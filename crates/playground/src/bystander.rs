//! Objects that stand in the cluster without a part in traffic, such as ConfigMaps.

use api::Kind;
use cluster::{Cluster, GATEWAY_GROUP, Object};

/// Kinds that the stage shows, or that decide where requests go and what pods there are.
const PLAYING: [Kind; 16] = [
    Kind::CronJob,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::EndpointSlice,
    Kind::Endpoints,
    Kind::Ingress,
    Kind::IngressClass,
    Kind::Job,
    Kind::Namespace,
    Kind::NetworkPolicy,
    Kind::Node,
    Kind::Pod,
    Kind::ReplicaSet,
    Kind::ReplicationController,
    Kind::Service,
    Kind::StatefulSet,
];

/// Kinds of which the cluster itself keeps its books.
const KEPT: [Kind; 4] = [Kind::ControllerRevision, Kind::Event, Kind::IPAddress, Kind::Lease];

/// The objects without a part in traffic that somebody made, as `ConfigMap settings`.
pub fn bystanders(cluster: &Cluster, fresh: &Cluster) -> Vec<String> {
    let custom: Vec<Kind> = cluster.custom_kinds().collect();
    let kinds = Kind::ALL.iter().chain(&custom);
    let kinds = kinds.filter(|kind| !PLAYING.contains(kind) && !KEPT.contains(kind) && !is_of_gateways(**kind));
    let objects = kinds.flat_map(|kind| cluster.list(*kind, None));
    let made = objects.filter(|object| !is_given(object, fresh));
    made.map(|object| name(&object)).collect()
}

/// Whether Gateways are made of it.
fn is_of_gateways(kind: Kind) -> bool {
    const PLAYING: [&str; 4] = ["Gateway", "GatewayClass", "HTTPRoute", "ReferenceGrant"];
    kind.group() == GATEWAY_GROUP && PLAYING.contains(&kind.name())
}

/// Whether each cluster, or each of its namespaces, has such an object by itself.
fn is_given(object: &Object, fresh: &Cluster) -> bool {
    let in_namespace = |namespace: &str| fresh.find(object.kind, namespace, object.name()).is_some();
    in_namespace(object.namespace()) || (object.kind.namespaced() && in_namespace("default"))
}

fn name(object: &Object) -> String {
    let (kind, name) = (object.kind.name(), object.name());
    match object.namespace() {
        "" | "default" => format!("{kind} {name}"),
        namespace => format!("{kind} {name} in {namespace}"),
    }
}
